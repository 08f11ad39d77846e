"""Files whose columns have names of their own: Parquet, JSON lines, and Arrow batches handed in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from shuzhi.engine.data.reading.chunks import MAX_COLUMNS, Chunk, Refused, Stray
from shuzhi.engine.data.reading.encodings import KEEP, sniff_encoding
from shuzhi.engine.data.reading.header_lines import MAX_LABEL
from shuzhi.engine.data.reading.model import FrameRow, ReadOptions, Source
from shuzhi.engine.data.reading.refusals import (
    JsonArrayError,
    LineTooLongError,
    NoTableError,
    ParquetDamagedError,
    TooManyColumnsError,
)
from shuzhi.engine.data.reading.setting_aside import shown

_BATCH_ROWS = 32_768
_JSON_BATCH_ROWS = 8192
_NAMING_LINES = 1000
_MAX_LINE_BYTES = 16 << 20
# As long as a header of a sheet may become; no engine takes a NUL in a name.
_LONGEST_NAME = 2 * MAX_LABEL
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


class ArrowSource:
    """Batches of one schema; every row is a record."""

    merges: tuple[tuple[int, int, int, int], ...] = ()

    def __init__(self, name: str, kind: str, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> None:
        self._name, self.kind, self._batches = name, kind, batches
        self._schema = schema
        self.names: tuple[str, ...] | None = _names(schema.names)
        self._total = 0

    def facts(self) -> Source:
        """The kind alone is known."""
        return Source(self._name, self.kind)

    def total(self) -> int:
        """Rows handed out so far."""
        return self._total

    def chunks(self) -> Iterator[Chunk]:
        """One chunk per batch; an empty first one where there is no batch at all."""
        batch = next(self._batches, None)
        if batch is None:
            yield self._chunk(pa.RecordBatch.from_pylist([], schema=self._schema))
            return
        while batch is not None:
            yield self._chunk(batch)
            batch = next(self._batches, None)

    def _chunk(self, batch: pa.RecordBatch) -> Chunk:
        first = self._total + 1
        self._total += batch.num_rows
        numbers = pa.array(np.arange(first, first + batch.num_rows), pa.int64())
        return Chunk(numbers, list(batch.columns))

    def scattered(self, rows: int) -> list[list[str]]:
        """None: batches come once."""
        del rows
        return []

    def close(self) -> None:
        """The batches belong to whoever handed them in."""


class _ParquetSource(ArrowSource):
    def __init__(self, name: str, file: parquet.ParquetFile) -> None:
        self._file = file
        super().__init__(name, "parquet", file.schema_arrow, self._read())

    def _read(self) -> Iterator[pa.RecordBatch]:
        try:
            yield from self._file.iter_batches(_BATCH_ROWS, use_threads=False)
        except (OSError, pa.ArrowException) as error:
            raise ParquetDamagedError(name=self._name, problem=_brief(error)) from error

    def close(self) -> None:
        """Closes the file."""
        self._file.close()


def open_parquet(path: Path, name: str) -> ArrowSource:
    """Raises ParquetDamagedError where the footer cannot be read."""
    try:
        file = parquet.ParquetFile(path)
    except (OSError, pa.ArrowException, ValueError) as error:
        raise ParquetDamagedError(name=name, problem=_brief(error)) from error
    columns = len(file.schema_arrow.names)
    if columns > MAX_COLUMNS:
        raise TooManyColumnsError(name=name, columns=columns, row=1, limit=MAX_COLUMNS)
    if columns == 0:
        raise NoTableError(name=name, where="")
    return _ParquetSource(name, file)


def open_json_lines(path: Path, name: str, options: ReadOptions) -> JsonLinesSource:
    """Columns are the keys of the first thousand objects, in the order they are met."""
    encoding = options.encoding or sniff_encoding(path, name)
    source = JsonLinesSource(path, name, encoding)
    if not source.names:
        raise JsonArrayError(name=name)
    if len(source.names) > MAX_COLUMNS:
        raise TooManyColumnsError(name=name, columns=len(source.names), row=1, limit=MAX_COLUMNS)
    return source


class JsonLinesSource:
    """One JSON object per line; a line that is none is set aside as a whole row."""

    kind = "json"
    merges: tuple[tuple[int, int, int, int], ...] = ()

    def __init__(self, path: Path, name: str, encoding: str) -> None:
        self._path, self._name, self._encoding = path, name, encoding
        self._total = 0
        keys: dict[str, None] = {}
        for number, line in self._lines():
            if number > _NAMING_LINES:
                break
            if isinstance(record := _parse(line), dict):
                keys.update(dict.fromkeys(record))
        self._keys = tuple(keys)
        self.names: tuple[str, ...] | None = _names(self._keys)

    def facts(self) -> Source:
        """The encoding; JSON has no delimiter."""
        return Source(self._name, self.kind, self._encoding)

    def total(self) -> int:
        """Lines read so far."""
        return self._total

    def close(self) -> None:
        """Nothing stays open between chunks."""

    def scattered(self, rows: int) -> list[list[str]]:
        """None: the first chunk is sample enough."""
        del rows
        return []

    def _lines(self) -> Iterator[tuple[int, str]]:
        with self._path.open(encoding=self._encoding, errors=KEEP, newline="\n") as file:
            number = 0
            while line := file.readline(_MAX_LINE_BYTES):
                number += 1
                if len(line) >= _MAX_LINE_BYTES:
                    raise LineTooLongError(name=self._name, limit_mb=_MAX_LINE_BYTES >> 20, line=number)
                yield number, line.removeprefix("\ufeff")

    def chunks(self) -> Iterator[Chunk]:
        """Some thousand lines at a time."""
        waiting: list[tuple[int, str]] = []
        for numbered in self._lines():
            waiting.append(numbered)
            if len(waiting) == _JSON_BATCH_ROWS:
                yield self._chunk(waiting)
                waiting = []
        if waiting:
            yield self._chunk(waiting)

    def _chunk(self, lines: list[tuple[int, str]]) -> Chunk:
        self._total += len(lines)
        known = {key: position for position, key in enumerate(self._keys)}
        numbers: list[int] = []
        columns: list[list[str | None]] = [[] for _ in known]
        chunk = Chunk(pa.array([], pa.int64()), [])
        for number, line in lines:
            if not line.strip():
                chunk.frame.append(FrameRow(number, "blank", "", "blank"))
                continue
            record = _parse(line)
            if not isinstance(record, dict):
                chunk.refused.append(Refused(number, shown(line.strip()), "bad_json"))
                continue
            numbers.append(number)
            for key, position in known.items():
                columns[position].append(_text(record.get(key)))
            for key in record.keys() - known.keys():
                chunk.strays.append(Stray(number, len(known), f"{key}: {_text(record[key])}"))
        return Chunk(
            pa.array(numbers, pa.int64()),
            [pa.array(column, pa.string()) for column in columns],
            chunk.strays,
            chunk.refused,
            chunk.frame,
        )


def _parse(line: str) -> Any:
    try:
        return json.loads(line, parse_constant=lambda word: word)
    except (ValueError, RecursionError):
        return None


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return None if value is None else value.encode("utf-8", "replace").decode()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        try:
            return str(value)
        except ValueError:
            return "1E+9999"
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode()


def _names(names: tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """Usable column names: none empty, none twice, none the row number's."""
    result: dict[str, None] = {}
    for position, name in enumerate(names):
        written = _CONTROL.sub(" ", name.encode("utf-8", "replace").decode())
        base = written.strip()[:_LONGEST_NAME] or f"列{position + 1}"
        base = "_row_" if base == "_row" else base
        candidate, number = base, 2
        while candidate in result:
            candidate, number = f"{base}_{number}", number + 1
        result[candidate] = None
    return tuple(result)


def _brief(error: BaseException) -> str:
    return " ".join(str(error).split())[:200]
