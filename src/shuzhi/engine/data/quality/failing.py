"""The list of what failed: one line per rule and row, as Parquet beside the run.

Rows go out as the pass meets them, so a table in which everything fails needs no more memory
than one in which nothing does: at most two row groups wait to be written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shuzhi.engine.data.tables import ROW_GROUP

FAILING_SCHEMA = pa.schema(
    [
        pa.field("rule", pa.string(), nullable=False),
        pa.field("row", pa.int64(), nullable=False),
        pa.field("key", pa.string()),
        pa.field("organisation", pa.string()),
    ]
)
"""``row`` counts from 1 in the file as it came; ``key`` is a JSON array of the key's values as text."""


class FailingRows:
    """Collects lines and writes them a row group at a time."""

    def __init__(self, write: Callable[[pa.Table], None]) -> None:
        self._write = write
        self._waiting: list[pa.Table] = []
        self._size = 0

    def add(self, rule_id: str, rows: pa.Array, keys: pa.Array, organisations: pa.Array) -> None:
        """The rows (with their keys and organisations) that failed one rule."""
        if len(rows):
            columns = [_repeated(rule_id, len(rows)), rows, keys, organisations]
            self._waiting.append(pa.Table.from_arrays(columns, schema=FAILING_SCHEMA))
            self._size += len(rows)
        if self._size >= ROW_GROUP:
            self.flush()

    def flush(self) -> None:
        """Writes what waits."""
        if self._waiting:
            self._write(pa.concat_tables(self._waiting).combine_chunks())
            self._waiting, self._size = [], 0


def _repeated(text: str, times: int) -> pa.Array:
    # not pa.repeat(): that imports pandas
    data = text.encode()
    offsets = np.arange(times + 1, dtype=np.int32) * np.int32(len(data))
    return pa.StringArray.from_buffers(times, pa.py_buffer(offsets), pa.py_buffer(data * times))


def key_texts(columns: Sequence[pa.Array], rows: int) -> pa.Array:
    """One JSON array of texts per row from the key's columns; null where there is no key."""
    if not columns:
        return pa.nulls(rows, pa.string())
    parts = [_quoted(column.cast(pa.string())) for column in columns]
    inner = pc.binary_join_element_wise(*parts, ", ")
    return pc.binary_join_element_wise("[", inner, "]", "")


def _quoted(texts: pa.Array) -> pa.Array:
    awkward = pc.match_substring_regex(texts, r'["\\\x00-\x1f]')
    if pc.any(awkward).as_py():
        written = [json.dumps(text.as_py(), ensure_ascii=False) for text in texts]
        return pa.array(written, pa.string())
    return pc.fill_null(pc.binary_join_element_wise('"', texts, '"', ""), "null")
