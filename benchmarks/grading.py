"""How well columns are recognised: F2 per category, traps, real files, and the time for a table.

``main() -> list[Row]`` (see ``figures``); ``python -m benchmarks.grading`` prints them.
"""

from __future__ import annotations

import csv
import io
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from benchmarks.figures import Row, print_table
from benchmarks.made_columns import Column, make_columns
from benchmarks.persons import write_persons
from benchmarks.traps import make_traps
from shuzhi.engine.data.grading import ColumnGrade, GradeRequest, grade_table, load_categories, load_scheme
from shuzhi.engine.data.tables import Tables, open_tables

PER_KIND, ROWS, TRAPS, SEED = 40, 300, 300, 20260101
F2_BAR, TRAP_BAR, TIME_BAR_S = 0.95, 0.01, 2.0
TABLE_ROWS = 1_000_000
SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
REAL_FILES = (
    "heritage/*_units.csv",
    "hydrology/*.txt",
    "typhoon/*.csv",
    "admin/division_*.csv",
    "macro/*.csv",
)


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
        rows.append(figure(f"grade: F2 {category}", value, "", f">= {F2_BAR}", value >= F2_BAR, note))
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
        "grade: traps sprung",
        share,
        f"of {count}",
        f"<= {TRAP_BAR}",
        share <= TRAP_BAR,
        "; ".join(sprung)[:300],
    ), sprung


def measure_time(path: Path) -> Row:
    """Seconds to grade a Parquet file by sampling, session and imports not counted."""
    with open_tables() as tables:
        table = tables.parquet(path)
        load_scheme()
        start, start_cpu = time.perf_counter(), time.process_time()
        grade = grade_table(tables, table, request=GradeRequest(hide_headers=True))
        seconds, cpu = round(time.perf_counter() - start, 2), time.process_time() - start_cpu
    note = f"{grade.rows:,} rows x {len(grade.columns)} columns, {grade.sampled:,} looked at, {cpu:.2f} CPU s"
    return figure("grade: time", seconds, "s", f"<= {TIME_BAR_S}", seconds <= TIME_BAR_S, note)


def figure(name: str, value: object, unit: str, bar: object, held: bool | None, note: str = "") -> Row:
    return {"figure": name, "value": value, "unit": unit, "bar": bar, "held": held, "note": note}


def measure_real_files(tables: Tables, folder: Path) -> list[Row]:
    """Columns of public files, with and without their headers, that were put at level 3 or above."""
    paths = sorted(path for pattern in REAL_FILES for path in folder.glob(pattern))
    high = []
    for path in paths:
        table = tables.arrow(read_delimited(path))
        for hidden in (False, True):
            grade = grade_table(tables, table, request=GradeRequest(hide_headers=hidden))
            high += [f"{path.name}: {c.column} -> {c.category}" for c in grade.columns if c.level >= "L3"]
    note = "; ".join(high)[:300] or f"{len(paths)} files, headers shown and hidden"
    return (
        [figure("grade: false L3+ in public files", len(high), "columns", "<= 0", not high, note)]
        if paths
        else []
    )


def read_delimited(path: Path) -> pa.Table:
    """The cells of a public file as text, without the product's own reader."""
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030")
    rows = list(csv.reader(io.StringIO(text), delimiter="\t" if path.suffix == ".txt" else ","))
    rows = rows[2:] if path.parent.name == "macro" else rows
    names = rows.pop(0) if path.suffix == ".csv" else []
    width = max(len(names), *map(len, rows))
    headers = [name.strip() or f"c{i}" for i, name in enumerate([*names, *[""] * (width - len(names))])]
    filled = [row + [""] * (width - len(row)) for row in rows]
    return pa.table({header: [row[i] for row in filled] for i, header in enumerate(headers)})


def main(*, per_kind: int = PER_KIND, rows: int = TABLE_ROWS) -> list[Row]:
    """All figures; what went wrong is printed. Public files count where they are beside the checkout."""
    with open_tables() as tables:
        found, slips = measure_kinds(tables, make_columns(per_kind=per_kind, rows=ROWS, seed=SEED))
        trap, sprung = measure_traps(tables)
        found += [trap, *measure_real_files(tables, SHARED)]
    for line in (*slips, *sprung):
        print(line[:200])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "persons.parquet"
        write_persons(path, rows)
        found.append(measure_time(path))
    return found


if __name__ == "__main__":
    print_table(main())
