"""Days stay the days they are: births before 1992, summer times, instants of other zones, any storage."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from shuzhi.engine.data.identifiers.persons import birth_date, birth_date_of, matches_birth_date
from shuzhi.engine.data.reading.values import Manner, read_date, read_timestamp
from shuzhi.engine.data.tables import open_tables
from tests.engine.reading.conftest import read

ZONE = ZoneInfo("Asia/Shanghai")
STANDARD = timezone(timedelta(hours=8))
MANNER = Manner()
BIRTHS = st.dates(date(1901, 1, 1), date(2026, 12, 31))
# the years with summer time, so that half of the examples fall into one
SUMMERS = st.one_of(
    st.dates(date(1986, 5, 1), date(1991, 9, 30)), st.dates(date(1940, 6, 1), date(1949, 10, 1))
)
DAYS = st.one_of(BIRTHS, SUMMERS)
FEW = settings(max_examples=25, deadline=None)


def midnight(day: date, zone: ZoneInfo | timezone) -> datetime:
    return datetime.combine(day, time(0), zone)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        (
            "1988-06-14T15:00:00Z",
            date(1988, 6, 15),
        ),  # midnight of a summer day, as a system with history has it
        ("1988-06-14T16:00:00Z", date(1988, 6, 15)),  # the same by a system that knows no summer time
        ("1988-06-15T00:00:00+09:00", date(1988, 6, 15)),
        ("1988-06-15T00:00:00+08:00", date(1988, 6, 15)),
        ("1991-09-14T15:00:00Z", date(1991, 9, 15)),  # the last day of the last summer time
        ("1992-06-14T16:00:00Z", date(1992, 6, 15)),
        ("1899-12-30T00:00:00+08:00", date(1899, 12, 30)),  # what spreadsheets write for nothing
    ],
)
def test_a_birth_written_as_an_instant_keeps_its_day(text: str, day: date) -> None:
    assert read_date(text, MANNER) == (day, None)


@pytest.mark.parametrize("text", ["1988-06-15 01:00", "1992-06-14T15:00:00Z", "1988-06-14T14:00:00Z"])
def test_a_time_of_day_is_no_day(text: str) -> None:
    assert read_date(text, MANNER) == (None, "time_in_date")


@given(DAYS, st.sampled_from([ZONE, STANDARD]))
def test_midnight_of_a_day_is_that_day_however_the_instant_is_written(
    day: date, zone: ZoneInfo | timezone
) -> None:
    instant = midnight(day, zone)
    # a day that began with the clock put forward has no midnight of the district's own
    if zone is ZONE and instant.astimezone(UTC).astimezone(ZONE).replace(tzinfo=None) != instant.replace(
        tzinfo=None
    ):
        return
    for written in (instant.isoformat(), instant.astimezone(UTC).isoformat().replace("+00:00", "Z")):
        assert read_date(written, MANNER) == (day, None), written


@given(st.datetimes(datetime(1901, 1, 2), datetime(2026, 12, 31)), st.integers(-12, 14))  # noqa: DTZ001
def test_an_instant_is_read_on_the_districts_clock_of_its_day(at: datetime, hours: int) -> None:
    at = at.replace(microsecond=0)
    given_zone = at.replace(tzinfo=timezone(timedelta(hours=hours)))
    wanted = given_zone.astimezone(ZONE).replace(tzinfo=None)
    assert read_timestamp(given_zone.isoformat(), MANNER) == (wanted, None)


@given(DAYS)
def test_a_plain_day_is_itself_in_every_writing(day: date) -> None:
    writings = (day.isoformat(), f"{day:%Y/%m/%d}", f"{day:%Y%m%d}", f"{day.year}年{day.month}月{day.day}日")
    for text in (*writings, f"{day} 00:00:00"):
        assert read_date(text, MANNER) == (day, None), text


@FEW
@given(st.lists(DAYS, min_size=3, max_size=12))
def test_days_come_back_from_the_stored_table_as_they_were_in_the_file(days: list[date]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "births.csv"
        path.write_text("编号,出生日期\n" + "".join(f"a{n},{day}\n" for n, day in enumerate(days)), "utf-8")
        got = read(path)
        assert got.types["出生日期"] == "date"
        assert got.column("出生日期") == days
        stored = Path(folder) / "table.parquet"
        parquet.write_table(pa.table({"day": pa.array(got.column("出生日期"), pa.date32())}), stored)
        with open_tables() as tables:
            table = tables.parquet(stored)
            back = tables.collect(table.mutate(year=table.day.year(), text=table.day.cast("string")))
        assert back.column("day").to_pylist() == days
        assert back.column("text").to_pylist() == [day.isoformat() for day in days]


@FEW
@given(st.lists(st.one_of(SUMMERS, BIRTHS), min_size=1, max_size=20))
def test_the_day_in_a_resident_number_is_the_day_of_birth(days: list[date]) -> None:
    numbers = [f"330109{day:%Y%m%d}0015" for day in days]
    assert [birth_date_of(number) for number in numbers] == days
    with open_tables() as tables:
        table = tables.arrow(pa.table({"number": numbers, "day": pa.array(days, pa.date32())}))
        agrees = matches_birth_date(table.number, table.day)
        found = tables.collect(table.select(born=birth_date(table.number), agrees=agrees))
    assert found.column("born").to_pylist() == days
    assert set(found.column("agrees").to_pylist()) == {True}
