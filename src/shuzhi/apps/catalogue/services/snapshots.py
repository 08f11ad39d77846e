"""A checked file becomes a version: snapshot, run, findings, grades, cases and journal in one transaction."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Manager, Max
from django.utils import timezone

from shuzhi.apps.catalogue import policies
from shuzhi.apps.catalogue.failures import Failures, Left
from shuzhi.apps.catalogue.grades import keep_grades, reasons_of
from shuzhi.apps.catalogue.models import ContractVersion, Dataset, Finding, Run, Snapshot, Upload
from shuzhi.apps.catalogue.plain import plain_json
from shuzhi.apps.catalogue.problems import report_problems
from shuzhi.apps.catalogue.search import index_dataset
from shuzhi.apps.files.contents import Content
from shuzhi.apps.files.models import StoredFile
from shuzhi.apps.files.services import store
from shuzhi.apps.journal.services import record
from shuzhi.apps.people.models import Alias
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.models import compare_and_set
from shuzhi.crash_points import reached
from shuzhi.engine.data.contracts import dump_contract
from shuzhi.engine.errors import BadInputError

if TYPE_CHECKING:
    from shuzhi.engine.data.grading import TableGrade
    from shuzhi.engine.data.inspection import Inspection

PARQUET = "application/vnd.apache.parquet"
SEARCHED_COLUMNS = 300
"""Columns a dataset is found by; the index of one entry must stay small (PostgreSQL: 1 MB)."""
_CODES_TRIED = 5


class OvertakenError(BadInputError):
    """A file that was handed in later has become the dataset's version already."""

    code = "catalogue.overtaken"
    text = (
        "While {name} was being read, a file handed in later was taken in; an older one must not replace "
        "it. If {name} holds the newer data after all, hand it in again."
    )


class SupersededError(Exception):
    """A version came between the one that a file was compared with and the file's own commit."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the engine made of an upload, its files already on the disk.

    ``contract`` is the version it was read under; null where it was drafted from this file.
    """

    inspection: Inspection
    failures: Failures
    left: Left
    contents: Mapping[str, Content]
    contract: ContractVersion | None = None


def snapshot_commit(*, actor: Actor, upload: Upload, prepared: Prepared) -> Snapshot:
    """Makes the upload the dataset's current version; a new dataset where the upload names none.

    Call inside the job's last effect: all of it is committed, or nothing. Raises OvertakenError
    where a later upload of the dataset was quicker, SupersededError where an earlier one was.
    """
    policies.snapshot_commit(actor)
    with transaction.atomic():
        reached("catalogue.before_commit")
        dataset, inspection = _dataset(upload, prepared.inspection)
        reached("catalogue.after_dataset")
        if dataset.current_id != prepared.left.before:
            raise SupersededError
        prepared = replace(prepared, inspection=inspection)
        contract = prepared.contract or _contract_version(dataset, upload, inspection)
        reached("catalogue.after_contract")
        snapshot = _snapshot(actor, dataset, contract, upload, prepared)
        reached("catalogue.after_snapshot")
        run = _run(actor, snapshot, prepared)
        reached("catalogue.after_run")
        _point_at(dataset, contract, run, keep_grades(dataset, inspection.grades))
        reached("catalogue.after_pointed")
        compare_and_set(upload, state=Upload.State.DONE, dataset=dataset, snapshot=snapshot)
        reached("catalogue.after_upload")
        record(
            actor=actor,
            act="snapshot.commit",
            subject=("dataset", dataset.public_id),
            payload={
                "snapshot": snapshot.public_id,
                "number": snapshot.number,
                "upload": upload.public_id,
                "account": snapshot.account["counts"],
                "score": run.score,
            },
        )
        report_problems(
            dataset=dataset,
            run=run,
            contract=inspection.contract,
            failures=prepared.failures,
            left=prepared.left,
        )
        reached("catalogue.after_problems")
    return snapshot


def _dataset(upload: Upload, inspection: Inspection) -> tuple[Dataset, Inspection]:
    """The dataset, locked until the commit and as it is now: people act while a file is being read."""
    if upload.dataset_id is None:
        return _new_dataset(upload, inspection)
    dataset = Dataset.objects.select_for_update().get(pk=upload.dataset_id)
    later = Upload.objects.filter(dataset=dataset, pk__gt=upload.pk, state=Upload.State.DONE)
    if later.exists():
        raise OvertakenError(name=upload.original.name if upload.original else upload.title)
    return dataset, inspection


def code_for(title: str) -> str:
    """A code that no dataset has yet: the title's initials, numbered where they are taken."""
    from pypinyin import Style, lazy_pinyin

    letters = "".join(lazy_pinyin(title, style=Style.FIRST_LETTER)).lower()
    stem = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:40] or "dataset"
    taken = set(Dataset.objects.filter(code__startswith=stem).values_list("code", flat=True))
    return next(
        code for n in range(1, len(taken) + 2) if (code := stem if n == 1 else f"{stem}-{n}") not in taken
    )


def _new_dataset(upload: Upload, inspection: Inspection) -> tuple[Dataset, Inspection]:
    """A dataset under a code of its own: another may have taken the one chosen while the file was read."""
    for _ in range(_CODES_TRIED):
        try:
            with transaction.atomic():
                return _created(upload, inspection), inspection
        except IntegrityError:
            code = code_for(upload.title)
            inspection = replace(inspection, contract=replace(inspection.contract, id=code, name=code))
    return _created(upload, inspection), inspection


def _created(upload: Upload, inspection: Inspection) -> Dataset:
    return Dataset.objects.create(
        code=inspection.contract.name,
        title=upload.title,
        owner=upload.organisation,
        synthetic=upload.synthetic,
        subject=inspection.contract.subject or "",
        update_cycle=inspection.contract.update_cycle,
    )


def _contract_version(dataset: Dataset, upload: Upload, inspection: Inspection) -> ContractVersion:
    return ContractVersion.objects.create(
        dataset=dataset,
        number=next_number(dataset.contracts),
        text=dump_contract(inspection.contract),
        made_by=upload.uploaded_by,
        drafted=True,
    )


def next_number(versions: Manager[Any]) -> int:
    """The number after the last of a dataset's versions; the dataset's row must be locked."""
    last = versions.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _file(actor: Actor, prepared: Prepared, kind: str, name: str) -> StoredFile:
    return store(actor=actor, source=prepared.contents[kind], kind=kind, name=name, media_type=PARQUET)


def _snapshot(
    actor: Actor, dataset: Dataset, contract: ContractVersion, upload: Upload, prepared: Prepared
) -> Snapshot:
    assert upload.original is not None  # noqa: S101 - only a refused upload loses its original
    number = next_number(dataset.snapshots)
    load = prepared.inspection.load
    stem = f"{dataset.code}-{number}"
    return Snapshot.objects.create(
        dataset=dataset,
        number=number,
        contract=contract,
        table=_file(actor, prepared, "snapshot", f"{stem}.parquet"),
        set_aside=_file(actor, prepared, "set_aside", f"{stem}.set-aside.parquet"),
        original=upload.original,
        columns=[[column.name, column.type.value, column.header] for column in load.columns],
        account=plain_json(account_of(prepared.inspection)),
        layout=plain_json(layout_of(prepared.inspection)),
        row_count=load.account.loaded,
        loaded_by_name=upload.uploaded_by_name,
    )


def account_of(inspection: Inspection) -> dict[str, object]:
    """The account of the rows, as stored: counts, and at most 200 frame rows with their reasons."""
    load = inspection.load
    counts = {name: getattr(load.account, name) for name in type(load.account).__dataclass_fields__}
    frame = [
        {"row": f.row, "role": f.role, "text": f.text[:200], "why": f.why} for f in load.frame_rows[:200]
    ]
    return {"counts": counts, "frame": frame}


def layout_of(inspection: Inspection) -> dict[str, object]:
    """How the file was understood, as stored: format, encoding, sheet, what was hidden, notes."""
    source = inspection.load.source
    notes = [{"code": note.code, "args": dict(note.args)} for note in inspection.load.notes[:200]]
    return {
        "name": source.name,
        "format": source.format,
        "encoding": source.encoding,
        "sheet": source.sheet,
        "hidden_sheets": list(source.hidden_sheets),
        "hidden_rows": list(source.hidden_rows[:200]),
        "hidden_columns": list(source.hidden_columns[:200]),
        "notes": notes,
    }


def _run(actor: Actor, snapshot: Snapshot, prepared: Prepared) -> Run:
    report = prepared.inspection.report
    scores, stem = report.scores, f"{snapshot.dataset.code}-{snapshot.number}"
    left = _file(actor, prepared, "left", f"{stem}.left.parquet") if "left" in prepared.contents else None
    run = Run.objects.create(
        snapshot=snapshot,
        failing=_file(actor, prepared, "failing", f"{stem}.failing.parquet"),
        left=left,
        score=scores.dataset,
        score_class=scores.letter or "",
        coverage=scores.coverage,
        dimensions=dict(scores.by_dimension),
    )
    Finding.objects.bulk_create(
        (
            Finding(
                run=run,
                rule=result.rule.id,
                kind=result.rule.kind,
                columns=list(result.rule.columns),
                indicator=result.rule.indicator,
                severity=result.rule.severity.value,
                status=result.status.value,
                evaluated=result.evaluated,
                failed=result.failed,
                reason=result.reason or "",
                evidence=result.rule.evidence,
                by_key=result.rule.id in prepared.left.rules,
            )
            for result in report.rules
        ),
        batch_size=500,
    )
    return run


def _point_at(dataset: Dataset, contract: ContractVersion, run: Run, graded: TableGrade) -> None:
    """Makes the version the current one; the contract only where the dataset has none yet.

    A contract that was replaced while the file was read stays: the next load is checked by it.
    """
    snapshot = run.snapshot
    compare_and_set(
        dataset,
        contract=dataset.contract or contract,
        current=snapshot,
        level=graded.level,
        level_reasons=reasons_of(graded),
        score=run.score,
        score_class=run.score_class,
        row_count=snapshot.row_count,
        loaded_at=timezone.now(),
    )
    names = [name for name, _, _ in snapshot.columns[:SEARCHED_COLUMNS]]
    names += [
        dataset.owner.name,
        *Alias.objects.filter(organisation=dataset.owner).values_list("text", flat=True),
    ]
    index_dataset(dataset, names)
