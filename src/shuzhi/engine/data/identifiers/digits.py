"""Arithmetic on the digits of a text column, as expressions that cost little.

Two traps are avoided here once for all. Ibis writes ``//`` as the floor of a division of
doubles, which is wrong beyond 2**53: only remainders are used, which are exact. And a cast
from text to integer takes blanks, signs, exponents and hexadecimal: a number counts only
where writing it out again gives the same text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir


def leading_number(column: ir.StringValue, digits: int) -> ir.IntegerValue:
    """The first ``digits`` characters as int64; null where they are no number."""
    return column.left(digits).try_cast("int64")


def remainders(number: ir.IntegerValue, digits: int) -> list[ir.IntegerValue]:
    """``number`` modulo 10, 100 ... 10**digits, the last being the number itself (index = power)."""
    return [number % 10**power if power < digits else number for power in range(digits + 1)]


def is_calendar_day(rests: Sequence[ir.IntegerValue], power: int) -> ir.BooleanValue:
    """Whether the eight digits from 10**power upward are a Gregorian day, yyyyMMdd."""
    day = rests[power + 2] - rests[power]
    month = rests[power + 4] - rests[power + 2]
    year = rests[power + 8] - rests[power + 4]
    return is_day((year, month, day), units=(10 ** (power + 4), 10 ** (power + 2), 10**power))


def is_day(
    parts: tuple[ir.IntegerValue, ir.IntegerValue, ir.IntegerValue],
    *,
    units: tuple[int, int, int] = (1, 1, 1),
) -> ir.BooleanValue:
    """Whether (year, month, day), each a multiple of its unit, are a day of the calendar."""
    import ibis

    (year, month, day), (per_year, per_month, per_day) = parts, units
    leap = (year % (4 * per_year) == 0) & ((year % (100 * per_year) != 0) | (year % (400 * per_year) == 0))
    long_month = month.isin([m * per_month for m in (1, 3, 5, 7, 8, 10, 12)])
    # branches run only on the rows that reach them: 9 of 10 days are below 29
    in_month = ibis.cases(
        (day <= 28 * per_day, day >= per_day),
        (month == 2 * per_month, (day == 29 * per_day) & leap),
        else_=(day <= 30 * per_day) | (long_month & (day == 31 * per_day)),
    )
    return month.between(per_month, 12 * per_month) & in_month


def only_digits(column: ir.StringValue, number: ir.IntegerValue) -> ir.BooleanValue:
    """Whether the column is ``number`` written out: digits only, no leading zero."""
    return number.cast("string") == column


def null_kept(condition: ir.BooleanValue, column: ir.StringValue) -> ir.BooleanValue:
    """``condition``, false where it is unknown; null only where ``column`` is null."""
    import ibis

    return ibis.coalesce(condition, column.length() < 0)
