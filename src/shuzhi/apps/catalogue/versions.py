"""Two versions side by side, and what one of them set aside. Reads Parquet; shows values masked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings

from shuzhi.apps.catalogue.models import Dataset, Snapshot
from shuzhi.apps.catalogue.selectors import may_see_inside
from shuzhi.apps.files.services import path_of
from shuzhi.apps.journal.services import record
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.refusals import NotFoundError
from shuzhi.engine.data.contracts import load_contract

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from shuzhi.engine.data.tables import Tables

MASKED = "***"
"""What stands for a raw value above the reader's clearance."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed from ``old`` to ``new``.

    Columns by name. Rows by key: ``added``, ``removed``, and for each column in both how many rows
    of the same key have another value; null where the contract names no key to compare by.
    """

    old: Snapshot
    new: Snapshot
    columns_added: tuple[str, ...]
    columns_removed: tuple[str, ...]
    added: int | None
    removed: int | None
    changed: tuple[tuple[str, int], ...]


def compare_versions(*, actor: Actor, old: Snapshot, new: Snapshot) -> Difference:
    """Compares two versions of a dataset in one statement. Raises NotFoundError for those outside."""
    if not may_see_inside(actor, new.dataset) or old.dataset_id != new.dataset_id:
        raise NotFoundError("version", new.number)
    before, after = ([column[0] for column in snapshot.columns] for snapshot in (old, new))
    added = tuple(name for name in after if name not in before)
    removed = tuple(name for name in before if name not in after)
    key = load_contract(new.contract.text, name=new.dataset.code).key
    if not key or not set(key) <= set(before) & set(after):
        return Difference(old, new, added, removed, None, None, ())
    from shuzhi.engine.data.tables import open_tables

    with open_tables(_limits()) as tables:
        counts = _counts(tables, (old, new), key, [n for n in after if n in before and n not in key])
    changed = tuple((name[2:], count) for name, count in counts.items() if name.startswith("c:") and count)
    return Difference(old, new, added, removed, counts["added"], counts["removed"], changed)


def _counts(
    tables: Tables, pair: tuple[Snapshot, Snapshot], key: Sequence[str], shared: Sequence[str]
) -> Mapping[str, int]:
    old, new = (_keyed(tables.parquet(path_of(snapshot.table)), key, shared) for snapshot in pair)
    both = old.join(new, [f"k{i}" for i in range(len(key))], how="outer", rname="new_{name}")
    there, now = both["there"].notnull(), both["new_there"].notnull()
    asked = {"added": (now & ~there).sum(), "removed": (there & ~now).sum()}
    for i, name in enumerate(shared):
        asked[f"c:{name}"] = (there & now & ~both[f"v{i}"].identical_to(both[f"new_v{i}"])).sum()
    line = tables.collect(both.aggregate(**asked)).to_pylist()[0]
    return {name: count or 0 for name, count in line.items()}


def _keyed(table: ir.Table, key: Sequence[str], shared: Sequence[str]) -> ir.Table:
    import ibis

    chosen = {f"k{i}": table[name].cast("string") for i, name in enumerate(key)}
    chosen |= {f"v{i}": table[name].cast("string") for i, name in enumerate(shared)}
    # one row per key: rows that share theirs would be compared each with each
    return table.select(there=ibis.literal(1), **chosen).distinct(on=[*chosen][: len(key)], keep="first")


def set_aside_page(
    *, actor: Actor, dataset: Dataset, page: int, size: int
) -> tuple[list[dict[str, Any]], int]:
    """Lines of what the current version set aside (row, column, raw, reason) and how many there are.

    A raw value is shown in clear only where its column's level is within the actor's clearance; a
    whole row only where all columns are. Raises NotFoundError for those outside.
    """
    if not may_see_inside(actor, dataset):
        raise NotFoundError("dataset", dataset.public_id)
    if dataset.current is None:
        return [], 0
    from shuzhi.apps.catalogue.services.rows import rank
    from shuzhi.engine.data.tables import open_tables

    levels = {grade.column: rank(grade.level) for grade in dataset.grades.all()}
    with open_tables(_limits()) as tables:
        table = tables.parquet(path_of(dataset.current.set_aside))
        total = int(tables.collect(table.count())[0][0].as_py())
        lines = tables.collect(table.limit(size, offset=(max(page, 1) - 1) * size)).to_pylist()
    _mask(lines, levels, max(actor.clearance, 1))
    _note_reading(actor, dataset, lines, levels)
    return lines, total


def _mask(lines: list[dict[str, Any]], levels: Mapping[str, int], clearance: int) -> None:
    """Hides raw values and keys above the clearance; a key may be any of the columns."""
    highest = max(levels.values(), default=3)
    for line in lines:
        needed = levels.get(line["column"], 3) if line["column"] else highest
        if needed > clearance:
            line["raw"] = MASKED
        if line.get("key") and highest > clearance:
            line["key"] = MASKED


def _note_reading(
    actor: Actor, dataset: Dataset, lines: list[dict[str, Any]], levels: Mapping[str, int]
) -> None:
    """A page that shows a value of L3 or above in clear is in the journal, as reading rows is."""
    from shuzhi.apps.catalogue.services.rows import JOURNALLED_LEVEL

    highest = max(levels.values(), default=3)
    plain = {
        line["column"] or ""
        for line in lines
        if line["raw"] != MASKED
        if (levels.get(line["column"], 3) if line["column"] else highest) >= JOURNALLED_LEVEL
    }
    if plain and dataset.current is not None:
        payload = {"snapshot": dataset.current.public_id, "rows": len(lines), "columns": sorted(plain)}
        record(actor=actor, act="set_aside.read", subject=("dataset", dataset.public_id), payload=payload)


def _limits() -> Any:
    from shuzhi.engine.data.tables import Limits

    return Limits(settings.CONFIGURATION.memory_mb, settings.CONFIGURATION.threads)
