"""The two records every act leaves: its line in the case's timeline and its journal entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from shuzhi.apps.cases.models import Case, Step
from shuzhi.apps.journal import services as journal
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.models import BATCH_ROWS


@dataclass(frozen=True, slots=True)
class Act:
    """What was done: the step, the state it began in, the answers, and when."""

    name: str
    before: str
    at: datetime
    form: Mapping[str, object] = field(default_factory=dict)


def keep_steps(*, actor: Actor, acts: Sequence[tuple[Case, Act]]) -> None:
    """Writes each act to its case's timeline and to the journal; the cases already hold what came of them."""
    notes = [
        journal.Note(
            act=f"case.{act.name}",
            subject=("case", case.public_id),
            payload={
                "number": case.number,
                "kind": case.kind,
                "before": act.before,
                "after": case.state,
                "outcome": case.outcome,
                "due_at": case.due_at,
                "form": _plain_form(act),
            },
        )
        for case, act in acts
    ]
    entries = journal.record_all(actor=actor, notes=notes)
    steps = (_step(actor, *pair, entry.id) for pair, entry in zip(acts, entries, strict=True))
    Step.objects.bulk_create(steps, batch_size=BATCH_ROWS)


def _step(actor: Actor, case: Case, act: Act, entry: int) -> Step:
    return Step(
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
        form=_plain_form(act),
        due_at=case.due_at,
        entry=entry,
    )


def _plain_form(act: Act) -> dict[str, object]:
    return {name: plain_value(value) for name, value in act.form.items()}


def plain_value(value: object) -> object:
    """The value as JSON can hold it: dates in ISO 8601."""
    return value.isoformat() if isinstance(value, date) else value
