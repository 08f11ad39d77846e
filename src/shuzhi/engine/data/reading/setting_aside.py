"""What of a chunk could not be loaded: cells with their reason, and rows without a readable key."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shuzhi.engine.data.reading.chunks import MARK, Chunk, Refused, Stray
from shuzhi.engine.data.reading.model import SET_ASIDE_SCHEMA, column_letters
from shuzhi.engine.data.reading.typing_columns import Typed, text_of

RAW_CHARACTERS = 1000
"""A longer raw value is cut here: the original file is kept, the list is for reading."""


class Aside:
    """Collects one chunk's set-aside cells and rows, in this order: cells, settle, refused, batch."""

    def __init__(self, sheet: str | None, numbers: pa.Int64Array) -> None:
        self._sheet, self._numbers = sheet, numbers
        self._places: list[np.ndarray] = []
        self._columns: list[str | None] = []
        self._raws: list[pa.Array] = []
        self._reasons: list[list[str]] = []
        self._keys: pa.Array | None = None
        self._refused: list[Refused] = []
        self.cells = 0

    def add_cells(self, column: str, texts: pa.Array, typed: Typed) -> None:
        """The cells of one column that its typing refused."""
        self._add(typed.bad, column, texts.take(pa.array(typed.bad)), typed.reasons)

    def add_strays(self, strays: Sequence[Stray]) -> None:
        """Filled cells to the right of the widest row foreseen."""
        if not strays:
            return
        numbers = self._numbers.to_numpy()
        for stray in strays:
            place = np.searchsorted(numbers, [stray.row])
            raw = pa.array([stray.raw], pa.string())
            self._add(place, column_letters(stray.position), raw, ["beyond_header"])

    def add_outside(self, chunk: Chunk, positions: Sequence[int]) -> None:
        """Filled cells in columns that have no header."""
        for position in positions:
            column = text_of(chunk.columns[position])
            filled = pc.fill_null(pc.match_substring_regex(column, r"\S"), False)
            places = np.flatnonzero(filled.to_numpy(zero_copy_only=False))
            if len(places):
                reasons = ["beyond_header"] * len(places)
                self._add(places, column_letters(position), column.take(pa.array(places)), reasons)

    def _add(self, places: np.ndarray, column: str, raws: pa.Array, reasons: list[str]) -> None:
        self._places.append(places)
        self._columns.append(column)
        self._raws.append(raws)
        self._reasons.append(reasons)

    def settle(
        self, typed: Sequence[Typed], key: Sequence[int], raws: Sequence[pa.Array]
    ) -> np.ndarray | None:
        """Refuses whole rows whose key (indices into ``typed``) has no value.

        Gives the places of the rows that stay, null where all do. Cells of refused rows are
        no longer listed one by one: the row is, with all its values.
        """
        keys = [typed[index] for index in key]
        refused = np.zeros(len(self._numbers), bool)
        for column in keys:
            if column.values.null_count:
                refused |= pc.is_null(column.values).to_numpy(zero_copy_only=False)
        if refused.any():
            unreadable = {int(place) for column in keys for place in column.bad}
            for place in np.flatnonzero(refused):
                cells = [text_of(raw.slice(int(place), 1))[0].as_py() for raw in raws]
                reason = "key_unreadable" if int(place) in unreadable else "key_missing"
                row = json.dumps([None if c is None else shown(c) for c in cells], ensure_ascii=False)
                self._refused.append(Refused(self._numbers[int(place)].as_py(), row, reason))
            self._forget(refused)
        self.cells = sum(len(places) for places in self._places)
        if key and self.cells:
            self._keys = _key_texts([column.values for column in keys], np.concatenate(self._places))
        return np.flatnonzero(~refused) if refused.any() else None

    def _forget(self, refused: np.ndarray) -> None:
        for index, places in enumerate(self._places):
            stay = ~refused[places]
            if not stay.all():
                self._places[index] = places[stay]
                self._raws[index] = self._raws[index].filter(pa.array(stay))
                self._reasons[index] = [r for r, s in zip(self._reasons[index], stay, strict=True) if s]

    def add_refused(self, refused: Sequence[Refused]) -> None:
        """Rows that their file's format could not make out."""
        self._refused.extend(refused)

    def batch(self) -> pa.RecordBatch:
        """All of it in the order of the rows."""
        if not self.cells and not self._refused:
            return pa.RecordBatch.from_pylist([], schema=SET_ASIDE_SCHEMA)
        table = pa.concat_tables([self._cell_table(), self._row_table()])
        return table.sort_by([("row", "ascending")]).combine_chunks().to_batches()[0]

    def _cell_table(self) -> pa.Table:
        places = np.concatenate([*self._places, np.empty(0, np.int64)]).astype(np.int64)
        columns = [c for c, p in zip(self._columns, self._places, strict=True) for _ in range(len(p))]
        raws = pa.concat_arrays([pa.array([], pa.string()), *self._raws])
        return pa.table(
            [
                pa.repeat(pa.scalar(self._sheet, pa.string()), len(places)),
                self._numbers.take(pa.array(places)),
                pa.array(columns, pa.string()),
                _shown(raws),
                pa.array([r for reasons in self._reasons for r in reasons], pa.string()),
                self._keys if self._keys is not None else pa.nulls(len(places), pa.string()),
            ],
            schema=SET_ASIDE_SCHEMA,
        )

    def _row_table(self) -> pa.Table:
        rows = [
            {
                "sheet": self._sheet,
                "row": r.row,
                "column": None,
                "raw": r.raw,
                "reason": r.reason,
                "key": None,
            }
            for r in self._refused
        ]
        return pa.Table.from_pylist(rows, schema=SET_ASIDE_SCHEMA)


def _key_texts(columns: Sequence[pa.Array], places: np.ndarray) -> pa.Array:
    parts = [pc.cast(column.take(pa.array(places)), pa.string()).to_pylist() for column in columns]
    return pa.array(
        [json.dumps(values, ensure_ascii=False) for values in zip(*parts, strict=True)],
        pa.string(),
    )


def _shown(raws: pa.Array) -> pa.Array:
    """Raw values as a person can read them: marks taken off, kept bytes shown, over-long ones cut."""
    odd = pc.match_substring_regex(raws, "[\\x00-\\x1f\uf780-\uf7ff]")
    odd = pc.fill_null(pc.or_(odd, pc.greater(pc.binary_length(raws), RAW_CHARACTERS)), False)
    if not pc.any(odd).as_py():
        return raws
    texts = [shown(text) for text in raws.filter(odd).to_pylist()]
    return pc.replace_with_mask(raws, odd, pa.array(texts, pa.string()))


def shown(text: str) -> str:
    """One raw value for reading; bytes that did not decode are read as GB18030 where that fits."""
    if text.startswith(MARK):
        text = text[2:]
    if any("\uf780" <= c <= "\uf7ff" for c in text):
        data = b"".join(bytes([ord(c) - 0xF700]) if "\uf780" <= c <= "\uf7ff" else c.encode() for c in text)
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            text = data.decode("utf-8", "backslashreplace")
    text = "".join(c if c >= " " or c in "\t\n" else f"\\x{ord(c):02x}" for c in text)
    return text if len(text) <= RAW_CHARACTERS else text[: RAW_CHARACTERS - 1] + "…"
