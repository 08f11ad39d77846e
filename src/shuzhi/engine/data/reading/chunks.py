"""Raw rows on their way from a file to typing: what every kind of file is brought to first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import pyarrow as pa

from shuzhi.engine.data.reading.model import FrameRow, Source

MARK = "\x1a"
"""A cell beginning with this carries a problem its file already had: MARK, one letter of
``PROBLEMS``, the cell as seen. The character cannot be typed, so nothing is mistaken for it."""

PROBLEMS = {"F": "formula_without_value", "E": "cell_error"}

MAX_COLUMNS = 16_384
"""What a sheet of Excel can hold; wider text files are read with a wrong delimiter."""


@dataclass(frozen=True, slots=True)
class Stray:
    """A filled cell to the right of every known column."""

    row: int
    position: int
    raw: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that its file's own format could not make out."""

    row: int
    raw: str
    reason: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive rows by column: text as written, "" for an empty cell; or the file's own types.

    ``numbers`` are the rows' numbers. Rows in ``refused`` and ``frame`` are in no column.
    """

    numbers: pa.Int64Array
    columns: list[pa.Array]
    strays: list[Stray] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    frame: list[FrameRow] = field(default_factory=list)
    short: list[int] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return len(self.numbers)

    def rest(self, start: int) -> Chunk:
        """The chunk without its first ``start`` rows; what was refused among them goes with them."""
        if start == 0:
            return self
        last = self.numbers[start - 1].as_py()
        return Chunk(
            self.numbers.slice(start),
            [column.slice(start) for column in self.columns],
            [stray for stray in self.strays if stray.row > last],
            self.refused,
            self.frame,
            [row for row in self.short if row > last],
        )


class RowSource(Protocol):
    """A file of any kind (csv, json, xls, xlsx, parquet, arrow), opened.

    ``names`` are the columns' own names, null where the header has to be found.
    ``merges`` are merged ranges near the top (first row, first column, last row, last column,
    from 0): a header's labels cover all their columns.
    """

    kind: str
    names: tuple[str, ...] | None
    merges: tuple[tuple[int, int, int, int], ...]

    def facts(self) -> Source:
        """What is known of the file; complete once the chunks are exhausted."""

    def chunks(self) -> Iterator[Chunk]:
        """The rows, once."""

    def scattered(self, rows: int) -> list[list[str]]:
        """Up to ``rows`` further rows from all over the file, for judging columns; may be none."""

    def total(self) -> int:
        """Rows handed out so far, counted where the file is taken apart."""

    def close(self) -> None:
        """Lets go of the file or the process behind it."""
