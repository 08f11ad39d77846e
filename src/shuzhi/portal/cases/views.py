"""Pages of cases: the list, one case, and taking a step on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shuzhi.apps.cases import selectors
from shuzhi.apps.cases.errors import StepRefusedError
from shuzhi.apps.cases.models import BY_DEADLINE, Case
from shuzhi.apps.cases.selectors import CaseFilters
from shuzhi.apps.cases.services import case_act
from shuzhi.apps.cases.subjects import titles_of
from shuzhi.apps.cases.wording import case_word, kind_word
from shuzhi.apps.catalogue.models import Dataset
from shuzhi.apps.catalogue.selectors import datasets_visible, may_decide, may_upload_for
from shuzhi.apps.catalogue.subjects import rule_of
from shuzhi.apps.people.models import Organisation
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.refusals import StaleError
from shuzhi.engine.texts import N_
from shuzhi.engine.work.lifecycles import Step
from shuzhi.portal.cases import showing
from shuzhi.portal.cases.forms import StepForm, step_form
from shuzhi.portal.cases.lines import COLUMNS, DATASET, completing, deadline_lamp
from shuzhi.portal.cases.narrowing import about_dataset, about_words, dataset_choices
from shuzhi.portal.kinds import kind_choices, state_choices
from shuzhi.portal.list_pages import list_page
from shuzhi.portal.listings import Asked, Empty, Filter, Listing
from shuzhi.portal.pages import page
from shuzhi.portal.requests import PortalRequest

_PHASE = "phase-"


def _states(_request: HttpRequest) -> list[tuple[str, str]]:
    """The phases, then every state of every kind."""
    phases = [(Case.Phase.OPEN, _("all open ones")), (Case.Phase.ENDED, _("all ended ones"))]
    return [*((f"{_PHASE}{phase}", word) for phase, word in phases), *state_choices()]


def _kinds(_request: HttpRequest) -> list[tuple[str, str]]:
    return kind_choices()


def _organisations(request: HttpRequest) -> list[tuple[str, str]]:
    units = selectors.organisations_with_cases(request.actor)  # type: ignore[attr-defined]
    return list(units.values_list("public_id", "name"))


def _datasets(request: HttpRequest) -> list[tuple[str, str]]:
    return dataset_choices(request.actor, request.GET.get("dataset", ""))  # type: ignore[attr-defined]


def _late(_request: HttpRequest) -> list[tuple[str, str]]:
    return [("yes", _("overdue only")), ("no", _("not overdue"))]


LISTING = Listing(
    key="cases",
    columns=tuple(COLUMNS.values()),
    filters=(
        Filter("state", N_("State"), _states),
        Filter("overdue", N_("Overdue"), _late),
        Filter("dataset", N_("Dataset"), _datasets),
        Filter("organisation", N_("Organisation"), _organisations),
        Filter("kind", N_("Kind"), _kinds),
    ),
    search=N_("Name, column or number"),
    empty=Empty(
        N_("There is no work order yet. What the check of a table finds becomes one for each unit concerned.")
    ),
)


def case_list(request: PortalRequest) -> HttpResponseBase:
    """Every case the person may see: open ones by deadline, then those that ended, the latest first."""

    def find(asked: Asked) -> QuerySet[Case]:
        cases = selectors.cases_visible(request.actor, _filters(asked))
        if "dataset" in asked.filters:
            cases = about_dataset(cases, asked.filters["dataset"])
        if asked.text:
            cases = about_words(cases, asked.text, request.actor)
        return cases.order_by(F("ended_at").desc(nulls_first=True), *BY_DEADLINE)

    return list_page(request, LISTING, find, _("All work orders"), complete=completing(request.actor))


def _filters(asked: Asked) -> CaseFilters:
    state = asked.filters.get("state", "")
    phase = state.removeprefix(_PHASE) if state.startswith(_PHASE) else ""
    return CaseFilters(
        kind=asked.filters.get("kind", ""),
        states=(state,) if state and not phase else (),
        phases=(phase,) if phase else (),
        organisation=asked.filters.get("organisation", ""),
        overdue={"yes": True, "no": False}.get(asked.filters.get("overdue", "")),
    )


def case_detail(request: PortalRequest, public_id: str) -> HttpResponse:
    """One case: what is wrong, what may be done, what was done."""
    case = selectors.case_get(actor=request.actor, public_id=public_id)
    return _case_page(request, case)


@require_POST
def case_step(request: PortalRequest, public_id: str, step: str) -> HttpResponse:
    """Takes a step on the case as the person saw it; every reason against it comes back on its form."""
    actor = request.actor
    case = selectors.case_get(actor=actor, public_id=public_id)
    declared = next((s for s in selectors.steps_possible(actor, case) if s.name == step), None)
    sent = request.POST.get("version", "")
    version = int(sent) if sent.isdigit() and len(sent) < 10 else 0
    # A step that is not possible has no form here; the service says why.
    form = step_form(case, declared, timezone.localdate(), request.POST) if declared else None
    if version == case.version and form is not None and not form.is_valid():
        return _case_page(request, case, form_of={step: form}, status=422)
    answers = (
        {need.name: form.data.get(need.name, "") for need in declared.needs} if form and declared else {}
    )
    try:
        acted = case_act(actor=actor, case=public_id, step=step, form=answers, version=version)
    except StaleError:
        messages.error(
            request,
            _("Somebody has acted on this since you opened it. Look at it as it is now, then decide."),
        )
    except StepRefusedError as error:
        if form is None:
            messages.error(request, error.sentence())
        else:
            form.add_error(None, error.sentence())
            return _case_page(request, case, form_of={step: form}, status=422)
    else:
        said = _("{step}: done. It is now “{state}”.")
        words = {"step": case_word(acted, "steps", step), "state": case_word(acted, "states", acted.state)}
        messages.success(request, said.format(**words))
    return redirect("cases:detail", public_id)


@dataclass(frozen=True, slots=True)
class Offer:
    """A step the person may take, with its form."""

    name: str
    word: str
    form: StepForm
    is_open: bool
    has_fields: bool


def _offers(case: Case, steps: Sequence[Step], filled: dict[str, StepForm]) -> list[Offer]:
    today = timezone.localdate()
    return [
        Offer(
            name=step.name,
            word=case_word(case, "steps", step.name),
            form=filled.get(step.name) or step_form(case, step, today),
            is_open=step.name in filled,
            has_fields=bool(step.needs),
        )
        for step in steps
        if not step.guard  # what must be proved the platform does by itself
    ]


def _case_page(
    request: PortalRequest, case: Case, form_of: dict[str, StepForm] | None = None, status: int = 200
) -> HttpResponse:
    actor, now = request.actor, timezone.now()
    entries = selectors.timeline(case, actor)
    refused = selectors.steps_refused(actor, case, now)
    response = page(
        request,
        "cases/detail.html",
        f"{capfirst(kind_word(case, 'noun'))} {case.number}",
        trail=((_("All work orders"), reverse("cases:list")),),
        case=case,
        lamp=deadline_lamp(case, now),
        state=case_word(case, "states", case.state),
        outcome=case_word(case, "outcomes", case.outcome) if case.outcome else "",
        facts=showing.facts(case),
        clock=showing.clock(case),
        waiting_for=showing.waiting_for(case),
        is_responsible=actor.organisation_id == case.organisation.public_id,
        closed_by_check=showing.is_closed_by_check(case),
        rule_at_fault=showing.is_rule_at_fault(case),
        guarded=showing.guarded(case),
        samples=showing.samples(case),
        timeline=showing.done(case, entries, _names(showing.named_organisations(case, entries))),
        offers=_offers(case, selectors.steps_possible(actor, case), form_of or {}),
        refused=[error.sentence() for error in refused],
        picture=mark_safe(showing.picture(case)),  # noqa: S308 - the engine escapes every word of it
        related=_related(case, actor),
        **_subject(case, actor),
    )
    response.status_code = status
    return response


def _subject(case: Case, actor: Actor) -> dict[str, Any]:
    """What the case is about: the dataset, if it names one, and the rule's sentence."""
    title = titles_of([case], actor)[case.subject_kind, case.subject_id]
    wanted = case.facts.get(DATASET)
    dataset = (
        datasets_visible(actor=actor).select_related("current").filter(public_id=wanted).first()
        if wanted
        else None
    )
    if dataset is None:
        return {"subject": title, "dataset": None, "may_hand_in": False, "rule_address": ""}
    return {
        "subject": title.removeprefix(f"{dataset.title} · "),
        "dataset": dataset,
        "may_hand_in": _may_hand_in(actor, dataset, case),
        "rule_address": _rule_address(actor, dataset, case),
    }


def _rule_address(actor: Actor, dataset: Dataset, case: Case) -> str:
    """Where the actor withdraws the rule that the case is about; empty for whoever may not."""
    if not may_decide(actor, dataset):
        return ""
    rule = urlencode({"rule": rule_of(case)[1]})
    return f"{reverse('datasets:quality', args=[dataset.public_id])}?{rule}#rule"


def _may_hand_in(actor: Actor, dataset: Dataset, case: Case) -> bool:
    return case.ended_at is None and may_upload_for(actor).filter(pk=dataset.owner_id).exists()


def _names(public_ids: set[str]) -> dict[str, str]:
    if not public_ids:
        return {}
    return dict(Organisation.objects.filter(public_id__in=public_ids).values_list("public_id", "name"))


def _related(case: Case, actor: Actor) -> list[Case]:
    """The cases before and after this one that the person may see."""
    ids = [public_id for public_id in (case.predecessor, case.successor) if public_id]
    return list(selectors.cases_visible(actor).filter(public_id__in=ids)) if ids else []
