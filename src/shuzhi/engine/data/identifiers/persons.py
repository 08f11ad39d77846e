"""Numbers of natural persons: citizen identity numbers (GB 11643) and their relatives.

Resident identity cards, residence permits of Hong Kong, Macao and Taiwan residents and the
2023 card of foreign permanent residents share one structure: six digits of origin, the
birth day, three digits of sequence (odd for men) and an ISO 7064 MOD 11-2 check character.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from shuzhi.engine.data.identifiers.calendar_days import day_number, day_of
from shuzhi.engine.data.identifiers.digits import is_calendar_day, leading_number, remainders
from shuzhi.engine.data.identifiers.model import Identifier, Shape, Strength, shaped
from shuzhi.engine.data.identifiers.regions import is_known, is_known_code
from shuzhi.engine.texts import N_

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from numpy.typing import NDArray

CHECK_CHARACTERS = "10X98765432"
WEIGHTS = tuple(pow(2, 17 - place, 11) for place in range(17))
EARLIEST, LATEST = 1900_01_01, 2099_12_31

_BODY = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)
_PERMIT_REGIONS = ("810000", "820000", "830000")


def check_character(body: str) -> str:
    """The eighteenth character for 17 ASCII digits (ISO 7064 MOD 11-2)."""
    return CHECK_CHARACTERS[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]


def upgraded(value: str) -> str:
    """A 15-digit number of the first generation as 18 characters: 19 inserted, check computed."""
    body = f"{value[:6]}19{value[6:]}"
    return body + check_character(body)


@dataclass(frozen=True, slots=True)
class Origin:
    """Which first digits a kind of number has: a range of the first six, or a list of them."""

    lowest: int
    highest: int
    listed: tuple[str, ...] = ()

    def holds(self, value: str) -> bool:
        return value[:6] in self.listed if self.listed else self.lowest <= int(value[:6]) <= self.highest

    def among(self, first: NDArray[Any]) -> NDArray[Any]:
        """As ``holds``, for the numbers (uint64) that the first eight digits write."""
        if self.listed:
            return reduce(or_, (first // 100 == int(code) for code in self.listed))
        # one comparison: what lies below wraps round to a large number
        held: NDArray[Any] = first - self.lowest * 100 < (self.highest - self.lowest + 1) * 100
        return held


def _problem(value: str, origin: Origin) -> str | None:
    if len(value) == 15 and re.fullmatch("[0-9]{15}", value) and day_of(f"19{value[6:12]}"):
        return "fifteen_digits"
    if len(value) != 18:
        return "length"
    if not _BODY.fullmatch(value):
        return "characters"
    if not origin.holds(value):
        return "prefix"
    day = day_of(value[6:14])
    if day is None or not EARLIEST <= day_number(day) <= LATEST:
        return "date"
    return None if value[17] == check_character(value[:17]) else "check_digit"


def _valid(column: ir.StringValue, origin: Origin, today: date | None = None) -> ir.BooleanValue:
    from shuzhi.engine.data.identifiers.citizens import validity

    return validity(origin, min(day_number(today), LATEST) if today else LATEST)(column)


def _region_warning(value: str) -> str | None:
    return None if value[0] == "9" or is_known_code(value[:6]) else "known_region"


def _region_unknown(column: ir.StringValue) -> ir.BooleanValue:
    return (column.left(1) != "9") & ~is_known(column.left(6))


def _citizen(about: Shape, origin: Origin) -> Identifier:
    return Identifier(
        kind=about.kind,
        title=about.title,
        shape=about.shape,
        pattern=about.pattern,
        example=about.example,
        source=about.source,
        strength=about.strength,
        check=lambda value: _problem(value, origin),
        expression=lambda column: _valid(column, origin),
        day=birth_date_of,
        valid_by=lambda column, today: _valid(column, origin, today),
        warn=_region_warning,
        warn_expression=_region_unknown,
    )


def birth_date(column: ir.StringValue) -> ir.DateValue:
    """The birth day inside an 18-character number; null where its digits name no day."""
    number = leading_number(column, 17)
    rests = remainders(number, 17)
    numeral = (column.length() == 18) & (number.cast("string") == column.substr(0, 17))
    real = numeral & is_calendar_day(rests, 3) & (rests[11] >= 10**10)
    text = column.substr(6, 4) + "-" + column.substr(10, 2) + "-" + column.substr(12, 2)
    return real.ifelse(text, None).try_cast("date")


def matches_birth_date(column: ir.StringValue, day: ir.DateValue) -> ir.BooleanValue:
    """Whether the number's birth day is ``day``; null where either is null or no digits stand there.

    A text that has not 18 characters has no birth day.
    """
    from shuzhi.engine.data.identifiers.citizens import birth_day_agrees

    agrees: ir.BooleanValue = birth_day_agrees(column, day)
    return agrees


def sex(column: ir.StringValue) -> ir.StringValue:
    """ "男" or "女" by the seventeenth digit (odd: male); null where there is none."""
    digit = column.substr(16, 1)
    import ibis

    return ibis.cases(
        (digit.isin(["1", "3", "5", "7", "9"]), "男"), (digit.isin(["0", "2", "4", "6", "8"]), "女")
    )


def birth_date_of(value: str) -> date | None:
    """As ``birth_date`` for one value."""
    if len(value) != 18 or not re.fullmatch("[1-9][0-9]{16}", value[:17]):
        return None
    day = day_of(value[6:14])
    return day if day and day.year >= 1000 else None


def sex_of(value: str) -> str | None:
    """As ``sex`` for one value."""
    digit = value[16:17]
    if not (digit.isascii() and digit.isdigit()):
        return None
    return "男" if int(digit) % 2 else "女"


def _body(start: str) -> str:
    return start + r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]"


RESIDENT_ID = _citizen(
    Shape(
        kind="resident_id",
        title=N_("resident identity number"),
        shape=N_("18 characters: 6 digits of region, birth day yyyyMMdd, 3 digits, check character 0-9 or X"),
        pattern=_body("[1-8][0-9]{5}"),
        example="11010519491231002X",
        source="GB 11643-1999",
        strength=Strength.CHECK,
    ),
    Origin(100_000, 899_999),
)
SOCIAL_SECURITY = replace(
    RESIDENT_ID,
    kind="social_security",
    title=N_("social security number"),
    source="GB 11643-1999 (same number)",
)
RESIDENCE_PERMIT_HMT = _citizen(
    Shape(
        kind="residence_permit_hmt",
        title=N_("residence permit for Hong Kong, Macao and Taiwan residents"),
        shape=N_("18 characters beginning with 810000, 820000 or 830000, the rest as in an identity number"),
        pattern=_body("8[123]0000"),
        example="810000199408230021",
        source="GB 11643-1999; origins 810000, 820000, 830000 [K]",
        strength=Strength.CHECK,
    ),
    Origin(810_000, 830_000, _PERMIT_REGIONS),
)
FOREIGN_PERMANENT_ID = _citizen(
    Shape(
        kind="foreign_permanent_id",
        title=N_("foreign permanent resident identity card"),
        shape=N_("18 characters beginning with 9, the rest as in an identity number"),
        pattern=_body("9[0-9]{5}"),
        example="911124198108030024",
        source="card of 2023, MOD 11-2 [K]",
        strength=Strength.CHECK,
    ),
    Origin(900_000, 999_999),
)
PASSPORT = shaped(
    Shape(
        kind="passport",
        title=N_("Chinese passport"),
        shape=N_("a letter or two (E, G, D, S, P, DE, SE, PE) and 7 or 8 digits"),
        pattern="[EG][0-9]{8}|E[A-HJ-NP-Z][0-9]{7}|[DSP][0-9]{7,8}|(?:DE|SE|PE)[0-9]{7}",
        example="E12345678",
        source="standards.md section 6",
    )
)
HK_MO_PERMIT = shaped(
    Shape(
        kind="hk_mo_permit",
        title=N_("mainland travel permit for Hong Kong and Macao residents"),
        shape=N_("H or M and 8 digits, 2 more for the count of issues"),
        pattern="[HM][0-9]{8}(?:[0-9]{2})?",
        example="H12345678",
        source="standards.md section 6",
    )
)
TW_PERMIT = shaped(
    Shape(
        kind="tw_permit",
        title=N_("mainland travel permit for Taiwan residents"),
        shape=N_("8 digits, 2 more for the count of issues"),
        pattern="[0-9]{8}(?:[0-9]{2})?",
        example="12345678",
        source="standards.md section 6",
        strength=Strength.WEAK,
    )
)
