"""Divisions of China with their history: names, validity, successors, children.

Reads the lists in ``data/`` beside it (sources and limits in its PROVENANCE.md). Codes are
text: 2, 4 or 6 digits for province, city and county, 9 for a town or street, 12 for a
village or community. Villages are there for the district of the demo only.
"""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

NO_DIVISION = ("100000", "830000")
"""Codes that stand where a division code stands and name none: the registers of the central
authorities (in credit codes) and the permits of Taiwan residents."""
_PLACEHOLDERS = frozenset({"市辖区", "县"})
_DATA = files("shuzhi.engine.data.identifiers") / "data"


class Level(StrEnum):
    """How high a division stands."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWN = "town"
    VILLAGE = "village"


class TownKind(StrEnum):
    """What a town-level code stands for, by its last three digits (statistical division codes)."""

    STREET = "street"
    TOWN = "town"
    TOWNSHIP = "township"
    FUNCTIONAL = "functional"
    """A development zone, farm or the like that is counted as a town and is no division."""


@dataclass(frozen=True, slots=True)
class Naming:
    """A code under one name. ``since`` and ``until`` are ISO text down to the year, month or day
    that is known; empty where open. ``until`` itself is no longer included."""

    name: str
    since: str
    until: str

    def holds(self, on: date) -> bool:
        day = on.isoformat()
        return self.since <= day and (not self.until or day < self.until)


@dataclass(frozen=True, slots=True)
class Succession:
    """The code that took over. ``evidence``: "listed" in the changes published, or "name": the
    same name in the same province and edition."""

    code: str
    since: str
    evidence: str


def six_digits(code: str) -> str:
    """A code of 2 or 4 digits filled up to 6; longer ones as they are."""
    return code.ljust(6, "0")


def level(code: str) -> Level | None:
    """The level a code of 2, 4, 6, 9 or 12 digits has by its shape; None for anything else."""
    if not (code.isascii() and code.isdigit()):
        return None
    if len(code) in (2, 4, 6):
        code = six_digits(code)
        return Level.PROVINCE if code[2:] == "0000" else Level.CITY if code[4:] == "00" else Level.COUNTY
    return {9: Level.TOWN, 12: Level.VILLAGE}.get(len(code))


def town_kind(code: str) -> TownKind | None:
    """The kind of a 9-digit code; None where it has none."""
    if level(code) is not Level.TOWN:
        return None
    number = int(code[6:])
    if number < 100:
        return TownKind.STREET
    if number < 200:
        return TownKind.TOWN
    return TownKind.TOWNSHIP if number < 400 else TownKind.FUNCTIONAL


def is_placeholder(name: str) -> bool:
    """Whether a listed name only fills a level ("市辖区", "省直辖县级行政单位") and names no place."""
    return name in _PLACEHOLDERS or "直辖" in name


def _rows(text: str) -> Iterator[list[str]]:
    lines = csv.reader(text.splitlines())
    next(lines)
    return lines


def _names(text: str) -> Mapping[str, str]:
    return {row[0]: row[1] for row in _rows(text)}


class Regions:
    """The lists, read when first asked for and kept."""

    @cached_property
    def _history(self) -> Mapping[str, tuple[Naming, ...]]:
        found: dict[str, list[Naming]] = defaultdict(list)
        for code, name, since, until in _rows((_DATA / "regions.csv").read_text("utf-8")):
            found[code].append(Naming(name, since, until))
        return {code: tuple(names) for code, names in found.items()}

    @cached_property
    def _towns(self) -> Mapping[str, str]:
        return _names(gzip.decompress((_DATA / "towns.csv.gz").read_bytes()).decode())

    @cached_property
    def _villages(self) -> Mapping[str, str]:
        return _names((_DATA / "villages_330109.csv").read_text("utf-8"))

    @cached_property
    def _successors(self) -> Mapping[str, tuple[Succession, ...]]:
        found: dict[str, list[Succession]] = defaultdict(list)
        for code, successor, since, evidence in _rows((_DATA / "successors.csv").read_text("utf-8")):
            found[code].append(Succession(successor, since, evidence))
        return {code: tuple(followers) for code, followers in found.items()}

    def namings(self, code: str) -> tuple[Naming, ...]:
        """Every name the code had, oldest first; empty where the code is unknown."""
        if len(code) <= 6:
            return self._history.get(six_digits(code), ())
        name = self._towns.get(code) or self._villages.get(code)
        return (Naming(name, "", ""),) if name else ()

    def name(self, code: str, on: date | None = None) -> str | None:
        """The division's name on a day, else its last; None where it did not exist (then).

        Towns and villages have no history here: their name holds for every day.
        """
        namings = self.namings(code)
        if on is not None:
            return next((n.name for n in namings if n.holds(on)), None)
        return namings[-1].name if namings else None

    def full_name(self, code: str, on: date | None = None) -> str | None:
        """The names from the province down, run together; None where the code is unknown."""
        own = self.name(code, on)
        if own is None:
            return None
        return "".join([*(self.name(c, on) or self.name(c) or "" for c in self.ancestors(code)), own])

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The codes above, province first, without levels that only a placeholder fills."""
        ends = [end for end in (2, 4, 6, 9) if end < len(code.rstrip("0") if len(code) == 6 else code)]
        above = [six_digits(code[:end]) for end in ends]
        own = six_digits(code)
        named = {c: self.name(c) for c in above if c != own}
        return tuple(c for c, name in named.items() if name and not is_placeholder(name))

    def was_valid(self, code: str, on: date | None = None) -> bool:
        """Whether the code stood in the list on a day, or ever (as far back as 1980)."""
        return self.name(code, on) is not None

    def is_current(self, code: str) -> bool:
        """Whether the code stands in the latest list."""
        namings = self.namings(code)
        return bool(namings) and not namings[-1].until

    def successors(self, code: str) -> tuple[Succession, ...]:
        """The codes that took over directly; follow them again for those of later changes."""
        return self._successors.get(six_digits(code), ())

    def current_successors(self, code: str) -> tuple[str, ...]:
        """The codes of today that a code has become, through all changes; itself where it stands."""
        seen: set[str] = set()
        waiting, found = [six_digits(code)], []
        while waiting:
            here = waiting.pop(0)
            if here in seen:
                continue
            seen.add(here)
            if self.is_current(here):
                found.append(here)
            else:
                waiting.extend(s.code for s in self.successors(here))
        return tuple(found)

    @cached_property
    def _children(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        for code in [*self.current_codes(), *self._towns, *self._villages]:
            above = self.ancestors(code)
            if above and not is_placeholder(self.name(code) or ""):
                found[above[-1]].append(code)
        return {code: tuple(sorted(codes)) for code, codes in found.items()}

    def children(self, code: str) -> tuple[str, ...]:
        """The codes of today directly below, in order; empty where there are none or none are listed."""
        return self._children.get(six_digits(code), ())

    def find(self, name: str, *, within: str = "") -> tuple[str, ...]:
        """Codes of today with that name, only those that begin with ``within`` where given.

        A village is found with and without its committee (群围村委会, 群围村).
        """
        return tuple(code for code in self._by_name.get(name, ()) if code.startswith(within))

    @cached_property
    def _by_name(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        for code, names in self._history.items():
            if not names[-1].until:
                found[names[-1].name].append(code)
        for code, name in [*self._towns.items(), *self._villages.items()]:
            found[name].append(code)
            # lists name the committee (群围村委会), addresses the place (群围村)
            if name.endswith(("村委会", "社区居委会")):
                found[name.removesuffix("委会").removesuffix("居")].append(code)
        return {name: tuple(sorted(codes)) for name, codes in found.items()}

    def known_codes(self) -> tuple[str, ...]:
        """Every 6-digit code of the history."""
        return tuple(self._history)

    def town_codes(self) -> tuple[str, ...]:
        """The 9-digit codes of the latest list."""
        return tuple(self._towns)

    def current_codes(self) -> tuple[str, ...]:
        """The 6-digit codes of the latest list."""
        return tuple(code for code, names in self._history.items() if not names[-1].until)


@cache
def regions() -> Regions:
    """The one set of lists of this process."""
    return Regions()


@cache
def _membership(list_name: str) -> Callable[..., ir.BooleanValue]:
    import numpy as np

    from shuzhi.engine.data.identifiers.packed import answers, last_bytes, numbers_of
    from shuzhi.engine.data.tables import arrow_function

    lists = {
        "known": lambda: (*regions().known_codes(), *NO_DIVISION),
        "current": regions().current_codes,
        "towns": regions().town_codes,
    }
    codes = lists[list_name]()
    width = len(codes[0])
    # a sorted list is made once; pyarrow's is_in would hash it again for every batch
    wanted = np.sort(np.array([int(code) for code in codes], np.int64))

    def member(array: pa.Array) -> pa.Array:
        matrix, lengths = last_bytes(array, width)
        numbers, numeral = numbers_of(matrix)
        place = np.minimum(np.searchsorted(wanted, numbers), len(wanted) - 1)
        return answers((lengths == width) & numeral & (wanted[place] == numbers), array)

    member.__name__ = f"region_{list_name}"
    return arrow_function("boolean", ["string"])(member)


def is_known_code(code: str) -> bool:
    """As ``is_known`` for one 6-digit code."""
    return code in NO_DIVISION or bool(regions().namings(code))


def is_listed_town(codes: ir.StringValue) -> ir.BooleanValue:
    """Whether each 9-digit code stands in the latest list of towns and streets; null where null."""
    return _membership("towns")(codes)


def is_known(codes: ir.StringValue) -> ir.BooleanValue:
    """Whether each 6-digit code stood in any list since 1980; null where null."""
    return _membership("known")(codes)


def is_current(codes: ir.StringValue) -> ir.BooleanValue:
    """Whether each 6-digit code stands in the latest list; null where null."""
    return _membership("current")(codes)
