"""What a run's failing rows, and those that left since, come to: counts and masked samples by share.

Reads Parquet; whose name a row carries is asked of the caller. However many rows fail, rules
there are or names the rows carry, no more than SAMPLED_LINES lines of samples are held.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from shuzhi.apps.catalogue.plain import shortened

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from shuzhi.engine.data.tables import Tables

SAMPLES = 20
"""Rows shown in a case. A case may hold 100; the department's workbook comes back with all of them."""
SAMPLE_COLUMNS = 10
SAMPLE_CHARACTERS = 80
"""With these, the samples of a case stay below what a case may hold, whatever the cells contain."""
SAMPLE_CLEARANCE = 1
"""Whoever sees the case sees its samples, so they are masked for the lowest clearance."""
SAMPLED_LINES = 20_000

Share = tuple[str, int]
"""(rule, key of the organisation)."""
Sample = dict[str, object]
OWNER = 0
"""Stands for the dataset's owner: who answers where a row names no organisation that is known."""


@dataclass(frozen=True, slots=True)
class Failures:
    """Failing rows counted, and the first of them as masked samples."""

    counts: Mapping[Share, int]
    samples: Mapping[Share, Sequence[Sample]]


@dataclass(frozen=True, slots=True)
class Left:
    """Rows that failed an earlier version and whose keys this one does not hold.

    ``before`` is the version it is told against (null: there was none), ``rules`` those that could be
    told by key, ``lines`` the file of what left (LEFT_SCHEMA), null where nothing did.
    """

    before: int | None = None
    rules: frozenset[str] = frozenset()
    counts: Mapping[Share, int] = field(default_factory=dict)
    samples: Mapping[Share, Sequence[Sample]] = field(default_factory=dict)
    lines: Path | None = None


@dataclass(frozen=True, slots=True)
class CheckedFiles:
    """The two Parquet files of a check, the columns each rule is about, and (category, level) by column."""

    failing: Path
    table: Path
    columns: Mapping[str, Sequence[str]]
    grades: Mapping[str, tuple[str, str]]


def count_failures(tables: Tables, checked: CheckedFiles, unit_of: Callable[[str], int | None]) -> Failures:
    """Counts and samples in four statements, whatever the number of rules and organisations.

    ``unit_of`` answers the key of the organisation that a text names, None where it names none.
    """
    lines = with_units(tables, tables.parquet(checked.failing), unit_of)
    counts = count_shares(tables, lines)
    each = max(1, min(SAMPLES, SAMPLED_LINES // max(len(counts), 1)))
    return Failures(counts, _samples(tables, lines, checked, each))


def count_shares(tables: Tables, lines: ir.Table) -> dict[Share, int]:
    """How many of the lines (rule, unit, …) each share has."""
    counted = tables.collect(lines.group_by("rule", "unit").agg(lines=lines.count()))
    return {
        (rule, unit): number
        for rule, unit, number in zip(*(column.to_pylist() for column in counted.columns), strict=True)
    }


def with_units(tables: Tables, lines: ir.Table, unit_of: Callable[[str], int | None]) -> ir.Table:
    """The lines with ``unit`` beside them: the key of the organisation that each names, else OWNER."""
    import ibis
    import pyarrow as pa

    found = tables.collect(lines.select("organisation").distinct()).column(0).to_pylist()
    named = {text: unit_of(text) for text in found if text}
    known = {text: unit for text, unit in named.items() if unit is not None}
    if not known:
        return lines.mutate(unit=ibis.literal(OWNER, "int64"))
    book = tables.arrow(
        pa.table(
            {"said": pa.array(list(known), pa.string()), "answers": pa.array(known.values(), pa.int64())}
        )
    )
    both = lines.join(book, lines.organisation == book.said, how="left")
    return both.select(*lines.columns, unit=both.answers.fill_null(OWNER))


def _samples(
    tables: Tables, lines: ir.Table, checked: CheckedFiles, each: int
) -> Mapping[Share, Sequence[Sample]]:
    """The first ``each`` rows of each share; more than SAMPLED_LINES only where shares alone are more."""
    import ibis

    place = ibis.row_number().over(group_by=[lines.rule, lines.unit], order_by=lines.row)
    first = lines.mutate(place=place).filter(ibis._.place < each).select("rule", "unit", "row")
    chosen = tables.collect(first.order_by("rule", "unit", "row"))
    wanted = {name for names in checked.columns.values() for name in names[:SAMPLE_COLUMNS]}
    rows = _rows(tables, chosen.column("row").unique().to_pylist(), wanted, checked)
    samples: dict[Share, list[Sample]] = defaultdict(list)
    for rule, unit, row in zip(*(column.to_pylist() for column in chosen.columns), strict=True):
        values = rows.get(row, {})
        shown = {name: values.get(name) for name in checked.columns.get(rule, ())[:SAMPLE_COLUMNS]}
        samples[rule, unit].append({"row": row, "values": shown})
    return samples


def _rows(
    tables: Tables, numbers: Sequence[int], wanted: Iterable[str], checked: CheckedFiles
) -> Mapping[int, Mapping[str, str | None]]:
    """The masked cells of ``wanted`` columns, by the file's row number; set-aside rows are not among them."""
    import pyarrow as pa

    from shuzhi.engine.data.masking import masked_view

    table = tables.parquet(checked.table)
    names = [name for name in table.columns if name in set(wanted)]
    view = masked_view(table.select("_row", *names), checked.grades, SAMPLE_CLEARANCE)
    asked = tables.arrow(pa.table({"asked": pa.array(numbers, pa.int64())}))
    found = tables.collect(view.semi_join(asked, view["_row"] == asked.asked))
    columns = [
        [shortened(value, SAMPLE_CHARACTERS) for value in found.column(name).to_pylist()] for name in names
    ]
    cells = zip(*columns, strict=True) if columns else ((),) * found.num_rows
    return {
        row: dict(zip(names, line, strict=True))
        for row, line in zip(found.column("_row").to_pylist(), cells, strict=True)
    }
