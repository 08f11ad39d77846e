"""The calendar that holds: the product's own years, and those that two administrators agreed on instead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet

from shuzhi.apps.calendars.models import Arrangement
from shuzhi.apps.people.kinds import ProposalState
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.refusals import NotFoundError
from shuzhi.engine.work.calendar import Calendar, china, with_year
from shuzhi.engine.work.limits import OfficeTime

HOLIDAY, WORKDAY = "holiday", "workday"


def calendar() -> Calendar:
    """The calendar in force now; one statement, so that no process works by an older one."""
    approved = Arrangement.objects.filter(state=ProposalState.APPROVED).order_by("decided_at", "pk")
    return _calendar_of(tuple(approved.values_list("public_id", flat=True)))


def office_time() -> OfficeTime:
    """The calendar in force, in the district's zone."""
    return office_of(calendar())


def office_of(known: Calendar) -> OfficeTime:
    """A calendar in the district's zone."""
    return OfficeTime(known, ZoneInfo(settings.TIME_ZONE))


def calendar_with(arrangement: Arrangement) -> Calendar:
    """The calendar as it will be once this arrangement is approved. Raises CalendarError."""
    return arranged(calendar(), arrangement.year, arrangement.days)


def arranged(known: Calendar, year: int, days: Sequence[Sequence[str]]) -> Calendar:
    """The calendar with another arrangement of one year. Raises CalendarError naming the day."""
    kinds: dict[str, dict[date, str]] = {HOLIDAY: {}, WORKDAY: {}}
    for day, kind, name in days:
        kinds[kind][date.fromisoformat(day)] = name
    return with_year(known, year, kinds[HOLIDAY], kinds[WORKDAY])


# An approved arrangement never changes, so that its id is enough to keep what was made of it.
@lru_cache(maxsize=8)
def _calendar_of(keys: tuple[str, ...]) -> Calendar:
    known = china()
    held = Arrangement.objects.in_bulk(keys, field_name="public_id")
    for key in keys:
        known = arranged(known, held[key].year, held[key].days)
    return known


def arrangements_visible(actor: Actor) -> QuerySet[Arrangement]:
    """Every arrangement proposed or decided, the newest first, for the three administrators."""
    rows = Arrangement.objects.select_related("proposed_by", "decided_by").order_by("-pk")
    return rows if actor.administers else rows.none()


def arrangement_get(*, actor: Actor, public_id: str) -> Arrangement:
    """One arrangement that the actor may see. Raises NotFoundError."""
    found = arrangements_visible(actor).filter(public_id=public_id).first()
    if found is None:
        raise NotFoundError("proposal", public_id)
    return found


def year_proposed(actor: Actor) -> int | None:
    """The first year of which an arrangement waits for a decision; None where none does."""
    waiting = arrangements_visible(actor).filter(state=ProposalState.PROPOSED)
    return waiting.order_by("year").values_list("year", flat=True).first()


def source_of(year: int) -> Arrangement | None:
    """The approved arrangement by which a year goes; None where it is the product's own, or unknown."""
    approved = Arrangement.objects.filter(state=ProposalState.APPROVED, year=year)
    return approved.order_by("-decided_at", "-pk").first()
