"""Writing the organisation tree: one unit, a whole list, new names, the end of a unit."""

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
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.ids import new_id
from shuzhi.apps.records.models import compare_and_set
from shuzhi.apps.records.refusals import ConflictError
from shuzhi.engine.texts import N_


@dataclass(frozen=True)
class OrganisationDraft:
    """A unit to be made. ``parent`` is a unit, the code of one (made in the same list or before), or None.

    ``aliases`` are (kind, text); the name itself need not be among them.
    """

    kind: OrganisationKind
    name: str
    code: str = ""
    parent: Organisation | str | None = None
    aliases: tuple[tuple[AliasKind, str], ...] = ()
    valid_from: date | None = None


def organisation_create(*, actor: Actor, draft: OrganisationDraft) -> Organisation:
    """Makes one unit with its names."""
    policies.organisation_create(actor)
    with transaction.atomic():
        (made,) = _insert([draft])
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
        made = _insert(drafts)
        journal.record(
            actor=actor,
            act="organisation.imported",
            subject=("organisation", made[0].public_id if made else ""),
            payload={"organisations": [[unit.public_id, unit.code, unit.name] for unit in made]},
        )
    return made


def _insert(drafts: Sequence[OrganisationDraft]) -> list[Organisation]:
    parents = {draft.parent for draft in drafts if isinstance(draft.parent, str)}
    by_code = {unit.code: unit for unit in Organisation.objects.filter(code__in=parents)}
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
    return [made[number] for number in range(len(drafts))]


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
    )


def alias_add(*, actor: Actor, organisation: Organisation, kind: AliasKind, text: str) -> Alias:
    """Adds a name by which cells may speak of the unit."""
    policies.alias_add(actor)
    with transaction.atomic():
        alias = Alias.objects.create(organisation=organisation, kind=kind, text=text)
        journal.record(
            actor=actor,
            act="organisation.alias_added",
            subject=("organisation", organisation.public_id),
            payload={"kind": kind, "text": text},
        )
    return alias


def organisation_rename(*, actor: Actor, organisation: Organisation, name: str, on: date) -> Organisation:
    """Gives the unit a new name from the day ``on``; the old one stays as a former name."""
    policies.organisation_rename(actor)
    old = organisation.name
    with transaction.atomic():
        compare_and_set(organisation, name=name)
        Alias.objects.update_or_create(
            organisation=organisation, text=old, defaults={"kind": AliasKind.FORMER, "valid_to": on}
        )
        journal.record(
            actor=actor,
            act="organisation.renamed",
            subject=("organisation", organisation.public_id),
            payload={"from": old, "to": name, "on": on},
        )
    return organisation


def organisation_close(
    *, actor: Actor, organisation: Organisation, on: date, successor: Organisation | None
) -> Organisation:
    """Ends the unit on the day ``on`` (its first day of not being); ``successor`` answers for it."""
    policies.organisation_close(actor)
    if successor is not None and _leads_to(successor, organisation):
        raise ConflictError(N_("a unit cannot be followed by itself"))
    with transaction.atomic():
        compare_and_set(organisation, valid_to=on, successor=successor)
        journal.record(
            actor=actor,
            act="organisation.closed",
            subject=("organisation", organisation.public_id),
            payload={"on": on, "successor": successor.public_id if successor else None},
        )
    return organisation


def _leads_to(unit: Organisation | None, wanted: Organisation) -> bool:
    while unit is not None and unit.pk != wanted.pk:
        unit = unit.successor
    return unit is not None
