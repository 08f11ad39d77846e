"""The lines of one header: a grouped header's lower half, a second language, units, numbering."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from shuzhi.engine.data.reading.values import half_width

MAX_LABEL = 60
_VALUE = re.compile(
    r"^[+-]?[\d,]*\.?\d+%?$|^\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}.*$|^\d{1,2}/\d{1,2}/\d{2,4}.*$|^\d[\d.]*E[+-]?\d+$"
    r"|^\d+(?:\.\d+)?[-~]\d+(?:\.\d+)?$"
    r"|^(?:null|none|nan|true|false|n/a|-+|—+|\\n)$",
    re.IGNORECASE,
)
_GROUPS = re.compile(r"(?:信息|情况|资料|内容)$")
_LETTER = re.compile(r"[^\W\d_]|^[#№]$")
_YEAR = re.compile(r"^(?:19|20)\d{2}$")
_CJK = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"^[\x20-\x7e]*[A-Za-z][\x20-\x7e]*$")
UNIT = re.compile(
    r"^[(（\[]?(?:单位[:：]?)?(?:[百千万亿]*(?:元|人|户|个|家|件|次|吨|公斤|千克|亩|公顷|平方米|平方公里|立方米|米|公里|千瓦时|度|天|小时|分钟|岁|台|辆|套|栋|处|条|宗)"
    r"|%|‰|℃|kts?|knots?|mb|hpa|nmile|km|m|mm|cm|km2|m2|m3|m/s|m3/s|kg|t|s|h|min|degrees?(?:_north|_east)?|usd|cny|rmb)[)）\]]?$",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Header:
    """The header as it is put together, row by row."""

    labels: list[str]
    end: int
    others: list[list[str]] = field(default_factory=list)
    units: list[str] | None = None
    why: dict[int, str] = field(default_factory=dict)


def filled(row: Sequence[str]) -> list[str]:
    """The row's cells that are not empty."""
    return [cell for cell in row if cell]


def is_label(cell: str) -> bool:
    """Whether a cell may be a column's name: short text that is no number, date or null token."""
    return len(cell) <= MAX_LABEL and bool(_LETTER.search(cell)) and not _VALUE.match(half_width(cell))


def is_header_row(row: Sequence[str]) -> bool:
    """Whether every filled cell may be a column's name; years beside a label may ("指标", 2022, 2023)."""
    cells = filled(row)
    values = [cell for cell in cells if not is_label(cell)]
    if not values:
        return True
    years = [cell for cell in values if _YEAR.match(cell)]
    return len(years) == len(values) and len(set(years)) == len(years) > 1 and len(cells) > len(years)


def read_header(rows: Sequence[Sequence[str]], at: int, used: Sequence[int]) -> Header:
    """The header that begins in row ``at``, with every further line that belongs to it."""
    width = max(len(row) for row in rows)
    pad = [[*row, *[""] * (width - len(row))] for row in rows]
    header = Header(list(pad[at]), at + 1, why={at: "header"})
    while header.end < len(pad) and header.end - at < 3 and _continues(header, pad, used):
        _join(header, pad[header.end])
        header.why[header.end] = "header_second"
        header.end += 1
    while header.end < len(pad) and (why := _extra_row(header, pad, used)) is not None:
        header.why[header.end] = why
        if why == "header_language":
            header.others.append(pad[header.end])
        elif why == "header_units":
            header.units = pad[header.end]
        header.end += 1
    _prefer_chinese(header)
    return header


def _continues(header: Header, rows: Sequence[Sequence[str]], used: Sequence[int]) -> bool:
    """Whether the next row is the lower half of a header whose upper half groups columns."""
    row, below = rows[header.end], rows[header.end + 1 : header.end + 12]
    cells = filled(row)
    if not cells or not below or not is_header_row(row):
        return False
    gaps = [p for p in used if not header.labels[p] and row[p]]
    twins = {label for label, count in Counter(header.labels).items() if label and count > 1}
    if not gaps and not any(row[p] and row[p] != header.labels[p] for p in used if header.labels[p] in twins):
        return False
    if any(not header.labels[p] and not row[p] for p in used):
        return False
    joined = _joined(header.labels, row)
    if len({joined[p] for p in used}) < len(used):
        return False
    lower = [p for p in used if row[p]]
    valued = sum(any(r[p] and not is_label(r[p]) for r in below) for p in lower)
    return valued > 0 or len(gaps) >= 2


def _joined(labels: Sequence[str], row: Sequence[str], *, bare: bool = False) -> list[str]:
    """Each cell under its heading; with ``bare`` without headings that only group (基本信息)."""
    result, group = [], ""
    for label, cell in zip(labels, row, strict=True):
        group = label or (group if cell else "")
        above = "" if bare and cell and _GROUPS.search(group) else group
        result.append("_".join(dict.fromkeys(part for part in (above, cell) if part)))
    return result


def _join(header: Header, row: Sequence[str]) -> None:
    bare = _joined(header.labels, row, bare=True)
    named = [label for label in bare if label]
    header.labels = bare if len(set(named)) == len(named) else _joined(header.labels, row)


def _extra_row(header: Header, rows: Sequence[Sequence[str]], used: Sequence[int]) -> str | None:
    """Why the row after the header still is no record, or null."""
    row = rows[header.end]
    cells = [row[p] for p in used if row[p]]
    if not cells:
        return None
    if _numbers_columns([row[p] for p in used]):
        return "header_numbering"
    if header.units is None and _mostly_units(cells) and len(cells) < len(used) + 1:
        return "header_units"
    if not header.others and _other_language(header, rows, used):
        return "header_language"
    return None


def _mostly_units(cells: Sequence[str]) -> bool:
    return sum(bool(UNIT.match(cell)) for cell in cells) * 3 >= len(cells) * 2


def _numbers_columns(cells: Sequence[str]) -> bool:
    bare = [half_width(cell).strip("()（）[]<>①") for cell in cells if cell]
    if len(bare) < max(3, len(cells) - 1):
        return False
    lettered = [cell for cell in bare if cell in ("甲", "乙", "丙", "丁") or re.match(r"^[A-Z]$", cell)]
    rest = [cell for cell in bare if cell not in lettered]
    return (not rest and len(lettered) >= 3) or (
        bool(rest) and rest == [str(n) for n in range(1, len(rest) + 1)] and len(rest) >= 2
    )


def _other_language(header: Header, rows: Sequence[Sequence[str]], used: Sequence[int]) -> bool:
    """Whether the row names the same columns in the other script, while records use both freely."""
    row, below = rows[header.end], rows[header.end + 1 : header.end + 20]
    pairs = [(header.labels[p], row[p], p) for p in used if header.labels[p]]
    if len(below) < 1 or any(not second or not is_label(second) for _, second, _ in pairs):
        return False
    upper = all(_CJK.search(first) for first, _, _ in pairs) and all(_LATIN.match(s) for _, s, _ in pairs)
    lower = all(_LATIN.match(first) for first, _, _ in pairs) and all(_CJK.search(s) for _, s, _ in pairs)
    if not upper and not lower:
        return False
    script = _LATIN if upper else _CJK
    differs = sum(
        not all(script.search(r[p]) and is_label(r[p]) for r in below if len(r) > p and r[p])
        for _, _, p in pairs
    )
    return differs * 4 >= len(pairs)


def _prefer_chinese(header: Header) -> None:
    """The Chinese line names the columns; the other stays as their second name."""
    if header.others and not any(_CJK.search(label) for label in header.labels):
        header.labels, header.others[0] = header.others[0], header.labels
