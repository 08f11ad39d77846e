"""Eight characters at a time: texts of one width as 64-bit words, and arithmetic on their digits.

A word holds eight ASCII characters, the first in its lowest byte. One operation on a word is
one on eight digits, so a check costs a few operations for each word and none for each character.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from shuzhi.engine.data.identifiers.packed import answers, of_width

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Words = NDArray[np.uint64]
    Flags = NDArray[np.bool_]

SIZE = 8
# what one block needs stays in the cache of a core
BLOCK_ROWS = 8_192
FIRST_YEAR, LAST_YEAR = 1900, 2099

_EVEN_BYTES = np.uint64(0x00FF00FF00FF00FF)
_PAIR = np.uint64(0x000000FF000000FF)


def eightfold(byte: int) -> np.uint64:
    """The word of eight equal bytes."""
    return np.uint64(int.from_bytes(bytes([byte] * SIZE), "little"))


_ZEROS, _TOP_BITS, _ABOVE_NINE = eightfold(ord("0")), eightfold(0x80), eightfold(0x80 - 10)


def layout(width: int, **starts: int) -> np.dtype[Any]:
    """Records of ``width`` bytes with a word for each name, from its place (0-based) on.

    Two bytes named ``tail`` are the last two. Words may overlap.
    """
    names = [*starts, "tail"]
    formats = ["<u8"] * len(starts) + ["<u2"]
    offsets = [*starts.values(), width - 2]
    return np.dtype({"names": names, "formats": formats, "offsets": offsets, "itemsize": width})


def judge(array: pa.Array, records: np.dtype[Any], check: Callable[[NDArray[Any]], Flags]) -> pa.Array:
    """What ``check`` says of the texts as wide as ``records``; false for others, null for null."""
    if not len(array):
        return pa.array([], pa.bool_())
    data, fitting = of_width(array, records.itemsize)
    found = in_blocks(data.view(records), check, np.bool_)
    if fitting is None:
        return answers(found, array)
    good = np.zeros(len(array), np.bool_)
    good[fitting] = found
    return answers(good, array)


def in_blocks(
    rows: NDArray[Any], function: Callable[[NDArray[Any]], NDArray[Any]], kind: Any
) -> NDArray[Any]:
    """``function`` of all rows, one number or truth value for each, block by block."""
    found = np.empty(len(rows), kind)
    for start in range(0, len(rows), BLOCK_ROWS):
        block = slice(start, start + BLOCK_ROWS)
        found[block] = function(rows[block])
    return found


def digits_of(word: Words) -> Words:
    """Each character as its digit, 0..9 in its byte; more where it is no digit."""
    digits: Words = word ^ _ZEROS
    return digits


def beyond_digits(digits: Words) -> Words:
    """Not zero where one of the eight is no digit."""
    # the top bit of a byte is set by 10 and more; a byte of 128 and more says so itself
    marks: Words = ((digits + _ABOVE_NINE) | digits) & _TOP_BITS
    return marks


def beyond_ascii(word: Words) -> Words:
    """Not zero where one of the eight is no ASCII."""
    marks: Words = word & _TOP_BITS
    return marks


def number_of(digits: Words) -> Words:
    """The number that eight digits write."""
    pairs = (digits * 10 + (digits >> 8)) & _EVEN_BYTES
    first = (pairs & _PAIR) * (100 + (1_000_000 << 32))
    second = ((pairs >> 16) & _PAIR) * (1 + (10_000 << 32))
    number: Words = (first + second) >> np.uint64(32)
    return number


def weighing(weights: Sequence[int]) -> Callable[[Words], Words]:
    """The function that gives eight digits' weighted sum, times 2**48, low bits undefined.

    Left shifted so that the sums of several words may be added first and shifted back once.
    The sum of digit times weight must stay below 2**15.
    """
    lanes = [sum(weight << (16 * (3 - i)) for i, weight in enumerate(weights[k::2])) for k in (0, 1)]
    even, odd = (np.uint64(lane) for lane in lanes)

    def weighed(digits: Words) -> Words:
        total: Words = (digits & _EVEN_BYTES) * even
        total += ((digits >> 8) & _EVEN_BYTES) * odd
        return total

    return weighed


@cache
def _calendar() -> tuple[NDArray[np.int32], Flags]:
    """Every day of the years held here as yyyyMMdd; and by such a number whether it is a day."""
    days = np.arange(f"{FIRST_YEAR}-01-01", f"{LAST_YEAR + 1}-01-01", dtype="M8[D]")
    numbers = day_numbers(days)
    there = np.zeros((LAST_YEAR - FIRST_YEAR + 1) * 10_000, np.bool_)
    there[numbers - FIRST_YEAR * 10_000] = True
    return numbers.astype(np.int32), there


def numbers_of_days(days: NDArray[np.int64]) -> NDArray[np.int64]:
    """As ``day_numbers`` for days counted from 1970-01-01, looked up where they lie in the years held."""
    known = _calendar()[0]
    first = np.datetime64(f"{FIRST_YEAR}-01-01").astype(np.int64)
    place = days - first
    numbers = known.take(place, mode="clip").astype(np.int64)
    far = (place < 0) | (place >= len(known))
    if far.any():
        numbers[far] = day_numbers(days[far].astype("M8[D]"))
    return numbers


def day_numbers(days: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """Each day as yyyyMMdd, by the Gregorian calendar however far back."""
    months, years = days.astype("M8[M]"), days.astype("M8[Y]")
    month = (months - years).astype(np.int64) + 1
    year = years.astype(np.int64) + 1970
    numbers: NDArray[np.int64] = year * 10_000 + month * 100 + (days - months).astype(np.int64) + 1
    return numbers


def is_day(numbers: Words) -> Flags:
    """Whether each number yyyyMMdd is a day from FIRST_YEAR to LAST_YEAR."""
    there = _calendar()[1]
    # a number below the first wraps round to a large one, which is clipped to December 99th
    return there.take(numbers - FIRST_YEAR * 10_000, mode="clip")
