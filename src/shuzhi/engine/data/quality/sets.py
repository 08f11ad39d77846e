"""Rule kinds that need all values of their columns: decided from what one pass hands out.

Each watch asks the pass for a few numbers per row and keeps them in bounded memory. Only a
watch that finds something wrong asks again, over its own columns alone, to name the rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shuzhi.engine.data.quality.distinct import Repeats
from shuzhi.engine.data.quality.kinds import Kind, Param, Scope, Site, UnassessableError, Values
from shuzhi.engine.data.tables import fingerprint
from shuzhi.engine.texts import N_

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from numpy.typing import NDArray

Arrays = Mapping[str, pa.Array]

MOST_PAIRS = 4_000_000
"""Different pairs that ``Depends`` keeps: about 160 MB."""


@cache
def cycle_days() -> Mapping[str, int]:
    """How old the newest record may be, in days, by update cycle (cycles.yaml)."""
    import yaml

    days: Mapping[str, int] = yaml.safe_load(
        resources.files(__package__).joinpath("cycles.yaml").read_text("utf-8")
    )
    return days


class Watch:
    """What a set or table rule does while the table streams by.

    ``evaluated`` and ``failed`` are valid once the rule is finished (and its failing rows, where
    there are any, are named). ``reason`` is set where it had to give up.
    """

    def __init__(self, site: Site) -> None:
        self.columns = site.columns()
        self.evaluated = self.failed = 0
        self.reason: str | None = None

    def asks(self) -> Mapping[str, ir.Value]:
        """What it needs of each row in the pass, by its own names."""
        return {}

    def take(self, arrays: Arrays) -> None:
        """One batch of what it asked for."""

    def finish(self, rows: int) -> bool:  # noqa: ARG002 - most need no number of rows
        """After the pass over ``rows`` rows; true where rows that fail are to be named."""
        return False

    def asks_again(self) -> Mapping[str, ir.Value]:
        """What it needs of each row to name those that fail."""
        return self.asks()

    def failing(self, arrays: Arrays) -> NDArray[np.bool_]:
        """Which rows of a batch of the narrow statement fail."""
        raise NotImplementedError("a rule about the whole table names no rows")


def numbers(array: pa.Array, dtype: Any) -> NDArray[Any]:
    """The values of an array of whole numbers without nulls, not copied."""
    # not to_numpy(): that imports pandas
    return np.frombuffer(array.buffers()[1], dtype=dtype)[array.offset : array.offset + len(array)]


def numbered(values: NDArray[Any]) -> pa.Array:
    """An array over the same whole numbers."""
    # not pa.array(): that imports pandas
    kinds = {"i8": pa.int64(), "u8": pa.uint64()}
    kind = kinds[values.dtype.str[1:]]
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(np.ascontiguousarray(values))])


def flagged(values: NDArray[np.bool_]) -> pa.Array:
    """An array over the same truth values."""
    bits = np.packbits(values, bitorder="little")
    return pa.Array.from_buffers(pa.bool_(), len(values), [None, pa.py_buffer(bits)])


def flags(array: pa.Array) -> NDArray[np.bool_]:
    """The values of a boolean array without nulls."""
    return numbers(array.cast(pa.uint8()), np.uint8).astype(np.bool_)


class Unique(Watch):
    """No two rows share a value; the first of them, in row order, passes."""

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self._exact = len(self.columns) == 1 and self.columns[0].type().is_integer()
        self._dtype = np.int64 if self._exact else np.uint64
        self._repeats = Repeats(self._dtype)
        self._twice: NDArray[Any] = np.empty(0, self._dtype)

    def asks(self) -> Mapping[str, ir.Value]:
        value = self.columns[0].cast("int64") if self._exact else fingerprint(*self.columns)
        return {"v": value}

    def take(self, arrays: Arrays) -> None:
        values = arrays["v"].drop_null()
        self.evaluated += len(values)
        self._repeats.add(numbers(values, self._dtype))

    def finish(self, rows: int) -> bool:  # noqa: ARG002
        self._twice = self._repeats.finish()
        self._seen = np.zeros(len(self._twice), np.bool_)
        self._first = np.zeros(len(self._twice), np.uint64)
        return len(self._twice) > 0

    def asks_again(self) -> Mapping[str, ir.Value]:
        # a second, independent fingerprint tells a shared value from a shared fingerprint
        texts = [column.cast("string") for column in self.columns]
        return {**self.asks(), "w": fingerprint("#" + texts[0], *texts[1:])}

    def failing(self, arrays: Arrays) -> NDArray[np.bool_]:
        valid = flags(arrays["v"].is_valid())
        values = numbers(arrays["v"].fill_null(0), self._dtype)
        confirm = numbers(arrays["w"].fill_null(0), np.uint64)
        place = np.minimum(np.searchsorted(self._twice, values), len(self._twice) - 1)
        rows = np.flatnonzero(valid & (self._twice[place] == values))
        found, first = np.unique(place[rows], return_index=True)
        new = ~self._seen[found]
        self._first[found[new]] = confirm[rows[first[new]]]
        self._seen[found] = True
        surplus = self._first[place[rows]] == confirm[rows]
        surplus[first[new]] = False
        failing = np.zeros(len(values), np.bool_)
        failing[rows[surplus]] = True
        self.failed += int(surplus.sum())
        return failing


class Depends(Watch):
    """Equal values of the first columns go with one value of the last; the rarer ones fail.

    Where two values are equally frequent, the one that comes first in the table passes.
    """

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self._pairs: list[pa.Table] = []
        self._waiting = 0
        self._rows = 0
        self._rare = pa.array([], pa.uint64())

    def asks(self) -> Mapping[str, ir.Value]:
        return {"a": fingerprint(*self.columns[:-1]), "ab": fingerprint(*self.columns)}

    def take(self, arrays: Arrays) -> None:
        if self.reason:
            return
        size = len(arrays["ab"])
        at = numbered(np.arange(self._rows, self._rows + size))
        rows = pa.table({"a": arrays["a"], "ab": arrays["ab"], "n": pa.repeat(1, size), "at": at})
        self._rows += size
        self._pairs.append(_counted(rows.filter(arrays["ab"].is_valid())))
        self._waiting += self._pairs[-1].num_rows
        if self._waiting > MOST_PAIRS:
            self._pairs = [_counted(pa.concat_tables(self._pairs))]
            self._waiting = self._pairs[0].num_rows
            if self._waiting > MOST_PAIRS // 2:
                self.reason, self._pairs = "too_many_values", []

    def finish(self, rows: int) -> bool:  # noqa: ARG002
        if not self._pairs:
            return False
        pairs = _counted(pa.concat_tables(self._pairs)).combine_chunks()
        self._pairs = []
        counts, first = (numbers(pairs[c].chunk(0), np.int64) for c in ("n", "at"))
        group = numbers(pairs["a"].chunk(0), np.uint64)
        order = np.lexsort((first, -counts, group))
        rare = np.zeros(len(group), np.bool_)
        rare[order[1:]] = group[order[1:]] == group[order[:-1]]
        self.evaluated, self.failed = int(counts.sum()), int(counts[rare].sum())
        self._rare = pairs["ab"].chunk(0).filter(flagged(rare))
        return self.failed > 0

    def asks_again(self) -> Mapping[str, ir.Value]:
        return {"ab": fingerprint(*self.columns)}

    def failing(self, arrays: Arrays) -> NDArray[np.bool_]:
        return flags(pc.is_in(arrays["ab"], value_set=self._rare))


def _counted(rows: pa.Table) -> pa.Table:
    grouped = rows.group_by(["a", "ab"], use_threads=False).aggregate([("n", "sum"), ("at", "min")])
    return grouped.rename_columns({"n_sum": "n", "at_min": "at"}).select(["a", "ab", "n", "at"])


class RowCount(Watch):
    """The table has a number of rows between two bounds, both included."""

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.evaluated = 1
        self._least, self._most = site.param("min", 0), site.param("max", float("inf"))
        if not set(site.rule.params) & {"min", "max"}:
            raise site.wrong("it needs min, max or both")

    def finish(self, rows: int) -> bool:
        self.failed = int(not self._least <= rows <= self._most)
        return False


class Freshness(Watch):
    """The newest day of the column is no older than the update cycle allows."""

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        if site.today is None:
            raise UnassessableError("no_day")
        if not self.columns[0].type().is_temporal():
            raise UnassessableError("wrong_type")
        age_days = site.param("max_age_days", cycle_days().get(site.param("cycle", "")))
        if age_days is None:
            raise site.wrong("it needs max_age_days, or cycle")
        self._oldest = site.today - timedelta(days=int(age_days))
        self._newest: date | None = None

    def asks(self) -> Mapping[str, ir.Value]:
        return {"d": self.columns[0].cast("date")}

    def take(self, arrays: Arrays) -> None:
        newest = pc.max(arrays["d"]).as_py()
        if newest is not None and (self._newest is None or newest > self._newest):
            self._newest = newest

    def finish(self, rows: int) -> bool:  # noqa: ARG002
        self.evaluated = int(self._newest is not None)
        self.failed = int(self._newest is not None and self._newest < self._oldest)
        return False


WATCHES: Mapping[str, type[Watch]] = {
    "unique": Unique,
    "depends": Depends,
    "row_count": RowCount,
    "freshness": Freshness,
}
_BOUNDS = (
    Param("min", Values.NUMBER, N_("the fewest rows allowed")),
    Param("max", Values.NUMBER, N_("the most rows allowed")),
)
KINDS = (
    Kind(
        "unique",
        N_("no two rows hold the same value, or the same values together; the first one passes"),
        "0304",
        most=None,
        scope=Scope.SET,
    ),
    Kind(
        "depends",
        N_("equal values of the first columns always go with one value of the last; the rarer fail"),
        "0401",
        fewest=2,
        most=None,
        scope=Scope.SET,
    ),
    Kind(
        "row_count",
        N_("the table has as many rows as expected"),
        "0202",
        fewest=0,
        most=0,
        params=_BOUNDS,
        scope=Scope.TABLE,
    ),
    Kind(
        "freshness",
        N_("the newest day in the column is recent enough"),
        "0502",
        params=(
            Param("max_age_days", Values.NUMBER, N_("how many days it may lie back")),
            Param("cycle", Values.TEXT, N_("the update cycle, instead"), choices=tuple(cycle_days())),
        ),
        scope=Scope.TABLE,
    ),
)
