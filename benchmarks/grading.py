"""How well columns are recognised: F2 per category, traps, real files, and the time for a table.

``main() -> list[dict[str, object]]``: one row per figure with the keys figure, value, unit,
bar (null: no bar), held (whether the bar is held, null without one), note. Run alone it
prints them: ``python -m benchmarks.grading``.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from benchmarks.figures import Row
from benchmarks.made_columns import Column, make_columns
from benchmarks.traps import make_traps
from shuzhi.engine.data.grading import ColumnGrade, GradeRequest, grade_table, load_categories, load_scheme
from shuzhi.engine.data.tables import Tables, open_tables

PER_KIND, ROWS, TRAPS, SEED = 40, 300, 300, 20260101
F2_BAR, TRAP_BAR, TIME_BAR_S = 0.95, 0.01, 2.0


def grade_column(tables: Tables, cells: list[str], header: str | None) -> ColumnGrade:
    """One column graded as a table of its own; a null header is hidden."""
    table = tables.arrow(pa.table({"c": pa.array(cells, pa.string())}))
    headers = {"c": header} if header else None
    return grade_table(
        tables, table, headers=headers, request=GradeRequest(hide_headers=header is None)
    ).columns[0]


def f2(found: int, missed: int, wrong: int) -> float:
    """F-measure that weighs recall four times precision: 5PR / (4P + R)."""
    return 5 * found / (5 * found + 4 * missed + wrong) if found else 0.0


def measure_kinds(tables: Tables, columns: Iterable[Column]) -> tuple[list[Row], list[str]]:
    """F2 per category over made columns, and what went wrong in words."""
    found: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    slips = []
    for column in columns:
        graded = grade_column(tables, column.cells, column.header)
        if graded.category == column.category or graded.category in column.also:
            found[column.category] += 1
            continue
        missed[column.category] += 1
        wrong[graded.category] += 1
        slips.append(f"{column.category} -> {graded.category} ({graded.confidence}): {column.cells[:3]}")
    rows = []
    for category in sorted({*found, *missed}):
        value = round(f2(found[category], missed[category], wrong[category]), 3)
        note = f"missed {missed[category]}, taken for it {wrong[category]}"
        rows.append(figure(f"grade: F2 {category}", value, "", F2_BAR, value >= F2_BAR, note))
    return rows, slips


def measure_traps(tables: Tables, count: int = TRAPS) -> tuple[Row, list[str]]:
    """The share of trap columns that were taken for something personal, secret or of level 3."""
    scheme, categories = load_scheme(), load_categories()
    sprung = []
    for what, cells in make_traps(count=count, rows=ROWS, seed=SEED):
        graded = grade_column(tables, cells, None)
        roles = categories[graded.category].roles
        if scheme.rank(graded.level) >= 3 or "person" in roles or "secret" in roles:
            sprung.append(f"{what} -> {graded.category} ({graded.confidence}): {cells[:3]}")
    share = round(len(sprung) / count, 4)
    return figure(
        "grade: traps sprung", share, f"of {count}", TRAP_BAR, share <= TRAP_BAR, "; ".join(sprung)[:300]
    ), sprung


def measure_time(path: Path) -> Row:
    """Seconds to grade a Parquet file by sampling, session and imports not counted."""
    with open_tables() as tables:
        table = tables.parquet(path)
        load_scheme()
        start = time.perf_counter()
        grade = grade_table(tables, table, request=GradeRequest(hide_headers=True))
        seconds = round(time.perf_counter() - start, 2)
    note = f"{grade.rows:,} rows x {len(grade.columns)} columns, {grade.sampled:,} rows looked at"
    return figure("grade: time", seconds, "s", TIME_BAR_S, seconds <= TIME_BAR_S, note)


def figure(name: str, value: object, unit: str, bar: object, held: bool | None, note: str = "") -> Row:
    return {"figure": name, "value": value, "unit": unit, "bar": bar, "held": held, "note": note}


def main(table: Path | None = None, *, per_kind: int = PER_KIND) -> list[Row]:
    """All figures; ``table`` is the 1M x 12 Parquet file of persons (its time is left out where None)."""
    with open_tables() as tables:
        rows, slips = measure_kinds(tables, make_columns(per_kind=per_kind, rows=ROWS, seed=SEED))
        trap, sprung = measure_traps(tables)
    rows.append(trap)
    if table is not None:
        rows.append(measure_time(table))
    for line in (*slips, *sprung):
        print(line)
    return rows


if __name__ == "__main__":
    import sys

    for row in main(Path(sys.argv[1]) if len(sys.argv) > 1 else None):
        print("{figure:40} {value} {unit}  bar {bar}  held {held}  {note}".format(**row))
