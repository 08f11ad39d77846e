"""The page with which an administrator's week begins."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shuzhi.apps.journal.verifying import TEXTS
from shuzhi.apps.journal.watching import journal_verify
from shuzhi.apps.people.kinds import Administers
from shuzhi.portal.administration.week import tasks_of
from shuzhi.portal.explaining import fill
from shuzhi.portal.pages import page
from shuzhi.portal.people.gates import EVERY, only_for
from shuzhi.portal.requests import PortalRequest


@only_for(*EVERY)
def week(request: PortalRequest) -> HttpResponse:
    """At most five things to do, computed anew each time."""
    tasks = tasks_of(request.actor, timezone.now())
    return page(
        request,
        "administration/week.html",
        _("This week"),
        tasks=tasks,
        waiting=sum(not task.is_done for task in tasks),
    )


@require_POST
@only_for(Administers.AUDIT)
def verify(request: PortalRequest) -> HttpResponse:
    """Has the newest entries of the journal read again."""
    read, problems = journal_verify(actor=request.actor)
    if problems:
        first = fill(TEXTS[problems[0].code], problems[0].values)
        text = _(
            "{number} problem(s), the first: {first} "
            "Have the platform stopped and the whole journal verified on the machine."
        )
        messages.error(request, text.format(number=len(problems), first=first))
    else:
        messages.success(request, _("The newest {number} entries fit their seals.").format(number=read))
    return redirect("administration:week")
