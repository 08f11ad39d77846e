"""Opening files and bringing their rows to typed columns; the one room of the engine that opens files.

Every row of a file is frame, loaded or set aside, and the three add up. Knows contracts;
knows nothing of rules, grades or people.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
    from shuzhi.engine.data.reading.opening import load_file, open_file, read_arrow, write_load
    from shuzhi.engine.data.reading.reader import FileReader
    from shuzhi.engine.data.reading.returning import Flag, return_workbook
    from shuzhi.engine.data.reading.safe_cells import safe_cell
    from shuzhi.engine.data.reading.wording import describe

__all__ = [
    "NULL_TOKENS",
    "ROW",
    "SET_ASIDE_SCHEMA",
    "Account",
    "Batch",
    "FileReader",
    "Flag",
    "FrameRow",
    "Load",
    "Note",
    "ReadColumn",
    "ReadOptions",
    "Source",
    "describe",
    "load_file",
    "open_file",
    "read_arrow",
    "return_workbook",
    "safe_cell",
    "write_load",
]

_HOMES = {
    "opening": ("load_file", "open_file", "read_arrow", "write_load"),
    "reader": ("FileReader",),
    "returning": ("Flag", "return_workbook"),
    "safe_cells": ("safe_cell",),
    "wording": ("describe",),
}


def __getattr__(name: str) -> object:
    # lazily: the child process that opens workbooks imports this package, and starts with little
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = next((module for module, names in _HOMES.items() if name in names), "model")
    return getattr(import_module(f"{__name__}.{home}"), name)
