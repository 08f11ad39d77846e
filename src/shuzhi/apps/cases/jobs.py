"""What is done by the clock to cases, and to the organisation tree that they follow."""

from __future__ import annotations

from django.utils import timezone

from shuzhi.apps.cases.services import cases_expire
from shuzhi.apps.jobs.context import JobContext
from shuzhi.apps.jobs.registry import job, scheduled
from shuzhi.apps.people.services import changes_apply_due, temporary_units_end


@job("cases.expire")
@scheduled(every_s=900.0)
def expire_cases(context: JobContext) -> None:
    """Reopens exceptions and ends holds whose day has gone by; each case is its own transaction."""
    context.report(cases=cases_expire(now=timezone.now()))


@job("people.changes")
@scheduled(every_s=300.0)
def change_organisations(context: JobContext) -> None:
    """Makes the changes of the tree whose day has come, and ends temporary units, each by itself."""
    now = timezone.now()
    context.report(changes=changes_apply_due(now=now), ended=temporary_units_end(now=now))
