"""Numbers of natural persons: citizen identity numbers (GB 11643) and their relatives.

Resident identity cards, residence permits of Hong Kong, Macao and Taiwan residents and the
2023 card of foreign permanent residents share one structure: six digits of origin, the
birth day, three digits of sequence (odd for men) and an ISO 7064 MOD 11-2 check character.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from shuzhi.engine.data.identifiers.calendar_days import day_number, day_of
from shuzhi.engine.data.identifiers.digits import is_calendar_day, leading_number, remainders
from shuzhi.engine.data.identifiers.model import Identifier, Shape, Strength, shaped
from shuzhi.engine.data.identifiers.regions import is_known, is_known_code
from shuzhi.engine.texts import N_

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa
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


@cache
def _function(origin: Origin, latest: int) -> Callable[..., ir.BooleanValue]:
    """Whether numbers of an origin are valid and born no later than the day yyyyMMdd."""
    import numpy as np

    from shuzhi.engine.data.identifiers import words
    from shuzhi.engine.data.identifiers.packed import table_of
    from shuzhi.engine.data.tables import arrow_function

    records = words.layout(18, first=0, second=8, born=6)
    weigh_first, weigh_second = words.weighing(WEIGHTS[:8]), words.weighing(WEIGHTS[8:16])
    # ISO 7064: the check character, weighed by 1, makes the sum 1 modulo 11
    last = table_of("0123456789X").astype(np.uint16)
    sums = 9 * sum(WEIGHTS) + 11
    fitting = np.arange(sums) % 11 == 1

    def check(rows: NDArray[Any]) -> NDArray[Any]:
        first, second = words.digits_of(rows["first"]), words.digits_of(rows["second"])
        good: NDArray[Any] = (words.beyond_digits(first) | words.beyond_digits(second)) == 0
        seventeenth = (rows["tail"] & 255) - ord("0")
        character = last[rows["tail"] >> 8]
        good &= (seventeenth < 10) & (character < 11)
        total = ((weigh_first(first) + weigh_second(second)) >> 48).astype(np.uint16)
        total += seventeenth * WEIGHTS[16] + character
        good &= fitting.take(total, mode="clip")
        born = words.number_of(words.digits_of(rows["born"]))
        good &= words.is_day(born) & (born <= latest)
        good &= origin.among(words.number_of(first))
        return good

    def citizen_number_valid(array: pa.Array) -> pa.Array:
        return words.judge(array, records, check)

    return arrow_function("boolean", ["string"])(citizen_number_valid)


def _valid(column: ir.StringValue, origin: Origin, today: date | None = None) -> ir.BooleanValue:
    return _function(origin, min(day_number(today), LATEST) if today else LATEST)(column)


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
    return _birth_day_function()(column, day)


@cache
def _birth_day_function() -> Callable[..., ir.BooleanValue]:
    import numpy as np

    from shuzhi.engine.data.identifiers import words
    from shuzhi.engine.data.identifiers.packed import answers, nulls_of, of_width
    from shuzhi.engine.data.tables import arrow_function

    number, eight = words.layout(18, first=0, second=8, born=6), words.layout(8, born=0)

    def written(rows: NDArray[Any]) -> NDArray[Any]:
        digits = words.digits_of(rows["born"])
        return np.where(words.beyond_digits(digits) == 0, words.number_of(digits).astype(np.int64), -1)

    def written_among_ascii(rows: NDArray[Any]) -> NDArray[Any]:
        beyond = words.beyond_ascii(rows["first"] | rows["second"]) | (rows["tail"] & 0x8080)
        return np.where(beyond == 0, written(rows), -1)

    def said_by(numbers: pa.Array) -> NDArray[Any]:
        data, fitting = of_width(numbers, 18)
        found = words.in_blocks(data.view(number), written_among_ascii, np.int64)
        if fitting is None:
            return found
        said = np.full(len(numbers), -1)
        said[fitting] = found
        pieces = _eight_of_wide(numbers)
        if pieces is not None:
            data, fitting = of_width(pieces, 8)
            said[slice(None) if fitting is None else fitting] = written(data.view(eight))
        return said

    def birth_day_agrees(numbers: pa.Array, days: pa.Array) -> pa.Array:
        if not len(days):
            return numbers.is_null()
        said = said_by(numbers)
        # null days hold any number: what is compared with them is not looked at
        born = np.frombuffer(days.buffers()[1], np.int32, len(days), days.offset * 4).astype(np.int64)
        return answers(said == words.numbers_of_days(born), numbers, unless=(said < 0) | nulls_of(days))

    return arrow_function("boolean", ["string", "date"])(birth_day_agrees)


def _eight_of_wide(numbers: pa.Array) -> pa.Array | None:
    """The digits of the day in texts of 18 characters that are more bytes; None where there is none."""
    import pyarrow.compute as pc

    wide = pc.and_(pc.greater(pc.binary_length(numbers), 18), pc.equal(pc.utf8_length(numbers), 18))
    if not wide.true_count:
        return None
    return pc.if_else(wide, pc.utf8_slice_codeunits(numbers, 6, 14), None)


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
