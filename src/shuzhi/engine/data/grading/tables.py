"""Grading a whole table: sample, detect, combine, look beside, level, roll up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from shuzhi.engine.data.grading import combining, neighbours, rollup, sampling
from shuzhi.engine.data.grading.categories import UNKNOWN
from shuzhi.engine.data.grading.combining import Sides, Verdict
from shuzhi.engine.data.grading.model import ColumnGrade, Evidence, GradeRequest, TableGrade
from shuzhi.engine.data.grading.sampling import ColumnSample
from shuzhi.engine.data.grading.scheme import Scheme, load_scheme

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from shuzhi.engine.data.tables import Tables

_MINORS = 0.05
_MINOR = "person.minor"


def grade_table(
    tables: Tables,
    table: ir.Table,
    *,
    headers: Mapping[str, str] | None = None,
    scheme: Scheme | None = None,
    request: GradeRequest | None = None,
) -> TableGrade:
    """What each column of ``table`` is and how sensitive, and how sensitive they are together.

    ``headers`` gives the header or comment of a column where it is not the column's name.
    ``scheme`` is DB33-2351 where None. Looks at a sample; the rows are counted whole.
    """
    scheme, request = scheme or load_scheme(), request or GradeRequest()
    rows = sampling.table_rows(tables, table)
    sample = sampling.draw_sample(tables, table, rows=rows, wanted=request.sample_rows, seed=request.seed)
    shown = {
        name: None if request.hide_headers else (headers or {}).get(name, name)
        for name in sample.column_names
    }
    columns = sampling.read_columns(sample, shown)
    if rows > sample.num_rows:
        sampling.look_again(tables, table, columns, wanted=request.sample_rows // 2)
    sampling.mark_empty(tables, table, columns, whole=rows == sample.num_rows)
    graded = grade_columns(columns, scheme, request)
    subjects = _count_subjects(tables, table, graded, rows, scheme)
    grade = roll_up(graded, scheme, subjects=subjects)
    return replace(grade, rows=rows, sampled=sample.num_rows)


def grade_columns(
    columns: Sequence[ColumnSample], scheme: Scheme, request: GradeRequest
) -> tuple[ColumnGrade, ...]:
    """The grades of columns already sampled."""
    sides = [combining.weigh_sides(column) for column in columns]
    first = [combining.decide(side, {}) for side in sides]
    beside = neighbours.look_beside(columns, first)
    verdicts = [combining.decide(side, near) for side, near in zip(sides, beside, strict=True)]
    born = neighbours.births_in_numbers(columns, verdicts)
    return tuple(
        _grade(side, _born(verdict, born.get(side.column.name)), scheme, request)
        for side, verdict in zip(sides, verdicts, strict=True)
    )


def roll_up(columns: Sequence[ColumnGrade], scheme: Scheme, *, subjects: int = 0) -> TableGrade:
    """A table's grade from its columns' grades, also after somebody has changed them by hand.

    ``subjects`` is how many persons the table is about (for the volume rules).
    """
    if not columns:
        return TableGrade((), scheme.at(1), reasons=(Evidence("table.empty"),), scheme=scheme.id)
    top = max(columns, key=lambda c: scheme.rank(c.level))
    combined = rollup.combine(columns, scheme)
    level = scheme.highest([top.level, *(raised.level for raised in combined)])
    volume = rollup.weigh_volume(columns, level, subjects, scheme)
    reasons = [Evidence("table.columns", {"column": top.column, "level": top.level})]
    reasons += [raised.reason for raised in (*combined, *volume)]
    return TableGrade(
        columns=tuple(columns),
        level=scheme.highest([level, *(raised.level for raised in volume)]),
        combinations=combined,
        volume=volume,
        flags=tuple(dict.fromkeys(raised.flag for raised in volume if raised.flag)),
        reasons=tuple(reasons),
        subjects=subjects,
        scheme=scheme.id,
    )


def _born(verdict: Verdict, agreement: Evidence | None) -> Verdict:
    if agreement is None:
        return verdict
    return replace(
        verdict, category="person.birth_date", confidence=max(verdict.confidence, 0.95),
        evidence=(agreement, *verdict.evidence),
    )  # fmt: skip


def _grade(side: Sides, verdict: Verdict, scheme: Scheme, request: GradeRequest) -> ColumnGrade:
    category = verdict.category
    level, why = scheme.level(category, request.subject)
    args: dict[str, object] = {"level": level} | ({"subject": request.subject} if why == "subject" else {})
    if side.column.empty and scheme.rank(level) > scheme.rank(scheme.unknown):
        # a header alone protects nothing; the next file is graded by the values it brings
        level, why, args = scheme.unknown, "empty", {"level": scheme.unknown}
    evidence = [*verdict.evidence, Evidence(f"level.{why}", args)]
    minors = None
    if request.today is not None and category != UNKNOWN:
        minors = neighbours.share_of_minors(side.column, category, request.today)
    of_minors = scheme.level(_MINOR)[0]
    if minors and minors >= _MINORS and scheme.rank(of_minors) > scheme.rank(level):
        level = of_minors
        evidence.append(Evidence("level.minors", {"share": round(minors, 3), "level": level}))
    return ColumnGrade(
        column=side.column.name,
        category=category,
        level=level,
        confidence=verdict.confidence,
        evidence=tuple(evidence),
        alternatives=verdict.alternatives,
        minors=minors,
    )


def _count_subjects(
    tables: Tables, table: ir.Table, columns: Sequence[ColumnGrade], rows: int, scheme: Scheme
) -> int:
    """How many persons the table is about: distinct identity numbers (about), else its rows."""
    smallest = min((rule.subjects for rule in scheme.volumes), default=0)
    if not scheme.volumes or rows < smallest or not rollup.counts_persons(columns):
        return 0
    numbers = [c.column for c in columns if c.category == neighbours.RESIDENT]
    if not numbers:
        return rows
    counted = table[numbers[0]].approx_nunique().name("subjects")
    return min(rows, int(tables.collect(counted).column(0)[0].as_py()))
