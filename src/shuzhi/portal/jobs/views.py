"""Pages of the background work. A person sees their own, the system administrator everybody's."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shuzhi.apps.jobs import selectors, services
from shuzhi.apps.jobs.models import Job, State
from shuzhi.apps.people.kinds import Administers
from shuzhi.apps.records.actors import Actor
from shuzhi.engine.texts import N_
from shuzhi.portal.areas import faces
from shuzhi.portal.list_pages import list_page
from shuzhi.portal.listings import Asked, Column, Empty, Filter, Lamp, Listing
from shuzhi.portal.pages import page
from shuzhi.portal.requests import PortalRequest
from shuzhi.portal.templatetags.shell import JOB_COLOURS


def job_title(job: Job) -> str:
    """What the work is called on screen; its kind where no area gives it a face."""
    face = faces().get(job.kind)
    return _(face.title) if face else job.kind


def list_title(actor: Actor) -> str:
    """What the list is called: the system administrator sees the work of all, and the platform's own."""
    return _("Background work") if actor.administers == Administers.SYSTEM else _("My background work")


def _state(job: Job) -> Lamp:
    state = State(job.state)
    return Lamp(JOB_COLOURS[state], _(str(state.label)))


def _address(job: Job) -> str:
    return reverse("jobs:detail", args=[job.public_id])


def _states(_request: HttpRequest) -> list[tuple[str, str]]:
    return [(state.value, _(str(state.label))) for state in State]


LISTING = Listing(
    key="jobs",
    columns=(
        Column(
            "title",
            N_("Work"),
            value=job_title,
            link=_address,
        ),
        Column("state", N_("State"), kind="lamp", value=_state, sort="state"),
        Column("created_at", N_("Asked for"), kind="moment", sort="created_at"),
        Column("finished_at", N_("Ended"), kind="moment", sort="finished_at"),
        Column("attempts", N_("Attempts"), kind="number", at_first=False),
        Column("public_id", N_("Number"), kind="code", at_first=False),
    ),
    filters=(Filter("state", N_("State"), _states),),
    empty=Empty(
        N_("Nothing has been asked for yet. Uploads and long exports appear here and can be left alone.")
    ),
)


def job_list(request: PortalRequest) -> HttpResponseBase:
    """The list, newest first."""

    def find(asked: Asked) -> QuerySet[Job]:
        jobs = selectors.jobs_visible(actor=request.actor)
        return jobs.filter(state=asked.filters["state"]) if "state" in asked.filters else jobs

    return list_page(request, LISTING, find, list_title(request.actor))


def job_detail(request: PortalRequest, public_id: str) -> HttpResponse:
    """One job with its progress, which goes on to the result when it is done."""
    job = selectors.job_get(actor=request.actor, public_id=public_id)
    trail = ((list_title(request.actor), reverse("jobs:list")),)
    return page(request, "jobs/detail.html", job_title(job), trail=trail, job=job)


def job_progress(request: PortalRequest, public_id: str) -> HttpResponse:
    """The part that is asked for each second; with ``?follow=1`` it ends by going to the result."""
    job = selectors.job_get(actor=request.actor, public_id=public_id)
    follow = request.GET.get("follow") == "1"
    face = faces().get(job.kind)
    if follow and job.state == State.DONE and face and face.link:
        return HttpResponse(headers={"HX-Redirect": face.link(job)})
    return render(request, "jobs/progress.html", {"job": job, "follow": follow})


@require_POST
def job_cancel(request: PortalRequest, public_id: str) -> HttpResponse:
    """Calls a job off."""
    services.job_cancel(actor=request.actor, public_id=public_id)
    messages.success(request, _("The work was called off."))
    return redirect("jobs:list")
