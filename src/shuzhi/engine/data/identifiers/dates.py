"""A day written as text: is it one of the usual forms, and is it in the calendar?

Reading turns cells into dates and knows their many forms; this checks a text column that
stayed text. An Excel serial is not accepted: a bare five-digit number is no date.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from shuzhi.engine.data.identifiers.calendar_days import day_number
from shuzhi.engine.data.identifiers.digits import is_day, null_kept
from shuzhi.engine.data.identifiers.model import Identifier, Strength, tidied
from shuzhi.engine.texts import N_

if TYPE_CHECKING:
    import ibis.expr.types as ir

_PARTS = r"^([0-9]{4})[^0-9]?([0-9]{1,2}?)[^0-9]?([0-9]{1,2})[^0-9]?$"
PATTERN = "[0-9]{8}|" + "|".join(
    f"[0-9]{{4}}{first}[0-9]{{1,2}}{second}[0-9]{{1,2}}{last}"
    for first, second, last in (("-", "-", ""), ("/", "/", ""), (r"\.", r"\.", ""), ("年", "月", "日"))
)
FIRST_YEAR, LAST_YEAR = 1000, 2999
_PLACEHOLDER = date(1900, 1, 1)

_DATE = re.compile(PATTERN)
_SPLIT = re.compile(_PARTS)


def _day(value: str) -> date | None:
    parts = _SPLIT.match(value) if _DATE.fullmatch(value) else None
    if parts is None:
        return None
    try:
        return date(*(int(part) for part in parts.groups()))
    except ValueError:
        return None


def _problem(value: str) -> str | None:
    if not _DATE.fullmatch(value):
        return "pattern"
    if value.startswith("9999") or (day := _day(value)) == _PLACEHOLDER:
        return "placeholder"
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        return "calendar"
    return None


def _valid(column: ir.StringValue) -> ir.BooleanValue:
    number = day_expression(column)
    in_range = number.between(FIRST_YEAR * 10_000, LAST_YEAR * 10_000 + 1231)
    return null_kept(in_range & (number != 1900_01_01), column)


def _valid_by(column: ir.StringValue, today: date) -> ir.BooleanValue:
    return _valid(column) & (day_expression(column) <= day_number(today))


def day_expression(column: ir.StringValue) -> ir.IntegerValue:
    """The day of each text as the integer yyyyMMdd; null where it is no day of the calendar."""
    shaped = column.re_search(f"^(?:{PATTERN})$")
    year, month, day = (column.re_extract(_PARTS, place).try_cast("int64") for place in (1, 2, 3))
    number = year * 10_000 + month * 100 + day
    return (shaped & is_day((year, month, day))).ifelse(number, None)


def normalised(value: str) -> str:
    """yyyy-MM-dd where the text is a day in one of the usual forms; else the tidied text."""
    text = tidied(value)
    day = _day(text)
    return day.isoformat() if day else text


DATE = Identifier(
    kind="date",
    title=N_("date"),
    shape=N_("yyyy-MM-dd, yyyyMMdd, yyyy/M/d, yyyy.M.d or yyyy年M月d日"),
    pattern=PATTERN,
    example="2021-03-05",
    source="GB/T 7408.1",
    strength=Strength.CHECK,
    check=_problem,
    expression=_valid,
    tidy=normalised,
    day=_day,
    valid_by=_valid_by,
)
