"""A year at a glance: twelve months of days, each working, free, off for a feast, or made up."""

from __future__ import annotations

from calendar import Calendar as Weeks
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from shuzhi.apps.calendars.selectors import HOLIDAY, WORKDAY
from shuzhi.apps.calendars.services import Day
from shuzhi.engine.work.calendar import SATURDAY, Calendar

MONDAY_FIRST = Weeks(0)


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of a month: its kind is a colour, ``word`` says the same beside it (empty: nothing special)."""

    number: int
    kind: str
    word: str
    feast: str


@dataclass(frozen=True, slots=True)
class Month:
    """A month by weeks from Monday; None where a week reaches into another month."""

    number: int
    weeks: tuple[tuple[DayCell | None, ...], ...]
    working: int


def months_of(year: int, known: Calendar) -> tuple[Month, ...]:
    """The twelve months of the year by a calendar."""
    return tuple(_month(year, number, known) for number in range(1, 13))


def _month(year: int, number: int, known: Calendar) -> Month:
    weeks = tuple(
        tuple(None if day.month != number else _cell(day, known) for day in week)
        for week in MONDAY_FIRST.monthdatescalendar(year, number)
    )
    days = (day for day in MONDAY_FIRST.itermonthdates(year, number) if day.month == number)
    return Month(number, weeks, sum(known.is_working(day) for day in days))


def _cell(day: date, known: Calendar) -> DayCell:
    is_weekday, feast = day.weekday() < SATURDAY, known.feast(day)
    if known.is_working(day):
        if is_weekday:
            return DayCell(day.day, "working", "", "")
        return DayCell(day.day, "made-up", _("made up"), known.workdays.get(day, ""))
    if feast:
        return DayCell(day.day, "feast", _("off"), feast)
    return DayCell(day.day, "free", "", "")


def days_known(year: int, known: Calendar) -> list[Day]:
    """The year's holidays and made-up days by a calendar, in their order.

    For a year that it does not know: the holidays that are fixed by regulation on solar dates.
    """
    if year not in known.years:
        fixed = ((date(year, month, day), name) for (month, day), name in known.statutory.items())
        return sorted((day, HOLIDAY, name) for day, name in fixed)
    off = ((day, HOLIDAY, name) for day, name in known.holidays.items() if day.year == year)
    made_up = ((day, WORKDAY, name) for day, name in known.workdays.items() if day.year == year)
    return sorted((*off, *made_up))
