"""Reading jobs: a person sees their own, a system administrator all of them."""

from __future__ import annotations

from django.db.models import QuerySet

from shuzhi.apps.jobs.models import Job
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.refusals import NotFoundError


def jobs_visible(*, actor: Actor) -> QuerySet[Job]:
    """The jobs this actor may know of, newest first."""
    jobs = Job.objects.order_by("-pk")
    if actor.is_system or actor.administers == "system":
        return jobs
    return jobs.filter(owner=actor.id)


def job_get(*, actor: Actor, public_id: str) -> Job:
    """One job; NotFoundError where there is none, or it is another's."""
    job = jobs_visible(actor=actor).filter(public_id=public_id).first()
    if job is None:
        raise NotFoundError("job", public_id)
    return job
