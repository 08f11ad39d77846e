"""Forms of the calendar: a year's days, one line each."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shuzhi.apps.calendars.selectors import HOLIDAY, WORKDAY
from shuzhi.apps.calendars.services import Day

MOST_DAYS = 80
SPARE_LINES = 8


class DayLine(forms.Form):
    """One day that is off though a weekday, or worked though a weekend; an empty line is none."""

    day = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    kind = forms.ChoiceField(
        label=_("What it is"),
        required=False,
        choices=[("", ""), (HOLIDAY, _("public holiday")), (WORKDAY, _("made-up working day"))],
    )
    name = forms.CharField(label=_("Name of the feast"), required=False, max_length=40)

    def clean(self) -> dict[str, Any]:
        """Whole or empty."""
        cleaned: dict[str, Any] = super().clean() or {}
        given = [bool(cleaned.get(name)) for name in ("day", "kind", "name")]
        if any(given) and not all(given) and not self.errors:
            raise forms.ValidationError(_("A line needs its day, what it is, and the name of the feast."))
        return cleaned


class ArrangementForm(forms.Form):
    """What arranges the year, and why it is changed."""

    source = forms.CharField(
        label=_("Document"),
        max_length=200,
        help_text=_("Title and number of the notice that arranges the year, as printed."),
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


DayLines = forms.formset_factory(DayLine, extra=SPARE_LINES, max_num=MOST_DAYS, absolute_max=MOST_DAYS)


def initial_lines(days: list[Day]) -> list[dict[str, Any]]:
    """The days as the first content of the lines."""
    return [{"day": day, "kind": kind, "name": name} for day, kind, name in days]


def days_of(lines: Any) -> list[Day]:
    """The days that valid lines hold."""
    return [
        (line["day"], line["kind"], line["name"])
        for line in lines.cleaned_data
        if isinstance(line.get("day"), date)
    ]
