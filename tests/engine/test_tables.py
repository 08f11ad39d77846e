"""The port to the table engine."""

from pathlib import Path

import ibis
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


def test_a_function_that_stands_outermost_gets_whole_batches_and_the_same_answers() -> None:
    sizes = []

    @arrow_function("boolean", ["string", "int64"])
    def longer(words: pa.Array, lengths: pa.Array) -> pa.Array:
        sizes.append(len(words))
        return pc.greater(pc.utf8_length(words), lengths)

    rows = pa.table({"word": ["apple", None, "pear", "fig"] * 2_000, "n": list(range(8_000))})
    with open_tables() as tables:
        table = tables.arrow(rows).filter(lambda t: t.n >= 4)
        asked = table.select(
            n=table.n,
            over=longer(table.word, table.n % 5),
            under=~longer(table.word, table.n % 5),
            upper=~longer(table.word.upper(), table.n),
        )
        outside = pa.Table.from_batches(list(tables.batches(asked, rows=5_000)))
        assert set(sizes) == {5_000, 2_996}
        inside = tables.collect(asked)
    assert outside.column_names == ["n", "over", "under", "upper"]
    assert outside.cast(inside.schema).equals(inside)
    assert outside.column("under").null_count == 1_999


def test_a_function_of_a_constant_or_below_a_filter_is_left_to_the_engine() -> None:
    with open_tables() as tables:
        table = tables.arrow(pa.table({"word": ["apple", None, "pear"]}))
        marked = table.select(ok=starts_with_a(table.word), always=starts_with_a(ibis.literal("a")))
        kept = marked.filter(marked.ok)
        assert [batch.to_pylist() for batch in tables.batches(kept)] == [[{"ok": True, "always": True}]]
        found = [batch.column("always").to_pylist() for batch in tables.batches(marked)]
    assert found == [[True, True, True]]


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
