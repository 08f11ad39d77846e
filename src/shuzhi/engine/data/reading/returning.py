"""A department's own file sent back with its bad cells coloured and explained.

An .xlsx keeps its form: the cells are coloured in place, in a child process with limits.
Charts and pictures in it are lost, which is why the original is never replaced. Everything
else becomes an .xlsx with the file's rows as they were.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyarrow import parquet

from shuzhi.engine.data.reading.chunks import RowSource
from shuzhi.engine.data.reading.model import Load, ReadOptions
from shuzhi.engine.data.reading.opening import open_source
from shuzhi.engine.data.reading.refusals import ReturnTooLongError, WorkbookDamagedError
from shuzhi.engine.data.reading.setting_aside import shown
from shuzhi.engine.data.reading.typing_columns import text_of
from shuzhi.engine.data.reading.wording import describe
from shuzhi.engine.texts import N_, translate

SHEET_ROWS = 1_048_576
COMMENTS = 5_000
"""Cells that get a comment; the list on the added sheet goes on."""

LISTED = 100_000
FILL = "FFC7CE"
_TITLE = N_("Not loaded")
_HEADINGS = (N_("Row"), N_("Column"), N_("Value"), N_("Reason"))
_CHILD = "shuzhi.engine.data.reading.colouring_child"


@dataclass(frozen=True, slots=True)
class Flag:
    """Something else wrong with a cell (a failed rule): ``column`` is a loaded table's column."""

    row: int
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class _Mark:
    """One cell to colour; ``position`` counts from 0 and is null for the whole row."""

    row: int
    position: int | None
    heading: str
    raw: str
    text: str


def return_workbook(
    path: Path, load: Load, to: Path, *, language: str | None = None, flags: Sequence[Flag] = ()
) -> None:
    """Writes to ``to`` (.xlsx) the file at ``path`` with what ``load`` set aside, and ``flags``, marked.

    An added sheet lists every marked cell. Raises ReturnTooLongError for more rows than a
    sheet can hold, and BadInputError where the file has meanwhile become unreadable.
    """
    marks = list(_marks(load, flags, language))
    labels = {
        "title": translate(_TITLE, language),
        "headings": [translate(heading, language) for heading in _HEADINGS],
    }
    if load.source.format == "xlsx":
        _colour(path, load, to, {**labels, "marks": [_fields(mark) for mark in marks]})
    else:
        _rebuild(path, load, to, labels, marks)


def _marks(load: Load, flags: Sequence[Flag], language: str | None) -> Iterator[_Mark]:
    positions = {column.name: column.position for column in load.columns}
    for cell in parquet.read_table(load.set_aside).slice(0, LISTED).to_pylist():
        name = cell["column"]
        position = positions.get(name) if name in positions else _position(name)
        yield _Mark(cell["row"], position, name or "", cell["raw"] or "", describe(cell["reason"], language))
    for flag in flags:
        if positions.get(flag.column) is not None:
            yield _Mark(flag.row, positions[flag.column], flag.column, "", flag.text)


def _position(letters: str | None) -> int | None:
    if not letters or not letters.isascii() or not letters.isupper() or len(letters) > 3:
        return None
    position = 0
    for letter in letters:
        position = position * 26 + ord(letter) - 64
    return position - 1


def _fields(mark: _Mark) -> list[Any]:
    return [mark.row, mark.position, mark.heading, mark.raw, mark.text]


def _colour(path: Path, load: Load, to: Path, request: Mapping[str, Any]) -> None:
    limits = ReadOptions()
    asked = {
        **request,
        "path": str(path),
        "to": str(to),
        "sheet": load.source.sheet,
        "fill": FILL,
        "comments": COMMENTS,
        "memory_mb": limits.workbook_memory_mb,
        "cpu_s": limits.workbook_cpu_s,
    }
    environment = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1"}
    done = subprocess.run(  # noqa: S603 - our own interpreter, our own module
        [sys.executable, "-m", _CHILD],
        input=json.dumps(asked).encode(),
        capture_output=True,
        env=environment,
        check=False,
    )
    if done.returncode != 0:
        to.unlink(missing_ok=True)
        problem = done.stdout.decode("utf-8", "replace").strip() or f"code {done.returncode}"
        raise WorkbookDamagedError(name=load.source.name, problem=problem)


def _rebuild(path: Path, load: Load, to: Path, labels: Mapping[str, Any], marks: Sequence[_Mark]) -> None:
    import xlsxwriter

    if load.account.total >= SHEET_ROWS:
        raise ReturnTooLongError(name=load.source.name, rows=load.account.total, limit=SHEET_ROWS - 1)
    facts = load.source
    options = ReadOptions(
        name=facts.name, sheet=facts.sheet, encoding=facts.encoding, delimiter=facts.delimiter
    )
    book = xlsxwriter.Workbook(
        str(to), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    source = open_source(path, options)
    try:
        _write_rows(book, source, facts.sheet, marks)
        _write_list(book, labels, marks)
        book.close()
    except BaseException:
        to.unlink(missing_ok=True)
        raise
    finally:
        source.close()


def _write_rows(book: Any, source: RowSource, title: str | None, marks: Sequence[_Mark]) -> None:
    sheet = book.add_worksheet(_sheet_name(title or "Sheet1"))
    red = book.add_format({"bg_color": f"#{FILL}", "num_format": "@"})
    by_row: dict[int, list[_Mark]] = {}
    for mark in marks:
        by_row.setdefault(mark.row, []).append(mark)
    # a source whose columns have names gets them written above its rows
    shift = 0 if source.names is None else 1
    for position, name in enumerate(source.names or ()):
        sheet.write_string(0, position, name)
    comments = 0
    for chunk in source.chunks():
        columns = [text_of(column).to_pylist() for column in chunk.columns]
        for number, *cells in zip(chunk.numbers.to_pylist(), *columns, strict=True):
            marked = by_row.get(number, ())
            whole = any(mark.position is None for mark in marked)
            red_cells = {mark.position for mark in marked}
            at = number - 1 + shift
            for position, cell in enumerate(cells):
                bad = whole or position in red_cells
                if cell or bad:
                    sheet.write_string(at, position, shown(cell or "")[:32_767], red if bad else None)
            for mark in marked:
                if comments < COMMENTS:
                    sheet.write_comment(at, mark.position or 0, mark.text)
                    comments += 1


def _write_list(book: Any, labels: Mapping[str, Any], marks: Sequence[_Mark]) -> None:
    sheet = book.add_worksheet(_sheet_name(labels["title"], "2"))
    sheet.write_row(0, 0, labels["headings"])
    for row, mark in enumerate(marks, 1):
        sheet.write_number(row, 0, mark.row)
        for position, text in enumerate((mark.heading, mark.raw, mark.text), 1):
            sheet.write_string(row, position, text)


def _sheet_name(name: str, otherwise: str = "1") -> str:
    clean = "".join("_" if c in "[]:*?/\\'" or not c.isprintable() else c for c in name)[:31]
    return clean or f"Sheet{otherwise}"
