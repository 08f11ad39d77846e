"""Reading rows: scoped and masked in the query itself, and journalled where they are sensitive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from shuzhi.apps.catalogue import policies
from shuzhi.apps.catalogue.models import Dataset, Snapshot
from shuzhi.apps.catalogue.policies import RowScope
from shuzhi.apps.files.services import path_of
from shuzhi.apps.journal.services import record
from shuzhi.apps.people.selectors import organisation_book
from shuzhi.apps.records.actors import Actor

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from shuzhi.engine.data.tables import Tables

JOURNALLED_LEVEL = 3
MAX_ROWS = 200
MAX_NAMES = 20_000
"""Different texts of an organisation column that are looked up; a column with more names no organisations."""


@dataclass(frozen=True, slots=True)
class RowsRequest:
    """Which part of a version: ``page`` from 1, at most MAX_ROWS rows each; ``rows`` are file row numbers."""

    page: int = 1
    size: int = 50
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column as it is shown: ``masked`` where the actor's clearance is below its level."""

    name: str
    level: str
    masked: bool


@dataclass(frozen=True, slots=True)
class RowsPage:
    """Rows as text (null stays None), in the order of the file; the first value is the file's row number."""

    columns: tuple[ShownColumn, ...]
    rows: tuple[tuple[str | None, ...], ...]
    total: int
    scope: RowScope


def rows_read(*, actor: Actor, dataset: Dataset, snapshot: Snapshot, request: RowsRequest) -> RowsPage:
    """One page of a version as this person may see it.

    Columns above the actor's clearance are masked by the dataset's grades of today (not those of the
    version's day); rows outside their scope are not counted. A page that shows a column of L3 or above
    unmasked is journalled. Raises ForbiddenError where the actor may see no row at all.
    """
    from shuzhi.engine.data.masking import masked_view
    from shuzhi.engine.data.tables import Limits, open_tables

    agreed = dataset.contract.organisation_column if dataset.contract else ""
    column = agreed if agreed in {name for name, *_ in snapshot.columns} else ""
    scope = policies.rows_read(actor, dataset, column)
    grades = {grade.column: (grade.category, grade.level) for grade in dataset.grades.all()}
    size, number = max(1, min(request.size, MAX_ROWS)), max(1, request.page)
    configuration = settings.CONFIGURATION
    with open_tables(Limits(configuration.memory_mb, configuration.threads)) as tables:
        table = tables.parquet(path_of(snapshot.table))
        if scope is RowScope.OWN:
            table = _own_rows(tables, table, column, actor)
        if request.rows:
            table = table.filter(table["_row"].isin(request.rows))
        narrowed = scope is RowScope.OWN or bool(request.rows)
        total = int(tables.collect(table.count())[0][0].as_py()) if narrowed else snapshot.row_count
        page = masked_view(table, grades, actor.clearance).limit(size, offset=(number - 1) * size)
        shown = tables.collect(page)
    columns = tuple(_shown(name, grades, actor.clearance) for name in shown.column_names if name != "_row")
    _note_reading(actor, dataset, snapshot, columns, shown.num_rows)
    texts = [[None if v is None else str(v) for v in column.to_pylist()] for column in shown.columns]
    return RowsPage(columns, tuple(zip(*texts, strict=True)), total, scope)


def _own_rows(tables: Tables, table: ir.Table, column: str, actor: Actor) -> ir.Table:
    """The rows that belong to a unit in the actor's subtree, judged as for cases: by any of its names.

    A name that two units share belongs to neither: villages of two towns are called the same.
    """
    import ibis

    if column not in table.columns:
        return table.filter(ibis.literal(False))
    said = table[column].cast("string")
    names = tables.collect(table.select(said=said).distinct().limit(MAX_NAMES)).column(0).to_pylist()
    book = organisation_book()
    units = {text: book.match(text) for text in names if text}
    own = sorted(text for text, unit in units.items() if unit and actor.covers(unit.path))
    return table.filter(said.isin(own)) if own else table.filter(ibis.literal(False))


def _shown(name: str, grades: dict[str, tuple[str, str]], clearance: int) -> ShownColumn:
    level = grades.get(name, ("", "L3"))[1]
    return ShownColumn(name, level, rank(level) > clearance)


def rank(level: str) -> int:
    """The number in a level's code: L3 is 3. What has no grade yet counts as L3."""
    return int(level[1:]) if level[1:].isdigit() else JOURNALLED_LEVEL


def _note_reading(
    actor: Actor, dataset: Dataset, snapshot: Snapshot, columns: tuple[ShownColumn, ...], count: int
) -> None:
    plain = [c.name for c in columns if not c.masked and rank(c.level) >= JOURNALLED_LEVEL]
    if plain and count:
        payload = {"snapshot": snapshot.public_id, "rows": count, "columns": plain}
        record(actor=actor, act="rows.read", subject=("dataset", dataset.public_id), payload=payload)
