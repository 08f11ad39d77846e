"""What a change of the tree would do, before anybody decides it: reads, and writes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shuzhi.apps.people import hanging
from shuzhi.apps.people.changes import Change, Merge, Move, Part, Rename, Retire, Several, Split, named_in
from shuzhi.apps.people.checks import problems
from shuzhi.apps.people.models import Organisation


@dataclass(frozen=True, slots=True)
class Moving:
    """So many things of one kind (``title``: a msgid) go from one organisation to another, by their names.

    ``taker`` is empty where nobody is named to take them.
    """

    giver: str
    kind: str
    title: str
    number: int
    taker: str


@dataclass(frozen=True, slots=True)
class Preview:
    """``problems`` are msgids of what stands against the change; ``subtree`` counts what moves along.

    ``chosen`` says how many things of a split are given one by one, whatever the lines say of their kind.
    """

    problems: tuple[str, ...]
    moving: tuple[Moving, ...]
    subtree: int
    chosen: int = 0

    @property
    def total(self) -> int:
        """Everything that changes hands."""
        return sum(line.number for line in self.moving)


def preview(change: Change, on: date) -> Preview:
    """What the change would move on the day ``on``, and what stands against it."""
    units = {u.public_id: u for u in Organisation.objects.filter(public_id__in=named_in(change))}
    against = tuple(problems(change, on))
    if len(units) < len(named_in(change)):
        return Preview(against, (), 0)
    return Preview(against, tuple(_moving(change, units)), _subtree(change, units), _chosen(change))


def _moving(change: Change, units: Mapping[str, Organisation]) -> Sequence[Moving]:
    givers = {one: units[one] for one in _givers(change)}
    counts = hanging.counted([unit.pk for unit in givers.values()])
    return [
        Moving(unit.name, count.kind, count.title, count.number, _taker(change, public_id, count.kind, units))
        for public_id, unit in givers.items()
        for count in counts[unit.pk]
        if count.number
    ]


def _givers(change: Change) -> tuple[str, ...]:
    match change:
        case Merge():
            return change.organisations
        case Split() | Retire():
            return (change.organisation,)
        case Several():
            return tuple(one.organisation for one in change.changes if isinstance(one, Retire))
        case _:
            return ()


def _taker(change: Change, giver: str, kind: str, units: Mapping[str, Organisation]) -> str:
    match change:
        case Merge():
            return _called(change.into, units)
        case Split():
            place = change.sharing.kinds.get(kind, change.sharing.rest)
            return _called(change.parts[place], units) if 0 <= place < len(change.parts) else ""
        case Retire():
            return units[change.successor].name if change.successor else ""
        case Several():
            retired = [one for one in change.changes if isinstance(one, Retire)]
            follower = next((one.successor for one in retired if one.organisation == giver), None)
            return units[follower].name if follower else ""
        case _:
            return ""


def _called(part: Part, units: Mapping[str, Organisation]) -> str:
    return units[part].name if isinstance(part, str) else part.name


def _subtree(change: Change, units: Mapping[str, Organisation]) -> int:
    """How many organisations stand below those that are moved or renamed."""
    every = change.changes if isinstance(change, Several) else (change,)
    moved = [units[one.organisation].path for one in every if isinstance(one, Move | Rename)]
    return sum(
        Organisation.objects.filter(path__startswith=path, valid_to=None).count() - 1 for path in moved
    )


def _chosen(change: Change) -> int:
    return len(change.sharing.items) if isinstance(change, Split) else 0
