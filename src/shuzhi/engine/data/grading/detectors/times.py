"""Days, moments, years and periods; and which days are days of birth."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from shuzhi.engine.data.grading.detectors.model import Claim, rounded, smallness, tolerance
from shuzhi.engine.data.grading.model import Evidence
from shuzhi.engine.data.grading.sampling import ColumnSample

_DAY = re.compile(
    r"(?P<y>\d{4})(?:[-/.年]\s?(?P<m>\d{1,2})[-/.月]\s?(?P<d>\d{1,2})日?|(?P<m2>\d{2})(?P<d2>\d{2}))"
    r"(?P<t>[ T]?\d{1,2}[:时]\d{1,2}.*)?"
)
_PACKED = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?P<t>\d{6})")
_HAN_DAY = re.compile(
    "[一二][零〇○一二三四五六七八九]{3}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日?"
)
_YEAR_LAST = re.compile(r"(?P<m>\d{1,2})[-/.](?P<d>\d{1,2})[-/.](?P<y>\d{4})(?P<t>[ T]\d{1,2}:\d{1,2}.*)?")
_YEAR = re.compile(r"(?:公元)?(1[0-9]{3}|20[0-9]{2})年?(?:度)?")
_QUARTER = r"年?(?:第?[一二三四1-4]季度?|[上下]半年)|[Qq][1-4]"
_PERIOD = re.compile(
    r"(?:19|20)\d{2}(?:[-/.年]\s?(?:0?[1-9]|1[0-2])月?|(?:0[1-9]|1[0-2])|" + _QUARTER + ")"
    r"|[1-4]Q ?(?:19|20)\d{2}|(?:19|20)\d{2} ?[-年]?Q[1-4]"
)
_MIDNIGHT = re.compile(r"[ T]?0{1,2}:00(?::00(?:\.0+)?)?$")
_HAN_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0}


def day_of(text: str) -> tuple[date, bool] | None:
    """The day a text names and whether a time of day other than midnight follows; null where none."""
    if len(text) > 40:
        return None
    if _HAN_DAY.fullmatch(text):
        year = int("".join(str(_HAN_DIGITS[c]) for c in text[:4]))
        return date(year, 6, 15), False
    match = _DAY.fullmatch(text) or _PACKED.fullmatch(text) or _YEAR_LAST.fullmatch(text)
    if match is None:
        return None
    parts = match.groupdict()
    month, day_of_month = int(parts["m"] or parts["m2"]), int(parts["d"] or parts["d2"])
    if month > 12 and not text[:4].isdigit():
        # 25/12/2021: the day stands first
        month, day_of_month = day_of_month, month
    try:
        day = date(int(parts["y"]), month, day_of_month)
    except ValueError:
        return None
    time = parts.get("t")
    return (day, bool(time) and not _MIDNIGHT.fullmatch(time or "")) if 1000 <= day.year <= 2200 else None


def detect_times(column: ColumnSample) -> Iterable[Claim]:
    """Days, moments and days of birth."""
    if column.kind in ("boolean", "number") or not column.filled:
        return
    days: list[tuple[date, int]] = []
    timed = 0
    for value in column.values:
        found = day_of(value.forms.bare)
        if found:
            days.append((found[0], value.rows))
            timed += value.rows if found[1] else 0
    rows = sum(n for _, n in days)
    weight = tolerance(column.share(rows)) * smallness(column.filled)
    if weight and not _mostly_packed_numbers(column, days):
        yield from _day_claims(column, days, timed / rows, weight)
    yield from _years(column)


def _mostly_packed_numbers(column: ColumnSample, days: list[tuple[date, int]]) -> bool:
    """Eight digits are days only where they lie in few years: order numbers pass the calendar by chance."""
    if column.kind != "integer" and any(
        "-" in v.raw or "/" in v.raw or "年" in v.raw for v in column.values[:50]
    ):
        return False
    shaped = sum(v.rows for v in column.values if re.fullmatch(r"\d{8}", v.forms.code))
    years = [d.year for d, _ in days]
    return bool(shaped) and (sum(n for _, n in days) < 0.8 * shaped or min(years) < 1850 or max(years) > 2100)


def _day_claims(
    column: ColumnSample, days: list[tuple[date, int]], timed: float, weight: float
) -> Iterable[Claim]:
    evidence = (Evidence("value.pattern", {"share": rounded(column.share(sum(n for _, n in days)))}),)
    if timed > 0.1:
        yield Claim("time.timestamp", 0.97 * weight, evidence, weight)
        yield Claim("time.date", 0.6 * weight, evidence, weight)
        return
    likeness, why = _birth_likeness(days)
    birth = 0.92 * weight * likeness
    yield Claim("person.birth_date", birth, (*evidence, why), weight)
    yield Claim("time.date", (0.97 if birth < 0.65 else 0.6) * weight, evidence, weight)
    yield Claim("time.timestamp", 0.5 * weight, evidence, weight)


def _birth_likeness(days: list[tuple[date, int]]) -> tuple[float, Evidence]:
    """Births spread over generations and every month; registrations and events gather in recent years."""
    years = sorted(day.year for day, n in days for _ in range(min(n, 50)))
    low, high = years[len(years) // 50], years[-1 - len(years) // 50]
    early = sum(y < 1990 for y in years) / len(years)
    why = Evidence("value.years", {"low": low, "high": high, "early": rounded(early)})
    if low < 1900 or high > 2035 or len({d for d, _ in days}) < 5:
        return 0.0, why
    spread = high - low
    decades = len({y // 10 for y in years})
    score = min(1.0, spread / 35) * min(1.0, early / 0.45) * min(1.0, decades / 4)
    return (score if spread >= 15 else score * 0.5), why


def _years(column: ColumnSample) -> Iterable[Claim]:
    years = [(int(m.group(1)), v.rows) for v in column.values if (m := _YEAR.fullmatch(v.forms.bare))]
    plausible = [(y, n) for y, n in years if 1500 <= y <= 2100]
    share = column.share(sum(n for _, n in plausible))
    weight = tolerance(share) * smallness(column.filled)
    if weight and plausible:
        low, high = min(y for y, _ in plausible), max(y for y, _ in plausible)
        near = 1.0 if high - low <= 130 else 0.8
        evidence = (Evidence("value.range", {"low": low, "high": high}),)
        yield Claim("time.year", 0.95 * weight * near, evidence, weight)
        yield Claim("person.birth_year", 0.3 * weight, evidence, weight if low >= 1900 else 0.3 * weight)
    period = column.share(sum(v.rows for v in column.values if _PERIOD.fullmatch(v.forms.bare)))
    weight = tolerance(period) * smallness(column.filled)
    if weight:
        evidence = (Evidence("value.pattern", {"share": rounded(period)}),)
        yield Claim("time.period", (0.5 if _six_digits(column) else 0.93) * weight, evidence, weight)
        yield Claim("person.birth_date", 0.3 * weight, evidence, weight)


def _six_digits(column: ColumnSample) -> bool:
    return all(re.fullmatch(r"\d{6}", v.forms.code) for v in column.values[:50])
