"""What was set aside on loading, as the rules need it: how much per column, and in which rows.

A set-aside cell is reported once, under its column's ``loads`` rule. It loads as null, so no
other rule may judge it a second time; but it counts against all of them in the score.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.compute as pc

from shuzhi.engine.data.quality.sets import numbers
from shuzhi.engine.data.tables import Tables

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from numpy.typing import NDArray

ROW = "_row"


@dataclass(frozen=True, slots=True)
class SetAside:
    """Rows of the set-aside cells of each column (ascending, 8 bytes each), and how many whole rows."""

    cells: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)
    rows: int = 0

    def unread(self, columns: Iterable[str]) -> int:
        """How many rows a rule over ``columns`` could not read because of what was set aside."""
        touched = [self.cells[name] for name in columns if name in self.cells]
        if len(touched) > 1:
            return len(np.unique(np.concatenate(touched))) + self.rows
        return sum(len(rows) for rows in touched) + self.rows

    def marks(self, column: str, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of ``rows`` have a set-aside cell in ``column``."""
        cells = self.cells.get(column)
        if cells is None or not len(rows):
            return np.zeros(len(rows), np.bool_)
        near = cells[np.searchsorted(cells, rows.min()) : np.searchsorted(cells, rows.max(), "right")]
        return np.isin(rows, near)


def read_set_aside(tables: Tables, set_aside: ir.Table | None) -> SetAside:
    """What was set aside, from the reader's table of it."""
    if set_aside is None:
        return SetAside()
    found: dict[str, list[NDArray[np.int64]]] = {}
    rows = 0
    narrow = set_aside.select("column", "row")
    for batch in tables.batches(narrow):
        names, positions = batch.column("column"), batch.column("row")
        rows += names.null_count
        for name in names.unique().drop_null().to_pylist():
            here = positions.filter(pc.equal(names, name))
            found.setdefault(name, []).append(numbers(here, np.int64))
    cells = {name: np.unique(np.concatenate(parts)) for name, parts in found.items()}
    return SetAside(cells, rows)


def whole_rows(tables: Tables, set_aside: ir.Table) -> Iterable[tuple[Any, Any]]:
    """Row numbers and keys (JSON text or null) of the rows set aside whole, batch by batch."""
    chosen = set_aside.filter(set_aside["column"].isnull()).select("row", "key")
    for batch in tables.batches(chosen):
        yield batch.column("row"), batch.column("key")
