"""Lists of places for drafting: which district's towns a column names, and that list whole.

Reads the region data; decides nothing about a column beyond that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from shuzhi.engine.data.identifiers.regions import Level, level, regions
from shuzhi.engine.data.profiling import Frequent

FEWEST_TOWNS = 3
NEARLY_ALL = 0.98
"""Share of rows that must name towns of the one district (default, not a regulation)."""
_TOWN_DIGITS, _COUNTY_DIGITS = 9, 6


@dataclass(frozen=True, slots=True)
class Towns:
    """All towns and streets of one district, in the order of their codes."""

    district: str
    names: tuple[str, ...]


def towns_named(values: Sequence[Frequent]) -> Towns | None:
    """The towns of the district that nearly all of ``values`` are towns of; None where there is none."""
    rows: Counter[str] = Counter()
    towns: Counter[str] = Counter()
    for value in values:
        found = regions().find(value.value)
        for county in {code[:_COUNTY_DIGITS] for code in found if len(code) == _TOWN_DIGITS}:
            rows[county] += value.rows
            towns[county] += 1
    county = max(rows, key=lambda code: (rows[code], towns[code]), default="")
    if towns[county] < FEWEST_TOWNS:
        return None
    if rows[county] < NEARLY_ALL * sum(value.rows for value in values):
        return None
    codes = (code for code in regions().children(county) if level(code) is Level.TOWN)
    names = tuple(dict.fromkeys(filter(None, map(regions().name, codes))))
    return Towns(regions().name(county) or county, names)


def name_places(values: Sequence[Frequent]) -> bool:
    """Whether most of ``values`` are towns or villages: a list of those seen would be too short."""
    small = sum(any(len(c) >= _TOWN_DIGITS for c in regions().find(value.value)) for value in values)
    return small * 2 > len(values)
