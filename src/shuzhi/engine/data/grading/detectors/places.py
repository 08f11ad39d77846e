"""Where things are: addresses, names and codes of divisions, coordinates, postcodes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from shuzhi.engine.data.grading.detectors.model import Claim, count_rows, rounded, smallness, tolerance
from shuzhi.engine.data.grading.model import Evidence
from shuzhi.engine.data.grading.sampling import ColumnSample, Value
from shuzhi.engine.data.identifiers import IDENTIFIERS
from shuzhi.engine.data.identifiers.names import HAN
from shuzhi.engine.data.identifiers.regions import regions

_COARSE = re.compile("自治区|自治州|自治县|开发区|街道|社区|省|市|州|盟|区|县|旗|镇|乡|村|屯|庄")
_ROAD = re.compile("大道|公路|胡同|路|街|巷|弄|桥|大厦|广场|小区|花园|公寓|新村|家园|苑")
_NUMBER = "[0-9零一二三四五六七八九十百A-Z]{1,6}"
_HOUSE = re.compile(f"{_NUMBER}(?:-[0-9]{{1,4}})?(?:号|幢|栋|号楼|组|弄|座|#)")
_ROOM = re.compile(f"{_NUMBER}(?:单元|室|户|层|楼)|[0-9]{{1,3}}-[0-9]{{1,3}}(?:-[0-9]{{2,4}})?$")
_DIVISION = re.compile(
    f"[{HAN}]{{1,12}}(?:自治区|自治州|自治县|特别行政区|开发区|新区|街道|办事处|社区|居委会|村委会|省|市|州|盟|地区|区|县|旗|镇|乡|村)"
)
_HAN_ONLY = re.compile(f"[{HAN}]+")
_BODY = re.compile("(?:公司|厂|店|局|院|委员会|中心|学校|小学|中学|银行|合作社|所|站|队|处|馆|协会)$")
_PAIR = re.compile(
    r"\(?(-?\d{1,3}\.\d{2,})[,，;\s/]+(-?\d{1,3}\.\d{2,})\)?|POINT ?\((-?\d{1,3}\.\d+) (-?\d{1,3}\.\d+)\)"
)
_DEGREES = re.compile(
    r"[NSEW北南东西纬经]*\s*\d{1,3}(?:\.\d+)?\s*[°度]\s*(?:\d{1,2}(?:\.\d+)?\s*['′分]\s*)?(?:\d{1,2}(?:\.\d+)?\s*(?:[\"″秒]|''))?\s*[NSEW]?"
)
_DECIMAL = re.compile(r"(-?\d{1,3})\.(\d+)")
LONGITUDE, LATITUDE = (73.0, 136.0), (3.0, 54.0)
"""The bounds of the country, degrees."""


def detect_addresses(column: ColumnSample) -> Iterable[Claim]:
    """Addresses by their unit words; to the house number or finer is another category than a street."""
    if column.kind != "text" or not column.filled:
        return
    placed = count_rows(column.values, _is_address)
    weight = tolerance(column.share(placed)) * smallness(column.filled)
    if not weight:
        return
    detailed = count_rows(column.values, lambda v: _is_address(v) and _is_detailed(v)) / placed
    evidence = (Evidence("value.words", {"share": rounded(column.share(placed))}),)
    exact = 0.96 * weight if detailed >= 0.3 else 0.5 * weight * detailed
    coarse = 0.9 * weight if detailed < 0.3 else 0.45 * weight
    yield Claim("person.address", exact, evidence, max(exact, 0.6 * weight) if detailed >= 0.1 else exact)
    yield Claim("org.address", exact * 0.6, evidence, weight)
    yield Claim("place.address", coarse, evidence, max(coarse, 0.95 * weight))


def _is_address(value: Value) -> bool:
    text = value.forms.bare
    if not 4 <= len(text) <= 120 or (_BODY.search(text) and not _HOUSE.search(text)):
        return False
    if "。" in text or text.count(",") > 3:
        return False
    units = len(set(_COARSE.findall(text)))
    fine = bool(_HOUSE.search(text)) + bool(_ROOM.search(text)) + bool(_ROAD.search(text))
    return units >= 2 or (units >= 1 and fine >= 1) or (fine >= 2 and len(text) >= 5)


def _is_detailed(value: Value) -> bool:
    return bool(_HOUSE.search(value.forms.bare) or _ROOM.search(value.forms.bare))


def detect_division_names(column: ColumnSample) -> Iterable[Claim]:
    """Names of provinces, cities, counties, towns, villages standing alone."""
    if column.kind != "text" or not column.filled:
        return
    named = count_rows(column.values, _is_division)
    weight = tolerance(column.share(named)) * smallness(column.filled)
    if weight:
        yield Claim(
            "place.region_name",
            0.92 * weight,
            (Evidence("value.words", {"share": rounded(column.share(named))}),),
            weight,
        )


def _is_division(value: Value) -> bool:
    text = value.forms.bare
    if len(text) > 14 or not _HAN_ONLY.fullmatch(text):
        return False
    if _DIVISION.fullmatch(text):
        return len(set(_COARSE.findall(text))) <= 2
    return text in _short_names()


@cache
def _short_names() -> frozenset[str]:
    """Provinces, cities and counties as people shorten them: 浙江, 杭州, 萧山."""
    known = regions()
    names = {known.name(code) or "" for code in known.current_codes()}
    return frozenset(name[:-1] for name in names if len(name) > 2 and name[-1] in "省市区县")


def detect_division_codes(column: ColumnSample) -> Iterable[Claim]:
    """Division codes (6, 9, 12 digits), grid codes (15) and postcodes (6), by the lists of divisions."""
    if column.kind not in ("text", "integer") or not column.filled:
        return
    codes = [(core, v.rows) for v in column.values for core in v.forms.cores[:1] if core.isdigit()]
    for length in (2, 4, 6, 9, 12, 15):
        same = [(code, n) for code, n in codes if len(code) == length]
        rows = sum(n for _, n in same)
        weight = tolerance(column.share(rows)) * smallness(column.filled)
        if not weight or not same:
            continue
        known = sum(n for code, n in same if _is_listed(code)) / rows
        evidence = (Evidence("value.listed", {"share": rounded(known), "list": "GB/T 2260"}),)
        category = "place.grid_id" if length == 15 else "place.region_code"
        listed = 0.0 if known < 0.6 else 0.3 if length < 6 else 1.0
        yield Claim(
            category,
            0.95 * weight * listed,
            evidence,
            weight * (1.0 if known >= 0.6 else 0.7 if known else 0.4),
        )
    yield from _postcodes(column, codes)


def _is_listed(code: str) -> bool:
    """Whether the county of a code stands in a list, and its town too where the code goes so deep."""
    known = regions()
    if not known.namings(code[:6]):
        return False
    return len(code) <= 9 or bool(known.namings(code[:9]))


def _postcodes(column: ColumnSample, codes: list[tuple[str, int]]) -> Iterable[Claim]:
    six = [(c, n) for c, n in codes if len(c) == 6]
    fitting = [(c, n) for c, n in six if IDENTIFIERS["postcode"].problem(c) is None]
    rows = sum(n for _, n in fitting)
    weight = tolerance(column.share(rows)) * smallness(column.filled)
    if not weight or rows < 0.85 * sum(n for _, n in six):
        return
    months = sum(n for c, n in fitting if "190000" < c < "210000" and "01" <= c[4:] <= "12") / rows
    alone = 0.75 if months < 0.5 and _are_delivery_areas(fitting, rows) else 0.35
    evidence = (Evidence("value.checked", {"share": rounded(column.share(rows)), "kind": "postcode"}),)
    yield Claim("place.postcode", alone * weight, evidence, weight)


def _are_delivery_areas(codes: list[tuple[str, int]], rows: int) -> bool:
    """Whether codes are few, alike in front and not counted upward: one office serves many addresses."""
    counts: dict[int, int] = {}
    for code, n in codes:
        counts[int(code)] = counts.get(int(code), 0) + n
    often = 2 if rows >= 40 else 1
    different = sorted(code for code, n in counts.items() if n >= often) or sorted(counts)
    counted = len(different) >= 8 and different[-1] - different[0] < 3 * len(different)
    repeated = len(different) <= 0.5 * rows or len(different) < 20
    heads = len({number // 1000 for number in different})
    return repeated and not counted and heads <= max(3, 0.5 * len(different))


def detect_coordinates(column: ColumnSample) -> Iterable[Claim]:
    """Longitude, latitude, or both in one cell, by range and number of decimals."""
    if column.kind not in ("text", "number", "integer") or not column.filled:
        return
    paired = column.share(count_rows(column.values, lambda v: bool(_PAIR.fullmatch(v.forms.bare.upper()))))
    weight = tolerance(paired) * smallness(column.filled)
    if weight:
        yield Claim(
            "place.coordinates",
            0.97 * weight,
            (Evidence("value.pattern", {"share": rounded(paired)}),),
            weight,
        )
        return
    for category, bounds, earth in (("place.longitude", LONGITUDE, 180), ("place.latitude", LATITUDE, 90)):
        yield from _degrees(column, category, bounds)
        abroad = sum(v.rows for v in column.values if _decimals_within(v, (-earth, earth)) is not None)
        elsewhere = tolerance(column.share(abroad)) * smallness(column.filled)
        if elsewhere:
            yield Claim(category, 0.2 * elsewhere, (), 0.8 * elsewhere)


def _degrees(column: ColumnSample, category: str, bounds: tuple[float, float]) -> Iterable[Claim]:
    inside = [(d, v) for v in column.values if (d := _decimals_within(v, bounds)) is not None]
    share = column.share(sum(v.rows for _, v in inside))
    weight = tolerance(share) * smallness(column.filled)
    if not weight:
        return
    rows = sum(v.rows for _, v in inside)
    fine = sum(v.rows for d, v in inside if d >= 4) / rows
    numbers = sorted(n for _, v in inside if (n := degrees_of(v.forms.bare)) is not None)
    low, high = numbers[len(numbers) // 8], numbers[-1 - len(numbers) // 8]
    narrow = 1.0 if high - low < 12 else 0.75
    # latitudes of the country are possible longitudes nowhere, but many measures are latitudes
    alone = 0.94 * weight * narrow if fine >= 0.6 else 0.3 * weight
    evidence = (Evidence("value.range", {"low": low, "high": high}),)
    yield Claim(category, alone, evidence, weight)


def degrees_of(text: str) -> float | None:
    """Degrees written as a decimal number or as 120°9′18″; null where the text is neither."""
    if _DECIMAL.fullmatch(text):
        return float(text)
    if not _DEGREES.fullmatch(text.upper()):
        return None
    parts = [float(p) for p in re.findall(r"\d+(?:\.\d+)?", text)]
    return sum((part / 60.0**place for place, part in enumerate(parts[:3])), 0.0)


def _decimals_within(value: Value, bounds: tuple[float, float]) -> int | None:
    degrees = degrees_of(value.forms.bare.strip("NSEWnsew "))
    if degrees is None or not bounds[0] <= degrees <= bounds[1]:
        return None
    decimal = _DECIMAL.fullmatch(value.forms.bare)
    return len(decimal.group(2)) if decimal else 6
