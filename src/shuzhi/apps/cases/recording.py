"""The two records every act leaves: its line in the case's timeline and its journal entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from shuzhi.apps.cases.models import Case, Step
from shuzhi.apps.journal import services as journal
from shuzhi.apps.records.actors import Actor


@dataclass(frozen=True, slots=True)
class Act:
    """What was done: the step, the state it began in, the answers, and when."""

    name: str
    before: str
    at: datetime
    form: Mapping[str, object] = field(default_factory=dict)


def keep_step(*, actor: Actor, case: Case, act: Act) -> Step:
    """Writes ``act`` to the timeline and the journal; the case already holds what came of it."""
    form = {name: _plain(value) for name, value in act.form.items()}
    entry = journal.record(
        actor=actor,
        act=f"case.{act.name}",
        subject=("case", case.public_id),
        payload={
            "number": case.number,
            "kind": case.kind,
            "before": act.before,
            "after": case.state,
            "outcome": case.outcome,
            "due_at": case.due_at,
            "form": form,
        },
    )
    step = Step(
        case=case,
        sequence=case.acts,
        name=act.name,
        at=act.at,
        actor_id=actor.id,
        actor_name=actor.name,
        actor_duty=actor.duty,
        organisation_id=actor.organisation_id,
        before=act.before,
        after=case.state,
        form=form,
        due_at=case.due_at,
        entry=entry.id,
    )
    step.save()
    return step


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
