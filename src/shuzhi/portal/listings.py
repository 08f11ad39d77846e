"""Lists: every one has the same query bar, columns menu, table, pages and export.

A listing declares its columns and filters once; a view reads what was asked, hands in the rows
(a QuerySet or a sequence, already narrowed to what the actor may see) and renders. Knows no row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

SIZES = (20, 50, 100)
NUMERIC = {"number", "percent"}


@dataclass(frozen=True, slots=True)
class Lamp:
    """A state: its colour is ``green``, ``yellow``, ``red``, ``blue`` or ``grey``, its word is translated."""

    colour: str
    word: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``title`` and ``unit`` are msgids.

    ``kind``: text, number, percent (of a share 0 to 1), day, moment, code, lamp (value: Lamp),
    level (value: "L3"). ``value`` reads the cell from the row, else the attribute or key ``name``.
    ``sort`` is the field to order by; empty: not sortable. ``template`` renders the cell itself,
    with ``row``; such a column is not exported unless it has ``value`` as well.
    """

    name: str
    title: str
    kind: str = "text"
    unit: str = ""
    sort: str = ""
    value: Callable[[Any], Any] | None = None
    link: Callable[[Any], str] | None = None
    template: str = ""
    at_first: bool = True

    def read(self, row: Any) -> Any:
        """The cell's value, null where there is none."""
        if self.value is not None:
            return self.value(row)
        return row.get(self.name) if isinstance(row, dict) else getattr(row, self.name, None)


@dataclass(frozen=True, slots=True)
class Filter:
    """One field of the query bar. ``choices`` are (value, translated text); without them it is a date."""

    name: str
    title: str
    choices: Callable[[HttpRequest], Sequence[tuple[str, str]]] | None = None


@dataclass(frozen=True, slots=True)
class Empty:
    """What an empty list says: msgids of what it would hold, and of the next step with its address."""

    text: str
    action: str = ""
    url_name: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as declared. ``key`` names it in the journal of exports; ``search`` is the hint of the box.

    ``batch`` puts a box before each row (``name="chosen"``, value by ``row_id``); the page's template
    then gives the buttons in the block ``batch_actions``. ``row_class`` may mark a row.
    """

    key: str
    columns: tuple[Column, ...]
    empty: Empty
    filters: tuple[Filter, ...] = ()
    search: str = ""
    sort: str = ""
    batch: bool = False
    exportable: bool = True
    row_id: Callable[[Any], str] = field(default=lambda row: str(row.public_id))

    def asked(self, request: HttpRequest) -> Asked:
        """What the address asks for; what does not fit this listing is as if it were not there."""
        get = request.GET
        wanted_sort = get.get("sort", "")
        sortable = {column.name for column in self.columns if column.sort}
        shown = set(get.getlist("column")) & {column.name for column in self.columns}
        size = get.get("size", "")
        return Asked(
            listing=self,
            text=get.get("q", "").strip()[:200],
            filters={f.name: get[f.name].strip() for f in self.filters if get.get(f.name, "").strip()},
            sort=wanted_sort if wanted_sort.lstrip("-") in sortable else self.sort,
            page=get.get("page", "1"),
            size=int(size) if size in {str(s) for s in SIZES} else SIZES[0],
            columns=tuple(c for c in self.columns if (c.name in shown if shown else c.at_first)),
            all_shown=not shown,
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """What one request asks of a listing: text and filters for the selector, the rest for the table."""

    listing: Listing
    text: str
    filters: dict[str, str]
    sort: str
    page: str
    size: int
    columns: tuple[Column, ...]
    all_shown: bool

    @property
    def is_narrowed(self) -> bool:
        """Whether rows may be missing because of a filter."""
        return bool(self.text or self.filters)

    def day(self, name: str) -> date | None:
        """A date filter's value; None where it is missing or no date."""
        try:
            return date.fromisoformat(self.filters.get(name, ""))
        except ValueError:
            return None

    def address(self, **changes: object) -> str:
        """The query part of this list's address with some of it changed; None takes a part away."""
        parts: dict[str, object] = {"q": self.text, **self.filters}
        parts["sort"] = self.sort if self.sort != self.listing.sort else ""
        parts["size"] = self.size if self.size != SIZES[0] else ""
        parts["page"] = self.page if self.page != "1" else ""
        parts["column"] = [] if self.all_shown else [column.name for column in self.columns]
        parts |= changes
        return "?" + urlencode({name: value for name, value in parts.items() if value}, doseq=True)

    def ordered(self, rows: Any) -> Any:
        """The rows in the order asked; a QuerySet keeps a stable order within equal values."""
        name = self.sort.lstrip("-")
        column = next((column for column in self.listing.columns if column.name == name), None)
        if column is None or not column.sort:
            return rows
        descending = self.sort.startswith("-")
        if isinstance(rows, QuerySet):
            return rows.order_by(f"-{column.sort}" if descending else column.sort, "pk")
        present = [row for row in rows if column.read(row) is not None]
        missing = [row for row in rows if column.read(row) is None]
        return sorted(present, key=column.read, reverse=descending) + missing


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as the table template wants it."""

    column: Column
    value: Any
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells, its own object for cell templates, its id for batch acts."""

    object: Any
    id: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """One column's heading; ``url`` sorts by it, ``direction`` is ascending, descending or none."""

    column: Column
    title: str
    url: str
    direction: str


Complete = Callable[[list[Any]], Sequence[Any]]
"""Turns the rows of one page into what the columns read, where that takes a further statement."""


class Table:
    """One page of a listing, ready to be rendered. Costs one count and one statement for the rows."""

    def __init__(self, asked: Asked, rows: Any, complete: Complete = list) -> None:
        self.asked = asked
        self._complete = complete
        self.listing = asked.listing
        self.page: Page[Any] = Paginator(asked.ordered(rows), asked.size).get_page(asked.page)
        self.total = self.page.paginator.count

    @property
    def headings(self) -> list[Heading]:
        """The headings of the columns that are shown."""
        return [self._heading(column) for column in self.asked.columns]

    @property
    def rows(self) -> list[Row]:
        """The rows of this page."""
        return [self._row(row) for row in self._complete(list(self.page.object_list))]

    @property
    def pages(self) -> list[int | None]:
        """Numbers of the pages to link; None stands for a gap."""
        paginator = self.page.paginator
        numbers = paginator.get_elided_page_range(self.page.number, on_each_side=2, on_ends=1)
        return [number if isinstance(number, int) else None for number in numbers]

    def _heading(self, column: Column) -> Heading:
        title = f"{_(column.title)}（{_(column.unit)}）" if column.unit else _(column.title)
        if not column.sort:
            return Heading(column, title, "", "none")
        is_sorted = self.asked.sort.lstrip("-") == column.name
        descending = self.asked.sort.startswith("-")
        turn = column.name if not is_sorted or descending else f"-{column.name}"
        direction = ("descending" if descending else "ascending") if is_sorted else "none"
        return Heading(column, title, self.asked.address(sort=turn, page=None), direction)

    def _row(self, row: Any) -> Row:
        cells = tuple(
            Cell(
                column,
                None if column.template and column.value is None else column.read(row),
                column.link(row) if column.link else "",
            )
            for column in self.asked.columns
        )
        return Row(row, self.listing.row_id(row) if self.listing.batch else "", cells)


def plain(value: Any) -> str | int | float | bool | datetime | date | None:
    """A cell's value as an export writes it."""
    if isinstance(value, Lamp):
        return value.word
    if value is None or isinstance(value, str | int | float | bool | date):
        return value
    return str(value)
