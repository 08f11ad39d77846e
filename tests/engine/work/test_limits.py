"""Time limits against legal examples, against a slow reference, and over stopping and starting."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.engine.work.calendar import china
from shuzhi.engine.work.limits import (
    EndRule,
    Limit,
    OfficeTime,
    Source,
    StartRule,
    Unit,
    due,
    remaining,
    resumed,
)

ZONE = ZoneInfo("Asia/Shanghai")
OFFICE = OfficeTime(china(), ZONE)
GUESS = Source("G", "default, not a regulation")
LIMITS = {
    "working": Limit("w", 5, Unit.WORKING_DAY, StartRule.NEXT_DAY, EndRule.DAY_END, GUESS),
    "natural": Limit("n", 5, Unit.NATURAL_DAY, StartRule.NEXT_DAY, EndRule.WORKING_DAY_END, GUESS),
    "plain": Limit("p", 5, Unit.NATURAL_DAY, StartRule.NEXT_DAY, EndRule.DAY_END, GUESS),
    "counted": Limit("c", 5, Unit.WORKING_DAY, StartRule.SAME_DAY, EndRule.DAY_END, GUESS),
    "office": Limit("o", 90, Unit.WORKING_MINUTE, StartRule.INSTANT, EndRule.INSTANT, GUESS),
    "urgent": Limit("u", 90, Unit.URGENT_MINUTE, StartRule.INSTANT, EndRule.INSTANT, GUESS),
}
INSTANTS = st.datetimes(datetime(2005, 1, 1), datetime(2026, 6, 30), timezones=st.just(UTC))  # noqa: DTZ001
KINDS = st.sampled_from(sorted(LIMITS))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("kind", "amount", "start", "end"),
    [
        # a Monday 16:50 plus five working days ends the next Monday at 24:00, not at 16:50
        ("working", 5, "2026-11-23T16:50", "2026-11-30T23:59:59"),
        # the first day is not counted, whatever the hour
        ("working", 1, "2026-11-23T00:00", "2026-11-24T23:59:59"),
        ("counted", 1, "2026-11-23T16:50", "2026-11-23T23:59:59"),
        ("counted", 5, "2026-11-21T16:50", "2026-11-27T23:59:59"),
        # the National Day holiday of 2026 (1 to 7 October) is passed over, its make-up Saturday counts
        ("working", 2, "2026-09-30T10:00", "2026-10-09T23:59:59"),
        ("working", 3, "2026-09-30T10:00", "2026-10-10T23:59:59"),
        # Civil Code art. 203: the last day is a holiday, so the day after it is the last
        ("natural", 3, "2026-09-29T10:00", "2026-10-08T23:59:59"),
        ("plain", 3, "2026-09-29T10:00", "2026-10-02T23:59:59"),
        ("natural", 5, "2026-11-23T10:00", "2026-11-30T23:59:59"),
        # office minutes: half an hour before noon, an hour after it, then over night and over a weekend
        ("office", 90, "2026-11-23T11:30", "2026-11-23T14:30:00"),
        ("office", 30, "2026-11-23T11:30", "2026-11-23T12:00:00"),
        ("office", 90, "2026-11-20T17:00", "2026-11-23T09:30:00"),
        ("office", 60, "2026-11-21T03:00", "2026-11-23T09:30:00"),
        # urgent minutes run round the clock
        ("urgent", 1440, "2026-11-21T16:50", "2026-11-22T16:50:00"),
    ],
)
def test_published_and_customary_examples(kind: str, amount: int, start: str, end: str) -> None:
    found = due(LIMITS[kind], amount, local(start), OFFICE)
    assert found.at.astimezone(ZONE).replace(tzinfo=None).isoformat() == end
    assert found.assumed_years == ()


def test_a_limit_that_reaches_into_an_unknown_year_says_which() -> None:
    found = due(LIMITS["working"], 5, local("2026-12-30T09:00"), OFFICE)
    assert found.assumed_years == (2027,)
    assert OFFICE.day_of(found.at).isoformat() == "2027-01-07"  # 1 January is a holiday by regulation


def test_the_day_is_the_districts_and_not_the_worlds() -> None:
    late = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # 01:00 on the 24th in the district
    assert OFFICE.day_of(due(LIMITS["working"], 1, late, OFFICE).at).isoformat() == "2026-11-25"


def slow_due(kind: str, amount: int, start: datetime) -> datetime:
    """The rules once more, day by day and minute by minute, without any of the module's arithmetic."""
    start = start.replace(microsecond=0)
    if kind == "urgent":
        return start + timedelta(minutes=amount)
    if kind == "office":
        at, left = start, amount * 60
        while left:
            spans = OFFICE.spans(OFFICE.day_of(at))
            if any(a <= at < b for a, b in spans):
                left -= 1
            at += timedelta(seconds=1)
        return at
    day = OFFICE.day_of(start) - timedelta(days=kind == "counted")
    counted = 0
    while counted < amount:
        day += timedelta(days=1)
        counted += kind in ("natural", "plain") or china().is_working(day)
    while kind == "natural" and not china().is_working(day):
        day += timedelta(days=1)
    return OFFICE.end_of(day)


@given(st.sampled_from(["working", "natural", "plain", "counted", "urgent"]), st.integers(1, 60), INSTANTS)
def test_limits_agree_with_a_slow_reference(kind: str, amount: int, start: datetime) -> None:
    assert due(LIMITS[kind], amount, start, OFFICE).at == slow_due(kind, amount, start)


@pytest.mark.parametrize("start", ["2026-11-23T11:31:07", "2026-11-20T17:29:59", "2026-11-22T05:00:00"])
@pytest.mark.parametrize("amount", [1, 29, 61])
def test_office_minutes_agree_with_a_slow_reference(amount: int, start: str) -> None:
    assert due(LIMITS["office"], amount, local(start), OFFICE).at == slow_due("office", amount, local(start))


@given(KINDS, st.integers(1, 60), INSTANTS, st.floats(0, 60 * 24 * 3600))
def test_stopping_and_starting_at_once_changes_nothing(
    kind: str, amount: int, start: datetime, later: float
) -> None:
    limit, at = LIMITS[kind], start + timedelta(seconds=later)
    end = due(limit, amount, start, OFFICE).at
    assert resumed(limit, remaining(limit, end, at, OFFICE), at, OFFICE).at == end


@given(KINDS, st.integers(1, 60), INSTANTS, st.integers(0, 40), st.integers(0, 40))
def test_what_is_left_is_the_same_after_any_pause(
    kind: str, amount: int, start: datetime, before: int, pause: int
) -> None:
    limit = LIMITS[kind]
    stopped = start + timedelta(hours=7 * before)
    again = stopped + timedelta(hours=7 * pause)
    end = due(limit, amount, start, OFFICE).at
    left = remaining(limit, end, stopped, OFFICE)
    later = resumed(limit, left, again, OFFICE).at
    assert later >= end
    after = remaining(limit, later, again, OFFICE)
    if kind == "office" and left == -1:  # overdue by no second: due at once
        assert after in (-1, 0)
        return
    assert (after < 0) == (left < 0)
    if kind in ("office", "urgent", "plain") or (kind != "natural" and left > 0):
        assert after == left


def test_what_is_overdue_stays_as_late_as_it_was() -> None:
    limit = LIMITS["working"]
    end = due(limit, 1, local("2026-11-02T09:00"), OFFICE).at  # ends on the 3rd
    left = remaining(limit, end, local("2026-11-05T09:00"), OFFICE)
    assert left == -3  # two working days late
    again = resumed(limit, left, local("2026-11-16T09:00"), OFFICE).at
    assert OFFICE.day_of(again).isoformat() == "2026-11-12"


def test_a_weekend_after_the_last_day_revives_nothing() -> None:
    limit = LIMITS["working"]
    end = due(limit, 1, local("2026-11-19T09:00"), OFFICE).at  # ends on Friday the 20th
    saturday = local("2026-11-21T09:00")
    left = remaining(limit, end, saturday, OFFICE)
    assert left == -1
    assert resumed(limit, left, saturday, OFFICE).at == end
    later = resumed(limit, left, local("2026-11-30T09:00"), OFFICE).at
    assert OFFICE.day_of(later).isoformat() == "2026-11-27"


@pytest.mark.parametrize("at", ["12:00", "12:30", "13:30", "14:00", "17:30", "18:00"])
def test_the_lunch_hour_after_the_last_minute_revives_nothing(at: str) -> None:
    limit = LIMITS["office"]
    end = due(limit, 30, local("2026-11-23T11:30"), OFFICE).at
    stopped = local(f"2026-11-23T{at}")
    assert resumed(limit, remaining(limit, end, stopped, OFFICE), stopped, OFFICE).at == end


def test_an_amount_may_follow_a_fact_of_the_case() -> None:
    limit = Limit(
        "f", 5, Unit.WORKING_DAY, StartRule.NEXT_DAY, EndRule.DAY_END, GUESS, "urgency", {"blocker": 2}
    )
    assert limit.amount_for({"urgency": "blocker"}) == 2
    assert limit.amount_for({"urgency": "ordinary"}) == 5
    assert limit.amount_for({}) == 5


@given(st.sampled_from(["working", "natural", "plain", "counted"]), st.integers(1, 30), st.data())
def test_limits_of_the_years_with_summer_time_end_with_the_districts_day(
    kind: str, amount: int, data: st.DataObject
) -> None:
    start = data.draw(st.datetimes(datetime(1986, 1, 1), datetime(1992, 6, 30), timezones=st.just(UTC)))  # noqa: DTZ001
    found = due(LIMITS[kind], amount, start, OFFICE)
    assert found.at.astimezone(ZONE).time().isoformat() == "23:59:59"
    assert OFFICE.day_of(found.at + timedelta(seconds=1)) == OFFICE.day_of(found.at) + timedelta(days=1)
    assert (
        set(found.assumed_years)
        == {*range(OFFICE.day_of(start.replace(microsecond=0)).year, OFFICE.day_of(found.at).year + 1)}
        - china().years
    )


@given(st.integers(2004, 2025), st.integers(-10, 10), st.integers(1, 20), KINDS)
def test_limits_across_a_years_end_agree_with_a_slow_reference(
    year: int, before: int, amount: int, kind: str
) -> None:
    if kind == "office":
        return  # compared minute by minute elsewhere
    start = datetime(year, 12, 31, 15, 59, 59, tzinfo=UTC) + timedelta(days=before)
    for instant in (
        start,
        start + timedelta(seconds=1),
    ):  # the last second of the district's day, and the next
        assert due(LIMITS[kind], amount, instant, OFFICE).at == slow_due(kind, amount, instant)


@given(INSTANTS, st.integers(0, 40), st.integers(1, 40))
def test_a_longer_limit_never_ends_sooner_nor_does_a_later_start(
    start: datetime, amount: int, more: int
) -> None:
    for limit in LIMITS.values():
        end = due(limit, amount + 1, start, OFFICE).at
        assert due(limit, amount + 1 + more, start, OFFICE).at >= end
        assert due(limit, amount + 1, start + timedelta(hours=more), OFFICE).at >= end


@given(st.sampled_from(sorted(china().holidays)))
def test_no_limit_of_working_days_ends_on_a_holiday_and_all_may_end_on_a_make_up_day(feast: date) -> None:
    eve = datetime.combine(feast - timedelta(days=1), time(10), ZONE)
    for name in ("working", "natural"):
        end = OFFICE.day_of(due(LIMITS[name], 1, eve, OFFICE).at)
        assert end not in china().holidays
        assert end.weekday() < 5 or end in china().workdays
