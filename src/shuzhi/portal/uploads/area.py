"""What uploads add to the rest: a menu entry and the face of loading."""

from __future__ import annotations

from django.urls import reverse

from shuzhi.apps.jobs.models import Job
from shuzhi.apps.people.kinds import Duty
from shuzhi.apps.records.actors import Actor
from shuzhi.engine.texts import N_
from shuzhi.portal.areas import Entry, Face


def _brings_in(actor: Actor) -> bool:
    return actor.duty in {Duty.CLERK, Duty.STEWARD}


def _result(job: Job) -> str:
    return reverse("uploads:result", args=[job.args["upload"]])


ENTRIES = (Entry(N_("Hand in data"), "uploads:list", "upload", "data", 20, _brings_in),)
FACES = {
    "catalogue.load": Face(N_("Loading a file"), _result),
    "catalogue.tidy": Face(N_("Tidying up after loadings that broke off")),
}
