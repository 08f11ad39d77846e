"""Turns recurring kinds into jobs when they are due, once however many workers look."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from shuzhi.apps.jobs.models import Schedule
from shuzhi.apps.jobs.registry import kinds
from shuzhi.apps.jobs.services import enqueue
from shuzhi.apps.records.actors import SYSTEM
from shuzhi.crash_points import reached


def enqueue_due(*, now: datetime) -> int:
    """Enqueues each recurring kind whose time has come; returns how many.

    A kind seen for the first time waits for its next time. Times missed while no worker ran are
    made up for by one run, not by as many as were missed.
    """
    zone = ZoneInfo(settings.TIME_ZONE)
    known = {schedule.kind: schedule for schedule in Schedule.objects.all()}
    enqueued = 0
    for kind in kinds():
        if kind.recurrence is None:
            continue
        next_at = kind.recurrence.after(now, zone)
        schedule = known.get(kind.name)
        if schedule is None:
            Schedule.objects.get_or_create(kind=kind.name, defaults={"next_at": next_at})
        elif schedule.next_at <= now:
            enqueued += _enqueue_once(schedule, next_at)
    return enqueued


def _enqueue_once(schedule: Schedule, next_at: datetime) -> int:
    with transaction.atomic():
        reached("jobs.before_schedule")
        moved = Schedule.objects.filter(pk=schedule.pk, next_at=schedule.next_at).update(next_at=next_at)
        if moved:
            enqueue(actor=SYSTEM, kind=schedule.kind, unique_key="schedule")
        reached("jobs.before_schedule_commit")
    reached("jobs.after_schedule_commit")
    return moved
