"""Which rows below the header are no records: blank ones, totals, notes, the header again.

A row counts as frame only on evidence that stands in the row itself, and is listed with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
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


@dataclass(frozen=True, slots=True)
class Sifted:
    """The places of a chunk's records, null where all are, and the frame rows among the rest."""

    keep: pa.Array | None
    frame: list[FrameRow]


def sift(chunk: Chunk, layout: Layout, plans: Sequence[Plan]) -> Sifted:
    """Tells frame rows from records in one chunk of text columns."""
    headings = layout.headings
    columns = [chunk.columns[h.position] for h in headings]
    if not columns or not chunk.rows:
        return Sifted(None, [])
    candidates = _candidates(columns, layout)
    at = pa.array(candidates, pa.int64())
    rows = zip(*(column.take(at).to_pylist() for column in columns), strict=True)
    frame: dict[int, FrameRow] = {}
    for place, cells in zip(candidates, rows, strict=True):
        outside = [] if any(cells) else [column[place].as_py() for column in chunk.columns]
        verdict = _verdict(cells, outside, layout, plans)
        if verdict is not None:
            role, why = verdict
            text = " | ".join(dict.fromkeys(shown(cell.strip()) for cell in cells if cell.strip()))[:500]
            frame[place] = FrameRow(chunk.numbers[place].as_py(), role, text, why)
    if not frame:
        return Sifted(None, [])
    keep = np.ones(chunk.rows, bool)
    keep[list(frame)] = False
    return Sifted(pa.array(np.flatnonzero(keep)), list(frame.values()))


def _candidates(columns: Sequence[pa.Array], layout: Layout) -> list[int]:
    """Places worth a look: next to nothing filled, or a first cell that sounds like a frame row."""
    filled = np.zeros(len(columns[0]), np.int32)
    for column in columns:
        filled += (pc.binary_length(column).to_numpy(zero_copy_only=False) > 0).astype(np.int32)
    doubtful = filled <= (1 if len(columns) > 1 else 0)
    # blanks that are no characters at all are rare; a row of spaces alone shows in its first cell
    first = columns[0]
    doubtful |= pc.match_substring_regex(first, r"^\s+$").to_numpy(zero_copy_only=False)
    for column in columns[:_FIRST_COLUMNS]:
        if len(columns) > 1:
            doubtful |= pc.match_substring_regex(column, _HINT).to_numpy(zero_copy_only=False)
    if layout.found and layout.headings[0].header:
        doubtful |= pc.equal(first, layout.headings[0].header).to_numpy(zero_copy_only=False)
    return [int(place) for place in np.flatnonzero(doubtful)]


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
        return "header", "header_again"
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
