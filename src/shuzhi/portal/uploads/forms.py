"""The form of a file that is handed in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from shuzhi.apps.catalogue.models import Dataset
from shuzhi.apps.people.models import Organisation


class UploadForm(forms.Form):
    """A file, whose data it is, and the declaration. Without a dataset a new one is made."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("Excel (.xlsx, .xls), CSV, Parquet, JSON lines. Title rows, notes, totals may stay."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv,.tsv,.txt,.parquet,.jsonl,.json"}),
    )
    dataset = forms.ModelChoiceField(
        label=_("New version of"),
        queryset=Dataset.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label=_("a new dataset"),
    )
    organisation = forms.ModelChoiceField(
        label=_("Organisation that answers for the data"),
        queryset=Organisation.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label=_("Choose"),
    )
    title = forms.CharField(
        label=_("Name of the dataset"),
        max_length=200,
        required=False,
        help_text=_("For a new dataset only; the file's name where empty."),
    )
    sheet = forms.CharField(
        label=_("Sheet"),
        max_length=80,
        required=False,
        help_text=_("Only where a workbook has several tables; the first is taken where empty."),
    )
    synthetic = forms.BooleanField(label=_("This is made-up data for practice"), required=False)
    no_secrets = forms.BooleanField(
        label=_("I declare that the file holds no state secret and no work secret."),
        required=True,
        error_messages={"required": _("Without this declaration the file cannot be taken in.")},
    )

    def __init__(
        self,
        *args: Any,
        datasets: QuerySet[Dataset],
        organisations: QuerySet[Organisation],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dataset"].queryset = datasets  # type: ignore[attr-defined]
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
        units = list(organisations[:2])
        if len(units) == 1:  # a clerk hands in for their own unit: nothing to choose
            self.fields["organisation"].initial = units[0].public_id
            self.fields["organisation"].widget = forms.HiddenInput()
        if self.initial.get("dataset"):  # a new version has its dataset's name and mark
            self.fields["title"].widget = forms.HiddenInput()
            self.fields["synthetic"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """A new version has its dataset's owner; a new dataset needs one named."""
        cleaned = super().clean() or {}
        dataset = cleaned.get("dataset")
        if dataset is not None:
            cleaned["organisation"] = dataset.owner
        elif not cleaned.get("organisation"):
            self.add_error("organisation", _("Choose whose data this is."))
        return cleaned
