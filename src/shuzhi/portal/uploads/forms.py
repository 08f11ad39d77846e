"""The form of a file that is handed in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from shuzhi.apps.catalogue.models import Dataset
from shuzhi.apps.files.models import Reception
from shuzhi.apps.files.receptions import HEAD_BYTES, reception_get
from shuzhi.apps.files.room import refuse_beyond
from shuzhi.apps.people.models import Organisation
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.refusals import NotFoundError
from shuzhi.engine.data.reading.recognising import recognise_head
from shuzhi.engine.errors import BadInputError
from shuzhi.portal.explaining import explain


class UploadForm(forms.Form):
    """A file, whose data it is, and the declaration. Without a dataset a new one is made."""

    file = forms.FileField(
        label=_("File"),
        required=False,  # or the reception in which it has come
        help_text=_("Excel (.xlsx, .xls), CSV, Parquet, JSON lines. Title rows, notes, totals may stay."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv,.tsv,.txt,.parquet,.jsonl,.json"}),
    )
    reception = forms.CharField(required=False, widget=forms.HiddenInput())
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
        actor: Actor,
        datasets: QuerySet[Dataset],
        organisations: QuerySet[Organisation],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._actor = actor
        self.fields["dataset"].queryset = datasets  # type: ignore[attr-defined]
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
        units = list(organisations[:2])
        if len(units) == 1:  # a clerk hands in for their own unit: nothing to choose
            self.fields["organisation"].initial = units[0].public_id
            self.fields["organisation"].widget = forms.HiddenInput()
        if self.initial.get("dataset"):  # a new version has its dataset's name and mark
            self.fields["title"].widget = forms.HiddenInput()
            self.fields["synthetic"].widget = forms.HiddenInput()

    def clean_file(self) -> Any:
        """What has no room or is no table by its first bytes is turned away before it is kept."""
        file = self.cleaned_data.get("file")
        if not file:
            return file
        try:
            refuse_beyond(self._actor, name=file.name, size_bytes=file.size)
            recognise_head(file.read(HEAD_BYTES), file.name)
        except BadInputError as error:
            raise forms.ValidationError(explain(error)) from error
        file.seek(0)
        return file

    def clean_reception(self) -> Reception | None:
        """The sender's own, unless it is gone."""
        public_id = self.cleaned_data["reception"]
        try:
            return reception_get(actor=self._actor, public_id=public_id) if public_id else None
        except NotFoundError as error:
            self.add_error("file", _("What had come of the file is no longer here. Choose it again."))
            raise forms.ValidationError("") from error

    def clean(self) -> dict[str, Any]:
        """A file comes with the form or came before it. A new version has its dataset's owner; a new
        dataset needs one named."""
        cleaned = super().clean() or {}
        if not (cleaned.get("file") or cleaned.get("reception") or self.errors):
            self.add_error("file", _("Choose a file."))
        dataset = cleaned.get("dataset")
        if dataset is not None:
            cleaned["organisation"] = dataset.owner
        elif not cleaned.get("organisation"):
            self.add_error("organisation", _("Choose whose data this is."))
        return cleaned
