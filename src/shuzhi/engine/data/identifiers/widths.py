"""Regular expressions that stand for texts of one width, told without a regex engine.

Codes are mostly a fixed number of ASCII characters, each out of a class: ``^1[3-9][0-9]{9}$``.
Such an expression is a range for each byte, and eight bytes are compared at a time. Any other
expression is left to whoever asked: it is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa
    from numpy.typing import NDArray

LONGEST = 64

_CLASS = r"\[((?:[0-9A-Za-z](?:-[0-9A-Za-z])?)+)\]"
_PART = re.compile(
    rf"(?:{_CLASS}|(\\d)|\\([^0-9A-Za-z\s])|([0-9A-Za-z_/:-]))(?:\{{([1-9][0-9]?)\}})?", re.ASCII
)
_SPAN = re.compile("(.)(?:-(.))?")


def classes_of(pattern: str) -> tuple[frozenset[int], ...] | None:
    """The bytes allowed at each place of a text that ``pattern`` matches, from ``^`` to ``$``.

    None where the pattern is of another kind. ``$`` is the end of the text, as in RE2.
    """
    if not (pattern.startswith("^") and pattern.endswith("$") and pattern.isascii()):
        return None
    places: list[frozenset[int]] = []
    at, end = 1, len(pattern) - 1
    while at < end:
        part = _PART.match(pattern, at, end)
        if part is None:
            return None
        spans, digit, escaped, literal, times = part.groups()
        allowed = (
            _members("0-9" if digit else spans)
            if digit or spans
            else frozenset((escaped or literal).encode())
        )
        if not allowed:
            return None
        places += [allowed] * int(times or 1)
        at = part.end()
    return tuple(places) if 0 < len(places) <= LONGEST else None


def _members(spans: str) -> frozenset[int]:
    found: set[int] = set()
    for first, last in _SPAN.findall(spans):
        if last and last < first:
            return frozenset()
        found |= set(range(ord(first), ord(last or first) + 1))
    return frozenset(found)


@lru_cache(256)
def of_one_width(pattern: str) -> Callable[[ir.StringValue], ir.BooleanValue] | None:
    """The function that tells which texts match ``pattern``, null where null; None: see ``classes_of``."""
    from shuzhi.engine.data.tables import arrow_function

    classes = classes_of(pattern)
    if classes is None:
        return None

    def of_width_and_characters(array: pa.Array) -> pa.Array:
        from shuzhi.engine.data.identifiers.words import judge

        records, check = _checking(classes)
        return judge(array, records, check)

    return arrow_function("boolean", ["string"])(of_width_and_characters)


@cache
def _checking(classes: tuple[frozenset[int], ...]) -> tuple[Any, Callable[[NDArray[Any]], NDArray[Any]]]:
    """The layout of a text, and which texts so laid out have an allowed byte at each place."""
    import numpy as np

    width = len(classes)
    size = max(s for s in (1, 2, 4, 8) if s <= width)
    starts = sorted({*range(0, width - size + 1, size), width - size})
    # not one range: looked up place by place, once the ranges have let the text through
    sparse = {i: known for i, known in enumerate(classes) if len(known) <= max(known) - min(known)}
    number = np.dtype(f"<u{size}")
    names = [f"w{start}" for start in starts] + [f"b{place}" for place in sparse]
    formats = [number] * len(starts) + [np.dtype("u1")] * len(sparse)
    records = np.dtype({"names": names, "formats": formats, "offsets": [*starts, *sparse], "itemsize": width})

    def joined(bytes_: list[int]) -> Any:
        return number.type(int.from_bytes(bytes(bytes_), "little"))

    top = joined([0x80] * size)
    ranges = []
    for start in starts:
        part = classes[start : start + size]
        # the top bit of a byte: set from the lowest allowed on; set above the highest allowed
        ranges.append((joined([0x80 - min(c) for c in part]), joined([0x7F - max(c) for c in part])))
    tables = {place: np.isin(np.arange(256), sorted(known)) for place, known in sparse.items()}

    def check(rows: NDArray[Any]) -> NDArray[Any]:
        marks = np.zeros(len(rows), number)
        for start, (reach, pass_) in zip(starts, ranges, strict=True):
            word = rows[f"w{start}"]
            # a byte beyond ASCII spoils the sums, and says so itself
            marks |= ~(word + reach) | (word + pass_) | word
        good: NDArray[Any] = (marks & top) == 0
        for place, table in tables.items():
            good &= table[rows[f"b{place}"]]
        return good

    return records, check
