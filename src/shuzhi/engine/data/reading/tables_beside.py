"""Whether another table stands beside the first, behind an empty column.

An empty column alone is no evidence, since people leave one for the look of it. Evidence is a
header that stands in another row, a name that both sides have, or rows that only one side has.
Thresholds are defaults of this product, not a regulation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow.compute as pc

from shuzhi.engine.data.reading.chunks import Chunk
from shuzhi.engine.data.reading.layout import Hints, Layout, find_layout, normalise
from shuzhi.engine.data.reading.model import Note, column_letters

_FEWEST_COLUMNS = 2
_DENSE, _ROWS_MORE = 0.9, 3


@dataclass(frozen=True, slots=True)
class _Sides:
    """The first block of columns and all behind the empty column, as positions, with their layouts."""

    first: range
    rest: range
    left: Layout
    right: Layout


def leave_out_beside(layout: Layout, head: Sequence[Sequence[str]], first: Chunk, hints: Hints) -> Layout:
    """``layout`` of the first table alone where another stands beside it, else ``layout`` as it is."""
    filled = [pc.greater(pc.binary_length(c), 0).to_numpy(zero_copy_only=False) for c in first.columns]
    at = _empty_column([bool(column.any()) for column in filled])
    if at is None or any(h.position == at for h in layout.headings):
        return layout
    ranges = range(at), range(at + 1, len(filled))
    left, right = (find_layout(_only(head, side), hints) for side in ranges)
    sides = _Sides(*ranges, left, right)
    if not _are_two(sides, hints) or not (_differ_in_header(sides) or _differ_in_length(sides, filled)):
        return layout
    beside = tuple(p for p in sides.rest if filled[p].any())
    text = " | ".join(heading.header for heading in right.headings)[:60]
    note = Note("table_beside", {"letter": column_letters(beside[0]), "text": text})
    return replace(left, beside=beside, notes=(*left.notes, note))


def _empty_column(filled: Sequence[bool]) -> int | None:
    """The first empty column with at least two filled ones on either side."""
    for position, full in enumerate(filled):
        before, after = sum(filled[:position]), sum(filled[position + 1 :])
        if not full and before >= _FEWEST_COLUMNS:
            return position if after >= _FEWEST_COLUMNS else None
    return None


def _only(head: Sequence[Sequence[str]], side: range) -> list[list[str]]:
    return [[cell if p in side else "" for p, cell in enumerate(row)] for row in head]


def _are_two(sides: _Sides, hints: Hints) -> bool:
    """Whether both sides have a header, and no contract knows names of the right one alone."""
    if not all(s.found and len(s.headings) >= _FEWEST_COLUMNS for s in (sides.left, sides.right)):
        return False
    return not ((_names(sides.right) - _names(sides.left)) & hints.wanted)


def _names(layout: Layout) -> set[str]:
    return {normalise(heading.header) for heading in layout.headings if heading.header}


def _differ_in_header(sides: _Sides) -> bool:
    rows = [[f.row for f in side.frame if f.role == "header"] for side in (sides.left, sides.right)]
    apart = rows[0][0] != rows[1][0] and sides.left.start != sides.right.start
    return apart or bool(_names(sides.left) & _names(sides.right))


def _differ_in_length(sides: _Sides, filled: Sequence[np.ndarray]) -> bool:
    """Whether one side goes on where the other has ended, having been filled in every row before."""
    counts = [np.sum([filled[p] for p in side], axis=0) for side in (sides.first, sides.rest)]
    ends = [int(np.flatnonzero(count > 1).max(initial=-1)) + 1 for count in counts]
    shorter = int(ends[0] > ends[1])
    start = (sides.left, sides.right)[shorter].start
    own = counts[shorter][start : ends[shorter]]
    if not len(own) or (own > 0).mean() < _DENSE:
        return False
    return ends[1 - shorter] - ends[shorter] >= _ROWS_MORE
