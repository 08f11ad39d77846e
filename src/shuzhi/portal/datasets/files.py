"""Files that leave: the template to fill, the original, and the original with its errors marked."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shuzhi.apps.catalogue import selectors
from shuzhi.apps.catalogue.models import Dataset
from shuzhi.apps.catalogue.services.returning import marked_workbook, original_take
from shuzhi.apps.records.refusals import NotFoundError
from shuzhi.engine.data.contracts import load_contract
from shuzhi.engine.data.contracts.template import template_workbook
from shuzhi.engine.texts import N_
from shuzhi.portal.requests import PortalRequest

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def template(request: PortalRequest, public_id: str) -> HttpResponseBase:
    """The workbook that departments fill: headings, drop-downs, one example row."""
    dataset = selectors.dataset_get(actor=request.actor, public_id=public_id)
    if dataset.contract is None:
        raise NotFoundError(N_("contract"), public_id)
    agreed = load_contract(dataset.contract.text, name=dataset.code)
    return _sent(
        lambda path: template_workbook(agreed, path, language=_language()), _named(dataset, _("template"))
    )


def original(request: PortalRequest, public_id: str, number: int) -> HttpResponseBase:
    """The file as it was handed in; journalled, since it holds everything unmasked."""
    dataset = selectors.dataset_get(actor=request.actor, public_id=public_id)
    path, name = original_take(actor=request.actor, dataset=dataset, number=number)
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)


def marked(request: PortalRequest, public_id: str, number: int) -> HttpResponseBase:
    """The file back with its bad cells coloured and explained; journalled as the original is."""
    dataset = selectors.dataset_get(actor=request.actor, public_id=public_id)
    return _sent(
        lambda path: marked_workbook(
            actor=request.actor, dataset=dataset, number=number, to=path, language=_language()
        ),
        _named(dataset, _("errors marked")),
    )


def _named(dataset: Dataset, part: str) -> str:
    return f"{dataset.title}-{part}.xlsx"


def _language() -> str:
    return get_language() or "zh-hans"


def _sent(make, name: str) -> HttpResponseBase:  # type: ignore[no-untyped-def]  # a function of the path
    with tempfile.TemporaryDirectory(prefix="shuzhi-") as folder:
        path = Path(folder) / "out.xlsx"
        make(path)
        opened = path.open("rb")  # the response reads on after the folder is gone
    return FileResponse(opened, as_attachment=True, filename=name, content_type=XLSX)
