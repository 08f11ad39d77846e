"""Pages of the calendar: a year at a glance, proposing another arrangement of it, deciding."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shuzhi.apps.calendars import selectors, services
from shuzhi.apps.calendars.models import Arrangement
from shuzhi.apps.calendars.services import ArrangementDraft
from shuzhi.apps.people.kinds import Administers, ProposalState
from shuzhi.apps.records.refusals import ConflictError, NotFoundError
from shuzhi.engine.work.calendar import CalendarError
from shuzhi.portal.administration.forms import ArrangementForm, DayLines, days_of, initial_lines
from shuzhi.portal.administration.years import days_known, months_of
from shuzhi.portal.explaining import explain
from shuzhi.portal.pages import page
from shuzhi.portal.people.forms import ReasonForm
from shuzhi.portal.people.gates import EVERY, SYSTEM, only_for
from shuzhi.portal.requests import PortalRequest

FIRST_YEAR = 2004


@only_for(*EVERY)
def this_year(_request: PortalRequest) -> HttpResponse:
    """The present year."""
    return redirect("administration:calendar", timezone.localdate().year)


@only_for(*EVERY)
def year_page(request: PortalRequest, year: int) -> HttpResponse:
    """Twelve months, by which document they go, and what is proposed for the year."""
    years = services.years_offered()
    if not FIRST_YEAR <= year <= years[-1]:
        raise NotFoundError("year", str(year))
    known = selectors.calendar()
    proposals = selectors.arrangements_visible(request.actor).filter(year=year)
    return page(
        request,
        "administration/year.html",
        _("Calendar {year}").format(year=year),
        year=year,
        years=[each for each in range(year - 1, year + 2) if FIRST_YEAR <= each <= years[-1]],
        months=months_of(year, known),
        is_known=year in known.years,
        missing=[each for each in years[:2] if each not in known.years],
        source=selectors.source_of(year),
        proposals=list(proposals[:20]),
        may_propose=request.actor.administers == Administers.SYSTEM and year in years,
    )


@only_for(*SYSTEM)
def year_propose(request: PortalRequest, year: int) -> HttpResponse:
    """The year's days as lines; they are proposed, and nothing is changed yet."""
    if year not in services.years_offered():
        raise NotFoundError("year", str(year))
    form = ArrangementForm(request.POST or None)
    first = initial_lines(days_known(year, selectors.calendar()))
    lines = DayLines(request.POST or None, initial=first, prefix="days")
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        words = form.cleaned_data
        draft = ArrangementDraft(year, days_of(lines), words["source"], words["reason"])
        try:
            made = services.arrangement_propose(actor=request.actor, draft=draft)
        except (ConflictError, CalendarError) as error:
            form.add_error(None, explain(error))
        else:
            messages.success(request, _("Proposed. The security administrator decides."))
            return redirect("administration:arrangement", made.public_id)
    return page(
        request,
        "administration/year_propose.html",
        _("Propose the calendar of {year}").format(year=year),
        trail=_trail(year),
        form=form,
        lines=lines,
        cancel_url=reverse("administration:calendar", args=[year]),
    )


@only_for(*EVERY)
def arrangement_page(request: PortalRequest, public_id: str) -> HttpResponse:
    """One proposal as a year at a glance, with the deadlines that it would move."""
    arrangement = selectors.arrangement_get(actor=request.actor, public_id=public_id)
    return _arrangement_page(request, arrangement, ReasonForm())


def _arrangement_page(
    request: PortalRequest, arrangement: Arrangement, refusing: ReasonForm, status: int = 200
) -> HttpResponse:
    is_open = arrangement.state == ProposalState.PROPOSED
    office = request.actor.administers
    response = page(
        request,
        "administration/arrangement.html",
        _("Proposed calendar of {year}").format(year=arrangement.year),
        trail=_trail(arrangement.year),
        arrangement=arrangement,
        months=months_of(arrangement.year, selectors.calendar_with(arrangement)),
        moves=services.arrangement_preview(arrangement) if is_open else None,
        refusing=refusing,
        may_decide=is_open and office == Administers.SECURITY,
        may_withdraw=is_open and office == Administers.SYSTEM,
    )
    response.status_code = status
    return response


@require_POST
@only_for(Administers.SYSTEM, Administers.SECURITY)
def arrangement_decide(request: PortalRequest, public_id: str, decision: str) -> HttpResponse:
    """Approves, refuses or withdraws; the services refuse whoever may not."""
    arrangement = selectors.arrangement_get(actor=request.actor, public_id=public_id)
    if decision == "approve":
        services.arrangement_approve(actor=request.actor, arrangement=arrangement)
        text = _("Approved. {number} deadlines of open work were moved.").format(number=arrangement.moved)
        messages.success(request, text)
    elif decision == "refuse":
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return _arrangement_page(request, arrangement, form, 422)
        services.arrangement_refuse(
            actor=request.actor, arrangement=arrangement, reason=form.cleaned_data["reason"]
        )
        messages.success(request, _("Refused."))
    elif decision == "withdraw":
        services.arrangement_withdraw(actor=request.actor, arrangement=arrangement)
        messages.success(request, _("Withdrawn."))
    else:
        raise NotFoundError("page", decision)
    return redirect("administration:calendar", arrangement.year)


def _trail(year: int) -> tuple[tuple[str, str], ...]:
    return ((_("Calendar {year}").format(year=year), reverse("administration:calendar", args=[year])),)
