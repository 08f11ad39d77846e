"""What must hold of an installation whatever happened to it, and a digest of what it holds.

Each invariant is a function that yields what is wrong, in words; ``INVARIANTS`` lists them.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models import Count
from django.utils import timezone

Promises = list[tuple[str, str, str]]
"""What was answered "done": (what, public id, more), as ``clerk`` writes it down."""
REST_S = 40.0


def examine(promised: Promises) -> dict[str, Any]:
    """Waits until nothing is left to do, then says what is wrong, what there is, and how much."""
    wrong = [f"at rest: {left}" for left in come_to_rest()]
    for invariant in INVARIANTS:
        wrong += [f"{invariant.__name__}: {what}" for what in invariant(promised)]
    counts = {model._meta.label: model._base_manager.count() for model in _models()}
    return {"wrong": wrong, "rows": rows(), "counts": counts}


def come_to_rest() -> list[str]:
    from shuzhi.apps.jobs.models import OPEN_STATES, Job
    from shuzhi.apps.journal.models import Pending

    until = time.monotonic() + REST_S
    while True:
        jobs = Job.objects.filter(state__in=OPEN_STATES, run_after__lte=timezone.now())
        left = [f"{job.kind} {job.state}, attempt {job.attempts}" for job in jobs]
        left += [f"{number} entries wait for their seal"] if (number := Pending.objects.count()) else []
        if not left or time.monotonic() > until:
            return left
        time.sleep(0.1)


def promised_acts_are_there(promised: Promises) -> Iterator[str]:
    """An act that was answered is there, once, and in the journal."""
    from shuzhi.apps.cases.models import Step
    from shuzhi.apps.catalogue.models import Upload
    from shuzhi.apps.journal.models import Entry

    acts = {"upload": "upload.receive", "answer": "upload.answer"}
    for what, public_id, more in promised:
        if what == "step":
            taken = Step.objects.filter(case__public_id=public_id, name=more).count()
            noted = Entry.objects.filter(act=f"case.{more}", subject_id=public_id).count()
        else:
            there = Upload.objects.filter(public_id=public_id)
            taken = there.count() if what == "upload" else there.filter(question__answer=more).count()
            noted = Entry.objects.filter(act=acts[what], subject_id=public_id).count()
        if (taken, noted) != (1, 1):
            yield f"{what} {public_id} {more}: there {taken} times, in the journal {noted} times"


def nothing_is_there_twice(_promised: Promises) -> Iterator[str]:
    """One upload per file, one version and one run per upload, one case per problem, one entry per act."""
    from shuzhi.apps.cases.models import Case, Step
    from shuzhi.apps.catalogue.models import Run, Snapshot, Upload
    from shuzhi.apps.journal.models import Entry

    for name, found in (
        ("files handed in", Upload.objects.values("original__name")),
        ("versions of an upload", Upload.objects.exclude(snapshot=None).values("snapshot")),
        ("versions of an original", Snapshot.objects.values("original")),
        ("runs of a version", Run.objects.values("snapshot")),
        ("open cases of a problem", Case.objects.filter(ended_at=None).values("dedupe_key")),
        ("cases of a number", Case.objects.values("number")),
        ("steps of an entry", Step.objects.values("entry")),
        ("first steps", Step.objects.filter(sequence=1).values("case")),
    ):
        for line in found.annotate(times=Count("pk")).filter(times__gt=1):
            yield f"{name}: {line}"
    done = Upload.objects.filter(state="done").count()
    commits = Entry.objects.filter(act="snapshot.commit").count()
    if not done == Snapshot.objects.count() == Run.objects.count() == commits:
        yield f"{done} uploads done, {Snapshot.objects.count()} versions, {commits} in the journal"
    for case in Case.objects.annotate(taken=Count("steps")).exclude(taken=models.F("acts")):
        yield f"case {case.number} counts {case.acts} steps"
    steps, noted = Step.objects.count(), Entry.objects.filter(act__startswith="case.").count()
    if steps != noted:
        yield f"{steps} steps, {noted} in the journal"


def numbers_have_no_gaps(_promised: Promises) -> Iterator[str]:
    """Versions of a dataset and cases of a day are numbered from 1 on."""
    from shuzhi.apps.cases.models import Case
    from shuzhi.apps.catalogue.models import Dataset

    for dataset in Dataset.objects.all():
        numbers = list(dataset.snapshots.order_by("number").values_list("number", flat=True))
        if numbers != [*range(1, len(numbers) + 1)]:
            yield f"versions of {dataset.title}: {numbers}"
    given = sorted(number.split("-")[-1] for number in Case.objects.values_list("number", flat=True))
    if given != [f"{number:04d}" for number in range(1, len(given) + 1)]:
        yield f"numbers of cases: {given}"


def no_version_is_half(_promised: Promises) -> Iterator[str]:
    """Every row's file is whole, every table opens, its rows are those that the account says."""
    from pyarrow import parquet

    from shuzhi.apps.catalogue.models import Run, Snapshot
    from shuzhi.apps.files.models import StoredFile
    from shuzhi.apps.files.services import contents, path_of

    for stored in StoredFile.objects.all():
        if not contents().is_intact(stored.sha256):
            yield f"file {stored.name} is not what its row says"
    for snapshot in Snapshot.objects.select_related("table", "set_aside"):
        held = parquet.read_table(path_of(snapshot.table)).num_rows
        parquet.read_table(path_of(snapshot.set_aside))
        counts = snapshot.account["counts"]
        if not held == snapshot.row_count == counts["loaded"]:
            yield f"{snapshot.table.name} holds {held} rows, {snapshot.row_count} are told"
        if counts["total"] != counts["frame"] + counts["loaded"] + counts["set_aside"]:
            yield f"{snapshot.table.name}: the rows do not add up: {counts}"
    for run in Run.objects.exclude(failing=None).select_related("failing"):
        assert run.failing is not None
        lines = parquet.read_table(path_of(run.failing))
        failed = run.findings.filter(status="failed").count()
        if bool(failed) != bool(lines.num_rows):
            yield f"{failed} rules failed and {lines.num_rows} lines say where"


def nothing_is_left_over(_promised: Promises) -> Iterator[str]:
    """After the sweeps the home holds what rows name, and nothing beside it."""
    from shuzhi.apps.catalogue.scratch import sweep_scratch
    from shuzhi.apps.files.models import StoredFile
    from shuzhi.apps.files.receptions import receptions_sweep
    from shuzhi.apps.files.services import sweep

    sweep_scratch()
    receptions_sweep(now=timezone.now() + timedelta(hours=25))
    sweep(now=timezone.now() + timedelta(hours=2))
    home, temporary = Path(os.environ["SHUZHI_HOME"]), Path(os.environ["TMPDIR"])
    named = set(StoredFile.objects.values_list("sha256", flat=True))
    for path in (home / "files").rglob("*"):
        if path.is_file() and not path.name.startswith(".") and path.name not in named:
            yield f"{path.relative_to(home)} is nobody's"
    for path in (home / "work").iterdir():
        if path.name != ".turn":
            yield f"{path.relative_to(home)} was left behind"
    for path in home.iterdir():
        if re.search(r"\.(new|tmp)$|\.(key|json)\.\w+$", path.name):
            yield f"{path.name} was left behind"
    for path in temporary.iterdir():
        yield f"{path.name} was left in the system's folder for temporary files"


def the_journal_is_sound(_promised: Promises) -> Iterator[str]:
    """Every entry has one place, nothing was changed, and the database itself is whole."""
    from shuzhi.apps.journal import services
    from shuzhi.apps.journal.models import Entry, Seal

    report = services.verify()
    yield from (problem.text for problem in report.problems)
    if Seal.objects.count() != Entry.objects.count():
        yield f"{Entry.objects.count()} entries, {Seal.objects.count()} places"
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            (answer,) = cursor.fetchone()
            if answer != "ok":
                yield f"the database: {answer}"


def work_ended_well(_promised: Promises) -> Iterator[str]:
    """No job failed, and no upload waits for one."""
    from shuzhi.apps.catalogue.models import Upload
    from shuzhi.apps.jobs.models import Job

    for job in Job.objects.filter(state__in=["failed", "cancelled"]):
        yield f"{job.kind}: {job.error_code} {job.error_args}"
    for upload in Upload.objects.filter(state__in=["waiting", "reading"]):
        yield f"upload {upload.title} is {upload.state}"


INVARIANTS: tuple[Callable[[Promises], Iterator[str]], ...] = (
    promised_acts_are_there,
    nothing_is_there_twice,
    numbers_have_no_gaps,
    no_version_is_half,
    nothing_is_left_over,
    the_journal_is_sound,
    work_ended_well,
)

_ID = re.compile(r"\b([a-z]{2,4})_[0-9a-z]{26}\b")
_NUMBER = re.compile(r"\bWT\d{8}-\d+\b")
_LEFT_OUT = {
    "jobs.Job",  # how often a job was begun is what differs
    "jobs.Schedule",
    "sessions.Session",
    "journal.Payload",  # salted
    "journal.Pending",
    "journal.Seal",
    "journal.Tile",
    "journal.Head",
    "cases.NumberSeries",
}
_COLUMNS_LEFT_OUT = {
    "at_us",
    "job",
    "request_id",
    "payload_digest",
    "entry",
    "password",
    "last_login",
}
_ACTS_LEFT_OUT = ("account.", "journal.", "rows.", "set_aside.")
"""Signing in and looking: done again by whoever got no answer."""


def rows() -> dict[str, dict[str, int]]:
    """How often each row is there, by model: without numbers, ids and times, so that two runs compare."""
    found: dict[str, dict[str, int]] = {}
    for model in _models():
        if model._meta.label not in _LEFT_OUT:
            lines = Counter(_plain(row) for row in model._base_manager.all() if not _is_look(row))
            found[model._meta.label] = dict(sorted(lines.items()))
    return found


def _models() -> list[type[models.Model]]:
    ours = [config for config in apps.get_app_configs() if config.name.startswith("shuzhi.")]
    return [model for config in ours for model in config.get_models()]


def _is_look(row: models.Model) -> bool:
    return row._meta.label == "journal.Entry" and str(getattr(row, "act", "")).startswith(_ACTS_LEFT_OUT)


def _plain(row: models.Model, depth: int = 0) -> str:
    """The row as one line; rows that it refers to are in it as the digest of theirs."""
    told: dict[str, object] = {}
    for column in row._meta.concrete_fields:
        value = getattr(row, column.attname)
        if column.primary_key and not column.is_relation:
            continue
        if column.name in _COLUMNS_LEFT_OUT or isinstance(value, date | datetime):
            continue
        if column.is_relation and value is not None:
            if depth < 2 and column.related_model is not type(row):
                other = column.related_model._base_manager.filter(pk=value).first()  # type: ignore[union-attr]
                value = _digest(_plain(other, depth + 1)) if other else "gone"
            else:
                value = "set"
        told[column.name] = value
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, default=str)
    return _NUMBER.sub("WT", _ID.sub(r"\1", text))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
