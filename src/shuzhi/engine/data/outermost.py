"""Functions over arrays that stand outermost in a selection: applied to what leaves the engine.

Inside the engine such a function is called for every 2,048 rows, and handing them over costs
ten times what a check digit does; outside it gets whole batches. Knows Ibis, not the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc
from ibis.expr.operations.udf import InputType


@dataclass(frozen=True, slots=True)
class Applied:
    """One column of the result: a function over columns of the inner selection, perhaps negated."""

    function: Callable[..., pa.Array]
    takes: tuple[str, ...]
    negated: bool

    def over(self, batch: pa.RecordBatch) -> pa.Array:
        """The column for one batch."""
        found = self.function(*(batch.column(name) for name in self.takes))
        return pc.invert(found) if self.negated else found


@dataclass(frozen=True, slots=True)
class Split:
    """A selection in two: what the engine computes, and what is made of each batch of it."""

    inner: ir.Table
    names: tuple[str, ...]
    applied: Mapping[str, Applied]

    def outer(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch that the whole selection would have given."""
        if not self.applied:
            return batch
        columns = [
            self.applied[name].over(batch) if name in self.applied else batch.column(name)
            for name in self.names
        ]
        return pa.RecordBatch.from_arrays(columns, names=list(self.names))


def split(expression: ir.Table) -> Split:
    """The selection in two; all of it is the engine's where no such function stands outermost."""
    chosen, names = expression.op(), tuple(expression.columns)
    applied: dict[str, Applied] = {}
    if not isinstance(chosen, ops.Project):
        return Split(expression, names, applied)
    inner = {name: value for name, value in chosen.values.items() if not _function(value)[0]}
    taken = {value: name for name, value in inner.items()}
    for name, value in chosen.values.items():
        call, negated = _function(value)
        if call is None:
            continue
        for argument in call.args:
            if argument not in taken:
                taken[argument] = f"argument {len(taken)} of {name}"
                inner[taken[argument]] = argument
        applied[name] = Applied(call.__func__, tuple(taken[a] for a in call.args), negated)
    if not applied:
        return Split(expression, names, applied)
    return Split(ops.Project(chosen.parent, inner).to_expr(), names, applied)


def _function(value: Any) -> tuple[Any, bool]:
    """The call of a function over arrays that ``value`` is (None: it is none), and whether negated."""
    negated = isinstance(value, ops.Not)
    call = value.arg if negated else value
    over_arrays = isinstance(call, ops.ScalarUDF) and call.__input_type__ is InputType.PYARROW
    return (call if over_arrays and _of_rows(call) else None), negated


def _of_rows(call: Any) -> bool:
    """Whether all its arguments are columns: a constant would leave the engine once, not per row."""
    return bool(call.args) and all(argument.shape.is_columnar() for argument in call.args)
