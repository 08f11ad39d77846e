"""Changes of the organisation tree: proposing one with its preview, deciding it, all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shuzhi.apps.people import selectors, services
from shuzhi.apps.people.changes import (
    Change,
    Merge,
    Move,
    Part,
    Rename,
    Retire,
    Several,
    Split,
    from_json,
    name_of,
    named_in,
)
from shuzhi.apps.people.kinds import Administers, OrganisationKind, ProposalState
from shuzhi.apps.people.models import Organisation, OrganisationChange
from shuzhi.apps.people.previews import preview
from shuzhi.apps.people.services import ChangeDraft
from shuzhi.apps.records.refusals import ConflictError, NotFoundError, StaleError
from shuzhi.engine.texts import N_
from shuzhi.portal.explaining import explain
from shuzhi.portal.list_pages import list_page
from shuzhi.portal.listings import Asked, Column, Empty, Filter, Lamp, Listing
from shuzhi.portal.pages import page
from shuzhi.portal.people.forms import ReasonForm
from shuzhi.portal.people.gates import DECIDING, EVERY, SYSTEM, only_for
from shuzhi.portal.people.organisation_forms import FORMS
from shuzhi.portal.requests import PortalRequest

TITLES = {
    "rename": N_("Rename"),
    "move": N_("Move"),
    "merge": N_("Merge"),
    "split": N_("Split"),
    "retire": N_("End"),
    "several": N_("Several changes"),
}
_STATES = {
    "proposed": N_("To be decided"),
    "waiting": N_("Waits for its day"),
    "made": N_("Made"),
    "failed": N_("Could not be made"),
    "refused": N_("Refused"),
    "withdrawn": N_("Withdrawn"),
}
_COLOURS = {"proposed": "yellow", "waiting": "blue", "made": "green", "failed": "red"}


def standing_of(proposal: OrganisationChange) -> str:
    """Where the change stands: a key of the words for it."""
    if proposal.state != ProposalState.APPROVED:
        return str(proposal.state)
    if proposal.applied_at is not None:
        return "made"
    return "failed" if proposal.failure else "waiting"


def _lamp(proposal: OrganisationChange) -> Lamp:
    state = standing_of(proposal)
    return Lamp(_COLOURS.get(state, "grey"), _(_STATES[state]))


def _title(proposal: OrganisationChange) -> str:
    kind = proposal.plan["change"]
    return _(TITLES[kind])


def sentences(change: Change, names: dict[str, str]) -> list[str]:
    """What the change does, in words; ``names`` are those of the organisations by public id."""

    def called(part: Part) -> str:
        return names.get(part, part) if isinstance(part, str) else _("{name} (new)").format(name=part.name)

    def many(parts: Sequence[Part]) -> str:
        return "、".join(called(part) for part in parts)

    match change:
        case Rename() | Move():
            return _of_one(change, called)
        case Merge():
            units, into = many(change.organisations), called(change.into)
            return [_("{units} end; {into} takes over.").format(units=units, into=into)]
        case Split():
            unit, parts = called(change.organisation), many(change.parts)
            return [_("{unit} becomes {parts}.").format(unit=unit, parts=parts)]
        case Retire():
            unit = called(change.organisation)
            if change.successor is None:
                return [_("{unit} ends.").format(unit=unit)]
            return [_("{unit} ends; {into} takes over.").format(unit=unit, into=called(change.successor))]
        case Several():
            return [told for one in change.changes for told in sentences(one, names)]


def _of_one(change: Rename | Move, called: Callable[[Part], str]) -> list[str]:
    unit = called(change.organisation)
    if isinstance(change, Rename):
        told = [_("{unit} is called {name}.").format(unit=unit, name=change.name)]
        if change.kind:
            told.append(_("New kind: {kind}.").format(kind=OrganisationKind(change.kind).label))
    else:
        told = [_("{unit} belongs to {parent}.").format(unit=unit, parent=called(change.parent))]
    return told + ([_("New code: {code}.").format(code=change.code)] if change.code else [])


def _names(changes: Sequence[Change]) -> dict[str, str]:
    ids = {public_id for change in changes for public_id in named_in(change)}
    return dict(Organisation.objects.filter(public_id__in=ids).values_list("public_id", "name"))


@only_for(*SYSTEM)
def change_new(request: PortalRequest, public_id: str, kind: str) -> HttpResponse:
    """A change of one organisation: the form, what it would do, and then the proposal."""
    if kind not in FORMS:
        raise NotFoundError("page", kind)
    unit = selectors.organisation_get(actor=request.actor, public_id=public_id)
    form = FORMS[kind](request.POST or None, unit=unit)
    back = reverse("people:organisation", args=[public_id])
    shown, told = None, []
    if request.method == "POST" and form.is_valid():
        change, on = form.change(), form.cleaned_data["on"]
        if request.POST.get("step") == "propose":
            draft = ChangeDraft(change, on, form.cleaned_data["reason"])
            try:
                made = services.change_propose(actor=request.actor, draft=draft)
            except ConflictError as error:
                form.add_error(None, explain(error))
            else:
                messages.success(request, _("Proposed. The security administrator decides."))
                return redirect("people:change", made.public_id)
        shown, told = preview(change, on), sentences(change, _names([change]))
    return page(
        request,
        "people/change_new.html",
        f"{_(TITLES[kind])} · {unit.name}",
        trail=((_("Organisation tree"), reverse("people:organisations")), (unit.name, back)),
        form=form,
        preview=shown,
        told=told,
        cancel_url=back,
    )


def _states(_request: HttpRequest) -> list[tuple[str, str]]:
    return [(state.value, str(state.label)) for state in ProposalState]


LISTING = Listing(
    key="changes",
    columns=(
        Column(
            "what",
            N_("Change"),
            value=lambda line: line[1],
            link=lambda line: reverse("people:change", args=[line[0].public_id]),
        ),
        Column("kind", N_("Kind"), value=lambda line: _title(line[0])),
        Column("on", N_("Takes effect on"), kind="day", value=lambda line: line[0].on, sort="on"),
        Column("state", N_("State"), kind="lamp", value=lambda line: _lamp(line[0])),
        Column("proposed_by", N_("Proposed by"), value=lambda line: line[0].proposed_by.name),
        Column(
            "created_at",
            N_("Proposed"),
            kind="moment",
            value=lambda line: line[0].created_at,
            sort="created_at",
        ),
    ),
    filters=(Filter("state", N_("State"), _states),),
    empty=Empty(
        N_("No change has been proposed. They are proposed on the page of an organisation."),
        N_("Organisation tree"),
        "people:organisations",
    ),
)


def _complete(proposals: list[OrganisationChange]) -> list[tuple[OrganisationChange, str]]:
    plans = [from_json(proposal.plan) for proposal in proposals]
    names = _names(plans)
    return [(one, _in_short(plan, names)) for one, plan in zip(proposals, plans, strict=True)]


def _in_short(plan: Change, names: dict[str, str]) -> str:
    return " ".join(sentences(plan, names)[:3])


@only_for(*EVERY)
def change_list(request: PortalRequest) -> HttpResponseBase:
    """Every change of the tree: proposed, waiting for its day, made."""

    def find(asked: Asked) -> QuerySet[OrganisationChange]:
        changes = selectors.changes_visible(request.actor)
        return changes.filter(state=asked.filters["state"]) if "state" in asked.filters else changes

    return list_page(request, LISTING, find, _("Changes of organisations"), complete=_complete)


@only_for(*EVERY)
def change_detail(request: PortalRequest, public_id: str) -> HttpResponse:
    """One change with what it would move as things stand now."""
    proposal = selectors.change_get(actor=request.actor, public_id=public_id)
    return _change_page(request, proposal, ReasonForm())


def _change_page(
    request: PortalRequest, proposal: OrganisationChange, refusing: ReasonForm, status: int = 200
) -> HttpResponse:
    plan, state = from_json(proposal.plan), standing_of(proposal)
    office = request.actor.administers
    response = page(
        request,
        "people/change.html",
        _(TITLES[name_of(plan)]),
        trail=((_("Changes of organisations"), reverse("people:changes")),),
        proposal=proposal,
        state=_lamp(proposal),
        told=sentences(plan, _names([plan])),
        preview=preview(plan, proposal.on) if state in {"proposed", "waiting"} else None,
        refusing=refusing,
        may_decide=state == "proposed" and office == Administers.SECURITY,
        may_withdraw=state in {"proposed", "waiting"} and office == Administers.SYSTEM,
    )
    response.status_code = status
    return response


@require_POST
@only_for(*DECIDING)
def change_decide(request: PortalRequest, public_id: str, decision: str) -> HttpResponse:
    """Approves, refuses or withdraws; the service decides who may. ``version`` is what its reader saw."""
    actor = request.actor
    proposal = selectors.change_get(actor=actor, public_id=public_id)
    if request.POST.get("version") != str(proposal.version):
        raise StaleError("proposal", public_id)
    if decision == "approve":
        services.change_approve(actor=actor, proposal=proposal)
        made = proposal.applied_at is not None
        messages.success(request, _("Approved and made.") if made else _("Approved; it is made on its day."))
    elif decision == "refuse":
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return _change_page(request, proposal, form, 422)
        services.change_refuse(actor=actor, proposal=proposal, reason=form.cleaned_data["reason"])
        messages.success(request, _("Refused."))
    elif decision == "withdraw":
        services.change_withdraw(actor=actor, proposal=proposal)
        messages.success(request, _("Withdrawn."))
    else:
        raise NotFoundError("page", decision)
    return redirect("people:change", public_id)
