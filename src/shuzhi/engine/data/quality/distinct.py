"""Which of the numbers that stream by occur more than once.

Whole numbers that lie close together (running numbers) cost about a byte each, others eight.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SPARE = 1 << 20
PER_VALUE = 4
PARTS = 16


class Repeats:
    """Takes numbers of one type, batch by batch; ``finish`` gives those that came twice or more."""

    def __init__(self, dtype: Any) -> None:
        self._dtype = np.dtype(dtype)
        self._count = 0
        self._low = 0
        # a flag for each number from _low on; null where the numbers lie too far apart, as hashes do
        self._seen: NDArray[np.bool_] | None = np.zeros(0, np.bool_) if self._dtype == np.int64 else None
        self._kept: list[NDArray[Any]] = []
        self._twice: list[NDArray[Any]] = []

    def add(self, values: NDArray[Any]) -> None:
        """The next numbers, in any order."""
        if not len(values):
            return
        self._count += len(values)
        if self._seen is not None and not self._reach(int(values.min()), int(values.max())):
            self._spread()
        if self._seen is None:
            # a copy: a view would keep the whole batch alive
            self._kept.append(values.copy())
            return
        if not (values[1:] > values[:-1]).all():
            values = self._aside(np.sort(values))
        places = values - self._low
        again = self._seen[places]
        if again.any():
            self._twice.append(values[again])
        self._seen[places] = True

    def finish(self) -> NDArray[Any]:
        """The numbers that came more than once, ascending, each once. Nothing can be added after."""
        for part in range(PARTS) if self._kept else ():
            # in parts, so that sorting needs a sixteenth of the memory again
            chosen = [values[values % PARTS == part] for values in self._kept]
            self._aside(np.sort(np.concatenate(chosen)))
        self._kept, self._seen = [], None
        return np.unique(np.concatenate([np.empty(0, self._dtype), *self._twice]))

    def _aside(self, ascending: NDArray[Any]) -> NDArray[Any]:
        """Notes what occurs twice among ``ascending``; gives each number once."""
        new = np.ones(len(ascending), np.bool_)
        np.not_equal(ascending[1:], ascending[:-1], out=new[1:])
        if not new.all():
            self._twice.append(np.unique(ascending[~new]))
        return ascending[new]

    def _reach(self, least: int, most: int) -> bool:
        """Makes room for flags from ``least`` to ``most``; false where they would be too many."""
        assert self._seen is not None  # noqa: S101 - asked only while there are flags
        size, room = len(self._seen), PER_VALUE * self._count + SPARE
        low = min(self._low, least) if size else least
        high = max(self._low + size, most + 1) if size else most + 1
        if high - low > room:
            return False
        if not size or low < self._low or high > self._low + size:
            # half as much again on the side it grows to, so that growing stays rare
            spare = min(size // 2, room - (high - low))
            low, high = (low - spare, high) if size and low < self._low else (low, high + spare)
            grown = np.zeros(high - low, np.bool_)
            grown[self._low - low : self._low - low + size] = self._seen
            self._low, self._seen = low, grown
        return True

    def _spread(self) -> None:
        assert self._seen is not None  # noqa: S101
        found = np.flatnonzero(self._seen)
        if len(found):
            self._kept.append(found.astype(self._dtype) + self._dtype.type(self._low))
        self._seen = None
