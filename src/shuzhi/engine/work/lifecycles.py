"""A lifecycle as plain values: states, steps, who may, what is needed, limits. Knows no file and no database.

The closed vocabularies are here (relations, guards, effects ...); ``lifecycle_document`` reads them from
YAML, ``decisions`` applies them, ``checking`` proves that they make sense together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from shuzhi.engine.work.limits import Limit, Source

DUTIES = ("clerk", "approver", "leader", "steward")
"""Duties a lifecycle may name; the people app grants the same ones."""

GUARDS: Mapping[str, str] = {
    "passes": "the owner of the subject proves that its check, run again over the same keys, finds nothing",
    "fails": "the owner of the subject says that its check, run again, still finds something",
    "left": "the owner of the subject says that nothing fails, but that some of what failed is gone",
    "withdrawn": "the owner of the subject says that the subject (the rule) has been withdrawn",
    "expired": "the day the case carries (exception, hold) has gone by",
}
"""What a step may have to be proved by, beyond the word of whoever takes it."""

EFFECTS: Mapping[str, str] = {
    "hand_over": "a case is opened for the organisation that the form names, or its open one is linked",
}
"""What may follow from a step beyond the case's own state."""


class Relation(StrEnum):
    """How an actor stands to the case.

    In the responsible organisation, in the one that opened it, anywhere above the responsible one (the
    actor's scope covers it), or the platform itself.
    """

    RESPONSIBLE = "responsible"
    OWNER = "owner"
    DISTRICT = "district"
    SYSTEM = "system"


RESERVED_STEPS = ("opened", "facts_updated", "followed", "rescheduled")
"""Names the timeline uses for what is no step of a lifecycle."""

REQUESTER_EXCLUDED = "requester_excluded"
"""Written beside a relation: not the person whose step brought the case into its present state."""


class Clock(StrEnum):
    """What a state does to the clock: it runs, or it is held (what is left is kept) while the state lasts."""

    RUNS = "runs"
    HELD = "held"


class Phase(StrEnum):
    """Open: somebody must act. Settled: nobody must, until a day comes. Ended: for good."""

    OPEN = "open"
    SETTLED = "settled"
    ENDED = "ended"


class NeedType(StrEnum):
    """What a field of a step's form holds."""

    TEXT = "text"
    CHOICE = "choice"
    DATE = "date"
    INTEGER = "integer"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who may take a step: any of ``duties`` in ``relation``. The system has no duty."""

    relation: Relation
    duties: tuple[str, ...] = ()
    requester_excluded: bool = False


@dataclass(frozen=True, slots=True)
class Reach:
    """How far ahead a date may lie at most, in days, and where that number comes from."""

    days: int
    source: Source


@dataclass(frozen=True, slots=True)
class Need:
    """One field of a step's form.

    ``until`` marks the date that the case carries from then on (expiry, end of a hold): it lies after
    the day of the step. ``level`` is the grade of what is written (L1-L4); free text is L3 until the
    lifecycle lowers it.
    """

    name: str
    type: NeedType
    required: bool = True
    values: tuple[str, ...] = ()
    until: bool = False
    within: Reach | None = None
    level: str = "L1"


@dataclass(frozen=True, slots=True)
class Fact:
    """One value a case is opened with: a count, a choice, or an identifier. Never a person's data.

    ``kept``: the value of the opening stays, whatever later counts say.
    """

    name: str
    type: NeedType
    values: tuple[str, ...] = ()
    required: bool = False
    kept: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """One state. ``dated``: the case carries a day while in it. ``awaits``: whose inbox it is in."""

    name: str
    phase: Phase = Phase.OPEN
    awaits: tuple[Who, ...] = ()
    limit: str | None = None
    clock: Clock = Clock.RUNS
    dated: bool = False
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One act. ``target`` None means the state stays. ``restart``: the limit begins anew."""

    name: str
    sources: tuple[str, ...]
    target: str | None
    who: tuple[Who, ...]
    needs: tuple[Need, ...] = ()
    guard: str | None = None
    effects: tuple[str, ...] = ()
    restart: bool = False

    @property
    def by_system(self) -> bool:
        """Whether the platform itself may take the step."""
        return any(who.relation is Relation.SYSTEM for who in self.who)


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """One kind of case. ``number`` begins its numbers; ``opens`` says who may open one."""

    name: str
    number: str
    start: str
    states: Mapping[str, State]
    steps: Mapping[str, Step]
    limits: Mapping[str, Limit] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    opens: tuple[Who, ...] = ()

    def leaving(self, state: str) -> tuple[Step, ...]:
        """Steps that may be taken in ``state``, in the lifecycle's order."""
        return tuple(step for step in self.steps.values() if state in step.sources)

    def limit_of(self, state: str) -> Limit | None:
        """The limit that begins with ``state``, if it has one."""
        name = self.states[state].limit
        return self.limits[name] if name else None
