"""The rows that grading looks at. Reads through the port; knows no category.

A sample is spread over the whole table by a multiplicative hash of the row number, so equal
tables give equal samples, and no period in the rows (a new organisation every 500 rows) can
line up with it. A column that is nearly empty is looked at once more by itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from shuzhi.engine.data.grading.forms import Forms, fold, read_forms

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from shuzhi.engine.data.tables import Tables

ROW = "_row"
_ROWS_ENOUGH = 200
_SECOND_LOOKS = 16
_COUNTED_AT_ONCE = 256
_CELLS = 60_000
_MULTIPLIER, _MODULUS = 2_654_435_761, 1_000_000_007
_BLANK = frozenset(
    {
        "",
        "null",
        "none",
        "nan",
        "n/a",
        "na",
        "-",
        "--",
        "—",
        "——",
        "/",
        "\\",
        "无",
        "空",
        "未知",
        "不详",
        "暂无",
        "未填",
        "*",
        "?",
        "？",
    }
)


@dataclass(frozen=True, slots=True)
class Value:
    """A distinct value of the sample with the number of rows that hold it."""

    raw: str
    forms: Forms
    rows: int


@dataclass(slots=True)
class ColumnSample:
    """One column's sampled values.

    ``kind`` is "text", "integer", "number", "date", "timestamp", "boolean". ``cells`` are the
    sampled rows in order as text (null and blanks as None), aligned over all columns unless
    the column was looked at a second time (``aligned`` false). ``values`` are the distinct
    ones, commonest first. ``empty``: the whole table, not the sample alone, holds no value.
    ``shape`` is kept by ``detectors.quantities.column_shape``.
    """

    name: str
    header: str | None
    kind: str
    cells: list[str | None]
    aligned: bool = True
    values: list[Value] = field(default_factory=list)
    filled: int = 0
    shape: str | None = None
    empty: bool = False

    @property
    def distinct(self) -> int:
        return len(self.values)

    def share(self, rows: float) -> float:
        """``rows`` over the filled rows; 0 where none is filled."""
        return rows / self.filled if self.filled else 0.0


def table_rows(tables: Tables, table: ir.Table) -> int:
    """The number of rows of the table."""
    return int(tables.collect(table.count().name("rows")).column("rows")[0].as_py())


def draw_sample(tables: Tables, table: ir.Table, *, rows: int, wanted: int, seed: int) -> pa.Table:
    """About ``wanted`` of the table's ``rows`` rows, in order; all of them where it has no more.

    The column ``_row`` of a loaded table is not part of the sample.
    """
    names = [name for name in table.columns if name != ROW]
    if not names:
        return pa.table({})
    wanted = max(_ROWS_ENOUGH, min(wanted, _CELLS // max(1, len(names))))
    if rows <= wanted:
        return tables.collect(table.select(names))
    kept = table.filter(_spread(table, seed) < int(_MODULUS * (wanted / rows)))
    return tables.collect(kept.select(names))


def _spread(table: ir.Table, seed: int) -> ir.IntegerValue:
    """A number below _MODULUS per row, as if by chance: from the row's own number where it has one."""
    import ibis

    if ROW in table.columns and table[ROW].type().is_integer():
        return (table[ROW] * _MULTIPLIER + seed * 7_919) % _MODULUS
    return (ibis.row_number() * _MULTIPLIER + seed * 7_919) % _MODULUS


def read_columns(sample: pa.Table, headers: dict[str, str | None]) -> list[ColumnSample]:
    """The columns of a sample, with ``headers`` by column name (None: hidden)."""
    return [_read(name, headers.get(name), sample.column(name)) for name in sample.column_names]


def look_again(tables: Tables, table: ir.Table, columns: Sequence[ColumnSample], *, wanted: int) -> None:
    """Looks at the filled rows of columns that are nearly empty in the sample."""
    sparse = [c for c in columns if c.filled < _ROWS_ENOUGH // 2 and len(c.cells) >= _ROWS_ENOUGH]
    for column in sparse[:_SECOND_LOOKS]:
        filled = table.filter(table[column.name].notnull()).select(column.name).limit(wanted)
        again = _read(column.name, column.header, tables.collect(filled).column(0))
        if again.filled > column.filled:
            column.cells, column.values, column.filled = again.cells, again.values, again.filled
            column.aligned = False


def mark_empty(tables: Tables, table: ir.Table, columns: Sequence[ColumnSample], *, whole: bool) -> None:
    """Marks the columns without a value; ``whole``: the sample is all of the table."""
    doubtful = [c for c in columns if not c.filled]
    for start in range(0, len(doubtful), _COUNTED_AT_ONCE):
        some = doubtful[start : start + _COUNTED_AT_ONCE]
        if whole:
            counts = [0] * len(some)
        else:
            asked = {f"n{i}": table[column.name].count() for i, column in enumerate(some)}
            counts = list(tables.collect(table.aggregate(**asked)).to_pylist()[0].values())
        for column, count in zip(some, counts, strict=True):
            column.empty = count == 0


def _read(name: str, header: str | None, values: pa.ChunkedArray) -> ColumnSample:
    kind, texts = _texts(values)
    cells = [None if t is None or _is_blank(t) else t for t in texts]
    counts: dict[str, int] = {}
    for cell in cells:
        if cell is not None:
            counts[cell] = counts.get(cell, 0) + 1
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    column = ColumnSample(name=name, header=header, kind=kind, cells=cells)
    column.values = [Value(raw, read_forms(raw), count) for raw, count in ordered]
    column.filled = sum(counts.values())
    return column


def _is_blank(text: str) -> bool:
    return len(text) <= 8 and fold(text).lower() in _BLANK


def _texts(values: pa.ChunkedArray) -> tuple[str, list[str | None]]:
    kind = values.type
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return "number", [None if v is None else _number_text(float(v)) for v in values.to_pylist()]
    if pa.types.is_integer(kind):
        return "integer", [None if v is None else str(v) for v in values.to_pylist()]
    if pa.types.is_date(kind):
        return "date", [None if v is None else str(v) for v in values.to_pylist()]
    if pa.types.is_timestamp(kind):
        return "timestamp", [None if v is None else str(v) for v in values.to_pylist()]
    if pa.types.is_boolean(kind):
        return "boolean", [None if v is None else str(v).lower() for v in values.to_pylist()]
    if pa.types.is_null(kind):
        return "text", [None] * len(values)
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        values = (
            pc.cast(values, pa.string(), safe=False)
            if _castable(kind)
            else pa.chunked_array([[""] * len(values)])
        )
    return "text", list(values.to_pylist())


def _castable(kind: pa.DataType) -> bool:
    return not (pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _number_text(value: float) -> str | None:
    if not math.isfinite(value):
        return None
    # a whole number beyond 2**53 has lost digits: written as it stands, it would mimic a code
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
