"""What a person decides about the grades that were proposed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from shuzhi.apps.catalogue import policies
from shuzhi.apps.catalogue.grades import current_grades, level_after
from shuzhi.apps.catalogue.models import Dataset, FieldGrade
from shuzhi.apps.journal.services import record
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.models import compare_and_set
from shuzhi.apps.records.refusals import ConflictError, NotFoundError
from shuzhi.engine.texts import N_

_REASON = N_("a grade that differs from the proposal needs a reason")
_LEVEL = N_("the levels are L1, L2, L3 and L4")
LEVELS = ("L1", "L2", "L3", "L4")


@dataclass(frozen=True, slots=True)
class GradeDecision:
    """One column's decision; ``level`` null accepts what was proposed. ``version`` is the one read."""

    column: str
    version: int
    level: str | None = None
    reason: str = ""


def grades_decide(*, actor: Actor, dataset: Dataset, decisions: Sequence[GradeDecision]) -> list[FieldGrade]:
    """Accepts or changes grades in one transaction, and rolls the dataset's level up from them.

    A changed level needs a reason. Raises NotFoundError, ConflictError, StaleError; then nothing changed.
    """
    policies.grades_decide(actor, dataset)
    with transaction.atomic():
        held = dataset.grades.order_by("position", "pk").select_for_update()
        grades = {grade.column: grade for grade in held}
        decided = [_decide(actor, grades, decision) for decision in decisions]
        level, reasons = level_after(dataset, current_grades(dataset))
        if (level, reasons) != (dataset.level, dataset.level_reasons):
            compare_and_set(dataset, level=level, level_reasons=reasons)
        record(
            actor=actor,
            act="grades.decide",
            subject=("dataset", dataset.public_id),
            payload={"columns": {g.column: [g.category, g.level, g.state] for g in decided}, "level": level},
        )
    return decided


def _decide(actor: Actor, grades: dict[str, FieldGrade], decision: GradeDecision) -> FieldGrade:
    grade = grades.get(decision.column)
    if grade is None:
        raise NotFoundError("column", decision.column)
    grade.version = decision.version
    if decision.level is not None and decision.level not in LEVELS:
        raise ConflictError(_LEVEL)
    changed = decision.level is not None and decision.level != grade.level
    if changed and not decision.reason.strip():
        raise ConflictError(_REASON)
    return compare_and_set(
        grade,
        level=decision.level or grade.level,
        state=FieldGrade.State.CHANGED if changed else FieldGrade.State.ACCEPTED,
        decided_by_name=actor.name,
        decided_at=timezone.now(),
        reason=decision.reason.strip(),
    )
