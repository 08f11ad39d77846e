"""Organisations: the list, one with its history on any day, its names; a new one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shuzhi.apps.people import hanging, history, selectors, services
from shuzhi.apps.people.kinds import Administers, AliasKind, Attribute, OrganisationKind
from shuzhi.apps.people.models import Organisation, OrganisationFact
from shuzhi.apps.people.services import AliasDraft, OrganisationDraft
from shuzhi.apps.records.refusals import ConflictError, NotFoundError
from shuzhi.engine.texts import N_
from shuzhi.portal.explaining import explain
from shuzhi.portal.list_pages import list_page
from shuzhi.portal.listings import Asked, Column, Empty, Filter, Lamp, Listing
from shuzhi.portal.pages import page
from shuzhi.portal.people.gates import EVERY, SYSTEM, only_for
from shuzhi.portal.people.organisation_forms import AliasForm, EndForm, OnDayForm, OrganisationForm
from shuzhi.portal.requests import PortalRequest

MEMBERS = 20
"""Duties shown on the page of an organisation; the list of duties has all."""
_STATES = {"standing": N_("Exists"), "ended": N_("Ended")}


def _kinds(_request: HttpRequest) -> list[tuple[str, str]]:
    return [(kind.value, str(kind.label)) for kind in OrganisationKind]


def _states(_request: HttpRequest) -> list[tuple[str, str]]:
    return [(state, _(word)) for state, word in _STATES.items()]


def _indented(unit: Organisation) -> str:
    return "　" * (unit.path.count("/") - 2) + unit.name


def state_of(unit: Organisation) -> Lamp:
    """Whether the organisation exists today."""
    return Lamp("grey", _("Ended")) if unit.valid_to else Lamp("green", _("Exists"))


LISTING = Listing(
    key="organisations",
    columns=(
        Column(
            "name",
            N_("Name"),
            value=_indented,
            link=lambda unit: reverse("people:organisation", args=[unit.public_id]),
        ),
        Column("kind", N_("Kind"), value=lambda unit: unit.get_kind_display()),
        Column("parent", N_("Belongs to"), value=lambda unit: unit.parent.name if unit.parent else ""),
        Column("code", N_("Division code"), kind="code", sort="code"),
        Column("state", N_("State"), kind="lamp", value=state_of, at_first=False),
        Column("valid_from", N_("Exists from"), kind="day", sort="valid_from", at_first=False),
        Column("valid_to", N_("Exists until"), kind="day", sort="valid_to", at_first=False),
        Column("ends_on", N_("To end on"), kind="day", sort="ends_on", at_first=False),
    ),
    filters=(Filter("kind", N_("Kind"), _kinds), Filter("state", N_("State"), _states)),
    search=N_("Name, other or former name, or code"),
    empty=Empty(N_("There is no organisation yet.")),
)


@only_for(*EVERY)
def organisation_list(request: PortalRequest) -> HttpResponseBase:
    """The units that exist today, each below the one it belongs to; ended ones where they are asked for."""

    def find(asked: Asked) -> QuerySet[Organisation]:
        units = selectors.organisations_visible(request.actor)
        state = asked.filters.get("state", "" if asked.text else "standing")
        if state:
            units = units.filter(valid_to=None) if state == "standing" else units.exclude(valid_to=None)
        if asked.text:
            units = selectors.organisations_named(units, asked.text)
        return units.filter(kind=asked.filters["kind"]) if "kind" in asked.filters else units

    may_make = request.actor.administers == Administers.SYSTEM
    template = "people/organisations.html"
    return list_page(request, LISTING, find, _("Organisation tree"), template=template, may_make=may_make)


@only_for(*EVERY)
def organisation_detail(request: PortalRequest, public_id: str) -> HttpResponse:
    """One organisation today or on another day: what it was, what it is known by, what hangs on it."""
    unit = selectors.organisation_get(actor=request.actor, public_id=public_id)
    return _organisation_page(request, unit, AliasForm())


def _organisation_page(
    request: PortalRequest, unit: Organisation, form: AliasForm, status: int = 200
) -> HttpResponse:
    asking = OnDayForm(request.GET or None)
    day = asking.cleaned_data["on"] if asking.is_valid() else None
    facts = list(history.facts_of(unit))
    may_act = _may_act(request, unit)
    response = page(
        request,
        "people/organisation.html",
        unit.name,
        trail=((_("Organisation tree"), reverse("people:organisations")),),
        unit=unit,
        state=state_of(unit),
        tab="history",
        day=day,
        then=_then(facts, day) if day else None,
        history=_history(facts),
        aliases=list(unit.aliases.order_by("pk")),
        successions=list(history.successions_of(unit)),
        asking=asking,
        form=form,
        ending=EndForm(initial={"on": unit.ends_on}) if unit.ends_on and may_act else None,
        may_act=may_act,
        is_top=unit.parent_id is None,
    )
    response.status_code = status
    return response


@only_for(*EVERY)
def organisation_work(request: PortalRequest, public_id: str) -> HttpResponse:
    """Who acts in the organisation, and how much hangs on it."""
    unit = selectors.organisation_get(actor=request.actor, public_id=public_id)
    running = selectors.holdings_visible(request.actor, timezone.localdate())
    members = list(running.filter(organisation=unit)[: MEMBERS + 1])
    return page(
        request,
        "people/organisation_work.html",
        unit.name,
        trail=((_("Organisation tree"), reverse("people:organisations")),),
        unit=unit,
        state=state_of(unit),
        tab="work",
        members=members[:MEMBERS],
        more_members=len(members) > MEMBERS,
        hanging=hanging.counted([unit.pk])[unit.pk],
        may_act=_may_act(request, unit),
        is_top=unit.parent_id is None,
    )


def _may_act(request: PortalRequest, unit: Organisation) -> bool:
    return request.actor.administers == Administers.SYSTEM and unit.valid_to is None


def _then(facts: Sequence[OrganisationFact], day: date) -> dict[str, str]:
    """What the facts say of a day, in words; empty where the organisation did not exist then."""
    holding = [
        fact
        for fact in facts
        if (fact.valid_from or date.min) <= day and (fact.valid_to is None or day < fact.valid_to)
    ]
    told = {fact.attribute: _value(fact) for fact in holding}
    for fact in holding:
        if fact.parent:
            above = (fact.parent.public_id, day)
            told[fact.attribute] = history.names_on([above]).get(above, fact.parent.name)
    return told


def _history(facts: Sequence[OrganisationFact]) -> list[tuple[OrganisationFact, str, str]]:
    """Each fact with the word for its attribute and for its value, the newest first."""
    newest = sorted(facts, key=lambda fact: fact.valid_from or date.min, reverse=True)
    return [(fact, str(Attribute(fact.attribute).label), _value(fact)) for fact in newest]


def _value(fact: OrganisationFact) -> str:
    if fact.attribute == Attribute.KIND:
        return str(OrganisationKind(fact.value).label)
    return fact.parent.name if fact.parent else fact.value


@require_POST
@only_for(*SYSTEM)
def alias_add(request: PortalRequest, public_id: str) -> HttpResponse:
    """A further name by which cells and letters speak of the organisation."""
    unit = selectors.organisation_get(actor=request.actor, public_id=public_id)
    form = AliasForm(request.POST)
    if form.is_valid():
        kept = form.cleaned_data
        kind, days = AliasKind(kept["kind"]), (kept["valid_from"], kept["valid_to"])
        try:
            services.alias_add(actor=request.actor, draft=AliasDraft(unit, kind, kept["text"], *days))
        except ConflictError as error:
            form.add_error(None, explain(error))
        else:
            messages.success(request, _("The name is found from now on."))
            return redirect("people:organisation", public_id)
    return _organisation_page(request, unit, form, 422)


@require_POST
@only_for(*SYSTEM)
def alias_end(request: PortalRequest, public_id: str, alias: str) -> HttpResponse:
    """Ends a further name today; it is found as a former one."""
    unit = selectors.organisation_get(actor=request.actor, public_id=public_id)
    found = unit.aliases.filter(public_id=alias, valid_to=None).first()
    if found is None:
        raise NotFoundError("organisation", alias)
    services.alias_end(actor=request.actor, alias=found, on=timezone.localdate())
    messages.success(request, _("The name counts as a former one from today."))
    return redirect("people:organisation", public_id)


@require_POST
@only_for(*SYSTEM)
def temporary_extend(request: PortalRequest, public_id: str) -> HttpResponse:
    """Another end for a temporary unit."""
    unit = selectors.organisation_get(actor=request.actor, public_id=public_id)
    form = EndForm(request.POST)
    if not form.is_valid():
        return _organisation_page(request, unit, AliasForm(), 422)
    services.temporary_extend(actor=request.actor, unit=unit, ends_on=form.cleaned_data["on"])
    messages.success(request, _("The unit ends on that day."))
    return redirect("people:organisation", public_id)


@only_for(*SYSTEM)
def organisation_new(request: PortalRequest) -> HttpResponse:
    """A new organisation, lasting or temporary."""
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        kept = form.cleaned_data
        draft = OrganisationDraft(
            OrganisationKind(kept["kind"]),
            kept["name"],
            kept["code"],
            kept["parent"],
            valid_from=kept["valid_from"],
            ends_on=kept["ends_on"],
            returns_to=kept["returns_to"],
        )
        try:
            made = services.organisation_create(actor=request.actor, draft=draft)
        except ConflictError as error:
            form.add_error(None, explain(error))
        else:
            messages.success(request, _("The organisation is made."))
            return redirect("people:organisation", made.public_id)
    back = reverse("people:organisations")
    context = {"form": form, "submit": _("Make the organisation"), "cancel_url": back}
    trail = ((_("Organisation tree"), back),)
    return page(request, "form_page.html", _("New organisation"), trail=trail, **context)
