"""Forms of accounts and duties."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shuzhi.apps.people.kinds import MAX_CLEARANCE, Duty
from shuzhi.apps.people.models import Organisation
from shuzhi.apps.people.selectors import organisations_on


class UnitChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs alone
    """An organisation that exists today, indented as in the tree."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Organisation.objects.none(), to_field_name="public_id", empty_label="", **options)

    def label_from_instance(self, obj: Organisation) -> str:
        """Its name, deeper units further in."""
        return "　" * (obj.path.count("/") - 2) + obj.name


class AccountForm(forms.Form):
    """A new working account."""

    name = forms.CharField(label=_("Name of the person"), max_length=60)
    login = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
        label=_("Login"),
        max_length=60,
        help_text=_("Latin letters and digits; it cannot be changed later."),
    )
    staff_number = forms.CharField(
        label=_("Staff number"),
        max_length=40,
        required=False,
        help_text=_("Tells people of one name apart: nobody gets two working accounts."),
    )
    organisation = UnitChoice(label=_("Organisation"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations_on(timezone.localdate())  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(label=_("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))


class ProposalForm(forms.Form):
    """A duty for an account: as what, where, up to which level of data, and why."""

    duty = forms.ChoiceField(label=_("Duty"), choices=[("", ""), *Duty.choices])
    organisation = UnitChoice(
        label=_("Organisation"),
        help_text=_("The duty reaches everything below it too: who has the district has all."),
    )
    clearance = forms.TypedChoiceField(
        label=_("Sees data unmasked up to"),
        coerce=int,
        choices=[(0, _("nothing unmasked")), *((n, f"L{n}") for n in range(1, MAX_CLEARANCE + 1))],
    )
    reason = forms.CharField(label=_("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations_on(timezone.localdate())  # type: ignore[attr-defined]


class DayForm(forms.Form):
    """A day that something begins or ends with."""

    on = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, data: QueryDict | None = None, *, label: str) -> None:
        super().__init__(data, initial={"on": timezone.localdate()})
        self.fields["on"].label = label
