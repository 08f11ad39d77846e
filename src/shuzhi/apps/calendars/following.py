"""What depends on the calendar in higher apps: deadlines that run across days which change.

They register their answer in AppConfig.ready; this app knows neither cases nor limits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from shuzhi.apps.records.actors import Actor
from shuzhi.engine.work.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Change:
    """The calendar before and after; ``first`` is the earliest day on which the two can differ."""

    before: Calendar
    after: Calendar
    first: date


@dataclass(frozen=True, slots=True)
class Moves:
    """How many deadlines a change brings forward, puts off, and leaves where they are."""

    earlier: int = 0
    later: int = 0
    same: int = 0

    @property
    def moved(self) -> int:
        """How many get another deadline."""
        return self.earlier + self.later

    def __add__(self, other: Moves) -> Moves:
        return Moves(self.earlier + other.earlier, self.later + other.later, self.same + other.same)


class Follower(Protocol):
    """Answers for one kind of thing that has deadlines."""

    def preview(self, change: Change) -> Moves:
        """What the change would move; writes nothing."""
        ...

    def follow(self, *, actor: Actor, change: Change) -> Moves:
        """Moves them, in the transaction of the approval; each is in its timeline and in the journal."""
        ...


_FOLLOWERS: dict[str, Follower] = {}


def register(kind: str, follower: Follower) -> None:
    """Makes ``follower`` answer for one kind of thing; a kind has one answer."""
    if _FOLLOWERS.setdefault(kind, follower) is not follower:
        raise ValueError(f"two apps answer for the deadlines of {kind}")


def preview(change: Change) -> Moves:
    """What the change would move, of everything."""
    return sum((follower.preview(change) for follower in _FOLLOWERS.values()), Moves())


def follow(*, actor: Actor, change: Change) -> Moves:
    """Moves everything that the change moves."""
    moves = (follower.follow(actor=actor, change=change) for follower in _FOLLOWERS.values())
    return sum(moves, Moves())
