"""What a reading yields, as plain values: no file is opened here and nothing is decided.

Rows are numbered as the office sees them: from 1, as in the file or sheet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from shuzhi.engine.data.fields import FieldType

ROW = "_row"
"""The column of every loaded table that holds the row's number in its file."""

NULL_TOKENS = frozenset(
    {
        "",
        *("null", "NULL", "Null", "(null)", "<null>", "[null]", "nil", "None", "\\N"),
        *("nan", "NaN", "NAN", "N/A", "n/a", "#N/A"),
        *("-", "--", "---", "—", "——", "－", "―", "/", "／"),
        *("无", "暂无"),
    }
)
"""Ways in which offices and programs write "no value". A token that a column's own
dictionary lists (无 beside 有) stays a value in that column."""

ARROW_TYPES: Mapping[FieldType, pa.DataType] = {
    FieldType.STRING: pa.string(),
    FieldType.INTEGER: pa.int64(),
    FieldType.NUMBER: pa.float64(),
    FieldType.DATE: pa.date32(),
    FieldType.TIMESTAMP: pa.timestamp("us"),
    FieldType.BOOLEAN: pa.bool_(),
}

SET_ASIDE_SCHEMA = pa.schema(
    [
        pa.field("sheet", pa.string()),
        pa.field("row", pa.int64(), nullable=False),
        pa.field("column", pa.string()),
        pa.field("raw", pa.string()),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("key", pa.string()),
    ]
)
"""One line per cell that could not be loaded, or per row where ``column`` is null (``raw`` is
then the row as a JSON array). ``reason`` is a key of ``wording.REASONS``; ``key`` is a JSON
array of the primary-key values as text, as among a run's failing rows, null where the contract
names no key or the row was refused for it."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the caller knows better than the file; null means: find out.

    ``name`` is the file's own name where the path does not carry it (a content-addressed
    store). ``header_row`` is the row number of the header, 0 for a file without one.
    """

    name: str | None = None
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None
    sample_rows: int = 5000
    null_tokens: frozenset[str] = NULL_TOKENS
    workbook_memory_mb: int = 2048
    workbook_cpu_s: int = 120


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth telling about a file: ``code`` is a key of ``wording.NOTES``."""

    code: str
    args: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """What the file turned out to be. Hidden rows and columns are read all the same."""

    name: str
    format: str
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    hidden_sheets: tuple[str, ...] = ()
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[str, ...] = ()
    formula_cells: int = 0
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadColumn:
    """One column: ``name`` in the loaded table, ``header`` as the file writes it.

    ``position`` counts the file's columns from 0, null where a contract asks for a column
    that the file has not. ``evidence`` says from what the type was drawn.
    """

    name: str
    header: str
    type: FieldType
    position: int | None
    evidence: tuple[Note, ...] = ()
    required: bool = False
    unit: str | None = None
    in_contract: bool = False

    @property
    def letter(self) -> str | None:
        """The column's letters in a spreadsheet ("A", "AB")."""
        return None if self.position is None else column_letters(self.position)


@dataclass(frozen=True, slots=True)
class FrameRow:
    """A row that is no record: ``role`` is title, header, note, total, blank or other_table.

    ``why`` is a key of ``wording.FRAME_REASONS``; ``text`` the row's filled cells.
    """

    row: int
    role: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Account:
    """Where every row went: ``total == frame + loaded + set_aside``, in rows.

    ``set_aside_cells`` counts cells of loaded rows; they are null in the table.
    """

    total: int
    frame: int
    loaded: int
    set_aside: int
    set_aside_cells: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of the file: those loaded, and what was set aside among them."""

    loaded: pa.RecordBatch
    set_aside: pa.RecordBatch


@dataclass(frozen=True, slots=True)
class Load:
    """A file read to the end; ``table`` and ``set_aside`` are Parquet files."""

    table: Path
    set_aside: Path
    account: Account
    source: Source
    columns: tuple[ReadColumn, ...]
    frame_rows: tuple[FrameRow, ...]
    notes: tuple[Note, ...]


def column_letters(position: int) -> str:
    """The letters of column ``position`` (from 0) in a spreadsheet."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
