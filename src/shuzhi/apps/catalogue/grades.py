"""From what the grading proposes and people decide to what holds: of each column, and of the whole table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from shuzhi.apps.catalogue.models import Dataset, FieldGrade
from shuzhi.apps.catalogue.plain import plain_json

if TYPE_CHECKING:
    from shuzhi.engine.data.grading import ColumnGrade, TableGrade

DECIDED = (FieldGrade.State.ACCEPTED, FieldGrade.State.CHANGED)


def grades_in_force(dataset: Dataset | None, graded: TableGrade) -> TableGrade:
    """The grade of a file's table by what holds of each column: a decision, else the proposal.

    A decision answers what was proposed then. Where more protection is proposed now (id numbers in a
    column that held codes), the new proposal holds until somebody decides again.
    """
    from shuzhi.engine.data.grading import load_scheme, roll_up

    taken = dataset.grades.filter(state__in=DECIDED) if dataset else ()
    decided = {grade.column: grade for grade in taken}
    columns = []
    for column in graded.columns:
        grade = decided.get(column.column)
        if grade and column.level <= max(grade.proposed_level, grade.level):
            columns.append(replace(column, category=grade.category, level=grade.level))
        else:
            columns.append(column)
    return roll_up(columns, load_scheme(graded.scheme), subjects=graded.subjects)


def current_grades(dataset: Dataset) -> list[FieldGrade]:
    """The grades of the current version's columns, in its order.

    What was decided of a column that a newer version lacks stays stored, for when the column returns.
    """
    grades = list(dataset.grades.order_by("position", "pk"))
    if dataset.current is None:
        return grades
    order = {name: place for place, (name, *_) in enumerate(dataset.current.columns)}
    return sorted((g for g in grades if g.column in order), key=lambda grade: order[grade.column])


def keep_grades(dataset: Dataset, graded: TableGrade) -> TableGrade:
    """Stores the proposals of a file where no decision stands; answers the table's grade that holds now."""
    held = grades_in_force(dataset, graded)
    renewed = [now for was, now in zip(graded.columns, held.columns, strict=True) if was is now]
    dataset.grades.exclude(state__in=DECIDED).delete()
    dataset.grades.filter(column__in=[grade.column for grade in renewed]).delete()
    FieldGrade.objects.bulk_create(_proposals(dataset, graded, {g.column for g in renewed}), batch_size=500)
    return held


def _proposals(dataset: Dataset, graded: TableGrade, names: set[str]) -> Iterable[FieldGrade]:
    for position, grade in enumerate(graded.columns):
        if grade.column in names:
            yield FieldGrade(
                dataset=dataset,
                column=grade.column,
                position=position,
                category=grade.category,
                level=grade.level,
                proposed_level=grade.level,
                confidence=grade.confidence,
                evidence=plain_json([{"code": e.code, "args": dict(e.args)} for e in grade.evidence]),
                state=FieldGrade.State.SURE if grade.state == "accepted" else FieldGrade.State.PROPOSED,
            )


def level_after(dataset: Dataset, grades: Sequence[FieldGrade]) -> tuple[str, list[object]]:
    """The table's level and its reasons after somebody decided: combinations and volume count as before.

    How many persons the table is about is what the last grading of the file counted.
    """
    from shuzhi.engine.data.grading import load_scheme, roll_up

    subjects = max((int(r["args"].get("subjects", 0)) for r in dataset.level_reasons), default=0)
    table = roll_up([_column(grade) for grade in grades], load_scheme(), subjects=subjects)
    return table.level, reasons_of(table)


def reasons_of(table: TableGrade) -> list[object]:
    """Why a table has its level, as stored."""
    return [plain_json({"code": reason.code, "args": dict(reason.args)}) for reason in table.reasons]


def _column(grade: FieldGrade) -> ColumnGrade:
    from shuzhi.engine.data.grading import ColumnGrade

    return ColumnGrade(grade.column, grade.category, grade.level, grade.confidence)
