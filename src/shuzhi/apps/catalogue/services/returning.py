"""Handing files back: the original, and the original with its bad cells coloured and explained.

Both hold every value unmasked, so they are for those who answer for the data, and are journalled.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from shuzhi.apps.catalogue import policies
from shuzhi.apps.catalogue.models import Dataset, Snapshot
from shuzhi.apps.catalogue.wording import finding_sentence
from shuzhi.apps.files.services import path_of
from shuzhi.apps.journal.services import record
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.refusals import NotFoundError

if TYPE_CHECKING:
    from shuzhi.engine.data.reading.returning import Flag

MARKED_ROWS = 20_000
"""Failing rows that are marked in a workbook; beyond this nobody reads them one by one."""


def original_take(*, actor: Actor, dataset: Dataset, number: int) -> tuple[Path, str]:
    """The path and name of the file that a version was made of. Raises ForbiddenError, NotFoundError."""
    policies.original_take(actor, dataset)
    snapshot = _version(dataset, number)
    _note(actor, dataset, snapshot, "original.take")
    return path_of(snapshot.original), snapshot.original.name


def marked_workbook(*, actor: Actor, dataset: Dataset, number: int, to: Path, language: str) -> None:
    """Writes the version's file to ``to`` (.xlsx) with set-aside cells and failed rules marked.

    The file is read once more under the version's contract, so the marks are those of its check.
    """
    from shuzhi.engine.data.contracts import load_contract
    from shuzhi.engine.data.reading import ReadOptions, load_file
    from shuzhi.engine.data.reading.returning import return_workbook

    policies.marked_workbook(actor, dataset)
    snapshot = _version(dataset, number)
    contract = load_contract(snapshot.contract.text, name=dataset.code)
    options = ReadOptions(name=snapshot.original.name, sheet=snapshot.layout.get("sheet") or None)
    with tempfile.TemporaryDirectory(prefix="shuzhi-") as folder:
        load = load_file(path_of(snapshot.original), contract=contract, into=Path(folder), options=options)
        return_workbook(path_of(snapshot.original), load, to, language=language, flags=_flags(snapshot))
    _note(actor, dataset, snapshot, "original.marked")


def _version(dataset: Dataset, number: int) -> Snapshot:
    found = dataset.snapshots.filter(number=number).select_related("original", "contract").first()
    if found is None:
        raise NotFoundError("version", number)
    return found


def _flags(snapshot: Snapshot) -> list[Flag]:
    """The failed rules of the version's latest check, row by row; loading rules are marked by the load."""
    from pyarrow import compute as pc
    from pyarrow import parquet

    from shuzhi.engine.data.quality.promises import LOADS, ROWS_LOAD
    from shuzhi.engine.data.reading.returning import Flag

    run = snapshot.runs.order_by("-pk").select_related("failing").first()
    if run is None or run.failing is None:
        return []
    said = {
        finding.rule: (finding.columns, finding_sentence(finding))
        for finding in run.findings.filter(status="failed")
        if finding.kind not in {LOADS, ROWS_LOAD} and finding.columns
    }
    lines = parquet.read_table(path_of(run.failing), columns=["rule", "row"])
    wanted = lines.filter(pc.is_in(lines["rule"], value_set=_texts(list(said)))).slice(0, MARKED_ROWS)
    return [Flag(line["row"], said[line["rule"]][0][0], said[line["rule"]][1]) for line in wanted.to_pylist()]


def _texts(values: list[str]) -> object:
    import pyarrow as pa

    return pa.array(values, pa.string())


def _note(actor: Actor, dataset: Dataset, snapshot: Snapshot, act: str) -> None:
    payload = {"snapshot": snapshot.public_id, "number": snapshot.number}
    record(actor=actor, act=act, subject=("dataset", dataset.public_id), payload=payload)
