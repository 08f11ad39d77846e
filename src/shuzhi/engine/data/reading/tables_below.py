"""Where another table begins further down the same sheet: told by its header, never by its values.

A row of names is a header only on evidence beside the names: words that headers are made of,
names in columns that hold numbers or days, another layout, other kinds of values below than
above. A record all of text, a section title or a subtotal has none of it. Thresholds are
defaults of this product, not a regulation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from math import ceil

import pyarrow as pa

from shuzhi.engine.data.reading.chunks import MARK
from shuzhi.engine.data.reading.header_lines import filled, is_header_row, is_label
from shuzhi.engine.data.reading.layout import Layout, normalise
from shuzhi.engine.data.reading.model import NULL_TOKENS

_LONGEST_NAME = 30
_ABOVE, _BELOW = 40, 12
_TITLE_ROWS = 4
_MOSTLY, _HARDLY = 0.8, 0.2
_BRACKETS = re.compile(r"[(（\[【].*$")
# words that end a column's name, and words that are one only where they stand alone: 城厢街道 is none
NAME_WORDS = (
    r"(?i)^\s*[*＊]?(?:.{0,10}(?:序号|编号|姓名|名称|日期|时间|年份|月份|地址|住址|电话|号码|代码|编码|备注|金额|数量"
    r"|面积|人数|户数|总数|人口数?|占比|类型|类别|性别|年龄|负责人|联系人|联系方式)"
    r"|(?:所属|所在|主管|责任|填报)?(?:镇街|街道|乡镇|村社|社区|单位|部门|地区|区域|企业|项目|内容|指标|状态|性质|级别"
    r"|等级|职务|民族|地点|位置|说明|情况|来源|年度|年|月|数|值|单价|合计)"
    r"|id|no\.?|name|date|time|type|code|address|phone|amount|value|status|category|description|year|month"
    r"|[a-z]+_(?:id|name|date|code|type|time|no))\s*(?:[(（\[].*)?$"
)
_NAME = re.compile(NAME_WORDS)


@dataclass(slots=True)
class Rows:
    """The rows of one chunk as ``tables_below`` asks for them: all columns, white space single."""

    columns: Sequence[pa.Array]
    layout: Layout

    def __len__(self) -> int:
        return len(self.columns[0])

    def row(self, place: int) -> list[str]:
        """The texts of one row; a cell's mark (error, formula) taken off."""
        cells = (column[place].as_py() or "" for column in self.columns)
        return [" ".join((c[2:] if c.startswith(MARK) else c).split()) for c in cells]

    def around(self, place: int, step: int, most: int) -> list[list[str]]:
        """Up to ``most`` rows from ``place`` on, up or down, without blank ones and lone texts."""
        found: list[list[str]] = []
        for _ in range(most):
            place += step
            if not 0 <= place < len(self):
                break
            row = self.row(place)
            if len(filled(row)) > 1:
                found.append(row)
        return found


def repeats_header(row: Sequence[str], layout: Layout) -> bool:
    """Whether a row is the first table's own header again: one of its lines, or nearly all its names."""
    if not any(is_label(cell) for cell in row):
        return False
    if repeats_line(row, layout):
        return True
    named = {h.position: {normalise(h.header), normalise(h.name)} for h in layout.headings if h.header}
    there = [(p, cell) for p, cell in enumerate(row) if cell]
    same = sum(normalise(cell) in named.get(p, ()) for p, cell in there)
    return same >= 2 and same * 4 >= len(there) * 3 and same * 2 >= len(named)


def repeats_line(row: Sequence[str], layout: Layout) -> bool:
    """Whether a row says the same as a line of the first table's header, its numbering too."""
    text = normalise("".join(dict.fromkeys(filled(row))))
    return bool(text) and any(normalise(f.text) == text for f in layout.frame if f.role == "header")


def begins_here(rows: Rows, place: int, *, apart: bool) -> bool:
    """Whether the row at ``place`` is the header of another table.

    ``apart``: the row above is blank, a title, a total or a note.
    """
    row = rows.row(place)
    at = [p for p, cell in enumerate(row) if cell]
    if not _names_columns([row[p] for p in at]) or repeats_header(row, rows.layout):
        return False
    above, below = rows.around(place, -1, _ABOVE), rows.around(place, 1, _BELOW)
    if not below or not any(r[p] for r in below for p in at):
        return False
    own = {normalise(h.header) for h in rows.layout.headings if h.header}
    least = max(2, ceil(len(at) / 2))
    words = _words(row, own)
    named = words >= least and all(_words(other, own) < least for other in above)
    clashes = sum(_kind(above, p) == "value" for p in at)
    other_layout = _lies_otherwise(at, rows.layout, above, below)
    changed = other_layout or any(_changes(above, below, p) for p in at)
    if not apart:
        return named and (clashes > 0 or changed)
    told = words > 0 and changed and (clashes > 0 or other_layout)
    return named or told or (clashes > 1 and changed) or (clashes > 0 and other_layout)


def with_titles(rows: Rows, place: int, first: int) -> int:
    """Where the table whose header stands at ``place`` begins with its titles, not before ``first``."""
    begin = place
    for earlier in range(place - 1, max(first, place - _TITLE_ROWS) - 1, -1):
        cells = filled(rows.row(earlier))
        if len(set(cells)) > 1 or (cells and not is_label(cells[0])):
            break
        begin = earlier if cells else begin
    return begin


def table_above(rows: Sequence[Sequence[str]], at: int) -> range:
    """The rows of a table that ends above the header in row ``at``; an empty range where there is none.

    Numbers or days in two rows or more under one name tell it from the lines of a form's head.
    """
    end = at
    while end and len(set(filled(rows[end - 1]))) < 2:
        end -= 1
    for begin in range(end - 2):
        named = [p for p, cell in enumerate(rows[begin]) if cell]
        below = list(takewhile(any, rows[begin + 1 : end]))
        if len(below) > 1 and _names_columns([rows[begin][p] for p in named]):
            valued = [p for p in named if all(r[p] and not is_label(r[p]) for r in below)]
            if valued and not any(r[p] for r in below for p in range(len(r)) if p not in named):
                return range(begin, end)
    return range(0)


def _names_columns(cells: Sequence[str]) -> bool:
    if len(cells) < 2 or len(set(cells)) < len(cells) or not is_header_row(cells):
        return False
    return all(len(cell) <= _LONGEST_NAME and cell not in NULL_TOKENS for cell in cells)


def _words(row: Sequence[str], own: set[str]) -> int:
    """How many cells are words that headers are made of, or names of the first table's columns."""
    return sum(bool(_NAME.match(cell)) or normalise(cell) in own for cell in row if cell)


def _kind(rows: Sequence[Sequence[str]], position: int) -> str:
    """What a column holds in these rows: "value" (numbers, days), "text", "mixed", or "" for nothing."""
    cells = [r[position] for r in rows if r[position] and r[position] not in NULL_TOKENS]
    if not cells:
        return ""
    values = sum(not is_label(cell) for cell in cells) / len(cells)
    return "value" if values >= _MOSTLY else "text" if values <= _HARDLY else "mixed"


def _changes(above: Sequence[Sequence[str]], below: Sequence[Sequence[str]], position: int) -> bool:
    return {_kind(above, position), _kind(below, position)} == {"value", "text"}


def _lies_otherwise(
    at: Sequence[int], layout: Layout, above: Sequence[Sequence[str]], below: Sequence[Sequence[str]]
) -> bool:
    """Whether the names stand over other columns than the first table's, and the rows below do too."""
    headed = {heading.position for heading in layout.headings}
    beyond = [p for p in at if p not in headed]
    if beyond:
        return any(r[p] for r in below for p in beyond)
    kept = all(p in at for r in below for p, cell in enumerate(r) if cell)
    wider = sum(any(cell for p, cell in enumerate(r) if p not in at) for r in above)
    return kept and len(at) < len(headed) and wider > 0 and wider >= _MOSTLY * len(above)
