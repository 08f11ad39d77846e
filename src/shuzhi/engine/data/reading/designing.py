"""From the first rows of a file to its design: which columns there are, of what type, and the key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shuzhi.engine.data.contracts.model import Contract
from shuzhi.engine.data.fields import Field, FieldType
from shuzhi.engine.data.reading.chunks import MARK, Chunk, RowSource
from shuzhi.engine.data.reading.frames import OTHER_TABLE, sift
from shuzhi.engine.data.reading.inference import Inference, date_order, infer_column, infer_manner
from shuzhi.engine.data.reading.layout import HEAD_ROWS, Heading, Hints, Layout, find_layout
from shuzhi.engine.data.reading.matching import Match, known_names, match_columns
from shuzhi.engine.data.reading.model import Note, ReadColumn, ReadOptions
from shuzhi.engine.data.reading.refusals import KeyColumnMissingError
from shuzhi.engine.data.reading.setting_aside import shown
from shuzhi.engine.data.reading.tables_below import table_above
from shuzhi.engine.data.reading.tables_beside import leave_out_beside
from shuzhi.engine.data.reading.typing_columns import Plan, text_of
from shuzhi.engine.data.reading.values import Manner

_SAMPLE_CELLS = 240_000
_STORED_TYPES = (
    (pa.types.is_boolean, FieldType.BOOLEAN),
    (pa.types.is_integer, FieldType.INTEGER),
    (pa.types.is_floating, FieldType.NUMBER),
    (pa.types.is_decimal, FieldType.NUMBER),
    (pa.types.is_date, FieldType.DATE),
    (pa.types.is_timestamp, FieldType.TIMESTAMP),
)


@dataclass(frozen=True, slots=True)
class Design:
    """How every row of the file will be read.

    ``plans`` and ``positions`` go with those of ``columns`` that are in the file; ``key``
    are indices into ``plans``; ``outside`` are positions of columns that nothing names.
    ``sifted``: frame rows may stand between the records.
    """

    layout: Layout
    columns: tuple[ReadColumn, ...]
    plans: tuple[Plan, ...]
    positions: tuple[int, ...]
    key: tuple[int, ...]
    outside: tuple[int, ...]
    sheet: str | None
    sifted: bool
    notes: tuple[Note, ...]


def design_reading(
    source: RowSource, first: Chunk, contract: Contract | None, options: ReadOptions
) -> Design:
    """Judges header and types from the first chunk and from rows scattered over the file."""
    layout, match = _matched(source, first, contract, options)
    sample = _Sample(source, first, layout, options)
    columns, plans = [], []
    for heading in layout.headings:
        column, plan = _column(heading, match.fields.get(heading.position), sample)
        columns.append(column)
        plans.append(plan)
    names = [column.name for column in columns]
    if contract is not None:
        _require_key(contract, match, layout, source.facts().name)
    key = tuple(names.index(name) for name in (contract.key if contract else ()) if name in names)
    used = {heading.position for heading in layout.headings} | set(layout.beside)
    return Design(
        layout=layout,
        columns=(*columns, *(_absent(field) for field in match.missing)),
        plans=tuple(plans),
        positions=tuple(heading.position for heading in layout.headings),
        key=key,
        outside=tuple(p for p in range(len(first.columns)) if p not in used),
        sheet=source.facts().sheet,
        sifted=source.names is None,
        notes=(*layout.notes, *match.notes),
    )


def _matched(
    source: RowSource, first: Chunk, contract: Contract | None, options: ReadOptions
) -> tuple[Layout, Match]:
    """The layout in which most of the contract's columns are found, with what was matched.

    The contract's names help to find a header, but half of one is enough to mislead: where columns
    are missing, the header that the file shows by itself may hold more of them.
    """
    layout = _layout(source, first, contract, options)
    if contract is None:
        return layout, Match({}, (), ())
    match = match_columns(layout, contract)
    if match.missing:
        plain = _layout(source, first, None, options)
        matched = match_columns(plain, contract)
        if len(matched.missing) < len(match.missing):
            return plain, matched
    return layout, match


def _layout(source: RowSource, first: Chunk, contract: Contract | None, options: ReadOptions) -> Layout:
    if source.names is None:
        head = _head(first, source.merges, HEAD_ROWS + (options.header_row or 0))
        hints = Hints(known_names(contract), options.header_row, source.merges)
        layout = find_layout(head, hints)
        head = _until_other_table(head, first, layout)
        layout = leave_out_beside(find_layout(head, hints), head, first, hints)
        return _with_table_above(layout, head)
    return Layout(tuple(Heading(i, name, name) for i, name in enumerate(source.names)), 0, True)


def _until_other_table(head: list[list[str]], first: Chunk, layout: Layout) -> list[list[str]]:
    """The rows before another table begins: its columns are none of the first."""
    shown_rows = Chunk(first.numbers.slice(0, len(head)), [c.slice(0, len(head)) for c in first.columns])
    plans = [Plan(FieldType.STRING, frozenset())] * len(layout.headings)
    frame = sift(shown_rows.rest(layout.start), layout, plans).frame
    begin = next((row.row for row in frame if row.why == OTHER_TABLE), None)
    return head if begin is None else head[: begin - 1]


def _with_table_above(layout: Layout, head: Sequence[Sequence[str]]) -> Layout:
    """The layout with the rows of a table that ends above its header told as such."""
    header = next((f.row for f in layout.frame if f.role == "header"), 1)
    there = {n + 1 for n in table_above(head, header - 1) if any(head[n])}
    if not there:
        return layout
    frame = [replace(f, role=OTHER_TABLE, why=OTHER_TABLE) if f.row in there else f for f in layout.frame]
    return replace(layout, frame=tuple(frame))


def _require_key(contract: Contract, match: Match, layout: Layout, file: str) -> None:
    for field in match.missing:
        if field.primary_key:
            raise KeyColumnMissingError(
                name=file,
                column=field.title or field.name,
                contract=contract.name,
                columns=", ".join(heading.name for heading in layout.headings)[:500],
            )


def _head(first: Chunk, merges: Sequence[tuple[int, int, int, int]], rows: int) -> list[list[str]]:
    """The first rows; a merged cell's text stands in every column that it covers."""
    columns = [column.slice(0, rows).to_pylist() for column in first.columns]
    head = [[shown(c) if c.startswith(MARK) else c for c in row] for row in zip(*columns, strict=True)]
    for top, left, bottom, right in merges:
        if right > left and top < len(head) and left < len(columns):
            for row in head[top : bottom + 1]:
                row[left : right + 1] = [head[top][left]] * (min(right + 1, len(row)) - left)
    return head


def _records(chunk: Chunk, layout: Layout, options: ReadOptions) -> Chunk:
    """The chunk without frame rows and lone texts: a total or a signature line judges no column."""
    text = Plan(FieldType.STRING, options.null_tokens)
    keep = sift(chunk, layout, [text] * len(layout.headings)).keep
    columns = chunk.columns if keep is None else [column.take(keep) for column in chunk.columns]
    if len(layout.headings) > 2:
        filled = sum((pc.binary_length(c).to_numpy(zero_copy_only=False) > 0).astype(int) for c in columns)
        several = pa.array(np.flatnonzero(filled > 1))
        if len(several):
            columns = [column.take(several) for column in columns]
    return Chunk(pa.nulls(len(columns[0]) if columns else 0, pa.int64()), columns)


class _Sample:
    """Texts of a column's values: rows spread over the first chunk and, further on, over the file."""

    def __init__(self, source: RowSource, first: Chunk, layout: Layout, options: ReadOptions) -> None:
        self.nulls = options.null_tokens
        width = max(len(layout.headings), 1)
        rows = max(min(options.sample_rows, _SAMPLE_CELLS // width), 50)
        records = first.rest(layout.start)
        if source.names is None:
            records = _records(records, layout, options)
        step = np.unique(np.linspace(0, max(records.rows - 1, 0), min(rows, records.rows)).astype(np.int64))
        self._columns = [column.take(pa.array(step)) for column in records.columns]
        self._values: dict[int, list[str]] = {}
        self._further = source.scattered(rows // 4)
        orders = {date_order(self.values(h.position)) for h in layout.headings} - {None}
        self.date_order = orders.pop() if len(orders) == 1 else None

    def type_of(self, position: int) -> pa.DataType:
        """The stored type; text where the file knows nothing else."""
        return self._columns[position].type

    def values(self, position: int) -> list[str]:
        """Texts without blanks at the edges; null tokens and blanks left out."""
        if position in self._values:
            return self._values[position]
        texts: Sequence[str | None] = text_of(self._columns[position]).to_pylist()
        texts = [*texts, *(row[position] for row in self._further)]
        stripped = [text.strip() for text in texts if text]
        values = [t for t in stripped if t and t not in self.nulls and not t.startswith(MARK)]
        self._values[position] = values
        return values

    def nulls_beside(self, position: int, dictionary: Sequence[str]) -> frozenset[str]:
        """Null tokens of one column: what its dictionary lists is a value, and 无 beside 有 too."""
        nulls = self.nulls - set(dictionary)
        if "无" in nulls and "有" in self.values(position):
            nulls = nulls - {"无"}
        return nulls


def _column(heading: Heading, field: Field | None, sample: _Sample) -> tuple[ReadColumn, Plan]:
    position = heading.position
    values = sample.values(position)
    stored = _stored(sample.type_of(position))
    name = heading.name
    if field is not None:
        name = field.name
        manner = infer_manner(field.type, values, sample.date_order)
        percent = manner.percent or field.unit in ("%", "％")
        manner = Manner(manner.date_order, percent, manner.serials or field.type is FieldType.DATE)
        verdict = Inference(field.type, manner, (Note("type_contract"),))
    elif stored is not None:
        verdict = Inference(stored, Manner(), (Note("type_stored", {"type": str(sample.type_of(position))}),))
    else:
        verdict = infer_column(heading.header or heading.name, values, sample.date_order)
    column = ReadColumn(
        name=name,
        header=heading.header,
        type=verdict.type,
        position=position,
        evidence=verdict.evidence,
        required=bool(field and (field.required or field.primary_key)),
        unit=(field.unit if field else None) or heading.unit,
        in_contract=field is not None,
    )
    nulls = sample.nulls_beside(position, field.enum if field else ())
    if verdict.type is FieldType.BOOLEAN:
        nulls = nulls - {"无"}
    return column, Plan(verdict.type, nulls, verdict.manner)


def _stored(kind: pa.DataType) -> FieldType | None:
    return next((field_type for test, field_type in _STORED_TYPES if test(kind)), None)


def _absent(field: Field) -> ReadColumn:
    return ReadColumn(
        name=field.name,
        header="",
        type=field.type,
        position=None,
        evidence=(Note("type_contract"),),
        required=field.required or field.primary_key,
        unit=field.unit,
        in_contract=True,
    )
