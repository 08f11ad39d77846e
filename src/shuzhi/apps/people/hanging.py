"""What hangs on an organisation: what a change of the tree hands over to the one that follows.

Accounts, duties and subordinate organisations are this app's own. Higher apps hold further things
(cases, datasets): they register their answers in AppConfig.ready.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from shuzhi.apps.people.models import Organisation
from shuzhi.apps.records.actors import Actor


@dataclass(frozen=True, slots=True)
class Handover:
    """What goes from ``source``: ``target`` says to whom, by the thing's public id (``source``: it stays)."""

    source: Organisation
    on: date
    target: Callable[[str], Organisation]

    def by_target(self, things: Iterable[tuple[str, int]]) -> Mapping[Organisation, list[int]]:
        """The keys of things that leave, by who takes them; ``things`` are (public id, key)."""
        found: dict[Organisation, list[int]] = {}
        for public_id, key in things:
            if (taker := self.target(public_id)) != self.source:
                found.setdefault(taker, []).append(key)
        return found


class Hanging(Protocol):
    """The answers for one kind of thing. ``title`` is a msgid: what many of them are called."""

    title: str

    def counts(self, units: Collection[int]) -> Mapping[int, int]:
        """How many hang on each unit (by key) now, in one statement; those with none may be left out."""
        ...

    def hand_over(self, *, actor: Actor, handover: Handover) -> int:
        """Hands them over and answers how many left; inside the transaction of the change.

        As many statements for one thing as for two hundred; every thing handed over is in the journal.
        """
        ...


_KINDS: dict[str, Hanging] = {}


def register(kind: str, hanging: Hanging) -> None:
    """Makes ``hanging`` answer for one kind of thing; a kind has one answer."""
    if _KINDS.setdefault(kind, hanging) is not hanging:
        raise ValueError(f"two apps answer for what hangs on an organisation as {kind}")


def forget(kind: str) -> None:
    """Takes the answers for ``kind`` away again, if there are any."""
    _KINDS.pop(kind, None)


def kinds() -> Mapping[str, Hanging]:
    """Every kind in the order of registration: lower apps first."""
    return dict(_KINDS)


@dataclass(frozen=True, slots=True)
class Count:
    """How many things of one kind hang on a unit; ``title`` is a msgid."""

    kind: str
    title: str
    number: int


def counted(units: Collection[int]) -> Mapping[int, tuple[Count, ...]]:
    """What hangs on each unit (by key), every kind, in one statement for each kind."""
    found: dict[int, list[Count]] = {unit: [] for unit in units}
    for kind, hanging in _KINDS.items():
        numbers = hanging.counts(units) if units else {}
        for unit in units:
            found[unit].append(Count(kind, hanging.title, numbers.get(unit, 0)))
    return {unit: tuple(counts) for unit, counts in found.items()}
