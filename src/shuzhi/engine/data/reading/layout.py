"""Where in the first rows of a sheet the header stands, and what the columns are called.

Sees text alone. Rows above the header are titles; a header may take up to three lines, come
a second time in another language, or be followed by units or by a numbering of the columns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from shuzhi.engine.data.reading.header_lines import (
    MAX_LABEL,
    UNIT,
    Header,
    filled,
    is_header_row,
    is_label,
    read_header,
)
from shuzhi.engine.data.reading.model import FrameRow, Note, column_letters
from shuzhi.engine.data.reading.values import half_width

HEAD_ROWS = 60
"""Rows looked at; a header further down is found where the caller names its row."""

_STATEMENT = re.compile(r"^[^:：]{1,12}[:：]\s*\S")
_UNIT_IN_HEADER = re.compile(r"[(（\[]([^()（）\[\]]{1,8})[)）\]]\s*$")


@dataclass(frozen=True, slots=True)
class Heading:
    """One column's name and all that its header cells say."""

    position: int
    name: str
    header: str
    others: tuple[str, ...] = ()
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """``start`` rows of the head are frame, then come records. No header: ``found`` is false.

    ``beside`` are positions of another table's columns, which are left out.
    """

    headings: tuple[Heading, ...]
    start: int
    found: bool
    frame: tuple[FrameRow, ...] = ()
    notes: tuple[Note, ...] = ()
    beside: tuple[int, ...] = ()


def normalise(header: str) -> str:
    """The form in which headers are compared: half-width, lower case, without blanks and punctuation."""
    return re.sub(r"[\W_]+", "", half_width(header)).lower()


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known besides the cells: ``wanted`` are normalised names that a contract knows,
    ``header_row`` the header's row where the caller says so (0 for none), ``merges`` the merged
    ranges (first row, first column, last row, last column, from 0)."""

    wanted: frozenset[str] = frozenset()
    header_row: int | None = None
    merges: tuple[tuple[int, int, int, int], ...] = ()


_NO_HINTS = Hints()


def find_layout(head: Sequence[Sequence[str]], hints: Hints = _NO_HINTS) -> Layout:
    """Reads the first rows; cells of a merged range hold its text everywhere."""
    rows = [[" ".join(cell.split()) for cell in row] for row in head]
    used = _used_columns(rows)
    at = _header_at(rows, used, hints) if hints.header_row is None else hints.header_row - 1
    if at is None or not 0 <= at < len(rows):
        return _without_header(rows, used)
    header = read_header(rows, at, used)
    return _with_header(rows, at, header)


def _used_columns(rows: Sequence[Sequence[str]]) -> list[int]:
    """Columns that are filled in more than a stray row of the head."""
    counts = [0] * max((len(row) for row in rows), default=0)
    for row in rows:
        for position, cell in enumerate(row):
            counts[position] += bool(cell)
    least = 1 if len(rows) < 20 else 2
    return [position for position, count in enumerate(counts) if count >= least]


def _typical_width(rows: Sequence[Sequence[str]]) -> int:
    widths = sorted(len(filled(row)) for row in rows if any(row))
    return widths[len(widths) * 2 // 3] if widths else 0


def _header_at(rows: Sequence[Sequence[str]], used: Sequence[int], hints: Hints) -> int | None:
    """Index of the header's first line, null where the rows begin with records."""
    if hints.wanted and (named := _row_naming(rows, hints.wanted)) is not None:
        return named
    width = min(_typical_width(rows), len(used))
    for index, row in enumerate(rows):
        cells = filled(row)
        if not cells or _is_title(cells, width):
            continue
        if len(cells) < ceil(width * 0.5):
            continue
        if not is_header_row(row) or _recurs(rows, index, hints):
            return None
        return index
    return None


def _is_title(cells: Sequence[str], width: int) -> bool:
    """One text for the whole row (merged or alone) or "填报单位：民政局", in a table of several columns."""
    if width < 2:
        return False
    return len(set(cells)) == 1 or (len(cells) < width and any(_STATEMENT.match(cell) for cell in cells))


def _row_naming(rows: Sequence[Sequence[str]], wanted: frozenset[str]) -> int | None:
    best, most = None, 0
    for index, row in enumerate(rows):
        hits = len({normalise(cell) for cell in row if cell} & wanted)
        if hits > most:
            best, most = index, hits
    return best if most >= max(1, min(len(wanted), 4) // 2) else None


def _recurs(rows: Sequence[Sequence[str]], index: int, hints: Hints) -> bool:
    """Whether the candidate's cells come again below in their own columns: then it is a record."""
    row = rows[index]
    # a label merged downwards comes again of course
    end = max((bottom for top, _, bottom, _ in hints.merges if top <= index <= bottom), default=index)
    below = [o for o in rows[end + 1 :] if list(o) != list(row) and not _names_values(rows, o)]
    filled = [position for position, cell in enumerate(row) if cell]
    if len(below) < 2 or len(filled) < 2:
        return False
    again = sum(any(len(o) > p and o[p] == row[p] for o in below) for p in filled)
    return again * 2 >= len(filled) or (again >= 2 and again * 3 >= len(filled))


def _names_values(rows: Sequence[Sequence[str]], row: Sequence[str]) -> bool:
    """Whether a row has names alone, some of them in columns of numbers or days: another header."""
    if not is_header_row(row) or len(filled(row)) < 2:
        return False
    cells = [[r[p] for r in rows if len(r) > p and r[p]] for p, cell in enumerate(row) if cell]
    return any(sum(not is_label(cell) for cell in column) * 2 >= len(column) for column in cells)


def _with_header(rows: Sequence[Sequence[str]], at: int, header: Header) -> Layout:
    records = rows[header.end :]
    notes: list[Note] = []
    headings: list[Heading] = []
    taken: set[str] = set()
    for position, label in enumerate(header.labels):
        others = tuple(o[position] for o in header.others if o[position])
        if not label and not others:
            count = sum(len(row) > position and bool(row[position]) for row in records)
            # to the right of all names a few filled cells are stray ones, set aside one by one
            least = len(records) / (20 if any(header.labels[position:]) else 3)
            if not count or count < least:
                continue
            letter = column_letters(position)
            notes.append(Note("header_unnamed", {"letter": letter, "column": f"列{letter}"}))
        wished = _clean(label or (others[0] if others else f"列{column_letters(position)}"))
        name = _unique(wished, taken)
        if name != wished:
            notes.append(Note("header_repeated", {"header": label, "column": name}))
        taken.add(name)
        headings.append(Heading(position, name, label, others, _unit(header, position, label)))
    frame = [_frame(n, rows[n], "title" if any(rows[n]) else "blank") for n in range(at)]
    frame += [_frame(n, rows[n], "header", header.why[n]) for n in range(at, header.end)]
    return Layout(tuple(headings), header.end, True, tuple(frame), tuple(notes))


def _frame(index: int, row: Sequence[str], role: str, why: str | None = None) -> FrameRow:
    text = " | ".join(dict.fromkeys(filled(row)))
    return FrameRow(index + 1, role, text[:500], why or ("above_header" if role == "title" else "blank"))


def _clean(label: str) -> str:
    """A header as a column's name: without the star of required fields, no blanks between characters."""
    label = label.strip("*＊ ")
    return re.sub(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])", "", label)[: MAX_LABEL * 2] or "列"


def _unique(name: str, taken: set[str]) -> str:
    if name == "_row":
        name = "_row_"
    candidate, number = name, 2
    while candidate in taken:
        candidate, number = f"{name}_{number}", number + 1
    return candidate


def _unit(header: Header, position: int, label: str) -> str | None:
    if header.units is not None and header.units[position]:
        return header.units[position].strip("()（）[]")
    match = _UNIT_IN_HEADER.search(label)
    return match[1] if match and UNIT.match(match[1]) else None


def _without_header(rows: Sequence[Sequence[str]], used: Sequence[int]) -> Layout:
    width = _typical_width(rows)
    start = 0
    # titles above records that have no header
    while start < len(rows) and width > 2 and _is_title(filled(rows[start]), width):
        start += 1
    headings = tuple(Heading(p, f"列{column_letters(p)}", "") for p in used)
    frame = tuple(_frame(n, rows[n], "title" if any(rows[n]) else "blank") for n in range(start))
    return Layout(headings, start, False, frame, (Note("no_header"),))
