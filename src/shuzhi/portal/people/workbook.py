"""The list of organisations as a workbook: it goes out filled, comes back, is looked at, then taken in."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shuzhi.apps.files.models import StoredFile
from shuzhi.apps.files.services import path_of, store
from shuzhi.apps.journal.services import record
from shuzhi.apps.people.kinds import OrganisationKind
from shuzhi.apps.people.lists import COLUMNS, ListPlan, ListRow, list_plan, list_rows, stripped, told
from shuzhi.apps.people.services import organisation_list_take
from shuzhi.apps.records.refusals import NotFoundError
from shuzhi.engine.data.contracts import Contract
from shuzhi.engine.data.fields import Field
from shuzhi.engine.data.reading import Load, ReadOptions, load_file, return_workbook, safe_cell
from shuzhi.engine.data.reading.returning import Flag
from shuzhi.engine.errors import BadInputError, ShuzhiError
from shuzhi.engine.texts import N_
from shuzhi.portal.explaining import explain
from shuzhi.portal.pages import page
from shuzhi.portal.people.gates import SYSTEM, only_for
from shuzhi.portal.requests import PortalRequest

_KIND = "template"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHOWN = 50
_HEADINGS = {
    "id": N_("Number (leave as it is; empty for a new one)"),
    "name": N_("Name"),
    "kind": N_("Kind"),
    "code": N_("Code"),
    "parent": N_("Belongs to"),
    "full": N_("Full names"),
    "short": N_("Short names"),
}


def list_contract() -> Contract:
    """What the sheet promises, its headings in the reader's language and known in the other too."""
    fields = [
        Field(
            heading,
            required=name in {"name", "kind", "parent"},
            enum=tuple(str(kind.label) for kind in OrganisationKind) if name == "kind" else (),
            aliases=tuple(_others(msgid, heading)),
        )
        for name, msgid in _HEADINGS.items()
        for heading in (_(msgid),)
    ]
    title = _("Organisation tree")
    return Contract("organisations", "organisations", "1.0.0", title, tuple(fields))


def _others(msgid: str, heading: str) -> Iterator[str]:
    for language in ("zh-hans", "en"):
        with translation.override(language):
            if (other := _(msgid)) != heading:
                yield other


class ListForm(forms.Form):
    """The workbook that comes back."""

    file = forms.FileField(label=gettext_lazy("Workbook"))


class TakeForm(forms.Form):
    """From which day the changes hold, and why."""

    on = forms.DateField(
        label=gettext_lazy("Takes effect on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        initial=timezone.localdate,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )


@only_for(*SYSTEM)
def list_workbook(request: PortalRequest) -> HttpResponse:
    """The way out and the way back in."""
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            stored = store(
                actor=request.actor, source=sent.file, kind=_KIND, name=sent.name, media_type=_XLSX
            )
        except ShuzhiError as error:
            form.add_error("file", explain(error))
        else:
            return redirect("people:list_check", stored.public_id)
    trail = ((_("Organisation tree"), reverse("people:organisations")),)
    return page(request, "people/workbook.html", _("List as a workbook"), trail=trail, form=form)


@only_for(*SYSTEM)
def list_template(request: PortalRequest) -> HttpResponseBase:
    """The workbook with every organisation that stands; the export is in the journal."""
    rows = list_rows()
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it when it has been sent
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        write_list(path, rows)
        file.write(path.read_bytes())
    file.seek(0)
    with transaction.atomic():
        payload = {"rows": len(rows), "columns": list(COLUMNS)}
        record(actor=request.actor, act="list.export", subject=("list", "organisations"), payload=payload)
    name = f"{_('Organisation tree')}-{timezone.localdate():%Y%m%d}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=_XLSX)


def write_list(path: Path, rows: list[ListRow]) -> None:
    """The template of the contract with the rows in it, open to be changed."""
    import openpyxl
    from openpyxl.styles import Protection

    from shuzhi.engine.data.contracts.template import template_workbook

    template_workbook(list_contract(), path, language=translation.get_language())
    book = openpyxl.load_workbook(path)
    sheet, is_open = book.worksheets[0], Protection(locked=False)
    for row in rows:
        for column, name in enumerate(COLUMNS, 1):
            cell = sheet.cell(row.row, column, safe_cell(getattr(row, name)) or None)
            cell.number_format, cell.protection = "@", is_open
    book.save(path)


@dataclass(frozen=True)
class _Read:
    """A sheet as it was read, and what it would do."""

    path: Path
    load: Load
    plan: ListPlan


@contextmanager
def _read(stored: StoredFile, on: date) -> Iterator[_Read]:
    """Raises BadInputError where the file cannot be read as a list."""
    contract, path = list_contract(), path_of(stored)
    with tempfile.TemporaryDirectory() as folder:
        load = load_file(path, contract=contract, into=Path(folder), options=ReadOptions(name=stored.name))
        yield _Read(path, load, list_plan(_rows(load, contract), on))


def _rows(load: Load, contract: Contract) -> list[ListRow]:
    from pyarrow import parquet

    names = dict(zip(COLUMNS, (field.name for field in contract.fields), strict=True))
    lines: list[dict[str, Any]] = parquet.read_table(load.table).to_pylist()
    return [
        stripped(ListRow(line["_row"], **{name: line.get(head) or "" for name, head in names.items()}))
        for line in lines
    ]


def _mine(request: PortalRequest, public_id: str) -> StoredFile:
    stored = StoredFile.objects.filter(public_id=public_id, kind=_KIND, stored_by=request.actor.id).first()
    if stored is None:
        raise NotFoundError("file", public_id)
    return stored


@only_for(*SYSTEM)
def list_check(request: PortalRequest, public_id: str) -> HttpResponse:
    """What the sheet would do, before anything is written; then taking it in."""
    stored = _mine(request, public_id)
    form = TakeForm(request.POST or None)
    on = form.cleaned_data["on"] if form.is_bound and form.is_valid() else timezone.localdate()
    trail = (
        (_("Organisation tree"), reverse("people:organisations")),
        (_("List as a workbook"), reverse("people:list")),
    )
    try:
        with _read(stored, on) as read:
            plan = read.plan
            if request.method == "POST" and form.is_valid() and not plan.faults:
                return _take(request, plan, on, form.cleaned_data["reason"])
    except BadInputError as error:
        return page(request, "people/list_check.html", stored.name, trail=trail, refused=error)
    except ShuzhiError as error:
        form.add_error(None, explain(error))
    headings = {name: _(msgid) for name, msgid in _HEADINGS.items()}
    faults = [(fault.row, headings[fault.column], told(fault)) for fault in plan.faults[:_SHOWN]]
    return page(
        request,
        "people/list_check.html",
        stored.name,
        trail=trail,
        stored=stored,
        plan=plan,
        faults=faults,
        shown=_SHOWN,
        form=form,
    )


def _take(request: PortalRequest, plan: ListPlan, on: date, reason: str) -> HttpResponse:
    taken = organisation_list_take(actor=request.actor, plan=plan, on=on, reason=reason)
    messages.success(
        request,
        _("Made: {made}. Names added: {names}.").format(made=len(taken.made), names=len(plan.aliases)),
    )
    if taken.proposal is None:
        return redirect("people:organisations")
    messages.success(request, _("Proposed. The security administrator decides."))
    return redirect("people:change", taken.proposal.public_id)


@only_for(*SYSTEM)
def list_marked(request: PortalRequest, public_id: str) -> HttpResponseBase:
    """The sheet back with its faults in its cells."""
    stored = _mine(request, public_id)
    headings = dict(zip(COLUMNS, (field.name for field in list_contract().fields), strict=True))
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it when it has been sent
    with _read(stored, timezone.localdate()) as read, tempfile.TemporaryDirectory() as folder:
        flags = [Flag(fault.row, headings[fault.column], told(fault)) for fault in read.plan.faults]
        path = Path(folder) / "marked.xlsx"
        return_workbook(read.path, read.load, path, language=translation.get_language(), flags=flags)
        file.write(path.read_bytes())
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=stored.name, content_type=_XLSX)
