"""Coordinates of places: three systems, their conversion, and what can be told from bad ones.

A column must state its system; it cannot be told from a number. Everything is in degrees,
longitude first. CGCS2000 (EPSG:4490) is taken as equal to WGS 84: they differ by decimetres.
GCJ-02 has no published formula; the one here is in general use and agrees with the
published maps within about a metre. Outside the rectangle of China nothing is shifted.

Column functions take and give float64 expressions; null in, null out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from shuzhi.engine.data.identifiers.digits import null_kept
from shuzhi.engine.data.identifiers.model import Identifier, Strength, tidied
from shuzhi.engine.texts import N_

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

SEMI_MAJOR_M = 6378245.0
ECCENTRICITY_2 = 0.00669342162296594323
_ORIGIN = (105.0, 35.0)
_BD_FACTOR = math.pi * 3000 / 180
_STEPS = 6
"""Rounds of the inverse; five bring it below 1e-9 degrees."""


class System(StrEnum):
    """A coordinate reference system."""

    CGCS2000 = "CGCS2000"
    GCJ02 = "GCJ-02"
    BD09 = "BD-09"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in degrees, borders included."""

    west: float
    south: float
    east: float
    north: float


EARTH = Box(-180.0, -90.0, 180.0, 90.0)
CHINA = Box(72.004, 0.8293, 137.8347, 55.8271)
HANGZHOU = Box(118.34, 29.18, 120.73, 30.57)
"""[K] the rectangle around the city; a district's own comes from its boundary."""


@dataclass(frozen=True, slots=True)
class _Maths:
    """The functions a formula is written with: of numbers, or of arrays."""

    sin: Any
    cos: Any
    sqrt: Any
    atan2: Any
    abs: Any


Forward = Callable[[_Maths, Any, Any], tuple[Any, Any]]
_NUMBERS = _Maths(math.sin, math.cos, math.sqrt, math.atan2, abs)


def _shift(m: _Maths, lng: Any, lat: Any) -> tuple[Any, Any]:
    """How far GCJ-02 lies from WGS 84 at a WGS 84 position, in degrees."""
    x, y = lng - _ORIGIN[0], lat - _ORIGIN[1]

    def wave(value: Any, *terms: tuple[float, float]) -> Any:
        return sum(amplitude * m.sin(value * (k * math.pi)) for amplitude, k in terms) * (2 / 3)

    both = wave(x, (20, 6), (20, 2))
    root = m.sqrt(m.abs(x))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + both
    north += wave(y, (20, 1), (40, 1 / 3)) + wave(y, (160, 1 / 12), (320, 1 / 30))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + both
    east += wave(x, (20, 1), (40, 1 / 3)) + wave(x, (150, 1 / 12), (300, 1 / 30))
    radians = lat * (math.pi / 180)
    sine = m.sin(radians)
    flat = 1 - ECCENTRICITY_2 * sine * sine
    root_flat = m.sqrt(flat)
    d_lat = north * 180 / ((SEMI_MAJOR_M * (1 - ECCENTRICITY_2)) / (flat * root_flat) * math.pi)
    d_lng = east * 180 / (SEMI_MAJOR_M / root_flat * m.cos(radians) * math.pi)
    return d_lng, d_lat


def _bd09(m: _Maths, lng: Any, lat: Any) -> tuple[Any, Any]:
    z = m.sqrt(lng * lng + lat * lat) + 2e-5 * m.sin(lat * _BD_FACTOR)
    theta = m.atan2(lat, lng) + 3e-6 * m.cos(lng * _BD_FACTOR)
    return z * m.cos(theta) + 0.0065, z * m.sin(theta) + 0.006


def within(lng: float, lat: float, box: Box) -> bool:
    """Whether a position lies in the box; false where a number is none (NaN)."""
    return box.west <= lng <= box.east and box.south <= lat <= box.north


def column_within(lng: ir.FloatingValue, lat: ir.FloatingValue, box: Box) -> ir.BooleanValue:
    """As ``within`` for columns; null where either is null."""
    return lng.between(box.west, box.east) & lat.between(box.south, box.north)


def _gcj02(m: _Maths, lng: Any, lat: Any) -> tuple[Any, Any]:
    d_lng, d_lat = _shift(m, lng, lat)
    here = (lng >= CHINA.west) & (lng <= CHINA.east) & (lat >= CHINA.south) & (lat <= CHINA.north)
    return lng + d_lng * here, lat + d_lat * here


def _inverse(forward: Forward, m: _Maths, lng: Any, lat: Any) -> tuple[Any, Any]:
    x, y = lng, lat
    for _ in range(_STEPS):
        there = forward(m, x, y)
        x, y = x + lng - there[0], y + lat - there[1]
    return x, y


def _converted(m: _Maths, position: tuple[Any, Any], source: System, target: System) -> tuple[Any, Any]:
    lng, lat = position
    if source is target:
        return lng, lat
    if source is System.BD09:
        lng, lat = _inverse(_bd09, m, lng, lat)
    if source is System.CGCS2000:
        lng, lat = _gcj02(m, lng, lat)
    elif target is System.CGCS2000:
        lng, lat = _inverse(_gcj02, m, lng, lat)
    return _bd09(m, lng, lat) if target is System.BD09 else (lng, lat)


def converted(lng: float, lat: float, source: System, target: System) -> tuple[float, float]:
    """A position in ``source`` as (longitude, latitude) in ``target``; back and forth within 1e-8 degrees.

    Anything that is no position on the earth (|longitude| > 180, |latitude| > 90, NaN) is
    given back as it is.
    """
    if not within(lng, lat, EARTH):
        return lng, lat
    return _converted(_NUMBERS, (lng, lat), source, target)


@cache
def _function(source: System, target: System) -> Callable[..., ir.StructValue]:
    import numpy as np
    import pyarrow as pa

    from shuzhi.engine.data.tables import arrow_function

    numpy_maths = _Maths(np.sin, np.cos, np.sqrt, np.arctan2, np.abs)

    def convert(lngs: pa.Array, lats: pa.Array) -> pa.Array:
        given = [np.asarray(a.fill_null(np.nan), np.float64) for a in (lngs, lats)]
        with np.errstate(invalid="ignore"):
            on_earth = (np.abs(given[0]) <= EARTH.east) & (np.abs(given[1]) <= EARTH.north)
            safe = [np.where(on_earth, values, 0.0) for values in given]
            new = _converted(numpy_maths, (safe[0], safe[1]), source, target)
        lng, lat = (np.where(on_earth, n, old) for n, old in zip(new, given, strict=True))
        missing = np.asarray(lngs.is_null()) | np.asarray(lats.is_null())
        return pa.StructArray.from_arrays(
            [pa.array(lng, mask=missing), pa.array(lat, mask=missing)], names=["lng", "lat"]
        )

    convert.__name__ = f"convert_{source.name}_{target.name}".lower()
    return arrow_function("struct<lng: float64, lat: float64>", ["float64", "float64"])(convert)


def converted_columns(
    lng: ir.FloatingValue, lat: ir.FloatingValue, source: System, target: System
) -> tuple[ir.FloatingValue, ir.FloatingValue]:
    """As ``converted`` for columns: (longitude, latitude); null where either is null."""
    if source is target:
        return lng, lat
    both = _function(source, target)(lng, lat)
    return both["lng"], both["lat"]


class Oddity(StrEnum):
    """What is visibly wrong with a position, most certain first."""

    MISSING = "zero"
    """Zero stands for "not known"."""
    OFF_EARTH = "off_earth"
    SWAPPED = "swapped"
    """Longitude and latitude changed places: the other way round it lies where expected."""
    OUTSIDE = "outside"
    """Not where expected."""


def oddity(lng: float, lat: float, expected: Box) -> Oddity | None:
    """What is wrong with a position that should lie in ``expected``; None where nothing is."""
    if within(lng, lat, expected):
        return None
    if lng == 0 or lat == 0:
        return Oddity.MISSING
    if within(lat, lng, expected):
        return Oddity.SWAPPED
    return Oddity.OUTSIDE if within(lng, lat, EARTH) else Oddity.OFF_EARTH


def column_oddity(lng: ir.FloatingValue, lat: ir.FloatingValue, expected: Box) -> ir.StringValue:
    """As ``oddity`` for columns: its code, null where nothing is wrong or either is null."""
    import ibis

    return ibis.cases(
        (column_within(lng, lat, expected), None),
        ((lng == 0) | (lat == 0), str(Oddity.MISSING)),
        (column_within(lat, lng, expected), str(Oddity.SWAPPED)),
        (column_within(lng, lat, EARTH), str(Oddity.OUTSIDE)),
        (lng.notnull() & lat.notnull(), str(Oddity.OFF_EARTH)),
    )


def distance_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres between two positions (longitude, latitude) on a sphere of 6,371,008.8 m."""
    (a, b), (c, d) = (tuple(map(math.radians, position)) for position in (one, other))
    h = math.sin((d - b) / 2) ** 2 + math.cos(b) * math.cos(d) * math.sin((c - a) / 2) ** 2
    return 2 * 6_371_008.8 * math.asin(math.sqrt(min(h, 1.0)))


def suspected_system(measured: tuple[float, float], declared: tuple[float, float]) -> System | None:
    """Which system ``measured`` is really in, when it should equal ``declared`` (CGCS2000).

    Takes medians of many points, not one: a single address is seldom placed to 100 metres.
    None where it fits as it is, or fits no system within 100 m.
    """
    apart_m = {
        system: distance_m(converted(*measured, system, System.CGCS2000), declared) for system in System
    }
    best = min(apart_m, key=lambda system: apart_m[system])
    return best if best is not System.CGCS2000 and apart_m[best] <= 100 else None


_PAIR = r"(-?[0-9]{1,3}(?:\.[0-9]{1,15})?)[,，] ?(-?[0-9]{1,2}(?:\.[0-9]{1,15})?)"


def pair_of(value: str) -> tuple[float, float] | None:
    """(longitude, latitude) of a text "120.15,30.27"; None where it is none or off the earth."""
    found = re.fullmatch(_PAIR, value)
    if not found:
        return None
    position = float(found[1]), float(found[2])
    return position if within(*position, EARTH) else None


def _pair_problem(value: str) -> str | None:
    if not re.fullmatch(_PAIR, value):
        return "pattern"
    return None if pair_of(value) else "off_earth"


def _pair_valid(column: ir.StringValue) -> ir.BooleanValue:
    numbers = [column.re_extract(f"^{_PAIR}$", group).try_cast("float64") for group in (1, 2)]
    return null_kept(column_within(numbers[0], numbers[1], EARTH), column)


COORDINATES = Identifier(
    kind="coordinates",
    title=N_("position"),
    shape=N_("longitude,latitude in degrees"),
    pattern=_PAIR,
    example="120.1551,30.2741",
    source="GB/T 16831",
    strength=Strength.SHAPE,
    check=_pair_problem,
    expression=_pair_valid,
    tidy=tidied,
)
