"""What cases need done by the clock."""

from __future__ import annotations

from django.utils import timezone

from shuzhi.apps.cases.services import cases_expire
from shuzhi.apps.jobs.context import JobContext
from shuzhi.apps.jobs.registry import job, scheduled


@job("cases.expire")
@scheduled(every_s=900.0)
def expire_cases(context: JobContext) -> None:
    """Reopens exceptions and ends holds whose day has gone by; each case is its own transaction."""
    context.report(cases=cases_expire(now=timezone.now()))
