"""Pages of a dataset: what it is, its columns, its quality, its versions, its rows."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from shuzhi.apps.cases.models import Case
from shuzhi.apps.cases.selectors import CaseFilters, cases_visible
from shuzhi.apps.catalogue import selectors
from shuzhi.apps.catalogue.models import Dataset, FieldGrade
from shuzhi.apps.catalogue.search import search_datasets
from shuzhi.apps.catalogue.services.grades import LEVELS
from shuzhi.apps.catalogue.services.rows import RowsRequest, rows_read
from shuzhi.apps.catalogue.subjects import KIND as RULE
from shuzhi.apps.catalogue.subjects import MAY_LEAVE
from shuzhi.apps.catalogue.versions import MASKED, compare_versions, set_aside_page
from shuzhi.apps.people.kinds import Duty
from shuzhi.apps.records.refusals import ForbiddenError, NotFoundError
from shuzhi.engine.texts import N_
from shuzhi.portal.datasets import showing
from shuzhi.portal.datasets.showing import Audience
from shuzhi.portal.explaining import explain
from shuzhi.portal.list_pages import list_page
from shuzhi.portal.listings import Asked, Column, Empty, Filter, Listing
from shuzhi.portal.pages import page
from shuzhi.portal.requests import PortalRequest

SHOWN_CASES = 50
PAGE_ROWS = 50


def _levels(_request: HttpRequest) -> list[tuple[str, str]]:
    return [(level, level) for level in LEVELS]


LISTING = Listing(
    key="datasets",
    columns=(
        Column(
            "title", N_("Dataset"), template="datasets/title_cell.html", value=lambda d: d.title, sort="title"
        ),
        Column("owner", N_("Organisation"), value=lambda d: d.owner.name, sort="owner__name"),
        Column("level", N_("Level"), kind="level", sort="level"),
        Column("row_count", N_("Rows"), kind="number", sort="row_count"),
        Column("score", N_("Quality"), kind="number", value=showing.score_of, sort="score"),
        Column("loaded_at", N_("Latest version"), kind="moment", sort="loaded_at"),
        Column("code", N_("Code"), kind="code", at_first=False, sort="code"),
    ),
    filters=(Filter("level", N_("Level"), _levels),),
    search=N_("Name, column, organisation, pinyin or initials"),
    empty=Empty(
        N_("The catalogue is empty. The first table that is handed in becomes its first dataset."),
        N_("Hand in a file"),
        "uploads:new",
    ),
)


def dataset_list(request: PortalRequest) -> HttpResponseBase:
    """The catalogue; what is searched for comes in the order of relevance."""

    def find(asked: Asked) -> object:
        visible = selectors.datasets_visible(actor=request.actor)
        if "level" in asked.filters:
            visible = visible.filter(level=asked.filters["level"])
        return search_datasets(visible, asked.text) if asked.text else visible

    return list_page(request, LISTING, find, _("Data catalogue"))


def dataset_page(
    request: PortalRequest, dataset: Dataset, template: str, tab: str, **context: Any
) -> HttpResponse:
    """One page of a dataset under its tabs."""
    trail = ((_("Data catalogue"), reverse("datasets:list")),)
    inside = selectors.may_see_inside(request.actor, dataset)
    deciding = selectors.may_decide(request.actor, dataset)
    shown = {Audience.ALL: True, Audience.INSIDE: inside, Audience.DECIDING: deciding}
    tabs = [
        (name, _(title), reverse(f"datasets:{name}", args=[dataset.public_id]))
        for name, title, audience in showing.TABS
        if shown[audience]
    ]
    return page(
        request,
        template,
        dataset.title,
        trail=trail,
        dataset=dataset,
        tabs=tabs,
        tab=tab,
        inside=inside,
        is_steward=deciding,
        may_hand_in=request.actor.duty in {Duty.CLERK, Duty.STEWARD}
        and request.actor.covers(dataset.owner.path),
        **context,
    )


def _inside(request: PortalRequest, public_id: str) -> Dataset:
    dataset = selectors.dataset_get(actor=request.actor, public_id=public_id)
    if not selectors.may_see_inside(request.actor, dataset):
        raise NotFoundError(N_("dataset"), public_id)
    return dataset


def summary(request: PortalRequest, public_id: str) -> HttpResponse:
    """What the dataset is, how well it stands, what is to be done."""
    dataset = selectors.dataset_get(actor=request.actor, public_id=public_id)
    run = selectors.runs_of(actor=request.actor, dataset=dataset).first()
    return dataset_page(
        request,
        dataset,
        "datasets/summary.html",
        "detail",
        run=run,
        dimensions=showing.dimensions(run) if run else [],
        reasons=[showing.evidence_sentence(reason) for reason in dataset.level_reasons],
        cycle=_(showing.CYCLES.get(dataset.update_cycle, dataset.update_cycle)),
        open_cases=_open_cases(request, dataset).count(),
        shrunk=_shrunk(request, dataset),
    )


def _shrunk(request: PortalRequest, dataset: Dataset) -> bool:
    """Whether so many rows left the file since the version before that nothing counts as mended by it."""
    rows = list(
        selectors.snapshots_of(actor=request.actor, dataset=dataset).values_list("row_count", flat=True)[:2]
    )
    return len(rows) == 2 and rows[0] < rows[1] * (1 - MAY_LEAVE)


def _open_cases(request: PortalRequest, dataset: Dataset) -> QuerySet[Case]:
    """The dataset's open problems, as far as this person may see them; the nearest deadline first."""
    about = CaseFilters(subject=(RULE, ""), phases=(Case.Phase.OPEN,))
    return cases_visible(request.actor, about).filter(subject_id__startswith=f"{dataset.public_id}/")


def columns(request: PortalRequest, public_id: str) -> HttpResponse:
    """What each column is, how sensitive and why; a steward decides one by one or in batches."""
    dataset = selectors.dataset_get(actor=request.actor, public_id=public_id)
    grades = [showing.grade_line(grade) for grade in selectors.grades_of(dataset=dataset)]
    waiting = sum(1 for line in grades if line.grade.state == FieldGrade.State.PROPOSED)
    return dataset_page(
        request, dataset, "datasets/columns.html", "columns", grades=grades, waiting=waiting, levels=LEVELS
    )


def quality(request: PortalRequest, public_id: str) -> HttpResponse:
    """The rules of the latest check, failed ones first, and how the score moved; ``?rule=`` marks one."""
    dataset = _inside(request, public_id)
    runs = list(selectors.runs_of(actor=request.actor, dataset=dataset)[:12])
    findings = sorted(
        (showing.finding_line(f) for f in (runs[0].findings.all() if runs else ())), key=lambda f: f.order
    )
    cases = _open_cases(request, dataset)
    said = {line.finding.rule: line.sentence for line in findings}
    withdrawn = [
        (said.get(taken.rule, taken.rule), taken) for taken in dataset.withdrawn_rules.order_by("-pk")
    ]
    asked = request.GET.get("rule", "")
    gone = {taken.rule for _said, taken in withdrawn}  # the latest check may be older than the withdrawal
    return dataset_page(
        request,
        dataset,
        "datasets/quality.html",
        "quality",
        run=runs[0] if runs else None,
        findings=[f for f in findings if f.finding.status != "passed" and f.finding.rule not in gone],
        passed=[f for f in findings if f.finding.status == "passed" and f.finding.rule not in gone],
        dimensions=showing.dimensions(runs[0]) if runs else [],
        trend=showing.trend(runs),
        withdrawn=withdrawn,
        asked=asked,
        asked_passed=any(f.finding.rule == asked and not f.is_withdrawable for f in findings),
        cases=[showing.case_line(case, findings) for case in cases[:SHOWN_CASES]],
        cases_total=cases.count(),
    )


def versions(request: PortalRequest, public_id: str) -> HttpResponse:
    """Every version with the account of its file; two of them compared."""
    dataset = _inside(request, public_id)
    snapshots = list(selectors.snapshots_of(actor=request.actor, dataset=dataset).select_related("original"))
    difference = None
    if len(snapshots) > 1:
        numbers = {s.number: s for s in snapshots}
        new = numbers.get(_whole(request.GET.get("new"), snapshots[0].number), snapshots[0])
        old = numbers.get(_whole(request.GET.get("old"), new.number - 1), snapshots[-1])
        difference = compare_versions(actor=request.actor, old=old, new=new)
    lines = [showing.version_line(snapshot) for snapshot in snapshots]
    return dataset_page(
        request, dataset, "datasets/versions.html", "versions", lines=lines, difference=difference
    )


def rows(request: PortalRequest, public_id: str) -> HttpResponse:
    """Rows as this person may see them."""
    dataset = selectors.dataset_get(actor=request.actor, public_id=public_id)
    number = max(_whole(request.GET.get("page"), 1), 1)
    wanted = tuple(_whole(text, 0) for text in request.GET.getlist("row")[:50])
    shown, refusal, pages = None, "", 1
    if dataset.current is not None:
        try:
            asked = RowsRequest(number, PAGE_ROWS, wanted)
            shown = rows_read(actor=request.actor, dataset=dataset, snapshot=dataset.current, request=asked)
            pages = max(-(-shown.total // PAGE_ROWS), 1)
        except ForbiddenError as error:
            refusal = explain(error)
    context: dict[str, Any] = {
        "shown": shown,
        "refusal": refusal,
        "number": number,
        "pages": pages,
        "wanted": wanted,
    }
    if shown is not None:
        context["lines"] = [(row[0], list(zip(shown.columns, row[1:], strict=True))) for row in shown.rows]
        context["masked"] = any(column.masked for column in shown.columns)
    return dataset_page(request, dataset, "datasets/rows.html", "rows", **context)


def aside(request: PortalRequest, public_id: str) -> HttpResponse:
    """Records that could not be loaded: cell, row, raw value and reason."""
    dataset = _inside(request, public_id)
    number = max(_whole(request.GET.get("page"), 1), 1)
    lines, total = set_aside_page(actor=request.actor, dataset=dataset, page=number, size=PAGE_ROWS)
    pages = max(-(-total // PAGE_ROWS), 1)
    shown = [showing.aside_line(line) for line in lines]
    masked = any(line["raw"] == MASKED for line in lines)
    context = {"lines": shown, "total": total, "number": number, "pages": pages, "masked": masked}
    return dataset_page(request, dataset, "datasets/aside.html", "aside", **context)


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdigit() and len(text) < 10 else otherwise
