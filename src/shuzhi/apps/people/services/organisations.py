"""Making organisations, one or a whole list, and the further names they are known by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from shuzhi.apps.journal import services as journal
from shuzhi.apps.people import policies
from shuzhi.apps.people.kinds import AliasKind, OrganisationKind
from shuzhi.apps.people.models import Alias, Organisation
from shuzhi.apps.people.rehanging import record_first
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.ids import new_id
from shuzhi.apps.records.models import compare_and_set
from shuzhi.apps.records.refusals import ConflictError
from shuzhi.engine.texts import N_


@dataclass(frozen=True)
class OrganisationDraft:
    """A unit to be made. ``parent`` is a unit, the code of one (made in the same list or before), or None.

    ``aliases`` are (kind, text); the name itself need not be among them. A temporary unit ends on
    ``ends_on``, its first day of not being, and ``returns_to`` then takes what it leaves open.
    """

    kind: OrganisationKind
    name: str
    code: str = ""
    parent: Organisation | str | None = None
    aliases: tuple[tuple[AliasKind, str], ...] = ()
    valid_from: date | None = None
    ends_on: date | None = None
    returns_to: Organisation | None = None


@dataclass(frozen=True)
class AliasDraft:
    """A further name of a unit, from a day to a day (its first day without it); None: not known."""

    organisation: Organisation
    kind: AliasKind
    text: str
    valid_from: date | None = None
    valid_to: date | None = None


def organisation_create(*, actor: Actor, draft: OrganisationDraft) -> Organisation:
    """Makes one unit with its names."""
    policies.organisation_create(actor)
    with transaction.atomic():
        (made,) = insert_units([draft], actor)
        journal.record(
            actor=actor,
            act="organisation.created",
            subject=("organisation", made.public_id),
            payload={"name": made.name, "kind": made.kind, "code": made.code, "path": made.path},
        )
    return made


def organisations_import(*, actor: Actor, drafts: Sequence[OrganisationDraft]) -> list[Organisation]:
    """Makes a whole list, in its order, as one act; nothing is made where one parent is unknown."""
    policies.organisations_import(actor)
    with transaction.atomic():
        made = insert_units(drafts, actor)
        journal.record(
            actor=actor,
            act="organisation.imported",
            subject=("organisation", made[0].public_id if made else ""),
            payload={"organisations": [[unit.public_id, unit.code, unit.name] for unit in made]},
        )
    return made


def insert_units(drafts: Sequence[OrganisationDraft], actor: Actor) -> list[Organisation]:
    """Makes the units with their first facts and names, in the transaction of the caller."""
    _check(drafts)
    parents = {draft.parent for draft in drafts if isinstance(draft.parent, str)}
    by_code = {unit.code: unit for unit in Organisation.objects.filter(code__in=parents, valid_to=None)}
    made: dict[int, Organisation] = {}
    for wave in _waves(drafts, by_code):
        units = [_unit(drafts[number], by_code) for number in wave]
        Organisation.objects.bulk_create(units)
        made |= dict(zip(wave, units, strict=True))
        by_code |= {unit.code: unit for unit in units if unit.code}
    Alias.objects.bulk_create(
        Alias(organisation=made[number], kind=kind, text=text, valid_from=draft.valid_from)
        for number, draft in enumerate(drafts)
        for kind, text in draft.aliases
    )
    units = [made[number] for number in range(len(drafts))]
    record_first(units, actor)
    return units


def _check(drafts: Sequence[OrganisationDraft]) -> None:
    parents = {draft.parent for draft in drafts if isinstance(draft.parent, Organisation)}
    known = Organisation.objects.in_bulk({parent.pk for parent in parents})
    if any(unit.valid_to is not None for unit in known.values()):
        raise ConflictError(N_("the organisation has ended"))
    if any(unit.kind == OrganisationKind.TEMPORARY for unit in known.values()):
        raise ConflictError(N_("a temporary unit has nothing below it"))
    if any(draft.kind == OrganisationKind.TEMPORARY for draft in drafts):
        _check_temporary([draft for draft in drafts if draft.kind == OrganisationKind.TEMPORARY])
    if any(draft.parent is None for draft in drafts) and Organisation.objects.filter(parent=None).exists():
        raise ConflictError(N_("there is one top of the tree; say what the organisation belongs to"))
    codes = [draft.code for draft in drafts if draft.code]
    standing = Organisation.objects.filter(code__in=codes, valid_to=None)
    if len(set(codes)) < len(codes) or standing.exists():
        raise ConflictError(N_("this code belongs to another organisation"))


def _check_temporary(drafts: Sequence[OrganisationDraft]) -> None:
    today = timezone.localdate()
    for draft in drafts:
        if draft.ends_on is None or draft.returns_to is None:
            raise ConflictError(N_("a temporary unit needs its end and an organisation that takes over then"))
        if draft.ends_on <= today:
            raise ConflictError(N_("a temporary unit ends on a day that has not come yet"))
        if not isinstance(draft.parent, Organisation) or draft.parent.parent_id is not None:
            raise ConflictError(N_("a temporary unit stands directly below the top of the tree"))
        must_stand(draft.returns_to)
        if draft.returns_to.kind == OrganisationKind.TEMPORARY:
            raise ConflictError(N_("a temporary unit returns its work to one that stays"))


def _waves(drafts: Sequence[OrganisationDraft], known: dict[str, Organisation]) -> Iterator[list[int]]:
    """Numbers of the drafts that can be made next, level by level; ``known`` grows between the waves."""
    left = list(range(len(drafts)))
    while left:
        ready = [n for n in left if not isinstance(drafts[n].parent, str) or drafts[n].parent in known]
        if not ready:
            raise ConflictError(N_("an organisation of the list names a parent code that does not exist"))
        yield ready
        left = [n for n in left if n not in set(ready)]


def _unit(draft: OrganisationDraft, by_code: dict[str, Organisation]) -> Organisation:
    parent = by_code[draft.parent] if isinstance(draft.parent, str) else draft.parent
    public_id = new_id(Organisation.id_prefix, timezone.now())
    return Organisation(
        public_id=public_id,
        parent=parent,
        kind=draft.kind,
        code=draft.code,
        name=draft.name,
        path=f"{parent.path if parent else '/'}{public_id}/",
        valid_from=draft.valid_from,
        ends_on=draft.ends_on,
        returns_to=draft.returns_to,
    )


def must_stand(*units: Organisation) -> None:
    """Raises ConflictError where one of the units has ended.

    Asked in the transaction that writes something under them, the answer holds: until that transaction
    has ended no unit does. (The foreign keys alone would not see to it: they are checked at the commit.)
    """
    keys = {unit.pk for unit in units}
    asked = Organisation.objects.filter(pk__in=keys).order_by("pk")
    ends = asked.select_for_update(no_key=True, of=("self",)).values_list("valid_to", flat=True)
    if keys and any(list(ends)):
        raise ConflictError(N_("the organisation has ended"))


def temporary_extend(*, actor: Actor, unit: Organisation, ends_on: date) -> Organisation:
    """Gives a temporary unit another end: a later day, or an earlier one that has not come yet."""
    policies.temporary_extend(actor)
    if unit.ends_on is None or ends_on <= timezone.localdate():
        raise ConflictError(N_("a temporary unit ends on a day that has not come yet"))
    with transaction.atomic():
        must_stand(unit)
        before = unit.ends_on
        compare_and_set(unit, ends_on=ends_on)
        _record(actor, "organisation.extended", unit, **{"from": before, "to": ends_on})
    return unit


def alias_add(*, actor: Actor, draft: AliasDraft) -> Alias:
    """Adds a name by which cells may speak of the unit."""
    policies.alias_add(actor)
    unit, text = draft.organisation, draft.text.strip()
    if draft.valid_from and draft.valid_to and draft.valid_from >= draft.valid_to:
        raise ConflictError(N_("a name ends after it began"))
    with transaction.atomic():
        if not text or Alias.objects.filter(organisation=unit, text=text).exists():
            raise ConflictError(N_("the organisation has this name already"))
        alias = Alias.objects.create(
            organisation=unit,
            kind=draft.kind,
            text=text,
            valid_from=draft.valid_from,
            valid_to=draft.valid_to,
        )
        _record(actor, "organisation.alias_added", unit, kind=draft.kind, text=text)
    return alias


def alias_end(*, actor: Actor, alias: Alias, on: date) -> Alias:
    """Ends a name: from ``on`` it is found as a former one."""
    policies.alias_end(actor)
    if alias.valid_from and on <= alias.valid_from:
        raise ConflictError(N_("a name ends after it began"))
    with transaction.atomic():
        compare_and_set(alias, valid_to=on)
        _record(actor, "organisation.alias_ended", alias.organisation, text=alias.text, on=on)
    return alias


def _record(actor: Actor, act: str, unit: Organisation, **payload: object) -> None:
    journal.record(actor=actor, act=act, subject=("organisation", unit.public_id), payload=payload)
