"""Parts that several rules, or one rule several times, need of a row: computed once per row.

The engine finds such parts by itself only outside AND, OR and CASE, whose later arms it may
not need; rules consist of little else. What is lifted here out of those arms is therefore
limited to operations that cannot fail on any value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import ibis.expr.operations as ops
import ibis.expr.types as ir
from ibis.common.graph import Graph

SAFE = (ops.TryCast, ops.Substring, ops.StringLength, ops.Lowercase, ops.Strip, ops.Modulus)


def select_shared(table: ir.Table, columns: Mapping[str, ir.Value]) -> ir.Table:
    """``table.select(columns)``, with the parts they share computed in an inner selection."""
    chosen = table.select(**columns)
    shared = _shared(table, chosen)
    if not shared:
        return chosen
    names = _new_names(table, len(shared))
    named = {name: part.to_expr() for name, part in zip(names, shared, strict=True)}
    read = {op.name for op in Graph.from_bfs(chosen.op()) if isinstance(op, ops.Field)}
    needed = {name: table[name] for name in table.columns if name in read}
    inner = table.select(**needed, **named)
    lifted = {part: inner[name].op() for name, part in zip(names, shared, strict=True)}
    lifted |= {table[name].op(): inner[name].op() for name in needed}
    return inner.select(**{name: v.op().replace(lifted).to_expr() for name, v in columns.items()})


def _new_names(table: ir.Table, count: int) -> list[str]:
    prefix = "shared"
    while any(name.lower().startswith(prefix) for name in table.columns):
        prefix += "_"
    return [f"{prefix}{i}" for i in range(count)]


def _shared(table: ir.Table, chosen: ir.Table) -> list[Any]:
    """The operations on ``table`` that more than one other operation reads."""
    readers: Counter[Any] = Counter()
    for children in Graph.from_bfs(chosen.op()).values():
        readers.update(set(children))
    own = {table.op()}
    return [op for op, count in readers.items() if count > 1 and _safe(op) and op.relations == own]


def _safe(op: Any) -> bool:
    """Whether it gives a value or null on every row; the difference of two remainders cannot overflow."""
    if isinstance(op, ops.Cast):
        return bool(op.to.is_string())
    if isinstance(op, ops.Subtract):
        return isinstance(op.left, ops.Modulus) and isinstance(op.right, ops.Modulus)
    return isinstance(op, SAFE)
