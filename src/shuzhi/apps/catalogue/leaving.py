"""Rows that failed and then left the file: neither mended nor failing, and not to be forgotten.

Deleting a bad row must not pass for mending it. While a case is open, the keys that failed under it
are looked for in each new version; those that are gone are listed beside the run, and carried from
version to version until they are back and pass, or the case has ended. A rule over the key's own
columns is not told this way: there the key is what gets mended.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from shuzhi.apps.catalogue.failures import (
    OWNER,
    SAMPLE_CLEARANCE,
    SAMPLED_LINES,
    SAMPLES,
    Left,
    Sample,
    Share,
    count_shares,
    with_units,
)
from shuzhi.apps.catalogue.handovers import answering, handed_over
from shuzhi.apps.catalogue.models import Dataset, Run, Snapshot
from shuzhi.apps.catalogue.subjects import open_cases, rule_of
from shuzhi.apps.files.services import path_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from shuzhi.engine.data.inspection import Inspection
    from shuzhi.engine.data.tables import Tables

UnitOf = Callable[[str], int | None]


def rows_left(
    tables: Tables, dataset: Dataset | None, inspection: Inspection, unit_of: UnitOf, folder: Path
) -> Left:
    """What failed in the dataset's current version and is in no row of the inspected one.

    Writes to ``folder``. Shares are by the organisation that a row names; a share counts while the one
    that answers for it has an open case about the rule.
    """
    from shuzhi.engine.data.quality.leaving import left_behind

    key, table = inspection.contract.key, tables.parquet(inspection.load.table)
    rules = _told_by_key(inspection)
    if dataset is None or dataset.current is None:
        return Left(rules=rules)
    before = dataset.current
    run = before.runs.select_related("failing", "left").order_by("-pk").first()
    if run is None or run.failing is None or key != _key_of(before) or not {*key} <= {*table.columns}:
        return Left(before=before.pk)
    left = Left(before=before.pk, rules=rules)
    waiting = {(rule_of(case)[1], case.organisation_id) for case in open_cases(dataset)}
    if not (asked := sorted(rules & {rule for rule, _ in waiting})):
        return left
    failed = _failed_before(tables, run)
    gone = left_behind(failed.filter(failed["rule"].isin(asked)), table, key)
    lines = _written(tables, gone, folder / "gone.parquet")
    lines = _written(tables, with_units(tables, lines, unit_of), folder / "units.parquet")
    counts = _waited_for(count_shares(tables, lines), waiting, dataset)
    if not counts:
        return left
    lines = _of_shares(tables, lines, counts)
    tables.write(lines.drop("unit"), folder / "left.parquet")
    samples = _samples(tables, lines, key, inspection)
    return replace(left, counts=counts, samples=samples, lines=folder / "left.parquet")


def _told_by_key(inspection: Inspection) -> frozenset[str]:
    """The rules whose failing rows can be looked for by key: those over none of the key's columns."""
    key = {*inspection.contract.key}
    rules = (result.rule for result in inspection.report.rules)
    return frozenset(rule.id for rule in rules if key and rule.columns and not key & {*rule.columns})


def _key_of(version: Snapshot) -> tuple[str, ...]:
    from shuzhi.engine.data.contracts import load_contract

    return load_contract(version.contract.text, name=version.dataset.code).key


def _written(tables: Tables, lines: ir.Table, path: Path) -> ir.Table:
    tables.write(lines, path)
    return tables.parquet(path)


def _failed_before(tables: Tables, run: Run) -> ir.Table:
    """What failed in the run and what had left by then, as (rule, key, organisation)."""
    assert run.failing is not None  # noqa: S101 - asked for by the caller
    names = ("rule", "key", "organisation")
    failed = tables.parquet(path_of(run.failing)).select(*names)
    return failed.union(tables.parquet(path_of(run.left)).select(*names)) if run.left else failed


def _waited_for(
    counts: Mapping[Share, int], waiting: set[tuple[str, int]], dataset: Dataset
) -> Mapping[Share, int]:
    """The shares about which a case is open with whoever answers for them."""
    handed = handed_over(dataset)
    return {
        (rule, unit): count
        for (rule, unit), count in counts.items()
        if (rule, answering(rule, dataset.owner_id if unit == OWNER else unit, handed)) in waiting
    }


def _of_shares(tables: Tables, lines: ir.Table, shares: Iterable[Share]) -> ir.Table:
    import pyarrow as pa

    rules, units = zip(*shares, strict=True)
    chosen = tables.arrow(
        pa.table({"rule": pa.array(rules, pa.string()), "unit": pa.array(units, pa.int64())})
    )
    return lines.semi_join(chosen, ["rule", "unit"])


def _samples(
    tables: Tables, lines: ir.Table, key: Sequence[str], inspection: Inspection
) -> Mapping[Share, Sequence[Sample]]:
    """The first keys of each share, masked; they are in no row of the file, so ``row`` is null."""
    import ibis

    from shuzhi.engine.data.masking import FULL, mask_for, masked_value

    place = ibis.row_number().over(group_by=[lines.rule, lines.unit], order_by=lines.key)
    first = lines.mutate(place=place).filter(ibis._.place < SAMPLES).select("rule", "unit", "key")
    grades = {grade.column: (grade.category, grade.level) for grade in inspection.grades.columns}
    masks = {name: mask_for(*grades[name], SAMPLE_CLEARANCE) if name in grades else FULL for name in key}
    samples: dict[Share, list[Sample]] = defaultdict(list)
    chosen = tables.collect(first.order_by("rule", "unit", "key").limit(SAMPLED_LINES))
    for rule, unit, text in zip(*(column.to_pylist() for column in chosen.columns), strict=True):
        values = dict(zip(key, json.loads(text), strict=True))
        shown = {
            name: masked_value(value, mask) if (mask := masks[name]) else value
            for name, value in values.items()
        }
        samples[rule, unit].append({"row": None, "values": shown})
    return samples
