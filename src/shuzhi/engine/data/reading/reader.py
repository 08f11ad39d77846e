"""One file on its way into typed rows: header, columns, records and the account of every row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from types import TracebackType
from typing import Self

import numpy as np
import pyarrow as pa

from shuzhi.engine.data.contracts.model import Contract
from shuzhi.engine.data.reading.chunks import Chunk, RowSource
from shuzhi.engine.data.reading.designing import design_reading
from shuzhi.engine.data.reading.frames import OTHER_TABLE, sift
from shuzhi.engine.data.reading.model import (
    ARROW_TYPES,
    ROW,
    Account,
    Batch,
    FrameRow,
    Note,
    ReadOptions,
    Source,
)
from shuzhi.engine.data.reading.refusals import AccountError, NoRowsError, NoTableError
from shuzhi.engine.data.reading.setting_aside import Aside
from shuzhi.engine.data.reading.typing_columns import Typed, text_of, type_column

FRAME_ROWS_LISTED = 10_000


@dataclass(slots=True)
class _Tally:
    frame: int = 0
    loaded: int = 0
    set_aside: int = 0
    cells: int = 0
    short: int = 0
    first_short: int | None = None
    other: FrameRow | None = None
    others: int = 0
    listed: list[FrameRow] = field(default_factory=list)

    def add_frame(self, rows: Sequence[FrameRow]) -> None:
        others = [row for row in rows if row.why == OTHER_TABLE]
        self.other = self.other or next(iter(others), None)
        self.others += len(others)
        self.frame += len(rows)
        self.listed.extend(rows[: max(FRAME_ROWS_LISTED - len(self.listed), 0)])


class FileReader:
    """The rows of one file, once: iterate to the end, then ask for ``account``.

    A context manager; leaving it early lets go of the file or the process behind it. Raises
    NoRowsError at the end of a file that has a header and nothing below it.
    """

    def __init__(
        self,
        source: RowSource,
        contract: Contract | None,
        options: ReadOptions,
        notes: Sequence[Note] = (),
    ) -> None:
        chunks = source.chunks()
        first = next(chunks, None)
        if first is None or not first.columns:
            source.close()
            raise NoTableError(**_name_and_sheet(source))
        try:
            design = design_reading(source, first, contract, options)
        except BaseException:
            source.close()
            raise
        self._rows, self._design, self._notes = source, design, tuple(notes)
        self._chunks = chain([first.rest(design.layout.start)], chunks)
        self._tally = _Tally()
        self._tally.add_frame(design.layout.frame)
        self._account: Account | None = None
        self._elsewhere = False
        self.columns = design.columns
        self.schema = pa.schema(
            [pa.field(ROW, pa.int64(), nullable=False)]
            + [pa.field(column.name, ARROW_TYPES[column.type]) for column in design.columns]
        )

    @property
    def source(self) -> Source:
        """What the file turned out to be; its notes are complete once all rows are read."""
        facts = self._rows.facts()
        return replace(facts, notes=(*self._notes, *facts.notes, *self._design.notes, *self._late_notes()))

    @property
    def account(self) -> Account:
        """Where every row went. RuntimeError before the last row is read."""
        if self._account is None:
            raise RuntimeError("the account of a file is known only when all its rows have been read")
        return self._account

    @property
    def frame_rows(self) -> tuple[FrameRow, ...]:
        """Frame rows met so far, the first ten thousand of them, in the file's order."""
        return tuple(sorted(self._tally.listed, key=lambda frame: frame.row))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the file; safe to call twice."""
        self._rows.close()

    def __iter__(self) -> Iterator[Batch]:
        for chunk in self._chunks:
            yield self._batch(chunk)
        self._close_account()

    def _batch(self, chunk: Chunk) -> Batch:
        tally, design = self._tally, self._design
        frame = list(chunk.frame)
        strays, short = chunk.strays, chunk.short
        if design.sifted:
            sifted = sift(chunk, design.layout, design.plans, elsewhere=self._elsewhere)
            self._elsewhere = sifted.elsewhere
            frame += sifted.frame
            if sifted.keep is not None:
                keep = sifted.keep
                chunk = replace(
                    chunk, numbers=chunk.numbers.take(keep), columns=[c.take(keep) for c in chunk.columns]
                )
            gone = {row.row for row in sifted.frame}
            strays = [stray for stray in strays if stray.row not in gone]
            short = [row for row in short if row not in gone]
        tally.add_frame(frame)
        aside = Aside(design.sheet, chunk.numbers)
        typed = self._type(chunk, aside)
        aside.add_strays(strays)
        aside.add_outside(chunk, design.outside)
        kept = aside.settle(typed, design.key, [chunk.columns[p] for p in design.positions])
        aside.add_refused(chunk.refused)
        batch = self._assemble(chunk, typed, kept)
        tally.loaded += batch.num_rows
        tally.set_aside += chunk.rows - batch.num_rows + len(chunk.refused)
        tally.cells += aside.cells
        tally.short += len(short)
        tally.first_short = tally.first_short or (short[0] if short else None)
        return Batch(batch, aside.batch())

    def _type(self, chunk: Chunk, aside: Aside) -> list[Typed]:
        typed = []
        columns = [column for column in self.columns if column.position is not None]
        for column, plan in zip(columns, self._design.plans, strict=True):
            raw = chunk.columns[column.position or 0]
            result = type_column(plan, raw)
            if len(result.bad):
                aside.add_cells(column.name, text_of(raw), result)
            typed.append(result)
        return typed

    def _assemble(self, chunk: Chunk, typed: Sequence[Typed], kept: np.ndarray | None) -> pa.RecordBatch:
        results = iter(typed)
        arrays: list[pa.Array] = [chunk.numbers]
        for column in self.columns:
            if column.position is None:
                arrays.append(pa.nulls(chunk.rows, ARROW_TYPES[column.type]))
            else:
                arrays.append(next(results).values)
        batch = pa.RecordBatch.from_arrays(arrays, schema=self.schema)
        return batch if kept is None else batch.take(pa.array(kept))

    def _late_notes(self) -> list[Note]:
        tally, notes = self._tally, []
        if tally.short:
            notes.append(Note("short_rows", {"count": tally.short, "first": tally.first_short}))
        if tally.other:
            args = {"row": tally.other.row, "text": tally.other.text[:60], "count": tally.others}
            notes.append(Note("other_table", args))
        if tally.frame > len(tally.listed):
            notes.append(Note("frame_rows_capped", {"count": tally.frame, "shown": len(tally.listed)}))
        return notes

    def _close_account(self) -> None:
        tally, total = self._tally, self._rows.total()
        if total != tally.frame + tally.loaded + tally.set_aside:
            raise AccountError(
                name=self._rows.facts().name,
                total=total,
                frame=tally.frame,
                loaded=tally.loaded,
                set_aside=tally.set_aside,
            )
        if self._design.sifted and not tally.loaded + tally.set_aside:
            raise NoRowsError(**_name_and_sheet(self._rows))
        self._account = Account(total, tally.frame, tally.loaded, tally.set_aside, tally.cells)


def _name_and_sheet(source: RowSource) -> dict[str, str]:
    facts = source.facts()
    return {"name": facts.name, "where": f" ({facts.sheet})" if facts.sheet else ""}
