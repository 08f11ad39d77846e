"""What stands against a change of the tree. Reads only; the services ask again under the tree's lock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from django.db.models import Q

from shuzhi.apps.people import hanging
from shuzhi.apps.people.changes import (
    Change,
    Merge,
    Move,
    NewUnit,
    Part,
    Rename,
    Retire,
    Several,
    Sharing,
    Split,
    named_in,
)
from shuzhi.apps.people.kinds import Attribute, OrganisationKind
from shuzhi.apps.people.models import Organisation, OrganisationFact
from shuzhi.engine.texts import N_

UNKNOWN = N_("an organisation of the change is not known")
ENDED = N_("an organisation of the change has ended")
NOT_YET = N_("an organisation of the change did not exist on that day")
LATER = N_("a later change of the same organisation, or of one below it, is recorded; choose a later day")
NOTHING = N_("nothing would change")
NO_NAME = N_("an organisation needs a name of at most 120 characters")
CODE_TAKEN = N_("this code belongs to another organisation")
CYCLE = N_("an organisation cannot stand below itself; move the one that takes over first")
THE_ROOT = N_("the top of the tree can be renamed, and nothing else")
TOO_FEW = N_("a merger takes two organisations, a split makes two")
TWICE = N_("an organisation is named twice")
NO_PART = N_("what hangs on the organisation is given to a part that there is not")
STILL_HANGING = N_(
    "people, work orders, datasets or other organisations still hang on it; name who takes them over"
)
TEMPORARY_PARENT = N_("a temporary unit has nothing below it")
BESIDE = N_("a temporary unit stands directly below the top of the tree")
RETURNS = N_("a temporary unit returns its work to this organisation; name who takes over")


def problems(change: Change, on: date) -> list[str]:
    """Msgids of what stands against the change on the day ``on``; empty: it can be made.

    Of ``Several`` each is looked at by itself, as the tree stands now.
    """
    if isinstance(change, Several):
        every = [problem for one in change.changes for problem in problems(one, on)]
        return list(dict.fromkeys(every)) or ([] if change.changes else [NOTHING])
    named = named_in(change)
    units = {unit.public_id: unit for unit in _units(named)}
    if len(units) < len(named):
        return [UNKNOWN]
    found = [ENDED] if any(unit.valid_to is not None for unit in units.values()) else []
    if any(unit.valid_from is not None and unit.valid_from > on for unit in units.values()):
        found.append(NOT_YET)
    found += _own_problems(change, on, units)
    if _later_facts(change, on, units):
        found.append(LATER)
    return list(dict.fromkeys(found))


def _units(public_ids: Collection[str]) -> Sequence[Organisation]:
    return list(Organisation.objects.filter(public_id__in=public_ids).select_related("parent"))


def _own_problems(change: Change, on: date, units: Mapping[str, Organisation]) -> Iterator[str]:
    match change:
        case Rename():
            yield from _of_rename(change, units)
        case Move():
            yield from _of_move(change, on, units)
        case Merge():
            yield from _of_merge(change, on, units)
        case Split():
            yield from _of_split(change, on, units)
        case Retire():
            yield from _of_retire(change, on, units)


def _of_rename(change: Rename, units: Mapping[str, Organisation]) -> Iterator[str]:
    unit = units[change.organisation]
    if not change.name.strip() or len(change.name) > 120:
        yield NO_NAME
    new = (change.name, change.kind or unit.kind, unit.code if change.code is None else change.code)
    if new == (unit.name, unit.kind, unit.code):
        yield NOTHING
    if OrganisationKind.TEMPORARY in {unit.kind, new[1]} and unit.kind != new[1]:
        yield BESIDE
    if change.code and _is_taken(change.code, {unit.pk}):
        yield CODE_TAKEN


def _of_move(change: Move, on: date, units: Mapping[str, Organisation]) -> Iterator[str]:
    unit, parent = units[change.organisation], units[change.parent]
    if unit.parent_id is None:
        yield THE_ROOT
    if unit.parent_id == parent.pk and change.code in {None, unit.code}:
        yield NOTHING
    if unit.kind == OrganisationKind.TEMPORARY and parent.parent_id is not None:
        yield BESIDE
    yield from _as_parents([parent], {unit.pk}, on)
    if change.code and _is_taken(change.code, {unit.pk}):
        yield CODE_TAKEN


def _of_merge(change: Merge, on: date, units: Mapping[str, Organisation]) -> Iterator[str]:
    ending = [units[one] for one in change.organisations]
    if len(ending) + isinstance(change.into, str) < 2:
        yield TOO_FEW
    if len({*change.organisations}) < len(ending) or change.into in change.organisations:
        yield TWICE
        return
    if any(unit.parent_id is None for unit in ending):
        yield THE_ROOT
    yield from _of_parts([change.into], {unit.pk for unit in ending}, on, units)


def _of_split(change: Split, on: date, units: Mapping[str, Organisation]) -> Iterator[str]:
    unit = units[change.organisation]
    if len(change.parts) < 2:
        yield TOO_FEW
    if len({part for part in change.parts if isinstance(part, str)}) < sum(
        isinstance(part, str) for part in change.parts
    ):
        yield TWICE
    if unit.parent_id is None:
        yield THE_ROOT
    if not all(0 <= place < len(change.parts) for place in _places(change.sharing)):
        yield NO_PART
    others = [part for part in change.parts if part != change.organisation]
    yield from _of_parts(others, {unit.pk}, on, units)


def _places(sharing: Sharing) -> list[int]:
    return [sharing.rest, *sharing.kinds.values(), *sharing.items.values()]


def _of_retire(change: Retire, on: date, units: Mapping[str, Organisation]) -> Iterator[str]:
    unit = units[change.organisation]
    if unit.parent_id is None:
        yield THE_ROOT
    if change.successor == change.organisation:
        yield TWICE
    elif change.successor is not None:
        yield from _of_parts([change.successor], {unit.pk}, on, units)
    else:
        if any(count.number for count in hanging.counted([unit.pk])[unit.pk]):
            yield STILL_HANGING
        if Organisation.objects.filter(returns_to=unit, valid_to=None).exists():
            yield RETURNS


def _of_parts(
    parts: Sequence[Part], leaving: Collection[int], on: date, units: Mapping[str, Organisation]
) -> Iterator[str]:
    """What stands against these as those who take over from the units that end or shrink."""
    above = []
    for part in parts:
        if isinstance(part, str):
            above.append(units[part])
            continue
        if not part.name.strip() or len(part.name) > 120:
            yield NO_NAME
        if part.code and _is_taken(part.code, leaving):
            yield CODE_TAKEN
        if part.kind == OrganisationKind.TEMPORARY:
            yield BESIDE
        if part.parent:
            above.append(units[part.parent])
    codes = [part.code for part in parts if isinstance(part, NewUnit) and part.code]
    if len(set(codes)) < len(codes):
        yield CODE_TAKEN
    if any(unit.pk in leaving for unit in above):
        yield CYCLE
    else:
        yield from _as_parents(above, leaving, on)


def _as_parents(above: Sequence[Organisation], below: Collection[int], on: date) -> Iterator[str]:
    """What stands against ``above`` having ``below`` (or what is below them) under it from ``on``."""
    if any(unit.kind == OrganisationKind.TEMPORARY for unit in above):
        yield TEMPORARY_PARENT
    if any(_reach([unit.pk for unit in above], below, on)):
        yield CYCLE


def _reach(starts: Sequence[int], wanted: Collection[int], on: date) -> Iterator[bool]:
    """Whether, going up from ``starts`` on ``on`` or any later day known, one of ``wanted`` is met."""
    facts: dict[int, list[tuple[date, date, int | None]]] = defaultdict(list)
    rows = OrganisationFact.objects.filter(attribute=Attribute.PARENT, superseded_at=None)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gt=on))
    for child, parent, since, until in rows.values_list(
        "organisation_id", "parent_id", "valid_from", "valid_to"
    ):
        facts[child].append((since or date.min, until or date.max, parent))
    days = {on} | {since for told in facts.values() for since, _, _ in told if since > on}
    for day in sorted(days):
        for start in starts:
            here: int | None = start
            while here is not None and here not in wanted:
                told = facts.get(here, ())
                here = next((parent for since, until, parent in told if since <= day < until), None)
            yield here is not None


def _later_facts(change: Change, on: date, units: Mapping[str, Organisation]) -> bool:
    """Whether something that the change would end began, or ended, after its day."""
    touched = Q(pk__in=[])
    match change:
        case Rename():
            wanted = [Attribute.NAME]
            wanted += [Attribute.KIND] if change.kind is not None else []
            wanted += [Attribute.CODE] if change.code is not None else []
            touched = Q(organisation=units[change.organisation], attribute__in=wanted)
        case Move():
            wanted = [Attribute.PARENT] + ([Attribute.CODE] if change.code is not None else [])
            touched = Q(organisation=units[change.organisation], attribute__in=wanted)
        case Merge():
            ending = [units[one] for one in change.organisations]
            touched = Q(organisation__in=ending) | Q(parent__in=ending)
        case Split() if change.organisation in change.parts:
            touched = Q(parent=units[change.organisation])
        case Split() | Retire():
            touched = Q(organisation=units[change.organisation]) | Q(parent=units[change.organisation])
    later = Q(valid_from__gt=on) | Q(valid_to__gt=on)
    return OrganisationFact.objects.filter(touched & later, superseded_at=None).exists()


def _is_taken(code: str, leaving: Collection[int]) -> bool:
    return Organisation.objects.filter(code=code, valid_to=None).exclude(pk__in=leaving).exists()
