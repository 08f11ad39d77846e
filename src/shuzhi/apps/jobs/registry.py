"""Kinds of work, and when the recurring ones are due. Apps declare theirs in a ``jobs`` module.

These modules are read when somebody first asks, not when a process starts: a page that asks for no
work need not wait for what the work needs.

@job("catalogue.load", max_attempts=3)
def load(context: JobContext) -> None: ...

@job("catalogue.expire")
@scheduled(daily_at="02:30")
def expire(context: JobContext) -> None: ...

every(1.0, name="journal.seal")(seal_batch)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils.module_loading import autodiscover_modules

from shuzhi.apps.jobs.errors import UnknownJobError

if TYPE_CHECKING:
    from shuzhi.apps.jobs.context import JobContext

Run = Callable[["JobContext"], None]


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Every ``every_s`` seconds, or each day at a time of the district's zone."""

    every_s: float | None = None
    daily_at: time | None = None

    def after(self, now: datetime, zone: ZoneInfo) -> datetime:
        """The next instant later than ``now``."""
        if self.daily_at is None:
            return now + timedelta(seconds=self.every_s or 0.0)
        local = now.astimezone(zone)
        due = datetime.combine(local.date(), self.daily_at, zone)
        if due <= local:
            due = datetime.combine(local.date() + timedelta(days=1), self.daily_at, zone)
        return due


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of work. After a failure it waits ``backoff_s``, twice that, four times … at most an hour."""

    name: str
    run: Run
    max_attempts: int
    backoff_s: float
    recurrence: Recurrence | None

    def wait_s(self, attempts: int) -> float:
        """Seconds to wait before the next attempt, after this many."""
        return min(self.backoff_s * 2.0 ** max(attempts - 1, 0), 3600.0)


@dataclass(frozen=True, slots=True)
class Hook:
    """What each worker process calls by itself, beside the jobs, every ``every_s`` seconds."""

    name: str
    every_s: float
    call: Callable[[], object]


_KINDS: dict[str, Kind] = {}
_HOOKS: dict[str, Hook] = {}
_RECURRENCES: dict[Run, Recurrence] = {}


def job(name: str, *, max_attempts: int = 5, backoff_s: float = 10.0) -> Callable[[Run], Run]:
    """Declares the function as the work of this kind; a name is given once."""

    def declare(run: Run) -> Run:
        if name in _KINDS:
            raise ValueError(f"two kinds of work are called {name}")
        _KINDS[name] = Kind(name, run, max_attempts, backoff_s, _RECURRENCES.get(run))
        return run

    return declare


def scheduled(*, every_s: float | None = None, daily_at: str = "") -> Callable[[Run], Run]:
    """Makes the kind recur, without arguments and by the system itself; stands below ``@job``."""
    if (every_s is None) == (daily_at == ""):
        raise ValueError("say every_s or daily_at, and only one of them")
    recurrence = Recurrence(every_s, time.fromisoformat(daily_at) if daily_at else None)

    def declare(run: Run) -> Run:
        _RECURRENCES[run] = recurrence
        return run

    return declare


def every(seconds: float, *, name: str) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Has each worker call the function at least this far apart, also while a job is running.

    Several workers call it at the same time: the function must stand that.
    """

    def declare(call: Callable[[], object]) -> Callable[[], object]:
        _HOOKS[name] = Hook(name, seconds, call)
        return call

    return declare


def kind_of(name: str) -> Kind:
    """The kind of this name; UnknownJobError where no app declares it."""
    _discover()
    if name not in _KINDS:
        raise UnknownJobError(kind=name)
    return _KINDS[name]


def kinds() -> tuple[Kind, ...]:
    """Every kind, by name."""
    _discover()
    return tuple(_KINDS[name] for name in sorted(_KINDS))


def hooks() -> tuple[Hook, ...]:
    """Every hook, in the order of declaration."""
    _discover()
    return tuple(_HOOKS.values())


@cache
def _discover() -> None:
    autodiscover_modules("jobs")
