"""Columns of citizen identity numbers, judged eight characters at a time.

``persons`` says the same of one value, and what the parts of a number mean.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shuzhi.engine.data.identifiers import words
from shuzhi.engine.data.identifiers.packed import answers, nulls_of, of_width, table_of
from shuzhi.engine.data.identifiers.persons import WEIGHTS, Origin
from shuzhi.engine.data.tables import arrow_function

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from numpy.typing import NDArray

LENGTH = 18
_NUMBER, _DAY = words.layout(LENGTH, first=0, second=8, born=6), words.layout(8, born=0)
_WEIGH_FIRST, _WEIGH_SECOND = words.weighing(WEIGHTS[:8]), words.weighing(WEIGHTS[8:16])
_LAST = table_of("0123456789X").astype(np.uint16)
# ISO 7064 MOD 11-2: with the check character, weighed by 1, the sum is 1 modulo 11
_FITTING = np.arange(9 * sum(WEIGHTS) + 11) % 11 == 1


@dataclass(frozen=True, slots=True)
class Validity:
    """Which numbers are valid: of what origin, and born no later than the day yyyyMMdd."""

    origin: Origin
    latest: int

    def holds(self, rows: NDArray[Any]) -> NDArray[np.bool_]:
        """Whether each text of 18 bytes is such a number."""
        first, second = words.digits_of(rows["first"]), words.digits_of(rows["second"])
        good: NDArray[np.bool_] = (words.beyond_digits(first) | words.beyond_digits(second)) == 0
        seventeenth = (rows["tail"] & 255) - ord("0")
        character = _LAST[rows["tail"] >> 8]
        good &= (seventeenth < 10) & (character < 11)
        total = ((_WEIGH_FIRST(first) + _WEIGH_SECOND(second)) >> 48).astype(np.uint16)
        total += seventeenth * WEIGHTS[16] + character
        good &= _FITTING.take(total, mode="clip")
        born = words.number_of(words.digits_of(rows["born"]))
        good &= words.is_day(born) & (born <= self.latest)
        good &= self.origin.among(words.number_of(first))
        return good


@cache
def validity(origin: Origin, latest: int) -> Callable[[ir.StringValue], ir.BooleanValue]:
    """The function that tells which numbers are valid; null where the text is null."""
    holds = Validity(origin, latest).holds

    @arrow_function("boolean", ["string"])
    def citizen_number_valid(array: pa.Array) -> pa.Array:
        return words.judge(array, _NUMBER, holds)

    return citizen_number_valid


@arrow_function("boolean", ["string", "date"])
def birth_day_agrees(numbers: pa.Array, days: pa.Array) -> pa.Array:
    """Whether the number's day is the day beside it; null where either is null or no digits stand there."""
    if not len(days):
        return numbers.is_null()
    said = _days_said(numbers)
    # null days hold any number: what is compared with them is not looked at
    born = np.frombuffer(days.buffers()[1], np.int32, len(days), days.offset * 4).astype(np.int64)
    return answers(said == words.numbers_of_days(born), numbers, unless=(said < 0) | nulls_of(days))


def _days_said(numbers: pa.Array) -> NDArray[np.int64]:
    """The eight digits of the day in each text of 18 characters; -1 where they are none."""
    data, fitting = of_width(numbers, LENGTH)
    found: NDArray[np.int64] = words.in_blocks(data.view(_NUMBER), _day_among_ascii, np.int64)
    if fitting is None:
        return found
    said = np.full(len(numbers), -1)
    said[fitting] = found
    # characters beyond ASCII are more bytes than characters: the day's digits may still be digits
    wide = pc.and_(pc.greater(pc.binary_length(numbers), LENGTH), pc.equal(pc.utf8_length(numbers), LENGTH))
    if wide.true_count:
        pieces = pc.if_else(wide, pc.utf8_slice_codeunits(numbers, 6, 14), None)
        data, fitting = of_width(pieces, 8)
        said[slice(None) if fitting is None else fitting] = _day(data.view(_DAY))
    return said


def _day(rows: NDArray[Any]) -> NDArray[np.int64]:
    digits = words.digits_of(rows["born"])
    return np.where(words.beyond_digits(digits) == 0, words.number_of(digits).astype(np.int64), -1)


def _day_among_ascii(rows: NDArray[Any]) -> NDArray[np.int64]:
    beyond = words.beyond_ascii(rows["first"] | rows["second"]) | (rows["tail"] & 0x8080)
    return np.where(beyond == 0, _day(rows), -1)
