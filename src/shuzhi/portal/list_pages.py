"""Serving a list: the page, the part that is swapped when something is asked anew, and its export."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from shuzhi.apps.journal.services import record
from shuzhi.portal.listings import SIZES, Asked, Complete, Filter, Listing, Table, plain
from shuzhi.portal.pages import page
from shuzhi.portal.requests import PortalRequest

# A sheet holds 1,048,576 rows; beyond this a person wants the dataset, not a list.
_EXPORT_ROWS = 100_000
_CHUNK = 1000
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class QueryFilter:
    """One field of the query bar with what was asked of it."""

    name: str
    title: str
    value: str
    choices: Sequence[tuple[str, str]] | None


def list_page(
    request: PortalRequest,
    listing: Listing,
    find: Callable[[Asked], Any],
    title: str,
    *,
    template: str = "list_page.html",
    complete: Complete = list,
    **context: Any,
) -> HttpResponseBase:
    """The list's page. ``find`` gives the rows, narrowed to the actor and to the text and filters asked.

    With ``?export=xlsx`` the same rows and columns come as a workbook, and the export is journalled.
    ``complete`` makes of a page's rows what the columns read; ``context`` goes to the template; ``trail``
    is as for ``page``, ``batch_template`` holds buttons.
    """
    asked = listing.asked(request)
    rows = find(asked)
    if request.GET.get("export") == "xlsx" and listing.exportable:
        return _export(request, asked, _completed(asked.ordered(rows), complete), title)
    table = Table(asked, rows, complete)
    filters = query_filters(request, asked)
    return page(request, template, title, table=table, query_filters=filters, sizes=SIZES, **context)


def query_filters(request: HttpRequest, asked: Asked) -> list[QueryFilter]:
    """The fields of the query bar of the listing that was asked."""
    return [_query_filter(request, asked, declared) for declared in asked.listing.filters]


def _query_filter(request: HttpRequest, asked: Asked, declared: Filter) -> QueryFilter:
    choices = declared.choices(request) if declared.choices else None
    return QueryFilter(declared.name, _(declared.title), asked.filters.get(declared.name, ""), choices)


def _completed(rows: Any, complete: Complete) -> Iterator[Any]:
    each = rows.iterator(chunk_size=_CHUNK) if isinstance(rows, QuerySet) else iter(rows)
    while chunk := list(islice(each, _CHUNK)):
        yield from complete(chunk)


def _export(request: PortalRequest, asked: Asked, rows: Iterator[Any], title: str) -> HttpResponseBase:
    columns = [column for column in asked.columns if column.value is not None or not column.template]
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it when it has been sent
    count = _write(file, [_headed(c.title, c.unit) for c in columns], _cells(rows, columns))
    if count > _EXPORT_ROWS:
        file.close()
        text = _("This list has more than {most} rows. Narrow it by the query bar, then export it.")
        return HttpResponse(text.format(most=f"{_EXPORT_ROWS:,}"), status=422, content_type="text/plain")
    with transaction.atomic():
        record(
            actor=request.actor,
            act="list.export",
            subject=("list", asked.listing.key),
            payload={
                "rows": count,
                "columns": [column.name for column in columns],
                "text": asked.text,
                "filters": asked.filters,
            },
        )
    file.seek(0)
    name = f"{title}-{timezone.localdate():%Y%m%d}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=_XLSX)


def _headed(title: str, unit: str) -> str:
    return f"{_(title)}（{_(unit)}）" if unit else _(title)


def _cells(rows: Iterator[Any], columns: Sequence[Any]) -> Iterator[list[Any]]:
    for row in rows:
        yield [column.read(row) for column in columns]


def _write(file: Any, headings: Sequence[str], rows: Iterator[list[Any]]) -> int:
    """Writes the workbook and returns the number of rows; stops one beyond the limit."""
    import xlsxwriter

    options = {
        "constant_memory": True,
        "default_date_format": "yyyy-mm-dd",
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    count = 0
    with xlsxwriter.Workbook(file, options) as workbook:
        bold = workbook.add_format({"bold": True, "bottom": 1})
        instant = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet = workbook.add_worksheet()
        sheet.freeze_panes(1, 0)
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, heading, bold)
            sheet.set_column(column, column, min(40, max(10, 2 * len(heading))))
        for count, row in enumerate(rows, 1):
            if count > _EXPORT_ROWS:
                break
            for column, value in enumerate(row):
                _write_cell(sheet, (count, column), plain(value), instant)
    return count


def _write_cell(sheet: Any, at: tuple[int, int], value: Any, instant: Any) -> None:
    if value is None:
        return
    if isinstance(value, str):
        sheet.write_string(*at, value)  # text even where it begins with = + - @
    elif isinstance(value, datetime):
        sheet.write_datetime(*at, timezone.localtime(value).replace(tzinfo=None), instant)
    else:
        sheet.write(*at, value)
