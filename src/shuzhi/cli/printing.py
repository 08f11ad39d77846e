"""How results look on a terminal and as JSON. Decides nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import typer

from shuzhi.engine.texts import N_, translate

if TYPE_CHECKING:
    from shuzhi.engine.data.grading import TableGrade
    from shuzhi.engine.data.inspection import Checked
    from shuzhi.engine.data.profiling import Profile
    from shuzhi.engine.data.quality import RuleResult
    from shuzhi.engine.data.reading import Load

MARKS = {"passed": "✓", "failed": "✗", "unassessable": "–"}


def say(text: str, **values: object) -> None:
    """One translated line."""
    typer.echo(translate(text).format(**values))


def show_json(value: object) -> None:
    """The value as JSON, Chinese as it is; dates and enums as text."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def show_load(load: Load, *, as_json: bool, limit: int) -> None:
    """How a file was understood, its frame rows, and what was set aside (the first ``limit``)."""
    import pyarrow.parquet as pq

    from shuzhi.engine.data.reading.wording import describe

    account, source = load.account, load.source
    aside = pq.read_table(load.set_aside)
    if as_json:
        show_json(
            {
                "source": {name: getattr(source, name) for name in type(source).__slots__ if name != "notes"},
                "notes": [describe(note) for note in load.notes],
                "columns": [{"name": c.name, "header": c.header, "type": c.type.value} for c in load.columns],
                "account": {name: getattr(account, name) for name in type(account).__slots__},
                "frame": [{"row": f.row, "role": f.role, "why": f.why} for f in load.frame_rows],
                "set_aside": aside.slice(0, limit).to_pylist(),
            }
        )
        return
    parts = (source.format, source.encoding, source.sheet, source.delimiter and repr(source.delimiter))
    typer.echo(f"{source.name}: {', '.join(part for part in parts if part)}")
    for note in load.notes:
        typer.echo(f"  ! {describe(note)}")
    for column in load.columns:
        typer.echo(f"  {column.letter or '-':>3}  {column.type.value:<9}  {column.name}")
    for frame in load.frame_rows[:limit]:
        say(N_("  row {row}: {role}, {why}"), row=frame.row, role=frame.role, why=describe(frame.why))
    for cell in aside.slice(0, limit).to_pylist():
        where = f"{cell['column']}: {cell['raw']}" if cell["column"] else cell["raw"]
        say(N_("  ✗ row {row}, {where}: {why}"), row=cell["row"], where=where, why=describe(cell["reason"]))
    if aside.num_rows > limit:
        say(N_("  … and {count} more"), count=aside.num_rows - limit)
    say(
        N_("{total} rows = {frame} frame + {loaded} loaded + {set_aside} set aside; {cells} cells set aside"),
        total=account.total,
        frame=account.frame,
        loaded=account.loaded,
        set_aside=account.set_aside,
        cells=account.set_aside_cells,
    )


def show_profile(profile: Profile, *, as_json: bool) -> None:
    """One line per column."""
    lines = [
        {
            "column": column.name,
            "rows": column.rows,
            "nulls": column.nulls,
            "distinct": column.distinct,
            "top": [frequent.value for frequent in column.top[:3]],
        }
        for column in profile.columns
    ]
    if as_json:
        show_json(lines)
        return
    for line in lines:
        say(
            N_("{column}: {rows} rows, {nulls} empty, {distinct} different; e.g. {top}"),
            **{**line, "top": ", ".join(map(str, line["top"]))},  # type: ignore[call-overload]
        )


def show_check(checked: Checked, *, seconds: float, as_json: bool) -> None:
    """One line per rule, then the account and a total with the time."""
    report, scores = checked.report, checked.report.scores
    if as_json:
        show_json(
            {
                "rules": [_result(result) for result in report.rules],
                "rows": report.rows,
                "score": scores.dataset,
                "class": scores.letter,
                "coverage": scores.coverage,
                "dimensions": dict(scores.by_dimension),
                "seconds": round(seconds, 3),
            }
        )
        return
    for result in report.rules:
        typer.echo(
            f"{MARKS[result.status.value]} {result.rule.indicator:<6} {result.rule.id}  {_counts(result)}"
        )
    failed = len(report.failed)
    score = "–" if scores.dataset is None else f"{scores.dataset:.2f} ({scores.letter})"
    say(
        N_(
            "{rules} rules, {rows} rows: {failed} failed; "
            "score {score}, coverage {coverage:.0%}; {seconds:.2f} s"
        ),
        rules=len(report.rules),
        rows=report.rows,
        failed=failed,
        score=score,
        coverage=scores.coverage,
        seconds=seconds,
    )


def _counts(result: RuleResult) -> str:
    if result.evaluated is None:
        from shuzhi.engine.data.quality.reports import REASONS

        return translate(REASONS.get(result.reason or "", result.reason or ""))
    return f"{result.failed} / {result.evaluated}"


def _result(result: RuleResult) -> dict[str, Any]:
    return {
        "rule": result.rule.id,
        "indicator": result.rule.indicator,
        "status": result.status.value,
        "evaluated": result.evaluated,
        "failed": result.failed,
        "reason": result.reason,
    }


def show_grades(grades: TableGrade, *, as_json: bool) -> None:
    """One line per column, then the table's level and why."""
    from shuzhi.engine.data.grading import sentence

    if as_json:
        show_json({"level": grades.level, "columns": list(_graded(grades)), "flags": grades.flags})
        return
    for column in grades.columns:
        why = "; ".join(sentence(evidence) for evidence in column.evidence[:2])
        typer.echo(f"{column.level}  {column.confidence:>4.0%}  {column.column}  {column.category}  {why}")
    typer.echo(f"{grades.level}  " + "; ".join(sentence(reason) for reason in grades.reasons))


def _graded(grades: TableGrade) -> Iterable[dict[str, Any]]:
    for column in grades.columns:
        yield {
            "column": column.column,
            "category": column.category,
            "level": column.level,
            "confidence": round(column.confidence, 3),
            "state": column.state,
            "evidence": [{"code": e.code, **e.args} for e in column.evidence],
        }
