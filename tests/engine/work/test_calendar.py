"""The calendar as the State Council's notices give it, and what it says of a year it does not hold."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.engine.work.calendar import CalendarError, china, read_calendar

DAYS = st.dates(date(2004, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2026-10-01", False),  # National Day
        ("2026-10-10", True),  # a Saturday made up for
        ("2026-02-23", False),  # a Monday of the Spring Festival
        ("2026-02-28", True),  # the Saturday for it
        ("2025-04-27", True),  # a Sunday for Labour Day
        ("2020-01-31", False),  # the Spring Festival prolonged by the epidemic
        ("2026-11-21", False),  # a plain Saturday
        ("2026-11-23", True),  # a plain Monday
    ],
)
def test_it_knows_holidays_and_make_up_days(day: str, working: bool) -> None:
    assert china().is_working(date.fromisoformat(day)) is working


def test_a_year_has_about_250_working_days() -> None:
    for year in range(2004, 2027):
        count = china().working_days(date(year - 1, 12, 31), date(year, 12, 31))
        assert 245 <= count <= 253, year


def test_a_year_without_a_notice_is_named_and_never_passed_over() -> None:
    assert china().unknown_years(date(2026, 12, 30), date(2027, 1, 5)) == (2027,)
    assert china().unknown_years(date(2027, 1, 5), date(2003, 1, 5)) == (2003, 2027)
    assert china().unknown_years(date(2026, 1, 1), date(2026, 12, 31)) == ()


def test_a_year_without_a_notice_keeps_the_days_fixed_by_regulation() -> None:
    assert not china().is_working(date(2027, 1, 1))
    assert china().feast(date(2027, 10, 1)) == "国庆节"
    assert china().is_working(date(2027, 1, 4))


@given(DAYS, st.integers(0, 60))
def test_shifting_by_working_days_and_counting_them_agree(day: date, amount: int) -> None:
    moved = china().shift(day, amount)
    assert china().is_working(moved)
    assert china().working_days(day, moved) == amount or (amount == 0 and not china().is_working(day))


@given(DAYS, st.integers(0, 60))
def test_counting_back_finds_the_last_working_day_that_is_far_enough(day: date, amount: int) -> None:
    before = china().working_before(day, amount)
    assert china().is_working(before)
    assert before < day
    assert china().working_days(before, day) == max(amount, china().is_working(day))


@given(DAYS, DAYS)
def test_counting_back_is_counting_forth_with_the_other_sign(a: date, b: date) -> None:
    assert china().working_days(a, b) == -china().working_days(b, a)


@pytest.mark.parametrize(
    ("years", "hours", "names"),
    [
        ({"2026": {"holidays": {}, "workdays": {"2026-11-23": "x"}}}, [["08:00", "12:00"]], "2026-11-23"),
        ({"2026": {"holidays": {"2025-01-01": "x"}, "workdays": {}}}, [["08:00", "12:00"]], "2025-01-01"),
        ({"2026": {"holidays": {"yesterday": "x"}, "workdays": {}}}, [["08:00", "12:00"]], "yesterday"),
        ({}, [["12:00", "08:00"]], "office_hours"),
        ({}, [], "office_hours"),
    ],
)
def test_a_wrong_calendar_is_refused_with_the_entry(years: object, hours: object, names: str) -> None:
    with pytest.raises(CalendarError, match=names):
        read_calendar(json.dumps({"years": years, "statutory": {}, "office_hours": hours}))


@pytest.mark.shared
def test_the_shipped_data_is_the_source_and_nothing_else(shared_data: Path) -> None:
    source = json.loads((shared_data / "calendar" / "chinese-days.json").read_text("utf-8"))
    assert {d.isoformat() for d in china().holidays} == set(source["holidays"])
    assert {d.isoformat() for d in china().workdays} == set(source["workdays"])
    day = date(2004, 1, 1)
    while day < date(2027, 1, 1):
        free = day.isoformat() in source["holidays"]
        weekend = day.weekday() >= 5 and day.isoformat() not in source["workdays"]
        assert china().is_working(day) is not (free or weekend)
        day += timedelta(days=1)
