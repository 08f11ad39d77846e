"""One cell's text read as one type. Gives the value, or the code of the reason why not.

A value is never guessed: where a cell allows two readings, both are refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from shuzhi.engine.data.fields import FieldType
from shuzhi.engine.data.reading.chunks import MARK, PROBLEMS
from shuzhi.engine.data.reading.encodings import KEPT_FIRST, KEPT_LAST

MAX_CHARACTERS = 32_767
"""What a cell of Excel holds."""

EXCEL_SCIENTIFIC = re.compile(r"^[+-]?\d(?:\.(\d+))?E\+(\d+)$")
_EXCEL_DAY_0 = date(1899, 12, 30)
_EXCEL_DAYS = (18_264, 73_051)  # 1950-01-01 to 2100-01-01: other whole numbers are not taken for days
# With the summer times of 1940-1949 and 1986-1991: who was born at midnight of one stays born on that day.
_DISTRICT_ZONE = ZoneInfo("Asia/Shanghai")
_STANDARD_TIME = timezone(timedelta(hours=8))

_EDGES = " \t\r\n\v\f\u3000\u00a0\u200b\u200c\u200d\u200e\u200f\ufeff"
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_KEPT = re.compile(f"[{KEPT_FIRST}-{KEPT_LAST}\ufffd]")
_FORMULA_TEXT = re.compile(r'^="(.*)"$')
_APOSTROPHE = re.compile(r"^'[\dA-Za-z+-]")

_THOUSANDS = re.compile(r"^[+-]?\d{1,3}(?:([, ])\d{3})(?:\1\d{3})*(?:\.\d+)?$")
_PLAIN_NUMBER = re.compile(r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$")
_WITH_UNIT = re.compile(r"^[+-]?[\d,. ]*\d\s*[^\d\s.,:/年月日-]{1,6}$")

_DAY = re.compile(r"^(\d{4})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{1,2})$")
_DAY_CHINESE = re.compile(r"^(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]$")
_DAY_DIGITS = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_DAY_OTHER = re.compile(r"^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})$")
_MONTH = re.compile(r"^\d{4}\s*(?:[-/.]\s*\d{1,2}|年(?:\s*\d{1,2}\s*月)?)$|^\d{4}年?度?$")
_TIME = re.compile(r"^(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})(?:\.(\d{1,9}))?秒?|分)?$")
_ZONE = re.compile(r"\s*(Z|[+-]\d{2}:?\d{2})$")
_TIME_DIGITS = re.compile(r"^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$")
_CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")

TRUE_WORDS = frozenset({"true", "t", "yes", "y", "1", "是", "有", "√", "✓", "对", "真"})
FALSE_WORDS = frozenset({"false", "f", "no", "n", "0", "否", "无", "×", "x", "✗", "错", "假", "不是", "没有"})


@dataclass(frozen=True, slots=True)
class Manner:
    """How one column's cells are written, decided once for the column.

    ``date_order`` is "ymd" alone, or with "mdy" or "dmy" where the column's own values
    show which. ``percent``: the values carry a percent sign. ``serials``: whole numbers
    are days as Excel counts them.
    """

    date_order: str = "ymd"
    percent: bool = False
    serials: bool = False


PLAIN_MANNER = Manner()

Reading = tuple[object, str | None]
"""The value and no reason, or no value and the reason."""


def read_string(text: str, _manner: Manner) -> Reading:
    """The text without blanks at its edges and without the tricks that keep Excel from reading it."""
    if (problem := text_problem(text)) is not None:
        return None, problem
    clean = text.strip(_EDGES)
    if match := _FORMULA_TEXT.match(clean):
        clean = match[1].replace('""', '"').strip(_EDGES)
    elif _APOSTROPHE.match(clean):
        clean = clean[1:]
    if lost_digits(clean):
        return None, "digits_lost"
    if len(clean) > MAX_CHARACTERS:
        return None, "too_long"
    return clean, None


def text_problem(text: str) -> str | None:
    """What is wrong with a cell whatever its type, or None."""
    if text.startswith(MARK):
        return PROBLEMS.get(text[1:2], "control_character")
    if _KEPT.search(text):
        return "undecodable"
    return "control_character" if _CONTROL.search(text) else None


def lost_digits(text: str) -> bool:
    """Whether a spreadsheet shortened the number to powers of ten and cut its last digits."""
    match = EXCEL_SCIENTIFIC.match(text)
    return bool(match and int(match[2][:4]) > len(match[1] or ""))


def half_width(text: str) -> str:
    """Digits, letters and signs in their ASCII form, blanks at the edges gone."""
    if text.isascii():
        return text.strip(_EDGES)
    return unicodedata.normalize("NFKC", text).strip(_EDGES)


def read_number(text: str, manner: Manner) -> Reading:
    """A float; thousands marks, full-width digits, a currency sign and (12.5) for -12.5 are understood."""
    digits, problem = _digits(text, manner)
    if digits is None:
        return None, problem
    number = float(digits)
    return (None, "number_too_large") if number in (float("inf"), float("-inf")) else (number, None)


def read_integer(text: str, manner: Manner) -> Reading:
    """An int of 64 bits; 12.0 is one, 12.5 is not."""
    digits, problem = _digits(text, manner)
    if digits is None:
        return None, "not_an_integer" if problem == "not_a_number" else problem
    whole, _, fraction = digits.partition(".")
    if "e" in digits or fraction.strip("0"):
        number = float(digits)
        if not number.is_integer():
            return None, "not_an_integer"
        value = int(number)
    elif len(whole) > 20:
        return None, "number_too_large"
    else:
        value = int(whole or "0")
    return (value, None) if -(2**63) <= value < 2**63 else (None, "number_too_large")


def _digits(text: str, manner: Manner) -> tuple[str | None, str | None]:
    """The cell as Python's number literal, or the reason why it is none."""
    if (problem := text_problem(text)) is not None:
        return None, problem
    clean = half_width(text).removeprefix("'")
    if lost_digits(clean):
        return None, "digits_lost"
    if clean.startswith("(") and clean.endswith(")"):
        clean = "-" + clean[1:-1]
    clean = clean.lstrip("¥$").removesuffix("元").strip()
    if clean.endswith("%"):
        if not manner.percent:
            return None, "percent_sign"
        clean = clean[:-1].strip()
    if _THOUSANDS.match(clean):
        clean = clean.replace(",", "").replace(" ", "")
    # Excel writes a capital E; where it lost no digit the number is whole
    if EXCEL_SCIENTIFIC.match(clean) or re.match(r"^[+-]?\d(\.\d+)?E-\d+$", clean):
        clean = clean.lower()
    if _PLAIN_NUMBER.match(clean):
        return clean, None
    return None, "unit_in_value" if _WITH_UNIT.match(clean) else "not_a_number"


def read_date(text: str, manner: Manner) -> Reading:
    """A day; a time of day other than midnight is refused rather than dropped."""
    value, problem = read_timestamp(text, manner)
    if not isinstance(value, datetime):
        return None, problem
    if value.time() == datetime.min.time() or _is_standard_midnight(text, value):
        return value.date(), None
    return None, "time_in_date"


def _is_standard_midnight(text: str, value: datetime) -> bool:
    """Whether it is an hour past midnight only because its system knows no summer time."""
    summer = value.replace(tzinfo=_DISTRICT_ZONE).dst()
    if not summer or (value - summer).time() != datetime.min.time():
        return False
    return _without_zone(half_width(text))[1] is not None


def read_timestamp(text: str, manner: Manner) -> Reading:
    """An instant without a zone; one with a zone is put on the district's clock; a day is its midnight."""
    if (problem := text_problem(text)) is not None:
        return None, problem
    clean = half_width(text).removeprefix("'")
    if lost_digits(clean):
        return None, "digits_lost"
    if manner.serials and re.match(r"^\d{5}(\.\d+)?$", clean):
        return _serial(float(clean))
    if match := _TIME_DIGITS.match(clean):
        return _instant([int(g) for g in match.groups()])
    clean, zone = _without_zone(clean)
    day, clock = _apart(clean)
    parts, problem = _day_parts(day, manner)
    if parts is None:
        return None, problem
    hours = _clock_parts(clock)
    if hours is None:
        return None, "not_a_date"
    value, problem = _instant([*parts, *hours])
    if isinstance(value, datetime) and zone is not None:
        value = _on_the_districts_clock(value.replace(tzinfo=zone))
    return value, problem


def _on_the_districts_clock(value: datetime) -> datetime:
    local = value.astimezone(_DISTRICT_ZONE)
    if (local.utcoffset() or timedelta(0)).seconds % 60:  # before 1901: by the sun, which no system means
        local = value.astimezone(_STANDARD_TIME)
    return local.replace(tzinfo=None)


def _without_zone(text: str) -> tuple[str, tzinfo | None]:
    match = _ZONE.search(text)
    if not match or ":" not in text[: match.start()]:
        return text, None
    if match[1] == "Z":
        return text[: match.start()], UTC
    sign = 1 if match[1][0] == "+" else -1
    digits = match[1][1:].replace(":", "")
    if int(digits[:2]) > 23 or int(digits[2:]) > 59:
        return text, None
    return text[: match.start()], timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))


def _apart(text: str) -> tuple[str, str]:
    """Day and time of day; the day may itself hold blanks ("2021 年 3 月 5 日")."""
    match = re.search(r"(?:(?<=\d)[T ]|(?<=[日号])\s*)(\d{1,2}[:时].*)$", text)
    return (text[: match.start()].strip(), match[1].strip()) if match else (text, "")


def _day_parts(text: str, manner: Manner) -> tuple[list[int] | None, str | None]:
    if match := _DAY.match(text):
        return [int(match[1]), int(match[3]), int(match[4])], None
    if match := _DAY_CHINESE.match(text) or _DAY_DIGITS.match(text):
        return [int(g) for g in match.groups()], None
    if match := _DAY_OTHER.match(text):
        return _by_order(int(match[1]), int(match[3]), match[4], manner)
    if _MONTH.match(text):
        return None, "incomplete_date"
    if "年" in text and (plain := _arabic(text)) is not None:
        return _day_parts(plain, manner)
    return None, "not_a_date"


def _by_order(first: int, second: int, year: str, manner: Manner) -> tuple[list[int] | None, str | None]:
    if manner.date_order not in ("mdy", "dmy"):
        return None, "ambiguous_date"
    # a year of two digits: 69 to 99 are of the last century, as POSIX has it
    full = int(year) if len(year) == 4 else int(year) + (1900 if int(year) > 68 else 2000)
    month, day = (first, second) if manner.date_order == "mdy" else (second, first)
    return [full, month, day], None


def _arabic(text: str) -> str | None:
    """二〇二一年三月十五日 with Arabic digits; null where it is not such a date."""
    match = re.match(
        r"^([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号]$",
        text,
    )
    if not match:
        return None
    return f"{match[1].translate(_CHINESE_DIGITS)}年{_tens(match[2])}月{_tens(match[3])}日"


def _tens(text: str) -> int:
    if "十" not in text:
        return int(text.translate(_CHINESE_DIGITS))
    tens, _, ones = text.partition("十")
    ones = ones.replace("十", "")
    return int((tens or "一").translate(_CHINESE_DIGITS)) * 10 + int(
        (ones or "零").translate(_CHINESE_DIGITS)
    )


def _clock_parts(text: str) -> list[int] | None:
    if not text:
        return []
    match = _TIME.match(text)
    if not match:
        return None
    micro = int((match[4] or "0").ljust(6, "0")[:6])
    return [int(match[1]), int(match[2]), int(match[3] or 0), micro]


def _instant(parts: list[int]) -> Reading:
    try:
        return datetime(*parts), None  # type: ignore[arg-type]  # noqa: DTZ001 - days of the district
    except ValueError:
        return None, "no_such_date"


def _serial(days: float) -> Reading:
    if not _EXCEL_DAYS[0] <= days < _EXCEL_DAYS[1]:
        return None, "not_a_date"
    whole = int(days)
    day = _EXCEL_DAY_0 + timedelta(days=whole)
    seconds = round((days - whole) * 86_400)
    return datetime(day.year, day.month, day.day) + timedelta(seconds=seconds), None  # noqa: DTZ001


def read_boolean(text: str, _manner: Manner) -> Reading:
    """True for 是, 有, √, yes, true, 1; False for 否, 无, ×, no, false, 0."""
    if (problem := text_problem(text)) is not None:
        return None, problem
    word = half_width(text).lower()
    if word in TRUE_WORDS:
        return True, None
    return (False, None) if word in FALSE_WORDS or word == "×" else (None, "not_a_boolean")


READERS: dict[FieldType, Callable[[str, Manner], tuple[object, str | None]]] = {
    FieldType.STRING: read_string,
    FieldType.INTEGER: read_integer,
    FieldType.NUMBER: read_number,
    FieldType.DATE: read_date,
    FieldType.TIMESTAMP: read_timestamp,
    FieldType.BOOLEAN: read_boolean,
}
