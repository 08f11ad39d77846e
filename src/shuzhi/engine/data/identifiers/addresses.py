"""Chinese addresses taken apart, from the province to the room, nothing lost.

Divisions are read from the left by the names in the lists of ``regions``, then by their unit
words; the rest from the right by unit words (室, 单元, 幢, 号, 路). Every character of the
tidied text stands in exactly one part, so joining the parts gives it back. What an address
means on the map is not known here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from shuzhi.engine.data.identifiers.model import Shape, Strength, shaped, tidied
from shuzhi.engine.data.identifiers.regions import Regions, is_placeholder, level, regions
from shuzhi.engine.texts import N_

LONGEST = 200
"""Characters looked at; longer texts are no single address and stay whole as one rest."""

_DIGITS = "[0-9A-Za-z]+(?:[-#][0-9A-Za-z]+)*"
_COUNT = f"(?:{_DIGITS}|[一二三四五六七八九十百]+)"
_INNER = "[^0-9A-Za-z省市区县镇乡村路街巷弄号]"


class AddressLevel(StrEnum):
    """The parts of an address, highest first."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWN = "town"
    VILLAGE = "village"
    GROUP = "group"
    ROAD = "road"
    NUMBER = "number"
    ESTATE = "estate"
    BUILDING = "building"
    UNIT = "unit"
    FLOOR = "floor"
    ROOM = "room"
    REST = "rest"
    """Text that no rule could place."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the tidied text, its unit word included. ``code``: the division's, where the
    lists know it."""

    level: AddressLevel
    text: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """``raw`` as it came, and its parts from left to right."""

    raw: str
    parts: tuple[Part, ...]

    def text(self, wanted: AddressLevel) -> str | None:
        """The text of a level; None where the address does not have it."""
        return next((part.text for part in self.parts if part.level is wanted), None)

    @property
    def division(self) -> str | None:
        """The code of the lowest division that the lists know; None where there is none."""
        return next((part.code for part in reversed(self.parts) if part.code), None)


# the end of the text, one unit word after another; each is tried at most once, in this order
_TAIL = tuple(
    (part, re.compile(f"{pattern}$"))
    for part, pattern in (
        (AddressLevel.ROOM, f"{_DIGITS}(?:室|房)"),
        (AddressLevel.FLOOR, f"{_COUNT}(?:层|楼)"),
        (AddressLevel.UNIT, f"{_COUNT}单元"),
        (AddressLevel.BUILDING, f"{_COUNT}(?:幢|栋|号楼|座)"),
    )
)
_UNLISTED = (
    (AddressLevel.PROVINCE, re.compile(f"{_INNER}{{2,8}}?(?:省|自治区)")),
    (AddressLevel.CITY, re.compile(f"{_INNER}{{1,9}}?(?:市|自治州|地区|盟)")),
    (AddressLevel.COUNTY, re.compile(f"{_INNER}{{1,9}}?(?:区(?!域)|县|旗|市)")),
    (AddressLevel.TOWN, re.compile(f"{_INNER}{{1,8}}?(?:街道|镇|乡)")),
    (AddressLevel.VILLAGE, re.compile(f"{_INNER}{{1,10}}?(?:社区|村委会|居委会|(?<!新)村)")),
)
_GROUP = re.compile(f"{_COUNT}(?:村民小组|组)")
_NUMBER = re.compile(f"(?:{_DIGITS}(?:号|弄)(?!楼))+")
_ROAD = re.compile("[^号]*(?:大道|路|街|巷|弄|道)")
_ORDER = tuple(known for known, _ in _UNLISTED)
_LONGEST_NAME = 15


def parse_address(value: str) -> Address:
    """The address taken apart. Never fails: what cannot be placed is a part of level REST."""
    text = tidied(value)
    if len(text) > LONGEST:
        return Address(value, (Part(AddressLevel.REST, text),))
    head, rest = _divisions(text)
    tail, rest = _tail(rest)
    return Address(value, (*head, *_street(rest, placed=bool(head or tail)), *tail))


def _listed(lists: Regions, text: str, found: list[Part]) -> Part | None:
    """The longest listed division that begins the text and lies below those found."""
    above = next((part.code for part in reversed(found) if part.code), None)
    place = _ORDER.index(found[-1].level) + 1 if found else 0
    # the names of villages are too common to be taken without what stands above them
    open_levels = {known.value for known in (_ORDER[place:] if above else _ORDER[place:-1])}
    for end in range(min(len(text), _LONGEST_NAME), 1, -1):
        name = text[:end]
        codes = [
            (code, known.value)
            for code in lists.find(name, within=_prefix(above))
            if (known := level(code)) and known.value in open_levels and not is_placeholder(name)
        ]
        if codes:
            highest = min(codes, key=lambda pair: _ORDER.index(AddressLevel(pair[1])))
            return Part(AddressLevel(highest[1]), name, highest[0] if len(codes) == 1 else None)
    return None


def _prefix(above: str | None) -> str:
    """What all codes below a division begin with."""
    if above is None or len(above) > 6:
        return above or ""
    return above[:2] if above.endswith("0000") else above[:4] if above.endswith("00") else above


def _unlisted(text: str, found: list[Part]) -> Part | None:
    place = _ORDER.index(found[-1].level) + 1 if found else 0
    for wanted, pattern in _UNLISTED[place:]:
        if (match := pattern.match(text)) and _is_plausible(match, text):
            return Part(wanted, match[0])
    return None


def _divisions(text: str) -> tuple[list[Part], str]:
    lists, found = regions(), list[Part]()
    while part := _listed(lists, text, found) or _unlisted(text, found):
        found.append(part)
        text = text[len(part.text) :]
    return found, text


def _is_plausible(match: re.Match[str], text: str) -> bool:
    """Not the beginning of a road's name (镇海路, 市心中路) nor of an estate's (城区花园)."""
    following = text[match.end() : match.end() + 1]
    return following not in {"路", "街", "巷", "弄", "道"} or match[0].endswith(("街道", "镇", "乡"))


def _tail(text: str) -> tuple[list[Part], str]:
    found: list[Part] = []
    for wanted, pattern in _TAIL:
        if match := pattern.search(text):
            found.insert(0, Part(wanted, match[0]))
            text = text[: match.start()]
    return found, text


def _street(text: str, *, placed: bool) -> list[Part]:
    """Group, road, number and estate; ``placed`` says that other parts were found around the text."""
    found: list[Part] = []

    def take(wanted: AddressLevel, length: int) -> None:
        nonlocal text
        if length:
            found.append(Part(wanted, text[:length]))
            text = text[length:]

    if group := _GROUP.match(text):
        take(AddressLevel.GROUP, group.end())
    number = _NUMBER.search(text)
    before = number.start() if number else len(text)
    road = _ROAD.match(text[:before])
    take(AddressLevel.ROAD, road.end() if road else 0)
    if number:
        take(AddressLevel.ESTATE, text.index(number[0]))
        take(AddressLevel.NUMBER, len(number[0]))
    take(AddressLevel.ESTATE if placed or found else AddressLevel.REST, len(text))
    return found


_PLACE = "省|市|区|县|镇|乡|街道|村|社区|路|街|巷|弄|大道|小区|苑"
ADDRESS = shaped(
    Shape(
        kind="address",
        title=N_("address"),
        shape=N_("divisions, road and number, or divisions down to a village or road"),
        pattern=(
            f".*(?:{_PLACE}).{{0,20}}[0-9一二三四五六七八九十]+(?:号|弄|幢|栋|号楼|单元|室|组).*"
            "|.*(?:省|市|区|县).{1,12}(?:区|县|镇|乡|街道|村|社区|路|街|巷|弄|小区)"
        ),
        example="浙江省杭州市萧山区城厢街道市心中路123号2幢1单元301室",
        source="standards.md section 6",
        strength=Strength.SHAPE,
    ),
    tidy=tidied,
)
"""Whether a text looks like an address at all; ``parse_address`` takes it apart."""
