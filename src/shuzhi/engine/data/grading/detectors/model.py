"""What a detector answers, and the arithmetic they share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from shuzhi.engine.data.grading.model import Evidence
from shuzhi.engine.data.grading.sampling import ColumnSample, Value


@dataclass(frozen=True, slots=True)
class Claim:
    """ "This column is of ``category``", by its values alone, with a score in 0..1.

    ``headed`` is the score where the header says the same: some forms (eight digits) prove
    nothing alone and everything beside the right header.
    """

    category: str
    score: float
    evidence: tuple[Evidence, ...] = ()
    headed: float | None = None


Detector = Callable[[ColumnSample], Iterable[Claim]]


def tolerance(share: float) -> float:
    """How far a share of fitting values counts: fully from 0.9, less below, nothing under 0.5.

    Up to three of ten values may be something else (notes, other numbers, a shifted cell).
    """
    if share < 0.5:
        return 0.0
    return min(1.0, 0.4 + share * 2 / 3)


def smallness(rows: int) -> float:
    """How far so few rows can be trusted: 0.75 for one, 1 from ten."""
    return min(1.0, 0.72 + 0.03 * rows)


def count_rows(values: Iterable[Value], fits: Callable[[Value], bool]) -> int:
    """The rows whose value fits."""
    return sum(value.rows for value in values if fits(value))


def rounded(share: float) -> float:
    """A share as it is stored in evidence."""
    return round(share, 3)
