"""Which rows below the header are no records: blank ones, totals, notes, the header again.

A row counts as frame only on evidence that stands in the row itself, and is listed with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shuzhi.engine.data.fields import FieldType
from shuzhi.engine.data.reading.chunks import Chunk
from shuzhi.engine.data.reading.header_lines import is_label
from shuzhi.engine.data.reading.layout import Layout
from shuzhi.engine.data.reading.model import FrameRow
from shuzhi.engine.data.reading.setting_aside import shown
from shuzhi.engine.data.reading.tables_below import (
    NAME_WORDS,
    Rows,
    begins_here,
    repeats_header,
    repeats_line,
    with_titles,
)
from shuzhi.engine.data.reading.typing_columns import Plan
from shuzhi.engine.data.reading.values import READERS, half_width

_TOTALS = frozenset(
    {
        "合计",
        "总计",
        "小计",
        "共计",
        "总合计",
        "本页合计",
        "本页小计",
        "全部合计",
        "total",
        "subtotal",
        "grandtotal",
        "sum",
    }
)
_NOTE_WORDS = (
    r"^\s*(?:\*|※|[(（\[【])?\s*(?:备\s*注|附\s*注|注|填表说明|填报说明|说\s*明|参考文献|数据来源|资料来源|来\s*源"
    r"|填\s*表\s*人|制\s*表\s*人?|填\s*报\s*人|经\s*办\s*人|审\s*核\s*人?|复\s*核\s*人?|单位负责人|负责人|填报单位"
    r"|填报日期|制表日期|填表日期|统计日期|references?|notes?|(?:data )?sources?)\s*\d*\s*[:：]"
)
_NOTE = re.compile(_NOTE_WORDS, re.IGNORECASE)
_SECTION = re.compile(r"^(?:\[\d+\]|[(（]?[一二三四五六七八九十]{1,3}[)）、.．]|注\s*\d*\s*[、.．:：])")
_FIRST_COLUMNS = 3
_HINT = (
    f"(?i){_NOTE_WORDS}"
    r"|^\s*(?:[合总小共全本]\S*\s*\S*计|(?:sub\s*|grand\s*)?total|sum)\s*[:：]?\s*$"
)
_LONG_TEXT = 40
HEADER_AGAIN, OTHER_TABLE = "header_again", "other_table"


@dataclass(frozen=True, slots=True)
class Sifted:
    """The places of a chunk's records, null where all are, and the frame rows among the rest.

    ``elsewhere``: the chunk ends inside another table.
    """

    keep: pa.Array | None
    frame: list[FrameRow]
    elsewhere: bool = False


def sift(chunk: Chunk, layout: Layout, plans: Sequence[Plan], *, elsewhere: bool = False) -> Sifted:
    """Tells frame rows from records in one chunk of text columns.

    ``elsewhere``: the chunk before ended inside another table. Rows of another table are frame from
    its title or header on, until the first table's header comes again.
    """
    if not layout.headings or not chunk.rows:
        return Sifted(None, [], elsewhere)
    sifting = _Sifting(chunk, layout)
    sifting.judge(plans)
    elsewhere = sifting.part(elsewhere=elsewhere)
    frame = sifting.frame
    if not frame:
        return Sifted(None, [], elsewhere)
    keep = np.ones(chunk.rows, bool)
    keep[list(frame)] = False
    return Sifted(pa.array(np.flatnonzero(keep)), [frame[p] for p in sorted(frame)], elsewhere)


class _Sifting:
    """One chunk while its rows are told apart; ``frame`` by place."""

    def __init__(self, chunk: Chunk, layout: Layout) -> None:
        self.chunk, self.layout = chunk, layout
        self.columns = [chunk.columns[h.position] for h in layout.headings]
        self.rows = Rows(chunk.columns, layout)
        self.doubtful = _doubtful(self.columns, layout)
        self.frame: dict[int, FrameRow] = {}

    def judge(self, plans: Sequence[Plan]) -> None:
        """Each doubtful row by what stands in itself."""
        places = [int(place) for place in np.flatnonzero(self.doubtful)]
        at = pa.array(places, pa.int64())
        rows = zip(*(column.take(at).to_pylist() for column in self.columns), strict=True)
        for place, cells in zip(places, rows, strict=True):
            outside = [] if any(cells) else self.rows.row(place)
            beside = any(outside) and all(not c or p in self.layout.beside for p, c in enumerate(outside))
            if beside:
                self.add(place, OTHER_TABLE, "table_beside", outside)
            elif (verdict := _verdict(cells, outside, self.layout, plans)) is not None:
                self.add(place, *verdict, cells)

    def add(self, place: int, role: str, why: str, cells: Sequence[str]) -> None:
        text = " | ".join(dict.fromkeys(shown(cell.strip()) for cell in cells if cell.strip()))[:500]
        self.frame[place] = FrameRow(self.chunk.numbers[place].as_py(), role, text, why)

    def part(self, *, elsewhere: bool) -> bool:
        """Finds other tables and makes their rows frame; tells whether one is open at the end."""
        free = 0
        begin = 0 if elsewhere else None
        for place, again in self._heads() if self.layout.found else ():
            if again:
                if begin is not None:
                    self._leave_out(begin, place)
                self._add_header(place, free if begin is None else place)
                begin, free = None, place + 1
            elif begin is None and begins_here(self.rows, place, apart=self._apart(place)):
                begin = with_titles(self.rows, place, free)
        if begin is not None:
            self._leave_out(begin, self.chunk.rows)
        return begin is not None

    def _apart(self, place: int) -> bool:
        return place > 0 and bool(self.doubtful[place - 1])

    def _heads(self) -> Iterator[tuple[int, bool]]:
        """Rows that may be a header, in order, with whether they are the first table's own."""
        worth = np.zeros(self.chunk.rows, bool)
        worth[1:] = self.doubtful[:-1]
        worth |= pc.match_substring_regex(self.columns[0], NAME_WORDS).to_numpy(zero_copy_only=False)
        lines = sum(frame.role == "header" for frame in self.layout.frame)
        again = -1
        for place in (int(p) for p in np.flatnonzero(worth)):
            for line in range(max(place, again + 1), min(place + lines, self.chunk.rows)):
                if not self._is_own_header(line, follows=line > place):
                    break
                again = line
                yield line, True
            if place > again and place not in self.frame:
                yield place, False

    def _is_own_header(self, place: int, *, follows: bool) -> bool:
        known = self.frame.get(place)
        if known is not None:
            return known.why == HEADER_AGAIN
        row = self.rows.row(place)
        return repeats_line(row, self.layout) if follows else repeats_header(row, self.layout)

    def _add_header(self, place: int, free: int) -> None:
        """The header again, with the title printed over it."""
        self.add(place, "header", HEADER_AGAIN, self.rows.row(place))
        titles = {frame.text for frame in self.layout.frame if frame.role == "title"}
        for above in range(place - 1, max(free, place - len(titles) - 1) - 1, -1):
            cells = self.rows.row(above)
            if " | ".join(dict.fromkeys(cell for cell in cells if cell)) in titles:
                self.add(above, "title", HEADER_AGAIN, cells)

    def _leave_out(self, begin: int, end: int) -> None:
        for place in range(begin, end):
            cells = self.rows.row(place)
            if any(cells):
                self.add(place, OTHER_TABLE, OTHER_TABLE, cells)
            else:
                self.add(place, "blank", "blank", cells)


def _doubtful(columns: Sequence[pa.Array], layout: Layout) -> np.ndarray:
    """Which rows are worth a look: next to nothing filled, or a first cell that sounds like a frame row."""
    filled = np.zeros(len(columns[0]), np.int32)
    for column in columns:
        filled += (pc.binary_length(column).to_numpy(zero_copy_only=False) > 0).astype(np.int32)
    doubtful: np.ndarray = filled <= (1 if len(columns) > 1 else 0)
    # blanks that are no characters at all are rare; a row of spaces alone shows in its first cell
    first = columns[0]
    doubtful |= pc.match_substring_regex(first, r"^\s+$").to_numpy(zero_copy_only=False)
    for column in columns[:_FIRST_COLUMNS]:
        if len(columns) > 1:
            doubtful |= pc.match_substring_regex(column, _HINT).to_numpy(zero_copy_only=False)
    if layout.found and layout.headings[0].header:
        doubtful |= pc.equal(first, layout.headings[0].header).to_numpy(zero_copy_only=False)
    return doubtful


def _verdict(
    cells: Sequence[str], outside: Sequence[str], layout: Layout, plans: Sequence[Plan]
) -> tuple[str, str] | None:
    """Role and reason of a frame row, or null for a record."""
    texts = [cell.strip() for cell in cells]
    filled = [(place, text) for place, text in enumerate(texts) if text]
    if not filled:
        return None if any(cell.strip() for cell in outside) else ("blank", "blank")
    if len(texts) < 2:
        return None
    if layout.found and _is_header(texts, layout):
        return "header", HEADER_AGAIN
    place, first = filled[0]
    if place < _FIRST_COLUMNS and re.sub(r"[\s:：]", "", half_width(first)).lower() in _TOTALS:
        return "total", "total_word"
    signed = sum(bool(_NOTE.match(text)) for _, text in filled)  # 填表人：… and 审核人：… side by side
    if _NOTE.match(first) and (len(filled) * 2 <= len(texts) + 1 or signed > 1):
        return "note", "note_word"
    distinct = {text for _, text in filled}
    if len(distinct) == 1 and len(texts) > 2 and place == 0 and _is_heading(first, plans[0]):
        return "note", "section"
    return None


def _is_header(texts: Sequence[str], layout: Layout) -> bool:
    """Whether the row repeats the header, at least half of its names and nothing else."""
    filled = sum(bool(text) for text in texts)
    named = sum(bool(heading.header) for heading in layout.headings)
    same = all(t in ("", h.header) for t, h in zip(texts, layout.headings, strict=True))
    return same and filled * 2 >= named > 0


def _is_heading(text: str, plan: Plan) -> bool:
    """Whether a lone text in the first column cannot be that column's value."""
    if _SECTION.match(text) or len(text) > _LONG_TEXT:
        return True
    if plan.type is FieldType.STRING:
        return False
    return is_label(text) and READERS[plan.type](text, plan.manner)[1] is not None and text not in plan.nulls
