"""The port to the table engine."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from shuzhi.engine.data.tables import arrow_function, fingerprint, open_tables


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


def test_equal_values_have_equal_fingerprints_and_a_null_has_none() -> None:
    with open_tables() as tables:
        table = tables.arrow(pa.table({"a": ["x", "x", None, "y"], "b": [1, 1, 1, None]}))
        both = tables.collect(table.select(f=fingerprint(table.a, table.b), g=fingerprint(table.a)))
    first, second, third, fourth = both.column("f").to_pylist()
    assert first == second
    assert (third, fourth) == (None, None)
    assert len(set(both.column("g").to_pylist())) == 3


def test_a_file_whose_writing_fails_is_removed(tmp_path: Path) -> None:
    path, rows = tmp_path / "out.parquet", pa.table({"n": [1]})

    def write_and_fail() -> None:
        with open_tables() as tables, tables.writer(rows.schema, path) as write:
            write(rows)
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_and_fail()
    assert not path.exists()


def test_a_result_comes_in_the_types_that_were_declared() -> None:
    with open_tables() as tables:
        table = tables.arrow(pa.table({"word": ["apple", "pear"], "n": [1.0, 2.0]}))
        asked = table.aggregate(longest=table.word.length().max(), halves=table.n.approx_quantile([0.5]))
        found = tables.collect(asked)
        none = tables.collect(table.filter(table.n > 5).select(size=table.word.length()))
    assert found.schema == asked.schema().to_pyarrow()
    assert found.column("longest").to_pylist() == [5]
    assert (none.num_rows, none.column_names) == (0, ["size"])
