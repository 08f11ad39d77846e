"""What a profile says of a table."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuzhi.engine.data.profiling import Frequent, ProfileRequest, profile_table
from shuzhi.engine.data.tables import Tables, open_tables

NAMES = ["甲", "乙乙", None, "甲", "A1b-9"]


def small() -> pa.Table:
    return pa.table(
        {
            "_row": [2, 3, 4, 5, 6],
            "姓名": NAMES,
            "rows": [1.0, 2.0, None, 4.0, 9.0],
            "日期": [date(2020, 1, 1), None, date(2021, 3, 5), date(2020, 1, 1), None],
            "ok": [True, False, None, True, True],
            "none": pa.nulls(5, pa.string()),
        }
    )


def test_each_column_is_counted() -> None:
    with open_tables() as tables:
        profile = profile_table(tables, tables.arrow(small()))
    assert (profile.rows, profile.sampled) == (5, 5)
    assert [column.name for column in profile.columns] == ["姓名", "rows", "日期", "ok", "none"]
    name, number, day, ok, none = profile.columns
    assert (name.nulls, name.distinct, name.minimum, name.maximum) == (1, 3, "A1b-9", "甲")
    assert (name.length_min, name.length_max) == (1, 5)
    assert name.top[0] == Frequent("甲", 2)
    assert name.shapes[0] == Frequent("文", 2)
    assert set(name.shapes[1:]) == {Frequent("A9a-9", 1), Frequent("文文", 1)}
    assert not name.is_unique
    assert (number.nulls, number.minimum, number.maximum, number.mean) == (1, 1, 9, 4)
    assert number.quantiles[0.5] == pytest.approx(3, abs=1)
    assert number.is_unique
    assert (day.minimum, day.maximum, day.nulls) == (date(2020, 1, 1), date(2021, 3, 5), 2)
    assert [(value.value, value.rows) for value in ok.top] == [("true", 3), ("false", 1)]
    assert (none.nulls, none.distinct, none.minimum, none.top) == (5, 0, None, ())


def test_an_empty_table_and_a_table_without_columns_have_a_profile() -> None:
    with open_tables() as tables:
        empty = profile_table(tables, tables.arrow(small().slice(0, 0)))
        bare = profile_table(tables, tables.arrow(pa.table({"_row": [1, 2]})))
    assert (empty.rows, empty.columns[0].distinct, empty.columns[0].minimum) == (0, 0, None)
    assert (bare.rows, bare.columns) == (2, ())


def test_headers_that_differ_only_by_case_or_hold_quotes_stay_apart() -> None:
    with open_tables() as tables:
        table = tables.arrow(pa.table({'a"b': [1, 1], "filled_0": [1, 2], "编号 \n": [None, 1]}))
        profile = profile_table(tables, table)
    assert [column.distinct for column in profile.columns] == [1, 2, 1]


def test_a_wide_table_is_counted_in_several_passes() -> None:
    wide = pa.table({f"c{i}": [i, i, None] for i in range(150)})
    with open_tables() as tables:
        profile = profile_table(tables, tables.arrow(wide))
    assert [column.minimum for column in profile.columns] == list(range(150))
    assert {column.nulls for column in profile.columns} == {1}


def test_a_table_of_equal_rows_does_not_swell_the_sample() -> None:
    with open_tables() as tables:
        table = tables.arrow(pa.table({"a": ["x"] * 5000}))
        assert profile_table(tables, table, ProfileRequest(sample_rows=100)).sampled <= 100


@pytest.mark.parametrize("numbered", [True, False])
def test_the_sample_is_bounded_and_the_same_each_time(numbered: bool) -> None:
    rows = 50_000
    values = {
        "code": [f"{i:06d}" for i in range(rows)],
        "kind": ["x" * 500 + str(i % 3) for i in range(rows)],
    }
    table = pa.table({"_row": list(range(2, rows + 2)), **values} if numbered else values)
    request = ProfileRequest(sample_rows=1000, longest=50)
    with open_tables() as tables:
        first = profile_table(tables, tables.arrow(table), request)
        second = profile_table(tables, tables.arrow(table), request)
    assert first.rows == rows
    assert 800 <= first.sampled <= 1000
    assert first.column("code").is_unique
    assert first.column("kind").top[0].value == "x" * 50
    assert len(str(first.column("kind").maximum)) == 50
    assert first.column("kind").length_max == 501
    if numbered:
        assert first == second
        places = sorted(int(value.value) for value in first.column("code").top)
        assert places[0] < rows / 4 < rows * 3 / 4 < places[-1]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.none() | st.sampled_from(["", "a", "b", "中", "a\x00"]) | st.text(max_size=3), max_size=40)
)
def test_counts_agree_with_the_values(values: list[str | None]) -> None:
    texts = [None if value is None else value.encode("utf-8", "replace").decode() for value in values]
    with open_tables() as tables:
        column = profile_table(tables, tables.arrow(pa.table({"v": pa.array(texts, pa.string())}))).columns[0]
    there = [text for text in texts if text is not None]
    assert column.filled == len(there)
    assert sum(each.rows for each in column.top) == len(there)
    assert column.length_max == max(map(len, there), default=None)
    if column.distinct_exact:
        assert column.distinct == len(set(there))
        assert column.is_unique == (len(there) > 0 and len(set(there)) == len(there))


@pytest.mark.parametrize("width", [60, 600])
def test_the_statements_do_not_grow_with_the_width(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    asked: list[object] = []
    collect = Tables.collect

    def counting(self: Tables, expression: Any) -> pa.Table:
        asked.append(expression)
        return collect(self, expression)

    values = {f"码{n}": [f"{n}-{row % (30 + 10 * (n % 2))}" for row in range(40)] for n in range(width)}
    monkeypatch.setattr(Tables, "collect", counting)
    with open_tables() as tables:
        table = tables.arrow(pa.table(values))
        whole = profile_table(tables, table)
        assert len(asked) <= 9 + width / 256
        assert [c.distinct for c in whole.columns[:2]] == [30, 40]
        assert all(c.distinct_exact for c in whole.columns)


def test_a_sample_of_a_wide_table_has_the_same_rows_in_every_column() -> None:
    table = pa.table({f"码{n}": [f"{row * 7919 % 97}" for row in range(90)] for n in range(300)})
    with open_tables() as tables:
        profile = profile_table(tables, tables.arrow(table), ProfileRequest(sample_rows=20))
    assert 0 < profile.sampled <= 20
    assert len({frozenset(f.value for f in column.top) for column in profile.columns}) == 1
    assert all(column.is_unique for column in profile.columns)
