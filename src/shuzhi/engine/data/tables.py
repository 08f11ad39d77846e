"""The port to the table engine. Nothing else in the product names DuckDB.

Callers build Ibis expressions over the tables opened here; what is numpy work (check
digits over packed bytes, SM3) comes in by ``arrow_function``, the port's second door.
There is no third: no SQL string passes through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

ROW_GROUP = 122_880


@dataclass(frozen=True, slots=True)
class Limits:
    """What one session may use; what does not fit in ``memory_mb`` is spilled to ``spill_to``."""

    memory_mb: int = 1024
    threads: int = 2
    spill_to: Path | None = None


class Tables:
    """One session on the engine: opens tables, runs expressions, writes results.

    Row order is kept: reading a table that ``write`` wrote gives its rows in their order.
    """

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def parquet(self, *paths: Path) -> ir.Table:
        """The rows of Parquet files of one schema, one after the other, read when asked for."""
        return self._connection.read_parquet([str(path) for path in paths])

    def arrow(self, table: pa.Table) -> ir.Table:
        """A table in memory, without a copy."""
        return self._connection.create_table(ibis.util.gen_name("arrow"), obj=table, temp=True)

    def collect(self, expression: ir.Expr) -> pa.Table:
        """The whole result in memory: for what is small by construction (counts, samples, pages)."""
        return expression.as_table().to_pyarrow()

    def batches(self, expression: ir.Table, *, rows: int = ROW_GROUP) -> Iterator[pa.RecordBatch]:
        """The result as it is made, at most ``rows`` rows at a time."""
        yield from expression.to_pyarrow_batches(chunk_size=rows)

    def write(self, expression: ir.Table, path: Path) -> None:
        """Writes the result as one Parquet file (zstd), in order, without holding it in memory."""
        expression.to_parquet(str(path), compression="zstd", row_group_size=ROW_GROUP)

    def compiled(self, expression: ir.Expr) -> str:
        """The query the engine would run: for snapshots in tests and for explaining a figure."""
        return str(ibis.to_sql(expression, dialect="duckdb"))


@contextmanager
def open_tables(limits: Limits | None = None) -> Iterator[Tables]:
    """A session on the embedded engine, closed at the end of the block."""
    limits = limits or Limits()
    connection = ibis.duckdb.connect(
        threads=limits.threads,
        memory_limit=f"{limits.memory_mb}MB",
        temp_directory=str(limits.spill_to) if limits.spill_to else "",
        # the engine never reaches out: no extension is downloaded, none is looked for
        autoinstall_known_extensions=False,
        autoload_known_extensions=False,
    )
    try:
        yield Tables(connection)
    finally:
        connection.disconnect()


def arrow_function(
    returns: str, takes: Sequence[str]
) -> Callable[[Callable[..., pa.Array]], Callable[..., ir.Value]]:
    """Makes a function over Arrow arrays usable in expressions.

    ``takes`` and ``returns`` are Ibis type names ("string", "boolean"). The function gets
    one array per argument, all of one length, nulls included, and gives one array of that
    length. It is called once per batch, so it must not depend on other rows.
    """

    def decorate(function: Callable[..., pa.Array]) -> Callable[..., ir.Value]:
        signature = (tuple(takes), returns)

        def over_arrays(*columns: Any) -> pa.Array:
            arrays = [c.combine_chunks() if isinstance(c, pa.ChunkedArray) else c for c in columns]
            return function(*arrays)

        over_arrays.__name__ = function.__name__
        udf: Callable[..., ir.Value] = ibis.udf.scalar.pyarrow(over_arrays, signature=signature)
        return udf

    return decorate
