"""A value and a column of that value get the same answer, whatever the value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from shuzhi.engine.data.identifiers import IDENTIFIERS, Identifier
from shuzhi.engine.data.tables import Tables, open_tables
from tests.engine.identifiers.values import TRAPS, spoiled, values_of

KINDS = sorted(IDENTIFIERS)
TODAY = date(2020, 6, 15)
QUICK = settings(
    deadline=None,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def tables() -> Iterator[Tables]:
    with open_tables() as opened:
        yield opened


def answers(tables: Tables, known: Identifier, values: Sequence[str | None]) -> list[list[bool | None]]:
    """What the column says of each value: valid, valid today, worth a warning."""
    table = tables.arrow(pa.table({"v": pa.array(values, pa.string())}))
    result = tables.collect(
        table.select(
            valid=known.valid(table.v), today=known.valid(table.v, today=TODAY), warned=known.warned(table.v)
        )
    )
    return [result.column(name).to_pylist() for name in ("valid", "today", "warned")]


def expected(known: Identifier, values: Sequence[str | None]) -> list[list[bool | None]]:
    return [
        [None if v is None else known.problem(v) is None for v in values],
        [None if v is None else known.problem(v, today=TODAY) is None for v in values],
        [None if v is None else known.warning(v) is not None for v in values],
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_column_and_value_agree_on_anything(tables: Tables, kind: str) -> None:
    known = IDENTIFIERS[kind]

    @settings(
        max_examples=6,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(st.lists(values_of(known), min_size=10, max_size=40))
    def agree(values: list[str | None]) -> None:
        assert answers(tables, known, values) == expected(known, values)

    agree()


@pytest.mark.parametrize("kind", KINDS)
def test_column_and_value_agree_on_traps_and_other_kinds(tables: Tables, kind: str) -> None:
    known = IDENTIFIERS[kind]
    values = [*TRAPS, *(other.example for other in IDENTIFIERS.values()), None]
    assert answers(tables, known, values) == expected(known, values)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_normalising_twice_changes_nothing_more(kind: str, data: st.DataObject) -> None:
    known = IDENTIFIERS[kind]
    value = data.draw(st.text(max_size=20) | spoiled(st.just(known.example)))
    assert known.normalise(known.normalise(value)) == known.normalise(value)


@pytest.mark.parametrize("kind", KINDS)
def test_example_is_valid_and_survives_normalising(kind: str) -> None:
    known = IDENTIFIERS[kind]
    assert known.problem(known.example) is None
    assert known.problem(known.normalise(known.example)) is None
