"""What a data steward does to a dataset: decides grades, withdraws a rule, replaces the contract."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shuzhi.apps.catalogue import selectors, services
from shuzhi.apps.catalogue.services import GradeDecision
from shuzhi.apps.records.refusals import ConflictError
from shuzhi.engine.data.contracts import ContractError
from shuzhi.portal.datasets.views import dataset_page
from shuzhi.portal.explaining import explain
from shuzhi.portal.requests import PortalRequest


@require_POST
def grades_decide(request: PortalRequest, public_id: str) -> HttpResponse:
    """Accepts the chosen columns, or gives them another level with a reason."""
    dataset = selectors.dataset_get(actor=request.actor, public_id=public_id)
    level = request.POST.get("level") or None
    chosen = request.POST.getlist("chosen")
    if not chosen:
        messages.warning(request, _("Choose at least one column."))
        return redirect("datasets:columns", public_id)
    decisions = [
        GradeDecision(column, int(version), level, request.POST.get("reason", ""))
        for version, _colon, column in (choice.partition(":") for choice in chosen)
        if version.isdigit()
    ]
    try:
        decided = services.grades_decide(actor=request.actor, dataset=dataset, decisions=decisions)
    except ConflictError as error:
        messages.error(request, explain(error))
    else:
        count = len(decided)
        text = ngettext("{count} column was decided.", "{count} columns were decided.", count)
        messages.success(request, text.format(count=count))
    return redirect("datasets:columns", public_id)


@require_POST
def rule_withdraw(request: PortalRequest, public_id: str) -> HttpResponse:
    """Takes a rule back; its cases end as withdrawn."""
    dataset = selectors.dataset_get(actor=request.actor, public_id=public_id)
    try:
        services.rule_withdraw(
            actor=request.actor,
            dataset=dataset,
            rule=request.POST.get("rule", ""),
            reason=request.POST.get("reason", ""),
        )
    except ConflictError as error:
        messages.error(request, explain(error))
    else:
        messages.success(request, _("The rule was withdrawn; it does not count from the next check on."))
    return redirect("datasets:quality", public_id)


def contract(request: PortalRequest, public_id: str) -> HttpResponse:
    """The contract as text, for stewards; replaced by a new version, every problem named by its line."""
    dataset = selectors.dataset_get(actor=request.actor, public_id=public_id)
    text = services.contract_read(actor=request.actor, dataset=dataset)
    problems: list[str] = []
    if request.method == "POST":
        text = request.POST.get("text", "").replace("\r\n", "\n")
        try:
            services.contract_replace(actor=request.actor, dataset=dataset, text=text)
        except ContractError as error:
            language = get_language() or "zh-hans"
            problems = [problem.sentence(language) for problem in error.problems]
        except ConflictError as error:
            problems = [explain(error)]
        else:
            messages.success(request, _("The new contract holds from the next version on."))
            return redirect("datasets:contract", public_id)
    context = {"text": text, "problems": problems}
    return dataset_page(request, dataset, "datasets/contract.html", "contract", **context)
