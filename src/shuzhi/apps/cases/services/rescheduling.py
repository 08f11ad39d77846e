"""Deadlines of open cases that run across days which the calendar changes: counted again, never in silence.

A limit counts again from the instant from which its present deadline was told. What was left of a clock
that had been stopped counts on from where it ran again. A clock that stands still keeps its days: they are
counted by the calendar of the day on which it runs again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time

from django.db.models import QuerySet
from django.utils import timezone

from shuzhi.apps.calendars.following import Change, Moves, register
from shuzhi.apps.calendars.selectors import office_of
from shuzhi.apps.cases import policies
from shuzhi.apps.cases.models import Case, Step
from shuzhi.apps.cases.recording import Act, keep_steps
from shuzhi.apps.cases.selectors import with_all
from shuzhi.apps.cases.standings import lifecycle_of
from shuzhi.apps.records.actors import SYSTEM, Actor
from shuzhi.apps.records.models import batches, compare_and_set_all
from shuzhi.engine.work.limits import Due, Limit, due, remaining, resumed

KIND = "case"


@dataclass(frozen=True, slots=True)
class _Move:
    """A case whose limit runs since ``start``, and its deadline by the calendar after the change."""

    case: Case
    start: datetime
    due: Due

    @property
    def is_moved(self) -> bool:
        return self.due.at != self.case.due_at

    @property
    def changes(self) -> bool:
        return self.is_moved or list(self.due.assumed_years) != self.case.assumed_years


class Deadlines:
    """The deadlines of cases that have not ended."""

    def preview(self, change: Change) -> Moves:
        """What the change would move."""
        return sum((_counted(moves) for moves in _moves(_reaching(change), change)), Moves())

    def follow(self, *, actor: Actor, change: Change) -> Moves:
        """Moves them as the platform's own act, for the request in which the change was approved."""
        platform = replace(SYSTEM, request_id=actor.request_id)
        return cases_reschedule(actor=platform, change=change)


def cases_reschedule(*, actor: Actor, change: Change) -> Moves:
    """Gives each open case that the change reaches its new deadline; those that keep theirs get no step.

    Call it inside the transaction of the change. Raises StaleError where somebody acts on one meanwhile.
    """
    policies.cases_reschedule(actor)
    found = Moves()
    for moves in _moves(_reaching(change).select_for_update(of=("self",)), change):
        found += _counted(moves)
        _write(actor, [move for move in moves if move.changes])
    return found


def _write(actor: Actor, moves: Sequence[_Move]) -> None:
    now = timezone.now()
    before = {move.case.pk: (move.case.due_at, move.is_moved) for move in moves}
    compare_and_set_all(
        [
            (
                move.case,
                {
                    "due_at": move.due.at,
                    "assumed_years": list(move.due.assumed_years),
                    "acts": move.case.acts + move.is_moved,
                },
            )
            for move in moves
        ]
    )
    keep_steps(
        actor=actor,
        acts=[
            (
                move.case,
                Act(
                    Step.RESCHEDULED,
                    move.case.state,
                    now,
                    {"from": before[move.case.pk][0], "since": move.start},
                ),
            )
            for move in moves
            if before[move.case.pk][1]
        ],
    )


def _reaching(change: Change) -> QuerySet[Case]:
    """Open cases with a running limit that ends on the first day of the change or later."""
    begin = timezone.make_aware(datetime.combine(change.first, time.min))
    running = Case.objects.filter(ended_at=None, due_at__gte=begin).exclude(limit="")
    return with_all(running).defer("samples").order_by("pk")


def _moves(cases: QuerySet[Case], change: Change) -> Iterator[list[_Move]]:
    """Every case with its new deadline, a batch at a time; two statements each."""
    for keys in batches(list(cases.order_by("pk").values_list("pk", flat=True))):
        known = list(cases.filter(pk__in=keys))
        starts = _starts(known)
        yield [_moved(case, starts[case.pk], change) for case in known]


def _starts(cases: Sequence[Case]) -> Mapping[int, datetime]:
    """Since when each case's present limit runs: the act that told its present deadline."""
    due_at = {case.pk: case.due_at for case in cases}
    starts = {case.pk: case.created_at for case in cases}
    is_told: set[int] = set()
    steps = Step.objects.filter(case__in=list(due_at)).order_by("case", "sequence")
    for key, name, at, told, form in steps.values_list("case_id", "name", "at", "due_at", "form"):
        if told != due_at[key]:
            is_told.discard(key)
        elif key not in is_told:
            is_told.add(key)
            starts[key] = datetime.fromisoformat(form["since"]) if name == Step.RESCHEDULED else at
    return starts


def _moved(case: Case, start: datetime, change: Change) -> _Move:
    limit: Limit = lifecycle_of(case).limits[case.limit]
    before, after = office_of(change.before), office_of(change.after)
    told = case.due_at or start  # a limit that runs has its end: _reaching asks for it
    amount = limit.amount_for(case.facts)
    if due(limit, amount, start, before).at == told:
        return _Move(case, start, due(limit, amount, start, after))
    left = remaining(limit, told, start, before)
    return _Move(case, start, resumed(limit, left, start, after))


def _counted(moves: Sequence[_Move]) -> Moves:
    told = [(move.due.at, move.case.due_at) for move in moves]
    earlier = sum(at < was for at, was in told if was)
    later = sum(at > was for at, was in told if was)
    return Moves(earlier, later, len(moves) - earlier - later)


def answer_for_deadlines() -> None:
    """Has changes of the calendar move deadlines here."""
    register(KIND, DEADLINES)


DEADLINES = Deadlines()
