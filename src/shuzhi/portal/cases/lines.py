"""Cases as lists show them: what each is about, and its deadline as a lamp with a word."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shuzhi.apps.cases.models import Case
from shuzhi.apps.cases.selectors import is_overdue
from shuzhi.apps.cases.subjects import titles_of
from shuzhi.apps.cases.wording import case_word, kind_word
from shuzhi.apps.catalogue.selectors import datasets_visible
from shuzhi.apps.records.actors import Actor
from shuzhi.engine.texts import N_
from shuzhi.portal.listings import Column, Lamp

DATASET = "dataset"
"""The fact that names the dataset of a case, by its public id."""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case of a list."""

    case: Case
    title: str
    synthetic: bool
    lamp: Lamp
    state: str
    noun: str


def deadline_lamp(case: Case, now: datetime) -> Lamp:
    """How a case stands towards its deadline: red overdue, yellow today or tomorrow, grey without one."""
    if case.phase == Case.Phase.ENDED:
        return Lamp("grey", _("Ended"))
    if case.phase == Case.Phase.SETTLED or case.due_at is None:
        return Lamp("grey", _("Clock stopped") if case.is_held else _("No deadline"))
    days = (timezone.localdate(case.due_at) - timezone.localdate(now)).days
    if is_overdue(case, now):
        text = ngettext("Overdue by {days} day", "Overdue by {days} days", -days)
        return Lamp("red", text.format(days=-days) if days else _("Overdue"))
    if days <= 1:
        return Lamp("yellow", _("Due tomorrow") if days else _("Due today"))
    return Lamp("green", ngettext("{days} day left", "{days} days left", days).format(days=days))


def completing(actor: Actor) -> Callable[[list[Any]], Sequence[CaseLine]]:
    """Turns a page of cases into its lines; titles are asked for once for all of them."""

    def complete(cases: list[Case]) -> Sequence[CaseLine]:
        titles, made_up, now = titles_of(cases, actor), _synthetic(cases, actor), timezone.now()
        return [
            CaseLine(
                case,
                titles[case.subject_kind, case.subject_id],
                case.facts.get(DATASET) in made_up,
                deadline_lamp(case, now),
                case_word(case, "states", case.state),
                kind_word(case, "noun"),
            )
            for case in cases
        ]

    return complete


def _synthetic(cases: list[Case], actor: Actor) -> set[object]:
    """Public ids of the datasets of these cases that are made up."""
    wanted = {case.facts[DATASET] for case in cases if DATASET in case.facts}
    if not wanted:
        return set()
    marked = datasets_visible(actor=actor).filter(public_id__in=wanted, synthetic=True)
    return set(marked.order_by().values_list("public_id", flat=True))


def case_address(line: CaseLine) -> str:
    """The page of the case."""
    return reverse("cases:detail", args=[line.case.public_id])


COLUMNS = {
    column.name: column
    for column in (
        Column("title", N_("About"), template="cases/title_cell.html", value=lambda line: line.title),
        Column("lamp", N_("Time left"), kind="lamp", value=lambda line: line.lamp),
        Column("due_at", N_("Deadline"), kind="moment", sort="due_at", value=lambda line: line.case.due_at),
        Column("state", N_("State"), sort="state", value=lambda line: line.state),
        Column("noun", N_("Kind"), value=lambda line: line.noun, sort="kind"),
        Column(
            "organisation",
            N_("Responsible organisation"),
            sort="organisation__name",
            value=lambda line: line.case.organisation.name,
        ),
        Column("number", N_("Number"), kind="code", sort="number", value=lambda line: line.case.number),
        Column(
            "failing",
            N_("Problem records"),
            kind="number",
            value=lambda line: line.case.facts.get("failing"),
            at_first=False,
        ),
        Column(
            "created_at",
            N_("Opened on"),
            kind="moment",
            sort="created_at",
            value=lambda line: line.case.created_at,
            at_first=False,
        ),
    )
}
