"""Pages of duties: proposing, deciding, those in force, ending one."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shuzhi.apps.people import selectors, services
from shuzhi.apps.people.kinds import Administers, Duty
from shuzhi.apps.people.models import DutyGrant, DutyHolding
from shuzhi.apps.people.services import DutyDraft
from shuzhi.apps.records.refusals import ConflictError, ForbiddenError, NotFoundError
from shuzhi.engine.texts import N_
from shuzhi.portal.explaining import explain
from shuzhi.portal.list_pages import list_page
from shuzhi.portal.listings import Asked, Column, Empty, Filter, Listing
from shuzhi.portal.pages import page
from shuzhi.portal.people.forms import DayForm, ProposalForm, ReasonForm
from shuzhi.portal.people.gates import DECIDING, EVERY, SYSTEM, only_for
from shuzhi.portal.requests import PortalRequest


def _clearance(level: int) -> str | None:
    return f"L{level}" if level else None


PROPOSALS = Listing(
    key="proposals",
    columns=(
        Column(
            "account",
            N_("For"),
            value=lambda grant: grant.account.name,
            link=lambda grant: reverse("people:proposal", args=[grant.public_id]),
        ),
        Column("duty", N_("Duty"), value=lambda grant: grant.get_duty_display()),
        Column("organisation", N_("Organisation"), value=lambda grant: grant.organisation.name),
        Column(
            "clearance", N_("Unmasked up to"), kind="level", value=lambda grant: _clearance(grant.clearance)
        ),
        Column("reason", N_("Reason")),
        Column("proposed_by", N_("Proposed by"), value=lambda grant: grant.proposed_by.name),
        Column("created_at", N_("Proposed"), kind="moment", sort="created_at"),
    ),
    empty=Empty(N_("No duty waits for a decision. They are proposed on the page of an account.")),
)


@only_for(*DECIDING)
def proposal_list(request: PortalRequest) -> HttpResponseBase:
    """Proposals that wait for the security administrator."""

    def find(_asked: Asked) -> QuerySet[DutyGrant]:
        return selectors.grants_open(request.actor)

    return list_page(request, PROPOSALS, find, _("Duties to decide"))


@only_for(*SYSTEM)
def duty_propose(request: PortalRequest, public_id: str) -> HttpResponse:
    """Proposes a duty for an account; nobody holds it before it is approved."""
    account = selectors.account_get(actor=request.actor, public_id=public_id)
    form = ProposalForm(request.POST or None, initial={"organisation": account.organisation})
    back = reverse("people:account", args=[public_id])
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        draft = DutyDraft(
            account=account,
            organisation=cleaned["organisation"],
            duty=Duty(cleaned["duty"]),
            clearance=cleaned["clearance"],
            reason=cleaned["reason"],
        )
        try:
            services.duty_propose(actor=request.actor, draft=draft)
        except (ConflictError, ForbiddenError) as error:
            form.add_error(None, explain(error))
        else:
            messages.success(request, _("Proposed. The security administrator decides."))
            return redirect(back)
    trail = ((_("Accounts"), reverse("people:accounts")), (account.name, back))
    context = {"form": form, "submit": _("Propose"), "cancel_url": back}
    return page(request, "form_page.html", _("Propose a duty"), trail=trail, **context)


@only_for(*DECIDING)
def proposal_detail(request: PortalRequest, public_id: str) -> HttpResponse:
    """One proposal; the security administrator approves or refuses it."""
    grant = selectors.grant_get(actor=request.actor, public_id=public_id)
    return _proposal_page(request, grant, DayForm(label=_("In force from")), ReasonForm())


def _proposal_page(
    request: PortalRequest, grant: DutyGrant, approving: DayForm, refusing: ReasonForm, status: int = 200
) -> HttpResponse:
    response = page(
        request,
        "people/proposal.html",
        _("Duty for {name}").format(name=grant.account.name),
        trail=((_("Duties to decide"), reverse("people:proposals")),),
        grant=grant,
        approving=approving,
        refusing=refusing,
        may_decide=request.actor.administers == Administers.SECURITY,
    )
    response.status_code = status
    return response


@require_POST
@only_for(*DECIDING)
def proposal_decide(request: PortalRequest, public_id: str, decision: str) -> HttpResponse:
    """Approves or refuses; the service refuses anybody but the security administrator."""
    grant = selectors.grant_get(actor=request.actor, public_id=public_id)
    approves = decision == "approve"
    if not approves and decision != "refuse":
        raise NotFoundError("page", decision)
    approving = DayForm(request.POST if approves else None, label=_("In force from"))
    refusing = ReasonForm(None if approves else request.POST)
    form = approving if approves else refusing
    if not form.is_valid():
        return _proposal_page(request, grant, approving, refusing, 422)
    if approves:
        services.duty_approve(actor=request.actor, grant=grant, valid_from=form.cleaned_data["on"])
        messages.success(request, _("Approved."))
    else:
        services.duty_refuse(actor=request.actor, grant=grant, reason=form.cleaned_data["reason"])
        messages.success(request, _("Refused."))
    return redirect("people:proposals")


def _duties(_request: HttpRequest) -> list[tuple[str, str]]:
    return [(duty.value, str(duty.label)) for duty in Duty]


DUTIES = Listing(
    key="duties",
    columns=(
        Column(
            "account",
            N_("Name of the person"),
            sort="account__name",
            value=lambda held: held.account.name,
            link=lambda held: reverse("people:account", args=[held.account.public_id]),
        ),
        Column("duty", N_("Duty"), sort="duty", value=lambda held: held.get_duty_display()),
        Column(
            "organisation",
            N_("Organisation"),
            sort="organisation__path",
            value=lambda held: held.organisation.name,
        ),
        Column(
            "clearance",
            N_("Unmasked up to"),
            kind="level",
            sort="clearance",
            value=lambda held: _clearance(held.clearance),
        ),
        Column("valid_from", N_("In force from"), kind="day", sort="valid_from"),
        Column("valid_to", N_("Ends on"), kind="day", sort="valid_to"),
        Column("end", N_("Act"), template="people/end_cell.html"),
    ),
    filters=(Filter("duty", N_("Duty"), _duties),),
    search=N_("Name or organisation"),
    empty=Empty(
        N_("Nobody holds a duty yet. Propose one on the page of an account."),
        N_("Accounts"),
        "people:accounts",
    ),
)


@only_for(*EVERY)
def duty_list(request: PortalRequest) -> HttpResponseBase:
    """Every duty that holds, and those that begin later."""

    def find(asked: Asked) -> QuerySet[DutyHolding]:
        held = selectors.holdings_visible(request.actor, timezone.localdate())
        if asked.text:
            held = held.filter(
                Q(account__name__icontains=asked.text) | Q(organisation__name__icontains=asked.text)
            )
        return held.filter(duty=asked.filters["duty"]) if "duty" in asked.filters else held

    return list_page(request, DUTIES, find, _("Duties in force"))


@only_for(*DECIDING)
def duty_end(request: PortalRequest, public_id: str) -> HttpResponse:
    """Ends a duty on a day: the first without it."""
    actor = request.actor
    holding = selectors.holding_get(actor=actor, public_id=public_id, on=timezone.localdate())
    form = DayForm(request.POST or None, label=_("First day without this duty"))
    if request.method == "POST" and form.is_valid():
        services.duty_end(actor=actor, holding=holding, on=form.cleaned_data["on"])
        messages.success(request, _("The duty ends on that day."))
        return redirect("people:duties")
    words = {
        "name": holding.account.name,
        "duty": holding.get_duty_display(),
        "unit": holding.organisation.name,
    }
    title = _("End the duty of {name}: {duty}, {unit}").format(**words)
    trail = ((_("Duties in force"), reverse("people:duties")),)
    context = {"form": form, "submit": _("End the duty"), "cancel_url": reverse("people:duties")}
    return page(request, "form_page.html", title, trail=trail, **context)
