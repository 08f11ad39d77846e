"""Regular expressions over text columns, told in arithmetic where that says exactly the same.

A pattern of a fixed number of digits and letters ("^1[3-9][0-9]{9}$") costs the table engine
four times less as a number in a range than as an expression. Anything else is left to the
engine's own matcher (RE2).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING

from shuzhi.engine.data.identifiers.digits import only_digits

if TYPE_CHECKING:
    import ibis.expr.types as ir

Class = frozenset[str]

DIGITS: Class = frozenset("0123456789")
LONGEST = 64
LONGEST_NUMBER = 18
MOST_PREFIXES = 100
_TOKEN = re.compile(r"(\[(?:[0-9A-Za-z]-[0-9A-Za-z]|[0-9A-Za-z])+\]|\\d|[0-9A-Za-z])(?:\{(\d{1,2})\})?")
_SPAN = re.compile(r"(.)-(.)|(.)")


def matches(column: ir.StringValue, pattern: str) -> ir.BooleanValue:
    """Where ``pattern`` is found in the column (anchors are the pattern's own); null in, null out."""
    positions = fixed_positions(pattern)
    if positions is not None:
        exact = _arithmetic(column, positions)
        if exact is not None:
            return exact
    return column.re_search(pattern)


def fixed_positions(pattern: str) -> list[Class] | None:
    """The characters allowed at each place, where ``pattern`` is anchored and of one length; else None."""
    if not (pattern.startswith("^") and pattern.endswith("$")):
        return None
    body, at = pattern[1:-1], 0
    positions: list[Class] = []
    while at < len(body):
        token = _TOKEN.match(body, at)
        if token is None:
            return None
        positions += [_characters(token[1])] * int(token[2] or 1)
        at = token.end()
        if len(positions) > LONGEST:
            return None
    return positions or None


def _characters(part: str) -> Class:
    if part == "\\d":
        return DIGITS
    if not part.startswith("["):
        return frozenset(part)
    found: set[str] = set()
    for first, last, single in _SPAN.findall(part[1:-1]):
        found.update(single or (chr(c) for c in range(ord(first), ord(last) + 1)))
    return frozenset(found)


def _arithmetic(column: ir.StringValue, positions: Sequence[Class]) -> ir.BooleanValue | None:
    """The same as a conjunction of a length, numbers in ranges, and characters in sets."""
    import ibis

    conditions = [column.length() == len(positions)]
    at = 0
    while at < len(positions):
        end = _end_of_number(positions, at)
        condition = _number(column, positions, at, end) if end - at >= 3 else None
        if condition is None and end - at >= 3:
            return None
        if condition is None:
            end = at + 1
            condition = column.substr(at, 1).isin(sorted(positions[at]))
        conditions.append(condition)
        at = end
    # a part that is no number at all is unknown to the engine: it does not match
    return ibis.and_(*(ibis.coalesce(c, column.length() < 0) for c in conditions))


def _end_of_number(positions: Sequence[Class], at: int) -> int:
    end = at
    while end < len(positions) and positions[end] <= DIGITS and end - at < LONGEST_NUMBER - 1:
        end += 1
    return end


def _number(column: ir.StringValue, positions: Sequence[Class], at: int, end: int) -> ir.BooleanValue | None:
    """Digits ``at`` to ``end`` as one number within ranges; None where the ranges would be too many.

    A cast takes signs, blanks, exponents and hexadecimal too: a number counts only where writing
    it out again gives the same text. A digit 1 is put before a number that may begin with 0.
    """
    import ibis

    size = end - at
    part = column if size == len(positions) else column.substr(at, size)
    ranges = _ranges(positions[at:end])
    if ranges is None:
        return None
    shift = 0
    if "0" in positions[at]:
        part, shift = ibis.literal("1").concat(part), 10**size
    number = part.try_cast("int64")
    inside = ibis.or_(*(number.between(low + shift, high + shift) for low, high in ranges))
    return inside & only_digits(part, number)


def _ranges(positions: Sequence[Class]) -> list[tuple[int, int]] | None:
    """The numbers those digits can form, as inclusive ranges; the tail must allow every digit."""
    free = 0
    while free < len(positions) and positions[-1 - free] == DIGITS:
        free += 1
    fixed = positions[: len(positions) - free]
    count = 1
    for allowed in fixed:
        count *= len(allowed)
    if count > MOST_PREFIXES:
        return None
    unit = 10**free
    merged: list[tuple[int, int]] = []
    for start in sorted(int("".join(digits) or "0") * unit for digits in product(*fixed)):
        if merged and merged[-1][1] + 1 == start:
            merged[-1] = (merged[-1][0], start + unit - 1)
        else:
            merged.append((start, start + unit - 1))
    return merged
