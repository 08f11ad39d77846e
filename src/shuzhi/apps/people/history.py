"""What organisations were on a day: names, codes, kinds, parents, followers.

Every question costs the same number of statements for one organisation as for all. ``known_at`` asks
what was recorded by that instant; None: what is known now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from shuzhi.apps.people.kinds import Attribute, OrganisationKind
from shuzhi.apps.people.models import Organisation, OrganisationFact, Succession


@dataclass(frozen=True, slots=True)
class UnitOn:
    """An organisation as it was on a day; ``parent`` and ``key`` are keys of rows."""

    key: int
    public_id: str
    name: str
    code: str
    kind: OrganisationKind
    parent: int | None


def units_on(
    day: date, units: Collection[int] | None = None, known_at: datetime | None = None
) -> Mapping[int, UnitOn]:
    """The organisations (all where None) as they were on ``day``, by key, in one statement.

    Left out are those that did not exist then.
    """
    facts = _known(OrganisationFact.objects.all(), known_at).filter(_holds(day))
    if units is not None:
        facts = facts.filter(organisation__in=units)
    values: dict[int, dict[str, str]] = defaultdict(dict)
    parents: dict[int, int | None] = {}
    ids: dict[int, str] = {}
    columns = ("organisation_id", "organisation__public_id", "attribute", "value", "parent_id")
    for key, public_id, attribute, value, parent in facts.values_list(*columns):
        ids[key] = public_id
        if attribute == Attribute.PARENT:
            parents[key] = parent
        else:
            values[key][attribute] = value
    return {
        key: UnitOn(
            key,
            ids[key],
            told[Attribute.NAME],
            told.get(Attribute.CODE, ""),
            OrganisationKind(told[Attribute.KIND]),
            parents.get(key),
        )
        for key, told in values.items()
        if Attribute.NAME in told
    }


def name_on(organisation: Organisation, day: date, known_at: datetime | None = None) -> str | None:
    """What the organisation was called on ``day``; None where it did not exist then."""
    unit = units_on(day, [organisation.pk], known_at).get(organisation.pk)
    return unit.name if unit else None


def parent_on(organisation: Organisation, day: date, known_at: datetime | None = None) -> Organisation | None:
    """What the organisation belonged to on ``day``; None for the root, and where it did not exist then."""
    facts = _known(OrganisationFact.objects.filter(organisation=organisation), known_at)
    found = facts.filter(_holds(day), attribute=Attribute.PARENT).select_related("parent").first()
    return found.parent if found else None


def names_on(asked: Iterable[tuple[str, date]]) -> Mapping[tuple[str, date], str]:
    """What organisations (by public id) were called, each on its day, in one statement.

    For a day on which one did not exist: the first name it had, or, once it has ended, the last.
    """
    pairs = set(asked)
    facts = _known(OrganisationFact.objects.filter(attribute=Attribute.NAME), None)
    facts = facts.filter(organisation__public_id__in={public_id for public_id, _ in pairs})
    by_unit: dict[str, list[tuple[date, str]]] = defaultdict(list)
    for public_id, since, name in facts.values_list("organisation__public_id", "valid_from", "value"):
        by_unit[public_id].append((since or date.min, name))
    return {
        (public_id, day): _standing(sorted(by_unit[public_id]), day)
        for public_id, day in pairs
        if public_id in by_unit
    }


def _standing(names: Sequence[tuple[date, str]], day: date) -> str:
    begun = [name for since, name in names if since <= day]
    return begun[-1] if begun else names[0][1]


def tree_on(day: date, known_at: datetime | None = None) -> Sequence[tuple[int, UnitOn]]:
    """The tree as it stood on ``day``: (depth, unit), parents before children, siblings by name."""
    units = units_on(day, None, known_at)
    below: dict[int | None, list[UnitOn]] = defaultdict(list)
    for unit in units.values():
        below[unit.parent if unit.parent in units else None].append(unit)

    def walk(parent: int | None, depth: int) -> Iterator[tuple[int, UnitOn]]:
        for unit in sorted(below.get(parent, ()), key=lambda u: (u.code == "", u.code, u.name)):
            yield depth, unit
            yield from walk(unit.key, depth + 1)

    return list(walk(None, 0))


def facts_of(organisation: Organisation) -> QuerySet[OrganisationFact]:
    """Everything known now of the organisation, by attribute and time; parents come along."""
    facts = _known(OrganisationFact.objects.filter(organisation=organisation), None)
    return facts.select_related("parent").order_by("attribute", "pk")


def successions_of(organisation: Organisation) -> QuerySet[Succession]:
    """Whom it followed and who followed it, in time; both organisations come along."""
    either = Q(predecessor=organisation) | Q(successor=organisation)
    return Succession.objects.filter(either).select_related("predecessor", "successor").order_by("on", "pk")


def followers(recorded_after: datetime | None = None) -> Mapping[int, frozenset[int]]:
    """Who followed each organisation directly, by key, in one statement."""
    rows = Succession.objects.all()
    if recorded_after is not None:
        rows = rows.filter(recorded_at__gt=recorded_after)
    found: dict[int, set[int]] = defaultdict(set)
    for before, after in rows.values_list("predecessor", "successor"):
        found[before].add(after)
    return {key: frozenset(units) for key, units in found.items()}


def predecessors_since(moment: datetime) -> Mapping[int, frozenset[int]]:
    """By key, all whose part each organisation has taken since ``moment``, near and far, in one statement."""
    direct: dict[int, set[int]] = defaultdict(set)
    for before, after in followers(recorded_after=moment).items():
        for one in after:
            direct[one].add(before)
    found = {}
    for unit in direct:
        seen: set[int] = set()
        waiting = [unit]
        while waiting:
            fresh = direct.get(waiting.pop(), set()) - seen - {unit}
            seen |= fresh
            waiting.extend(fresh)
        found[unit] = frozenset(seen)
    return found


def answering(unit: int, ended: Collection[int], after: Mapping[int, Collection[int]]) -> int | None:
    """Who answers for ``unit`` where it has ended: the one that follows, and so on.

    None where nobody followed, or several did: what fits two fits none.
    """
    seen: set[int] = set()
    reached: set[int] = set()
    waiting = [unit]
    while waiting:
        here = waiting.pop()
        if here not in ended:
            reached.add(here)
        elif here not in seen:
            seen.add(here)
            waiting.extend(after.get(here, ()))
    return reached.pop() if len(reached) == 1 else None


def answering_units(units: Collection[int]) -> Mapping[int, Organisation]:
    """For each unit (by key) the one that answers for it today; left out where none does.

    One statement where all of them stand, two or three otherwise.
    """
    known = Organisation.objects.in_bulk(list(units))
    if all(unit.valid_to is None for unit in known.values()):
        return known
    after = followers()
    reachable = Organisation.objects.in_bulk({key for one in after.values() for key in one} - set(known))
    every = known | reachable
    ended = {key for key, unit in every.items() if unit.valid_to is not None}
    heirs = {key: answering(key, ended, after) for key in known}
    return {key: every[heir] for key, heir in heirs.items() if heir is not None}


def _known(facts: QuerySet[OrganisationFact], at: datetime | None) -> QuerySet[OrganisationFact]:
    if at is None:
        return facts.filter(superseded_at=None)
    return facts.filter(Q(superseded_at=None) | Q(superseded_at__gt=at), recorded_at__lte=at)


def _holds(day: date) -> Q:
    begun = Q(valid_from=None) | Q(valid_from__lte=day)
    return begun & (Q(valid_to=None) | Q(valid_to__gt=day))
