"""Forms of organisations and of changes of the tree. Organisations are typed as cells name them."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shuzhi.apps.people import hanging
from shuzhi.apps.people.changes import (
    Change,
    Merge,
    Move,
    NewUnit,
    Part,
    Rename,
    Retire,
    Sharing,
    Split,
)
from shuzhi.apps.people.kinds import AliasKind, OrganisationKind, SuccessionKind
from shuzhi.apps.people.models import Organisation
from shuzhi.apps.people.selectors import organisation_book

_SEVERAL = re.compile(r"[\n,，、;；]+")


def found(text: str) -> Organisation:
    """The standing organisation that a text names, by any name or by its code; ValidationError otherwise."""
    by_code = Organisation.objects.filter(code=text, valid_to=None).first()
    if by_code is not None:
        return by_code
    match = organisation_book(timezone.localdate()).explain(text)
    if match.unit is not None:
        return match.unit
    if match.candidates:
        names = "、".join(f"{unit.name}（{unit.code or unit.public_id}）" for unit in match.candidates)
        raise ValidationError(_t("{text} may mean {names}. Write the code.").format(text=text, names=names))
    raise ValidationError(_t("There is no organisation called {text}.").format(text=text))


class UnitText(forms.CharField):
    """An organisation by its name, another of its names, or its code."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 120, "help_text": _("Any of its names, or its code."), **options})

    def clean(self, value: Any) -> Any:
        """The organisation; None where the field may be empty and is."""
        text = super().clean(value)
        return found(text) if text else None


class UnitTexts(forms.CharField):
    """Several organisations, one a line."""

    def __init__(self, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 3})
        help_text = _("One a line: any of its names, or its code.")
        super().__init__(**{"help_text": help_text, "widget": widget, **options})

    def clean(self, value: Any) -> Any:
        """The organisations in their order."""
        return [found(text.strip()) for text in _SEVERAL.split(super().clean(value)) if text.strip()]


def _day(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options
    )


_KINDS = [("", ""), *OrganisationKind.choices]
_LASTING = [(kind, word) for kind, word in _KINDS if kind != OrganisationKind.TEMPORARY]


class OnDayForm(forms.Form):
    """The day that history is asked for."""

    on = _day(_("On the day"))


class EndForm(forms.Form):
    """The end of a temporary unit."""

    on = _day(_("Ends on"), help_text=_("The first day without it."))


class AliasForm(forms.Form):
    """A further name."""

    kind = forms.ChoiceField(label=_("Kind of name"), choices=AliasKind.choices)
    text = forms.CharField(label=_("Name"), max_length=120)
    valid_from = _day(_("From"), required=False)
    valid_to = _day(_("Until"), required=False, help_text=_("The first day without it; empty: in use."))


class OrganisationForm(forms.Form):
    """A new organisation."""

    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=_KINDS)
    parent = UnitText(label=_("Belongs to"))
    code = forms.CharField(label=_("Code"), max_length=20, required=False)
    valid_from = _day(_("Exists from"), required=False)
    ends_on = _day(
        _("Ends on"), required=False, help_text=_("Only for a temporary unit: the first day without it.")
    )
    returns_to = UnitText(
        label=_("Returns its open work to"),
        required=False,
        help_text=_("Only for a temporary unit: any name of the organisation, or its code."),
    )


class ChangeForm(forms.Form):
    """What all changes share: from which day, and why."""

    on = _day(_("Takes effect on"), help_text=_("Up to today: made when approved. Later: made on that day."))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The document that orders it, with its number."),
    )

    def __init__(self, *args: Any, unit: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = unit
        self.order_fields([*(name for name in self.fields if name not in {"on", "reason"}), "on", "reason"])
        self.fields["on"].initial = timezone.localdate

    def change(self) -> Change:
        """The plan that the form asks for."""
        raise NotImplementedError


class RenameForm(ChangeForm):
    """A new name, with a new kind or code where it comes with it."""

    name = forms.CharField(label=_("New name"), max_length=120)
    kind = forms.ChoiceField(label=_("New kind"), choices=_LASTING, required=False)
    code = forms.CharField(label=_("New code"), max_length=20, required=False)

    def __init__(self, *args: Any, unit: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, unit=unit, **kwargs)
        self.fields["name"].initial = unit.name

    def change(self) -> Change:
        kind, code = self.cleaned_data["kind"], self.cleaned_data["code"]
        new = OrganisationKind(kind) if kind else None
        return Rename(self.unit.public_id, self.cleaned_data["name"], new, code or None)


class MoveForm(ChangeForm):
    """Another organisation to belong to."""

    parent = UnitText(label=_("Belongs to"))
    code = forms.CharField(label=_("New code"), max_length=20, required=False)

    def change(self) -> Change:
        kept = self.cleaned_data
        return Move(self.unit.public_id, kept["parent"].public_id, kept["code"] or None)


class _MakesUnits(ChangeForm):
    """A change that may make organisations: of the kind and in the place of the one that is changed."""

    def new(self, name: str, code: str = "") -> NewUnit:
        """One to be made."""
        return NewUnit(name, OrganisationKind(self.unit.kind), code)


class MergeForm(_MakesUnits):
    """Joins others to this one, in one that exists or in a new one."""

    others = UnitTexts(label=_("Merged with it"), required=False)
    into = UnitText(label=_("Into the organisation"), required=False)
    new_name = forms.CharField(label=_("Or into a new one called"), max_length=120, required=False)
    new_code = forms.CharField(label=_("Code of the new one"), max_length=20, required=False)

    def clean(self) -> dict[str, Any]:
        """Either one that exists or a new one."""
        kept = super().clean() or self.cleaned_data
        if "into" in kept and (kept["into"] is None) == (not kept.get("new_name")):
            raise ValidationError(_t("Name the organisation that takes over, or a new one: one of the two."))
        return kept

    def change(self) -> Change:
        kept = self.cleaned_data
        ending = [self.unit.public_id, *(unit.public_id for unit in kept["others"])]
        into: Part = kept["into"].public_id if kept["into"] else self.new(kept["new_name"], kept["new_code"])
        return Merge(tuple(ending), into)


class SplitForm(_MakesUnits):
    """Divides the organisation; the parts are numbered in the order of the fields."""

    stays = forms.BooleanField(label=_("It stays, as the first part"), required=False)
    existing = UnitTexts(label=_("Parts that exist"), required=False)
    new_names = forms.CharField(
        label=_("Parts to be made"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One name a line."),
    )
    rest = forms.IntegerField(
        label=_("Takes what nothing else is said of: part number"), min_value=1, initial=1
    )
    items = forms.CharField(
        label=_("One by one"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "One a line: a login, or an organisation below it, = number of the part. It goes before the rest."
        ),
    )

    def __init__(self, *args: Any, unit: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, unit=unit, **kwargs)
        for kind, kept in hanging.kinds().items():
            label = _t("All {things}: part number").format(things=_t(kept.title))
            self.fields[f"kind_{kind}"] = forms.IntegerField(label=label, min_value=1, required=False)
        self.order_fields(
            [
                *(name for name in self.fields if name not in {"items", "on", "reason"}),
                "items",
                "on",
                "reason",
            ]
        )

    def clean_items(self) -> dict[str, int]:
        """Places by public id."""
        places = {}
        for line in filter(None, map(str.strip, self.cleaned_data["items"].splitlines())):
            name, _sign, number = line.replace("＝", "=").rpartition("=")
            if not name.strip() or not number.strip().isdigit() or int(number) < 1:
                raise ValidationError(_t("{line}: write a name, = and a part number.").format(line=line))
            places[self._item(name.strip())] = int(number) - 1
        return places

    def _item(self, name: str) -> str:
        account = self.unit.accounts.filter(login=name).first()
        below = self.unit.children.filter(name=name, valid_to=None).first()
        thing = account or below
        if thing is None and not re.fullmatch(r"[a-z]{2,3}_[0-9a-z]{26}", name):
            raise ValidationError(_t("{name} does not hang on this organisation.").format(name=name))
        return thing.public_id if thing else name

    def change(self) -> Change:
        kept = self.cleaned_data
        parts: list[Part] = [self.unit.public_id] if kept["stays"] else []
        parts += [unit.public_id for unit in kept["existing"]]
        parts += [self.new(name.strip()) for name in _SEVERAL.split(kept["new_names"]) if name.strip()]
        kinds = {kind: kept[f"kind_{kind}"] - 1 for kind in hanging.kinds() if kept.get(f"kind_{kind}")}
        return Split(self.unit.public_id, tuple(parts), Sharing(kept["rest"] - 1, kinds, kept["items"]))


class RetireForm(ChangeForm):
    """The end of the organisation."""

    successor = UnitText(
        label=_("Taken over by"),
        required=False,
        help_text=_("Any name or the code. Empty only where nothing hangs on it any more."),
    )
    kind = forms.ChoiceField(
        label=_("How"),
        choices=[(kind.value, kind.label) for kind in (SuccessionKind.TRANSFERRED, SuccessionKind.RENAMED)],
    )

    def __init__(self, *args: Any, unit: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, unit=unit, **kwargs)
        if unit.returns_to:
            self.fields["successor"].initial = unit.returns_to.code or unit.returns_to.name

    def change(self) -> Change:
        kept = self.cleaned_data
        taker = kept["successor"].public_id if kept["successor"] else None
        return Retire(self.unit.public_id, taker, SuccessionKind(kept["kind"]))


FORMS: dict[str, type[ChangeForm]] = {
    "rename": RenameForm,
    "move": MoveForm,
    "merge": MergeForm,
    "split": SplitForm,
    "retire": RetireForm,
}
