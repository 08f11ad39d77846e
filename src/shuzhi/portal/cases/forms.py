"""The form of one step, made from what the lifecycle says that it needs."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shuzhi.apps.cases.models import Case
from shuzhi.apps.cases.wording import case_word
from shuzhi.apps.people.kinds import OrganisationKind
from shuzhi.apps.people.selectors import organisations_on
from shuzhi.engine.texts import translate
from shuzhi.engine.work.forms import LONGEST_TEXT
from shuzhi.engine.work.lifecycles import Need, NeedType, Step

# Villages and grids have no data officers of their own; their town answers.
_ANSWERING = (
    OrganisationKind.DEPARTMENT,
    OrganisationKind.TOWN,
    OrganisationKind.STREET,
    OrganisationKind.FUNCTIONAL_AREA,
    OrganisationKind.TEMPORARY,
)

Choices = list[tuple[str, str | list[tuple[str, str]]]]


class StepForm(forms.Form):
    """One field for each need; what the answers must be the lifecycle checks again."""

    version = forms.IntegerField(widget=forms.HiddenInput)


def step_form(case: Case, step: Step, today: date, data: object = None) -> StepForm:
    """The form of ``step``; ``data`` is what was sent, None for an empty one."""
    form = StepForm(data, initial={"version": case.version}, auto_id=f"{step.name}-%s")  # type: ignore[arg-type]
    for need in step.needs:
        form.fields[need.name] = _field(case, need, today)
    return form


def _field(case: Case, need: Need, today: date) -> forms.Field:
    label = case_word(case, "fields", need.name)
    if need.type is NeedType.CHOICE:
        values = [(value, case_word(case, "values", value)) for value in need.values]
        return forms.ChoiceField(label=label, required=need.required, choices=[("", _("Choose")), *values])
    if need.type is NeedType.ORGANISATION:
        choices: Choices = [("", _("Choose")), *_organisations(case, today)]
        return forms.ChoiceField(label=label, required=need.required, choices=choices)
    if need.type is NeedType.INTEGER:
        return forms.IntegerField(label=label, required=need.required, min_value=0)
    if need.type is NeedType.DATE:
        return _day(label, need, today)
    area = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, required=need.required, max_length=LONGEST_TEXT, widget=area)


def _day(label: str, need: Need, today: date) -> forms.Field:
    bounds: dict[str, str] = {"type": "date"}
    hint = ""
    if need.until:
        bounds["min"] = (today + timedelta(days=1)).isoformat()
    if need.within:
        last = today + timedelta(days=need.within.days)
        bounds["max"] = last.isoformat()
        hint = _("{last} at the latest ({source}).").format(
            last=last, source=translate(need.within.source.text, get_language())
        )
    widget = forms.DateInput(attrs=bounds, format="%Y-%m-%d")
    return forms.DateField(label=label, required=need.required, widget=widget, help_text=hint)


def _organisations(case: Case, today: date) -> Choices:
    """Every other unit that may answer for data, grouped by what it is."""
    units = organisations_on(today).filter(kind__in=_ANSWERING).exclude(pk=case.organisation_id)
    ordered = sorted(units, key=lambda unit: (_ANSWERING.index(OrganisationKind(unit.kind)), unit.path))
    return [
        (str(OrganisationKind(kind).label), [(unit.public_id, unit.name) for unit in same])
        for kind, same in groupby(ordered, key=lambda unit: unit.kind)
    ]
