"""Money, measures, running numbers, codes and flags: what is left when nobody is named."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from shuzhi.engine.data.grading.detectors.model import Claim, count_rows, rounded, smallness, tolerance
from shuzhi.engine.data.grading.lexicon import read_words
from shuzhi.engine.data.grading.model import Evidence
from shuzhi.engine.data.grading.sampling import ColumnSample, Value

_MARKED = re.compile(
    r"(?:人民币|RMB|CNY|[¥$])\s?-?[\d,]+(?:\.\d+)?\s?(?:万|亿|千|百万)?(?:元|圆)?整?|-?[\d,]+(?:\.\d+)?\s?(?:万|亿|千|百万)?(?:元|圆)整?",
    re.IGNORECASE,
)
_CAPITALS = re.compile(
    "[零壹贰叁肆伍陆柒捌玖拾佰仟万亿]+(?:元|圆)(?:[零壹贰叁肆伍陆柒捌玖]角)?(?:[零壹贰叁肆伍陆柒捌玖]分)?[整正]?"
)
_THOUSANDS = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_CENTS = re.compile(r"-?\d+\.\d{2}")
_NUMBER = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:E[+-]?\d+)?", re.IGNORECASE)
_UNIT = re.compile(
    r"-?[\d,.]+\s?(?:㎡|m2|m²|平方米|公顷|亩|km|公里|米|m|cm|mm|吨|t|kg|公斤|克|度|kwh|千瓦时|人|户|个|件|次|台|套|岁|年|天|小时|分|℃|°c|mpa|kn|hpa)",
    re.IGNORECASE,
)
_HAN_SIGN = re.compile("[\u4e00-\u9fff]")
_STOP = re.compile("[。！？；，,;]")
_PERCENT = re.compile(r"-?\d+(?:\.\d+)?\s?[%‰]")
_CODE = re.compile(r"[0-9A-Z_\-./#:()]{2,64}", re.IGNORECASE)
_HASH = re.compile(
    r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[A-Za-z0-9+/]{22,}={0,2}",
    re.IGNORECASE,
)


def detect_money(column: ColumnSample) -> Iterable[Claim]:
    """Amounts with a currency mark, or written to the cent; a bare number is a measure."""
    if column.kind not in ("text", "number", "integer") or not column.filled:
        return
    marked = column.share(
        count_rows(
            column.values,
            lambda v: bool(_MARKED.fullmatch(v.forms.bare) or _CAPITALS.fullmatch(v.forms.bare)),
        )
    )
    cents = column.share(
        count_rows(column.values, lambda v: bool(_CENTS.fullmatch(v.forms.bare.replace(",", ""))))
    )
    split = column.share(count_rows(column.values, lambda v: bool(_THOUSANDS.fullmatch(v.forms.bare))))
    plain = column.share(count_rows(column.values, lambda v: bool(_NUMBER.fullmatch(v.forms.bare))))
    money = tolerance(min(1.0, marked + (cents if split > 0.2 else 0)))
    small = smallness(column.filled)
    evidence = (Evidence("value.pattern", {"share": rounded(max(marked, plain))}),)
    if money and marked + split > 0.15:
        yield Claim("money.amount", 0.95 * money * small, evidence, small)
    elif tolerance(plain):
        yield Claim("money.amount", 0.3 * small, evidence, 0.9 * small)
    if money or tolerance(plain):
        yield Claim("finance.income", 0.2 * small, evidence, 0.9 * small)


def detect_measures(column: ColumnSample) -> Iterable[Claim]:
    """Numbers that measure or count, and shares."""
    if column.kind not in ("text", "number", "integer") or not column.filled:
        return
    small = smallness(column.filled)
    percent = tolerance(
        column.share(count_rows(column.values, lambda v: bool(_PERCENT.fullmatch(v.forms.bare))))
    )
    if percent:
        yield Claim(
            "measure.ratio", 0.95 * percent * small, (Evidence("value.pattern", {"share": rounded(percent)}),)
        )
        return
    fits = count_rows(
        column.values,
        lambda v: len(v.raw) <= 24 and bool(_NUMBER.fullmatch(v.forms.bare) or _UNIT.fullmatch(v.forms.bare)),
    )
    weight = tolerance(column.share(fits)) * small
    if not weight:
        return
    evidence = (Evidence("value.shape", {"shape": "number"}),)
    if is_sequence(column):
        yield Claim("code.sequence", 0.8 * weight, (Evidence("value.sequence"),), weight)
        yield Claim("measure.number", 0.3 * weight, evidence, 0.8 * weight)
        return
    decimals = column.share(count_rows(column.values, lambda v: "." in v.raw))
    alone = 0.35 if _one_length(column) else 0.7 if decimals > 0.1 else 0.5
    yield Claim("measure.number", alone * weight, evidence, weight)
    yield Claim("measure.ratio", 0.2 * weight, evidence, weight)


def detect_codes(column: ColumnSample) -> Iterable[Claim]:
    """Business numbers, hashes, flags and short lists of words."""
    if not column.filled:
        return
    small = smallness(column.filled)
    shape = Evidence("value.shape", {"shape": column_shape(column)})
    if column.kind == "boolean":
        yield Claim("code.status", 0.95, (shape,))
        return
    if column.kind in ("date", "timestamp"):
        return
    few = column.distinct <= max(3, min(60, 0.05 * column.filled)) and column.filled >= 10
    if few:
        flags = all(v.forms.text.upper() in read_words("flags") for v in column.values)
        yield Claim("code.status", (0.85 if flags else 0.6) * small, (shape,), small)
    coded = count_rows(
        column.values, lambda v: bool(_CODE.fullmatch(v.forms.bare)) and any(c.isdigit() for c in v.raw)
    )
    weight = tolerance(column.share(coded)) * small
    if weight and column.kind != "number":
        hashed = column.share(count_rows(column.values, lambda v: bool(_HASH.fullmatch(v.forms.text))))
        yield Claim("code.number", (0.7 if hashed > 0.8 else 0.48) * weight, (shape,), weight * 0.85)


def _one_length(column: ColumnSample) -> bool:
    """Whether most values are whole numbers of one length from five digits: rather codes than counts."""
    lengths: dict[int, int] = {}
    for value in column.values:
        for core in value.forms.cores[:1]:
            if core.isdigit() and len(core) >= 5 and "." not in value.raw:
                lengths[len(core)] = lengths.get(len(core), 0) + value.rows
    return max(lengths.values(), default=0) > 0.6 * column.filled


def is_sequence(column: ColumnSample) -> bool:
    """Whether the values are distinct whole numbers that fill a range in the order of the rows."""
    if column.distinct < 10 or column.distinct < 0.95 * column.filled:
        return False
    numbers = [int(c) for c in column.cells if c is not None and c.isascii() and c.isdigit() and len(c) <= 18]
    if len(numbers) < 0.9 * column.filled:
        return False
    rising = sum(a < b for a, b in pairwise(numbers)) / max(1, len(numbers) - 1)
    return rising > 0.95


def column_shape(column: ColumnSample) -> str:
    """One word for how the values look: the shapes that ``categories.yaml`` may name."""
    if column.shape is None:
        column.shape = _shape(column)
    return column.shape


def _shape(column: ColumnSample) -> str:
    if not column.filled:
        return "empty"
    if column.kind == "boolean":
        return "flag"
    if column.kind in ("date", "timestamp"):
        return "date"
    if column.kind == "number":
        return "number"
    texts = [(v.forms.text, v.rows) for v in column.values]
    total = column.filled
    if sum(n for t, n in texts if _NUMBER.fullmatch(t)) > 0.6 * total:
        years = sum(n for t, n in texts if re.fullmatch(r"(?:1[5-9]|20)\d{2}", t))
        return "year" if years > 0.6 * total else "number"
    if sum(n for t, n in texts if _HASH.fullmatch(t)) > 0.6 * total:
        return "hash"
    if sum(v.rows for v in column.values if is_sentence(v)) > 0.4 * total:
        return "sentence"
    if column.distinct <= max(3, min(60, 0.05 * total)) and total >= 10:
        return "enum"
    if sum(n for t, n in texts if _CODE.fullmatch(t) and any(c.isdigit() for c in t)) > 0.6 * total:
        return "code"
    return "text"


def is_sentence(value: Value) -> bool:
    """Whether a value is Chinese prose rather than a name or a code."""
    text = value.forms.text
    return len(text) >= 12 and bool(_STOP.search(text)) and len(_HAN_SIGN.findall(text)) >= 8
