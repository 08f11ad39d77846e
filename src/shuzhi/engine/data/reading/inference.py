"""What type a column has, judged from its header and a sample, each verdict with its evidence.

Codes and long numbers stay text: whoever needs them as numbers says so in a contract.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shuzhi.engine.data.fields import FieldType
from shuzhi.engine.data.reading.model import Note
from shuzhi.engine.data.reading.values import (
    Manner,
    half_width,
    read_boolean,
    read_date,
    read_number,
    read_timestamp,
)

FITS = 0.9
"""Share of the sample that must fit a type; the rest is dirt to be set aside. A default, no rule."""

LONG_DIGITS = 11
"""Whole numbers of so many digits are phone, card or certificate numbers: none is ever summed."""

_CODE_HEADER = re.compile(
    r"号码?$|编号|代码|编码|证号|证件|身份证|电话|手机|传真|邮编|邮政编码|账号|卡号|学号|工号|行政区划|区划码"
    r"|(?:^|[_\s])(?:code|id|no|phone|mobile|tel|zip|zipcode|postcode)$|[a-z](?:Code|Id|No)$",
    re.IGNORECASE,
)
_NOT_CODE_HEADER = re.compile(r"^(?:序号|行号|排号|型号数|no\.?|编号数)$", re.IGNORECASE)
_AMOUNT_HEADER = re.compile(
    r"额|价|费|款|收入|支出|产值|税|资产|面积|数量|人数|人口|户数|总数|合计|流量|库容|电量|水量|里程|长度|重量"
    r"|gdp|amount|price|total|population",
    re.IGNORECASE,
)
_DATE_HEADER = re.compile(r"日期|时间|年月日|日$|date|time|day$", re.IGNORECASE)
_WHOLE = re.compile(r"^[+-]?\d+$")
_WHOLE_MARKED = re.compile(r"^[^.e%]*$")
_OTHER_ORDER = re.compile(r"^(\d{1,2})([-/.])(\d{1,2})\2(?:\d{4}|\d{2})(?!\d)")
_SERIAL = re.compile(r"^[2-7]\d{4}(\.\d+)?$")


@dataclass(frozen=True, slots=True)
class Inference:
    """A verdict on one column."""

    type: FieldType
    manner: Manner
    evidence: tuple[Note, ...]


def infer_column(header: str, sample: Sequence[str], file_order: str | None = None) -> Inference:
    """The type of a column from its sample (texts that are values, null tokens left out).

    ``file_order`` is how the file's other columns write dates, where they agree.
    """
    if not sample:
        return _text(Note("type_empty"))
    plain = [half_width(text) for text in sample]
    if (code := _code_evidence(header, plain)) is not None:
        return _text(code)
    return (
        _infer_date(header, plain, file_order)
        or _infer_number(plain)
        or _infer_boolean(plain)
        or _text(Note("type_text", {"example": _shorten(sample[0])}))
    )


def infer_manner(kind: FieldType, sample: Sequence[str], file_order: str | None = None) -> Manner:
    """How the cells of a column of known type are written."""
    plain = [half_width(text) for text in sample]
    if kind in (FieldType.DATE, FieldType.TIMESTAMP):
        order = date_order(plain) or file_order
        serials = any(_SERIAL.match(text) for text in plain)
        return Manner(date_order=order or "ymd", serials=serials)
    if kind in (FieldType.INTEGER, FieldType.NUMBER):
        return Manner(percent=_percent(plain))
    return Manner()


def _text(*evidence: Note) -> Inference:
    return Inference(FieldType.STRING, Manner(), evidence)


def _code_evidence(header: str, sample: Sequence[str]) -> Note | None:
    """Why a column of digits is a code and not a number, or null."""
    whole = [text for text in sample if _WHOLE.match(text)]
    if len(whole) < len(sample) * FITS:
        return None
    zero = next((text for text in whole if len(text) > 1 and text.startswith("0")), None)
    if zero is not None:
        return Note("type_leading_zero", {"example": zero})
    header = half_width(header)
    if _CODE_HEADER.search(header) and not _NOT_CODE_HEADER.match(header):
        return Note("type_header_code", {"header": header})
    if _AMOUNT_HEADER.search(header) or _looks_like_days(whole):
        return None
    long = [text for text in whole if len(text) >= LONG_DIGITS]
    if len(long) * 10 > len(whole):
        return Note("type_long_number", {"digits": LONG_DIGITS, "example": long[0]})
    lengths = {len(text) for text in whole}
    if len(whole) >= 5 and len(lengths) == 1 and lengths.pop() >= 6 and not _SERIAL.match(whole[0]):
        return Note("type_same_length", {"digits": len(whole[0]), "example": whole[0]})
    return None


def _looks_like_days(whole: Sequence[str]) -> bool:
    """Whether whole numbers are days written 20210305."""
    fits = sum(len(t) == 8 and t[:2] in ("19", "20") and read_date(t, Manner())[1] is None for t in whole)
    return fits >= len(whole) * FITS


def _infer_date(header: str, sample: Sequence[str], file_order: str | None) -> Inference | None:
    other = [text for text in sample if _OTHER_ORDER.match(text)]
    order = (date_order(sample) or file_order) if other else "ymd"
    if len(other) > len(sample) / 2 and order is None:
        return _text(Note("type_date_ambiguous", {"example": other[0]}))
    serials = bool(_DATE_HEADER.search(header)) and any(_SERIAL.match(text) for text in sample)
    manner = Manner(date_order=order or "ymd", serials=serials)
    days = _share(sample, read_date, manner)
    instants = days if days == 1 else _share(sample, read_timestamp, manner)
    if instants < FITS:
        return None
    kind = FieldType.DATE if days >= FITS and days > instants - 0.01 else FieldType.TIMESTAMP
    evidence = [_share_note(instants, sample)]
    if other and order is not None:
        evidence.append(Note("type_date_order", {"order": order, "example": other[0]}))
    if serials:
        evidence.append(Note("type_serial", {"example": next(t for t in sample if _SERIAL.match(t))}))
    return Inference(kind, manner, tuple(evidence))


def date_order(sample: Sequence[str]) -> str | None:
    """mdy or dmy where some value of the column allows only one of them; null where none does."""
    first = second = False
    for text in sample:
        if match := _OTHER_ORDER.match(text):
            first |= int(match[1]) > 12
            second |= int(match[3]) > 12
    if first == second:
        return None
    return "dmy" if first else "mdy"


def _infer_number(sample: Sequence[str]) -> Inference | None:
    percent = _percent(sample)
    manner = Manner(percent=percent)
    numbers = _share(sample, read_number, manner)
    if numbers < FITS:
        return None
    # a text that is no number (a note below the table) does not make the others broken ones
    whole = all(_WHOLE_MARKED.match(t) or read_number(t, manner)[1] is not None for t in set(sample))
    evidence = [_share_note(numbers, sample)]
    if percent:
        evidence.append(Note("type_percent"))
    return Inference(FieldType.INTEGER if whole else FieldType.NUMBER, manner, tuple(evidence))


def _percent(sample: Sequence[str]) -> bool:
    return sum(text.endswith("%") for text in sample) > len(sample) / 2


def _infer_boolean(sample: Sequence[str]) -> Inference | None:
    """Only the words of programs: 是 and 否 are what an office wants to see again."""
    if not {text.lower() for text in sample} <= {"true", "false"}:
        return None
    return Inference(
        FieldType.BOOLEAN, Manner(), (_share_note(_share(sample, read_boolean, Manner()), sample),)
    )


def _share(
    sample: Sequence[str], reader: Callable[[str, Manner], tuple[object, str | None]], manner: Manner
) -> float:
    """Share of values that ``reader`` can read; gives up early on a column that clearly is none."""
    limit = max(len(sample) * (1 - FITS), 1)
    wrong = 0
    for text, count in Counter(sample).items():
        if reader(text, manner)[1] is not None:
            wrong += count
            if wrong > limit and len(sample) >= 20:
                return 0.0
    return 1 - wrong / len(sample)


def _share_note(share: float, sample: Sequence[str]) -> Note:
    return Note("type_share", {"share": f"{share:.1%}", "count": len(sample), "example": _shorten(sample[0])})


def _shorten(text: str) -> str:
    return text if len(text) <= 20 else text[:19] + "…"
