"""Which days and which minutes an office works. Knows the State Council's yearly arrangements, no limits.

A year whose arrangement is not known is never guessed in silence: ``unknown_years`` names it, and every
result computed from such a year carries that name (see ``limits``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from functools import cache
from importlib.resources import files

from shuzhi.engine.errors import BadInputError

SATURDAY = 5
Hours = tuple[tuple[time, time], ...]


class CalendarError(BadInputError):
    """A calendar document cannot be used."""

    code = "calendar.invalid"
    text = "The calendar cannot be used: {problem}. Correct the entry {entry}."


@dataclass(frozen=True, slots=True)
class Calendar:
    """Public holidays and make-up working days by date, for the years in ``years`` only.

    ``holidays`` and ``workdays`` map a date to the name of its feast; a date is in one of them at most.
    ``statutory`` are the (month, day) holidays fixed by regulation on solar dates, used for years that
    are not in ``years``. ``hours`` are the office's working spans of a working day, in order, in the
    district's zone; they do not cross midnight.
    """

    years: frozenset[int]
    holidays: Mapping[date, str]
    workdays: Mapping[date, str]
    statutory: Mapping[tuple[int, int], str]
    hours: Hours

    def is_working(self, day: date) -> bool:
        """Whether offices work on ``day``; for an unknown year: a weekday that is no statutory holiday."""
        if day.year not in self.years:
            return day.weekday() < SATURDAY and (day.month, day.day) not in self.statutory
        if day.weekday() < SATURDAY:
            return day not in self.holidays
        return day in self.workdays

    def feast(self, day: date) -> str | None:
        """The holiday's name in Chinese where ``day`` is off for one, else None."""
        if day.year in self.years:
            return self.holidays.get(day)
        return self.statutory.get((day.month, day.day))

    def unknown_years(self, first: date, last: date) -> tuple[int, ...]:
        """Years from ``first`` to ``last`` (any order) whose arrangement this calendar does not hold."""
        low, high = sorted((first.year, last.year))
        return tuple(year for year in range(low, high + 1) if year not in self.years)

    def next_working(self, day: date) -> date:
        """``day`` itself where offices work on it, else the next day on which they do."""
        while not self.is_working(day):
            day += timedelta(days=1)
        return day

    def working_days(self, after: date, until: date) -> int:
        """Working days in (after, until]; negative, counted the other way, where ``until`` is earlier."""
        if until < after:
            return -self.working_days(until, after)
        return sum(self.is_working(day) for day in _days(after, until))

    def shift(self, day: date, amount: int) -> date:
        """The day on which the ``amount``-th working day after ``day`` falls.

        Nought gives ``day`` itself, or the next working day where it is none.
        """
        if amount == 0:
            return self.next_working(day)
        while amount:
            day += timedelta(days=1)
            amount -= self.is_working(day)
        return day

    def working_before(self, day: date, amount: int) -> date:
        """The latest working day before ``day`` from which ``amount`` working days or more lead up to it."""
        counted = int(self.is_working(day))
        while True:
            day -= timedelta(days=1)
            if self.is_working(day):
                if counted >= amount:
                    return day
                counted += 1


def _days(after: date, until: date) -> Iterator[date]:
    return (after + timedelta(days=n) for n in range(1, (until - after).days + 1))


def read_calendar(text: str) -> Calendar:
    """The calendar in the JSON document ``text`` (the shape of data/calendar.json).

    Raises CalendarError naming the entry that is wrong: a make-up day on a weekday, a date that is
    holiday and working day at once or lies in another year, hours out of order.
    """
    document = json.loads(text)
    holidays: dict[date, str] = {}
    workdays: dict[date, str] = {}
    for year, entry in document["years"].items():
        for kind, target in (("holidays", holidays), ("workdays", workdays)):
            for day, name in entry[kind].items():
                target[_day_of(year, day)] = name
    _check_made_up(holidays, workdays)
    hours = tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in document["office_hours"])
    edges = [edge for span in hours for edge in span]
    if not edges or edges != sorted(set(edges)):
        raise CalendarError(problem="office hours are spans of one day in order", entry="office_hours")
    statutory = {(int(k[:2]), int(k[3:])): v for k, v in document["statutory"].items()}
    return Calendar(frozenset(int(y) for y in document["years"]), holidays, workdays, statutory, hours)


def with_year(
    calendar: Calendar, year: int, holidays: Mapping[date, str], workdays: Mapping[date, str]
) -> Calendar:
    """The calendar with the arrangement of one year replaced by this one, or added.

    Raises CalendarError naming the entry that is wrong, as ``read_calendar`` does.
    """
    for day in (*holidays, *workdays):
        _day_of(str(year), day.isoformat())
    _check_made_up(holidays, workdays)
    return replace(
        calendar,
        years=calendar.years | {year},
        holidays={day: name for day, name in calendar.holidays.items() if day.year != year} | dict(holidays),
        workdays={day: name for day, name in calendar.workdays.items() if day.year != year} | dict(workdays),
    )


def _check_made_up(holidays: Mapping[date, str], workdays: Mapping[date, str]) -> None:
    for day in workdays:
        if day.weekday() < SATURDAY or day in holidays:
            raise CalendarError(
                problem="a make-up working day must be a weekend day and no holiday", entry=day.isoformat()
            )


def _day_of(year: str, text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as wrong:
        raise CalendarError(problem="a day is written 2026-10-01", entry=text) from wrong
    if day.year != int(year):
        raise CalendarError(problem=f"the day does not lie in {year}", entry=text)
    return day


@cache
def china() -> Calendar:
    """The calendar this product ships: 2004-2026, provenance beside it (data/PROVENANCE.md)."""
    return read_calendar(files("shuzhi.engine.work").joinpath("data/calendar.json").read_text("utf-8"))
