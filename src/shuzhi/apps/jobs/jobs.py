"""The recurring work of the store of files and of the job table itself, and of the apps below them."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from shuzhi.apps.files.receptions import receptions_sweep
from shuzhi.apps.files.services import expire, sweep
from shuzhi.apps.jobs.context import JobContext
from shuzhi.apps.jobs.registry import every, job, scheduled
from shuzhi.apps.jobs.services import prune
from shuzhi.apps.journal.services import seal_batch

# A default, not a regulation: long enough to look up why last month's upload failed.
_JOBS_KEPT = timedelta(days=60)


# Promised is a seal after two seconds at most; the rest is left for the sealing itself.
every(1.0, name="journal.seal")(seal_batch)


@job("files.sweep")
@scheduled(every_s=3600.0)
def sweep_files(context: JobContext) -> None:
    """Removes expired files, uploads that nobody went on with, and contents that no record names."""
    now = timezone.now()
    receptions_sweep(now=now)
    expired = expire(actor=context.actor, now=now)
    swept = sweep(now=now)
    context.report(expired=expired, contents=swept.contents, temporary=swept.temporary, bytes=swept.bytes)


@job("jobs.prune")
@scheduled(daily_at="03:10")
def prune_jobs(context: JobContext) -> None:
    """Forgets jobs that ended long ago."""
    context.report(forgotten=prune(before=timezone.now() - _JOBS_KEPT))
