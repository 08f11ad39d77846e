"""What a column of numbers tells of its holders, and what the checks cost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuzhi.engine.data.identifiers import identifier
from shuzhi.engine.data.identifiers.dates import day_expression
from shuzhi.engine.data.identifiers.digits import is_calendar_day, remainders
from shuzhi.engine.data.identifiers.persons import (
    birth_date,
    birth_date_of,
    matches_birth_date,
    sex,
    sex_of,
)
from shuzhi.engine.data.tables import Tables, open_tables
from tests.engine.identifiers.values import TRAPS, values_of


@pytest.fixture(scope="module")
def tables() -> Iterator[Tables]:
    with open_tables() as opened:
        yield opened


@settings(max_examples=10, deadline=None)
@given(st.lists(values_of(identifier("resident_id")), min_size=5, max_size=40))
def test_birth_day_and_sex_agree_with_the_value(tables: Tables, values: list[str | None]) -> None:
    values = [*values, *TRAPS]
    table = tables.arrow(pa.table({"v": pa.array(values, pa.string())}))
    found = tables.collect(table.select(born=birth_date(table.v), sex=sex(table.v)))
    assert found.column("born").to_pylist() == [None if v is None else birth_date_of(v) for v in values]
    assert found.column("sex").to_pylist() == [None if v is None else sex_of(v) for v in values]


def test_a_birth_day_beside_the_number_is_compared(tables: Tables) -> None:
    days = [date(1949, 12, 31), date(1949, 12, 30), None]
    table = tables.arrow(pa.table({"v": ["11010519491231002X"] * 3, "day": pa.array(days, pa.date32())}))
    found = tables.collect(table.select(same=matches_birth_date(table.v, table.day)))
    assert found.column("same").to_pylist() == [True, False, None]


DAYS = [date(1949, 12, 31), date(1990, 2, 28), date(1, 1, 1), date(9999, 12, 31), date(1899, 12, 31)]
NUMBERS = st.builds(
    lambda start, day, end: f"{start}{day}{end}",
    st.sampled_from(["110105", "学区学区学区", "浙江", "浙江12", "é1é1é1", ""]),
    st.sampled_from([f"{day:%Y%m%d}".zfill(8) for day in DAYS])
    | st.text("0123456789 +._eX１", min_size=8, max_size=8),
    st.sampled_from(["002X", "0020", "学学学学", "", "00200"]),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(NUMBERS | st.none(), st.sampled_from([*DAYS, None])), max_size=30))
def test_a_birth_day_in_any_text_is_compared_as_text(
    tables: Tables, rows: list[tuple[str | None, date | None]]
) -> None:
    def same(text: str | None, day: date | None) -> bool | None:
        if text is None or day is None or len(text) != 18:
            return None
        said = text[6:14]
        if not (said.isascii() and said.isdigit()):
            return None
        return said == f"{day.year:04}{day.month:02}{day.day:02}"

    texts = pa.array([text for text, _ in rows], pa.string())
    table = tables.arrow(pa.table({"v": texts, "day": pa.array([day for _, day in rows], pa.date32())}))
    asked = table.select(same=matches_birth_date(table.v, table.day))
    wanted = [same(*row) for row in rows]
    assert tables.collect(asked).column("same").to_pylist() == wanted
    assert [v for batch in tables.batches(asked) for v in batch.column("same").to_pylist()] == wanted


def test_every_number_of_eight_digits_is_judged_as_the_calendar_does(tables: Tables) -> None:
    years = (1900, 1999, 2000, 2023, 2024, 2100)
    numbers = [y * 10_000 + m * 100 + d for y in years for m in range(100) for d in range(100)]
    table = tables.arrow(pa.table({"n": pa.array(numbers, pa.int64())}))
    found = tables.collect(table.select(day=is_calendar_day(remainders(table.n, 8), 0)))

    def exists(number: int) -> bool:
        try:
            return bool(date(number // 10_000, number // 100 % 100, number % 100))
        except ValueError:
            return False

    assert found.column("day").to_pylist() == [exists(number) for number in numbers]


def test_a_date_text_becomes_its_number(tables: Tables) -> None:
    table = tables.arrow(pa.table({"v": ["2021年3月5日", "20210305", "2021/12/1", "2021-02-29", "x", None]}))
    found = tables.collect(table.select(day=day_expression(table.v)))
    assert found.column("day").to_pylist() == [20210305, 20210305, 20211201, None, None, None]


def test_the_resident_number_is_checked_without_patterns_or_division(tables: Tables) -> None:
    table = tables.arrow(pa.table({"v": ["11010519491231002X"]}))
    query = tables.compiled(table.select(ok=identifier("resident_id").valid(table.v)))
    # Ibis writes // as a floor of doubles, which is wrong for 17 digits
    assert "FLOOR" not in query
    assert "REGEXP" not in query
    assert query.count("TRY_CAST") <= 60
