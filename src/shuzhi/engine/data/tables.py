"""The port to the table engine. Nothing else in the product names DuckDB.

Callers build Ibis expressions over the tables opened here; what is numpy work (check
digits over packed bytes, SM3) comes in by ``arrow_function``, the port's second door.
There is no third: no SQL string passes through.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from shuzhi.engine.data.outermost import split

ROW_GROUP = 122_880
# with the engine's own 1 MB one of two threads waits for the reader; more than this only costs memory
READ_AHEAD_MB = 32


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
        name = ibis.util.gen_name("arrow")
        # not create_table(): that imports pandas, half a second, and copies
        self._connection.con.register(name, table)
        return self._connection.table(name)

    def collect(self, expression: ir.Expr) -> pa.Table:
        """The whole result in memory: for what is small by construction (counts, samples, pages)."""
        # not to_pyarrow(): that imports pandas, half a second; not read_all(): it refuses results
        # whose types differ from the declared ones (a length is declared int32 and comes as int64)
        reader = expression.as_table().to_pyarrow_batches()
        batches = list(reader)
        return pa.Table.from_batches(batches).cast(reader.schema) if batches else reader.schema.empty_table()

    def batches(self, expression: ir.Table, *, rows: int = ROW_GROUP) -> Iterator[pa.RecordBatch]:
        """The result as it is made, at most ``rows`` rows at a time."""
        halves = split(expression)
        for batch in halves.inner.to_pyarrow_batches(chunk_size=rows):
            yield halves.outer(batch)

    def write(self, expression: ir.Table, path: Path) -> None:
        """Writes the result as one Parquet file (zstd), in order, without holding it in memory."""
        expression.to_parquet(str(path), compression="zstd", row_group_size=ROW_GROUP)

    @contextmanager
    def writer(self, schema: pa.Schema, path: Path) -> Iterator[Callable[[pa.Table], None]]:
        """A Parquet file (zstd), each call one row group; removed where the block fails."""
        try:
            with pq.ParquetWriter(path, schema, compression="zstd") as parquet:
                yield parquet.write_table
        except BaseException:
            path.unlink(missing_ok=True)
            raise

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
    connection.settings["streaming_buffer_size"] = f"{READ_AHEAD_MB}MB"
    try:
        yield Tables(connection)
    finally:
        connection.disconnect()


@ibis.udf.scalar.builtin(name="hash")  # type: ignore[untyped-decorator]
def _hash(value) -> dt.uint64:  # type: ignore[no-untyped-def]  # takes a value of any type
    """The engine's own 64-bit hash."""


def fingerprint(*columns: ir.Value) -> ir.IntegerValue:
    """64 bits that are equal where all ``columns`` are equal; null where any is null.

    Stable within one session only. Among n different values the chance that any two share a
    fingerprint is about n² / 2**65, so equality found this way must still be confirmed.
    """
    value = columns[0] if len(columns) == 1 else ibis.struct({f"c{i}": c for i, c in enumerate(columns)})
    missing = ibis.or_(*(column.isnull() for column in columns))
    hashed = _hash(value)
    return ibis.ifelse(missing, ibis.null(hashed.type()), hashed)


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
        # Ibis takes the number of arguments from the signature, which *columns would hide
        over_arrays.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [
                inspect.Parameter(f"column_{i}", inspect.Parameter.POSITIONAL_OR_KEYWORD)
                for i in range(len(takes))
            ]
        )
        udf: Callable[..., ir.Value] = ibis.udf.scalar.pyarrow(
            over_arrays,
            signature=signature,
            null_handling="special",  # else the engine keeps rows with a null back
        )
        return udf

    return decorate
