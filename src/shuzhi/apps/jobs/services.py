"""Asking for work and calling it off. What the work does is its kind's affair."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from shuzhi.apps.jobs.models import OPEN_STATES, Job, State
from shuzhi.apps.jobs.registry import kind_of
from shuzhi.apps.jobs.selectors import job_get
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.refusals import ConflictError
from shuzhi.crash_points import reached


def enqueue(
    *,
    actor: Actor,
    kind: str,
    args: Mapping[str, object] | None = None,
    unique_key: str | None = None,
    run_after: datetime | None = None,
) -> Job:
    """Asks for work in the caller's transaction: it is done if and only if that commits.

    ``args`` are JSON values; ids rather than contents. While a job of this kind and ``unique_key``
    is open, that one is returned instead of a new one. Raises UnknownJobError.
    """
    kind_of(kind)
    job = Job(
        kind=kind,
        args=dict(args or {}),
        actor=asdict(actor),
        owner=actor.id,
        unique_key=unique_key or "",
        run_after=run_after or timezone.now(),
    )
    reached("jobs.before_row")
    if not unique_key:
        job.save(force_insert=True)
        reached("jobs.after_row")
        return job
    while True:
        if open_one := Job.objects.filter(kind=kind, unique_key=unique_key, state__in=OPEN_STATES).first():
            return open_one
        try:
            with transaction.atomic():
                job.save(force_insert=True)
            return job
        except IntegrityError:  # another process asked in the same moment: theirs, or again if it has ended
            job.pk = None


def job_cancel(*, actor: Actor, public_id: str) -> Job:
    """Calls the job off. What runs stops at its next sign of progress; its effect is refused at once."""
    job = job_get(actor=actor, public_id=public_id)
    changed = Job.objects.filter(pk=job.pk, state__in=OPEN_STATES).update(
        state=State.CANCELLED, finished_at=timezone.now(), lease_until=None
    )
    if not changed:
        raise ConflictError("the work has already ended")
    job.refresh_from_db()
    return job


def prune(*, before: datetime) -> int:
    """Forgets ended jobs of before that instant; returns how many. What they did is in the journal."""
    ended = Job.objects.exclude(state__in=OPEN_STATES).filter(finished_at__lt=before)
    return ended.delete()[0]
