"""Coordinate systems and what can be told from bad positions."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuzhi.engine.data.identifiers.coordinates import (
    HANGZHOU,
    Oddity,
    System,
    column_oddity,
    converted,
    converted_columns,
    distance_m,
    oddity,
    pair_of,
    suspected_system,
)
from shuzhi.engine.data.tables import Tables, open_tables

WEST_LAKE = (120.1551, 30.2741)
china = st.tuples(st.floats(75, 135), st.floats(4, 53))
anywhere = st.tuples(st.floats(-400, 400) | st.just(0.0), st.floats(-200, 200) | st.just(0.0))
pairs_of_systems = [(s, t) for s in System for t in System if s is not t]


@pytest.fixture(scope="module")
def tables() -> Iterator[Tables]:
    with open_tables() as opened:
        yield opened


def test_west_lake_moves_by_520_metres() -> None:
    moved = converted(*WEST_LAKE, System.CGCS2000, System.GCJ02)
    assert moved == pytest.approx((120.15979447929637, 30.271771223200254), abs=1e-12)
    assert distance_m(WEST_LAKE, moved) == pytest.approx(520, abs=1)
    baidu = converted(*WEST_LAKE, System.CGCS2000, System.BD09)
    assert baidu == pytest.approx((120.16635834855023, 30.27759921816922), abs=1e-12)


@given(china, st.sampled_from(pairs_of_systems))
def test_there_and_back_is_where_it_was(
    position: tuple[float, float], systems: tuple[System, System]
) -> None:
    source, target = systems
    back = converted(*converted(*position, source, target), target, source)
    assert back == pytest.approx(position, abs=1e-8)


@settings(max_examples=10, deadline=None)
@given(st.lists(china | anywhere, min_size=1, max_size=30))
def test_columns_and_values_are_converted_alike(tables: Tables, positions: list[tuple[float, float]]) -> None:
    table = tables.arrow(pa.table({"x": [p[0] for p in positions], "y": [p[1] for p in positions]}))
    for source, target in pairs_of_systems:
        x, y = converted_columns(table.x, table.y, source, target)
        found = tables.collect(table.select(x=x, y=y)).to_pylist()
        for position, row in zip(positions, found, strict=True):
            assert (row["x"], row["y"]) == pytest.approx(converted(*position, source, target), abs=1e-9)


def test_null_stays_null(tables: Tables) -> None:
    table = tables.arrow(pa.table({"x": [120.0, None], "y": pa.array([None, 30.0], pa.float64())}))
    x, y = converted_columns(table.x, table.y, System.GCJ02, System.CGCS2000)
    assert tables.collect(table.select(x=x, y=y)).to_pylist() == [{"x": None, "y": None}] * 2


def test_what_is_wrong_with_a_position_is_named() -> None:
    assert oddity(*WEST_LAKE, HANGZHOU) is None
    assert oddity(30.2741, 120.1551, HANGZHOU) is Oddity.SWAPPED
    assert oddity(0.0, 30.0, HANGZHOU) is Oddity.MISSING
    assert oddity(116.4, 39.9, HANGZHOU) is Oddity.OUTSIDE
    assert oddity(1201551.0, 302741.0, HANGZHOU) is Oddity.OFF_EARTH


@settings(max_examples=10, deadline=None)
@given(st.lists(anywhere | st.just(WEST_LAKE) | st.just(WEST_LAKE[::-1]), min_size=5, max_size=40))
def test_columns_and_values_are_judged_alike(tables: Tables, positions: list[tuple[float, float]]) -> None:
    table = tables.arrow(pa.table({"x": [p[0] for p in positions], "y": [p[1] for p in positions]}))
    found = tables.collect(table.select(o=column_oddity(table.x, table.y, HANGZHOU)))
    assert found.column("o").to_pylist() == [oddity(*p, HANGZHOU) for p in positions]


def test_a_column_in_another_system_than_declared_is_suspected() -> None:
    for system in (System.GCJ02, System.BD09):
        measured = converted(*WEST_LAKE, System.CGCS2000, system)
        assert suspected_system(measured, WEST_LAKE) is system
    assert suspected_system(WEST_LAKE, WEST_LAKE) is None
    assert suspected_system((121.0, 30.0), WEST_LAKE) is None


def test_a_pair_in_one_cell_is_read() -> None:
    assert pair_of("120.1551,30.2741") == WEST_LAKE
    assert pair_of("120.1551，30.2741") == WEST_LAKE
    assert pair_of("30.2741") is None
