"""Opening files and bringing their rows to typed columns; the one room of the engine that opens files.

Every row of a file is frame, loaded or set aside, and the three add up. Knows contracts;
knows nothing of rules, grades or people.
"""

from shuzhi.engine.data.reading.model import (
    NULL_TOKENS,
    ROW,
    SET_ASIDE_SCHEMA,
    Account,
    Batch,
    FrameRow,
    Load,
    Note,
    ReadColumn,
    ReadOptions,
    Source,
)
from shuzhi.engine.data.reading.opening import load_file, open_file, read_arrow
from shuzhi.engine.data.reading.reader import FileReader

__all__ = [
    "NULL_TOKENS",
    "ROW",
    "SET_ASIDE_SCHEMA",
    "Account",
    "Batch",
    "FileReader",
    "FrameRow",
    "Load",
    "Note",
    "ReadColumn",
    "ReadOptions",
    "Source",
    "load_file",
    "open_file",
    "read_arrow",
]
