"""Time limits: when a limit that starts now ends, what is left of it when its clock stops, when it then ends.

A limit is (amount, unit, start rule, end rule, source). Days are days: the first is not counted, the last
runs to its end, and a last day on a holiday moves on where the end rule says so. Minutes are minutes, of the
office's hours or round the clock. Knows no lifecycle and no case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from shuzhi.engine.texts import N_
from shuzhi.engine.work.calendar import Calendar


class Unit(StrEnum):
    """What a limit's amount counts."""

    WORKING_DAY = "working_day"
    NATURAL_DAY = "natural_day"
    WORKING_MINUTE = "working_minute"
    URGENT_MINUTE = "urgent_minute"

    @property
    def is_day(self) -> bool:
        """Whether the unit counts days (which end at the end of a day) rather than minutes."""
        return self in (Unit.WORKING_DAY, Unit.NATURAL_DAY)


class StartRule(StrEnum):
    """From when the amount counts: the day after, the day itself, or the instant."""

    NEXT_DAY = "next_day"
    SAME_DAY = "same_day"
    INSTANT = "instant"


class EndRule(StrEnum):
    """When the limit is over: the end of its last day, that of the next working day, or the instant."""

    DAY_END = "day_end"
    WORKING_DAY_END = "working_day_end"
    INSTANT = "instant"


MARKS = ("S", "K", "G")
"""Where a number comes from: S seen in a source, K known in the trade, G a guess of this product."""
DEFAULT = N_("default, not a regulation")
"""What the source of a guess says; packs write it as it stands here, so that it can be translated."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a number comes from: its mark and a sentence; "G" is a default and no regulation."""

    mark: str
    text: str


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit. ``amounts`` replaces ``amount`` for a value of the case's fact ``by``."""

    name: str
    amount: int
    unit: Unit
    start: StartRule
    end: EndRule
    source: Source
    by: str | None = None
    amounts: Mapping[str, int] = field(default_factory=dict)

    def amount_for(self, facts: Mapping[str, object]) -> int:
        """The amount that holds for a case with ``facts``."""
        return self.amounts.get(str(facts.get(self.by)), self.amount) if self.by else self.amount


@dataclass(frozen=True, slots=True)
class OfficeTime:
    """What limits are computed in: the calendar, and the zone in which days begin and end."""

    calendar: Calendar
    zone: ZoneInfo

    def day_of(self, at: datetime) -> date:
        """The day of the instant ``at`` in the zone."""
        return at.astimezone(self.zone).date()

    def end_of(self, day: date) -> datetime:
        """The last second of ``day``; a limit is overdue only after it."""
        return self._instant(day, time(23, 59, 59))

    def spans(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The office's working spans of ``day`` as instants; none where offices do not work."""
        if not self.calendar.is_working(day):
            return ()
        return tuple((self._instant(day, a), self._instant(day, b)) for a, b in self.calendar.hours)

    def _instant(self, day: date, wall: time) -> datetime:
        # in UTC, because arithmetic within one zone would count wall-clock time across a zone's change
        return datetime.combine(day, wall, self.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Due:
    """When a limit ends; ``assumed_years`` are years it touches whose holidays are not known yet."""

    at: datetime
    assumed_years: tuple[int, ...] = ()


def due(limit: Limit, amount: int, start: datetime, office: OfficeTime) -> Due:
    """When ``amount`` units of ``limit`` that start at ``start`` (aware) are over."""
    start = start.replace(microsecond=0)
    if limit.unit is Unit.URGENT_MINUTE:
        return Due(start + timedelta(minutes=amount))
    if limit.unit is Unit.WORKING_MINUTE:
        return _told(start, _after_seconds(start, amount * 60, office), office)
    first = office.day_of(start)
    if limit.start is StartRule.SAME_DAY:
        first -= timedelta(days=1)
    return _told(start, office.end_of(_last_day(limit, first, amount, office.calendar)), office)


def remaining(limit: Limit, due_at: datetime, at: datetime, office: OfficeTime) -> int:
    """What is left of the limit at ``at``: days for day units, seconds for minute units.

    Negative where it is overdue; what is overdue in working time is ``-left - 1``, because on the weekend
    after its last day, or in the lunch hour after its last minute, a limit is overdue by nothing and yet
    not to be revived. The day on which a clock stops counts as used, the day on which it runs again does
    not, so stopping and starting on one day changes nothing.
    """
    at = at.replace(microsecond=0)
    if limit.unit is Unit.URGENT_MINUTE:
        return int((due_at - at).total_seconds())
    if limit.unit is Unit.WORKING_MINUTE:
        left = _seconds_between(at, due_at, office)
        return left if at <= due_at else left - 1
    first, last = office.day_of(at), office.day_of(due_at)
    if limit.unit is Unit.NATURAL_DAY:
        return (last - first).days
    left = office.calendar.working_days(first, last)
    return left if first <= last else left - 1


def resumed(limit: Limit, left: int, at: datetime, office: OfficeTime) -> Due:
    """When a limit with ``left`` (as ``remaining`` gave it) ends if its clock runs again from ``at``."""
    at = at.replace(microsecond=0)
    if limit.unit is Unit.URGENT_MINUTE:
        return Due(at + timedelta(seconds=left))
    if limit.unit is Unit.WORKING_MINUTE:
        return _told(at, _after_seconds(at, left, office), office)
    return _told(at, office.end_of(_last_day(limit, office.day_of(at), left, office.calendar)), office)


def _last_day(limit: Limit, after: date, amount: int, calendar: Calendar) -> date:
    if limit.unit is Unit.WORKING_DAY:
        return calendar.shift(after, amount) if amount >= 0 else calendar.working_before(after, -amount - 1)
    last = after + timedelta(days=amount)
    # only a limit still running moves on: what is overdue stays as late as it was
    return calendar.next_working(last) if limit.end is EndRule.WORKING_DAY_END and amount >= 0 else last


def _told(start: datetime, end: datetime, office: OfficeTime) -> Due:
    return Due(end, office.calendar.unknown_years(office.day_of(start), office.day_of(end)))


def _after_seconds(at: datetime, seconds: int, office: OfficeTime) -> datetime:
    """The instant at which ``seconds`` of working time after ``at`` are used up.

    Negative as ``remaining`` gives it: the instant that far back, in a span and not at its beginning.
    """
    back = seconds < 0
    left = -seconds - 1 if back else seconds
    for begin, end in _spans_from(at, back, office):
        length = int((end - begin).total_seconds())
        if back and left < length:
            return end - timedelta(seconds=left)
        if not back and left <= length:
            return begin + timedelta(seconds=left)
        left -= length
    raise AssertionError("working spans never end")


def _spans_from(at: datetime, back: bool, office: OfficeTime) -> Iterator[tuple[datetime, datetime]]:
    """Working spans on one side of ``at``, nearest first, the one that holds it cut at it."""
    day = office.day_of(at)
    while True:
        spans = office.spans(day)
        for begin, end in reversed(spans) if back else spans:
            if back and begin < at:
                yield begin, min(end, at)
            elif not back and end >= at:
                yield max(begin, at), end
        day += timedelta(days=-1 if back else 1)


def _seconds_between(first: datetime, last: datetime, office: OfficeTime) -> int:
    if last < first:
        return -_seconds_between(last, first, office)
    day, end_day, total = office.day_of(first), office.day_of(last), 0.0
    while day <= end_day:
        for begin, end in office.spans(day):
            total += max(0.0, (min(end, last) - max(begin, first)).total_seconds())
        day += timedelta(days=1)
    return int(total)
