"""Delimited text of any size, block by block: Arrow splits the cells, odd rows are mended here.

A block is some megabytes of whole lines as UTF-8. Rows that have not the usual number of
cells come back from Arrow as text and are put back in their places, so no row is lost and
every row keeps its number.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from shuzhi.engine.data.reading.chunks import MAX_COLUMNS, Chunk, Stray
from shuzhi.engine.data.reading.encodings import (
    KEEP,
    Dialect,
    parse_rows,
    sniff_dialect,
    sniff_encoding,
    split_lines,
)
from shuzhi.engine.data.reading.model import Note, ReadOptions, Source
from shuzhi.engine.data.reading.refusals import (
    BadOptionError,
    EmptyFileError,
    LineTooLongError,
    NotTextError,
    TooManyColumnsError,
)

BLOCK_BYTES = 8 << 20
MAX_LINE_BYTES = 16 << 20
_HEAD_BYTES = 1 << 18
_LOOK_BACK_LINES = 1000

# the library's own limit (128 KB) would end the reading; longer cells are set aside with a reason
csv.field_size_limit(MAX_LINE_BYTES)


def open_text(path: Path, name: str, options: ReadOptions) -> TextSource:
    """Finds encoding and delimiter; raises BadInputError for what is no delimited text."""
    if path.stat().st_size == 0:
        raise EmptyFileError(name=name)
    encoding = options.encoding or sniff_encoding(path, name)
    try:
        codecs.lookup(encoding)
    except LookupError as error:
        raise BadOptionError(name=name, option="encoding", value=encoding, problem=str(error)) from error
    head = _head(path, encoding, name)
    if not head.strip():
        raise EmptyFileError(name=name)
    dialect = sniff_dialect(head, options.delimiter)
    if dialect.widest > MAX_COLUMNS:
        raise TooManyColumnsError(
            name=name, columns=dialect.widest, row=dialect.widest_row, limit=MAX_COLUMNS
        )
    return TextSource(path, name, encoding, dialect)


def _head(path: Path, encoding: str, name: str) -> str:
    with path.open("rb") as file:
        data = file.read(_HEAD_BYTES)
        while b"\n" not in data and b"\r" not in data and (more := file.read(_HEAD_BYTES)):
            data += more
            if len(data) > MAX_LINE_BYTES:
                raise LineTooLongError(name=name, limit_mb=MAX_LINE_BYTES >> 20, line=1)
        ended = not file.read(1)
    text = codecs.getincrementaldecoder(encoding)(KEEP).decode(data, ended).removeprefix("\ufeff")
    if not ended and (cut := max(text.rfind("\n"), text.rfind("\r"))) > 0:
        text = text[: cut + 1]
    if text.count("\x00") * 20 > len(text):
        raise NotTextError(name=name, position=text.index("\x00"))
    return text


class TextSource:
    """A CSV or TSV file; the rows of one file come out once."""

    kind = "csv"
    names: tuple[str, ...] | None = None
    merges: tuple[tuple[int, int, int, int], ...] = ()

    def __init__(self, path: Path, name: str, encoding: str, dialect: Dialect) -> None:
        self._path, self._name = path, name
        self._encoding, self._dialect = encoding, dialect
        self._width = max(dialect.width, min(dialect.widest, MAX_COLUMNS))
        self._total = 0
        self._mixed = False
        self._stray_quote: int | None = None

    def facts(self) -> Source:
        """Encoding and delimiter as found; notes on what did not fit them so far."""
        notes = []
        if self._mixed:
            notes.append(Note("encoding_mixed", {"encoding": self._encoding}))
        if self._stray_quote is not None:
            notes.append(Note("stray_quotes", {"row": self._stray_quote}))
        return Source(self._name, self.kind, self._encoding, self._dialect.delimiter, notes=tuple(notes))

    def total(self) -> int:
        """Rows taken out of the file so far."""
        return self._total

    def close(self) -> None:
        """Nothing stays open between chunks."""

    def chunks(self) -> Iterator[Chunk]:
        """Rows in blocks of about eight megabytes."""
        for block in self._blocks():
            chunk = self._parse(block)
            self._total += chunk.rows
            yield chunk

    def scattered(self, rows: int) -> list[list[str]]:
        """Rows from eight places of a file that is longer than one block."""
        size = self._path.stat().st_size
        if size <= BLOCK_BYTES or self._encoding.startswith("utf-16"):
            return []
        found: list[list[str]] = []
        with self._path.open("rb") as file:
            for part in range(1, 9):
                file.seek(size * part // 9)
                lines = file.read(1 << 16).split(b"\n")[1:-1]
                texts = [line.decode(self._encoding, KEEP).rstrip("\r") for line in lines[: rows // 8]]
                parsed = parse_rows(texts, self._dialect.delimiter, self._dialect.quoting)
                found += [row for row in parsed if len(row) == self._dialect.width]
        return [row + [""] * (self._width - len(row)) for row in found]

    def _blocks(self) -> Iterator[bytes]:
        """Whole records as UTF-8, line feeds between them; never more than a line in waiting."""
        carry, line = b"", 1
        for data in self._decoded():
            buffer = carry + data
            cut = self._cut(buffer)
            if cut == 0 and len(buffer) > MAX_LINE_BYTES:
                raise LineTooLongError(name=self._name, limit_mb=MAX_LINE_BYTES >> 20, line=line)
            carry = buffer[cut:]
            if cut:
                line += buffer.count(b"\n", 0, cut)
                yield buffer[:cut]
        if carry:
            yield carry

    def _decoded(self) -> Iterator[bytes]:
        decoder = codecs.getincrementaldecoder(self._encoding)(KEEP)
        plain = self._encoding == "utf-8"
        held = b""
        with self._path.open("rb") as file:
            while data := file.read(BLOCK_BYTES):
                data = held + (data if plain else decoder.decode(data).encode())
                # a carriage return at the very end may be half of a line break
                held = b"\r" if data.endswith(b"\r") else b""
                yield _line_feeds(data[:-1] if held else data)
        yield _line_feeds(held + (b"" if plain else decoder.decode(b"", True).encode()))

    def _cut(self, buffer: bytes) -> int:
        """Where the last whole record ends: after a line break with no quotation mark left open."""
        end = buffer.rfind(b"\n") + 1
        if end == 0 or not self._dialect.quoting or buffer.count(b'"', 0, end) % 2 == 0:
            return end
        cut, marks = end, 1
        for _ in range(_LOOK_BACK_LINES):
            earlier = buffer.rfind(b"\n", 0, cut - 1) + 1
            if earlier == 0:
                break
            marks += buffer.count(b'"', earlier, cut)
            cut = earlier
            if marks % 2 == 0:
                return cut
        # one mark is never closed: what it swallows is read line by line further on
        return end if len(buffer) >= BLOCK_BYTES else 0

    def _parse(self, block: bytes) -> Chunk:
        try:
            block.decode()
        except UnicodeDecodeError:
            self._mixed = True
            block = block.decode("utf-8", KEEP).encode()
        delimiter = self._dialect.delimiter
        if len(delimiter) > 1:
            block, delimiter = block.replace(delimiter.encode(), b"\x1f"), "\x1f"
        odd: list[tuple[int, str]] = []

        def keep(row: arrow_csv.InvalidRow) -> str:
            odd.append((row.number, row.text))
            return "skip"

        names = [str(i) for i in range(self._dialect.width)]
        table = arrow_csv.read_csv(
            pa.BufferReader(block),
            arrow_csv.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=names),
            arrow_csv.ParseOptions(
                delimiter=delimiter,
                quote_char='"' if self._dialect.quoting else False,
                newlines_in_values=self._dialect.quoting,
                ignore_empty_lines=False,
                invalid_row_handler=keep,
            ),
            arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
        )
        columns = [_one_array(column) for column in table.columns]
        return self._mend(columns, odd, delimiter)

    def _mend(self, columns: list[pa.Array], odd: list[tuple[int, str]], delimiter: str) -> Chunk:
        """Puts rows with too few or too many cells back where they stood."""
        first = self._total + 1
        extra: list[list[str]] = []
        order: list[np.ndarray] = []
        good, taken, whole = len(columns[0]), 0, 0
        for position, text in odd:
            until = min(position - 1 - whole, good)
            order.append(np.arange(taken, until))
            taken, whole = until, whole + 1
            rows = self._split(text, delimiter, first + position - 1)
            order.append(np.arange(good + len(extra), good + len(extra) + len(rows)))
            extra += rows
        order.append(np.arange(taken, good))
        indices = np.concatenate(order)
        numbers = pa.array(np.arange(first, first + len(indices)), pa.int64())
        width = self._width
        padded = [row[:width] + [""] * (width - len(row)) for row in extra]
        mended = [
            _with_extra(columns[i] if i < len(columns) else None, good, [row[i] for row in padded], indices)
            for i in range(width)
        ]
        return self._strays(Chunk(numbers, mended), extra, indices, good)

    def _strays(self, chunk: Chunk, extra: list[list[str]], indices: np.ndarray, good: int) -> Chunk:
        if not extra:
            return chunk
        places = {int(i) - good: int(n) for n, i in enumerate(indices) if i >= good}
        first = self._total + 1
        for index, row in enumerate(extra):
            number = first + places[index]
            cells = enumerate(row[self._width :], self._width)
            chunk.strays.extend(Stray(number, position, raw) for position, raw in cells if raw.strip())
            if len(row) < self._dialect.width and any(row):
                chunk.short.append(number)
        return chunk

    def _split(self, text: str, delimiter: str, number: int) -> list[list[str]]:
        """The rows in ``text``: one, unless a quotation mark that is never closed swallowed more."""
        lines = split_lines(text)
        if len(lines) > 1:
            apart = parse_rows(lines, delimiter, False)
            usual = sum(len(row) == self._dialect.width for row in apart[1:])
            if text.count('"') % 2 or usual * 2 > len(apart) - 1:
                if self._stray_quote is None:
                    self._stray_quote = number
                return [[_unquoted(cell) for cell in row] for row in apart]
        rows = parse_rows(lines, delimiter, self._dialect.quoting)
        return rows[:1] or [[""]]


def _line_feeds(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data


def _one_array(column: pa.ChunkedArray) -> pa.Array:
    return (
        column.chunk(0)
        if column.num_chunks == 1
        else pa.array([], pa.string())
        if not len(column)
        else column.combine_chunks()
    )


def _with_extra(column: pa.Array | None, good: int, cells: list[str], indices: np.ndarray) -> pa.Array:
    if column is None:
        column = pa.repeat(pa.scalar("", pa.string()), good)
    if not cells:
        return column
    return pa.concat_arrays([column, pa.array(cells, pa.string())]).take(pa.array(indices))


def _unquoted(cell: str) -> str:
    if len(cell) > 1 and cell.startswith('"') and cell.endswith('"'):
        return cell[1:-1].replace('""', '"')
    return cell
