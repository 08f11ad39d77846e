"""The port to the table engine."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from shuzhi.engine.data.tables import arrow_function, open_tables


@arrow_function("boolean", ["string"])
def starts_with_a(values: pa.Array) -> pa.Array:
    return pc.starts_with(values, "a")


def test_an_arrow_function_sees_nulls_and_keeps_order(tmp_path: Path) -> None:
    with open_tables() as tables:
        table = tables.arrow(pa.table({"word": ["apple", None, "pear"]}))
        marked = table.mutate(ok=starts_with_a(table.word))
        tables.write(marked, tmp_path / "out.parquet")
        back = tables.collect(tables.parquet(tmp_path / "out.parquet"))
    assert back.column("ok").to_pylist() == [True, None, False]


def test_batches_are_bounded_and_complete() -> None:
    with open_tables() as tables:
        table = tables.arrow(pa.table({"n": list(range(10_000))}))
        sizes = [batch.num_rows for batch in tables.batches(table, rows=2048)]
    assert sum(sizes) == 10_000
    assert max(sizes) <= 2048
