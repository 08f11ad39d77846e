"""The catalogue's background work: an upload is read, checked, graded and committed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from shuzhi.apps.catalogue.models import Upload, WithdrawnRule
from shuzhi.apps.catalogue.secrets import refuse_marked
from shuzhi.apps.catalogue.services import snapshot_commit, upload_refuse
from shuzhi.apps.catalogue.services.snapshots import Prepared, code_for
from shuzhi.apps.files.services import path_of, put
from shuzhi.apps.jobs.context import JobContext
from shuzhi.apps.jobs.registry import job
from shuzhi.apps.records.actors import SYSTEM
from shuzhi.apps.records.models import compare_and_set
from shuzhi.engine.errors import BadInputError


@job("catalogue.load", max_attempts=3)
def load(context: JobContext) -> None:
    """Turns the upload ``args["upload"]`` into a version, or says why it cannot be one."""
    upload = Upload.objects.select_related("dataset__contract", "organisation", "original").get(
        public_id=context.args["upload"]
    )
    if upload.state == Upload.State.WAITING:
        compare_and_set(upload, state=Upload.State.READING)
    with scratch() as folder:
        try:
            prepared = prepare(context, upload, folder)
        except BadInputError as error:
            with context.effect():
                upload_refuse(actor=SYSTEM, upload=upload, error=error)
            return
        with context.effect():
            snapshot = snapshot_commit(actor=SYSTEM, upload=upload, prepared=prepared)
            context.report(snapshot=snapshot.public_id, dataset=snapshot.dataset.public_id)


def prepare(context: JobContext, upload: Upload, folder: Path) -> Prepared:
    """Everything that needs no transaction: reading, checking, grading, counting, storing the files.

    Raises BadInputError where the file cannot be read or is marked as a secret.
    """
    from shuzhi.apps.catalogue.problems import count_failures
    from shuzhi.engine.data.contracts import load_contract
    from shuzhi.engine.data.inspection import STEPS, InspectionRequest, inspect_file
    from shuzhi.engine.data.reading import ReadOptions
    from shuzhi.engine.data.tables import Limits, open_tables

    assert upload.original is not None  # noqa: S101 - only a refused upload loses its original
    dataset = upload.dataset
    contract = (
        load_contract(dataset.contract.text, name=dataset.code) if dataset and dataset.contract else None
    )
    withdrawn = (
        WithdrawnRule.objects.filter(dataset=dataset).values_list("rule", flat=True) if dataset else ()
    )
    configuration = settings.CONFIGURATION
    with open_tables(Limits(configuration.memory_mb, configuration.threads, folder)) as tables:
        inspection = inspect_file(
            tables,
            path_of(upload.original),
            InspectionRequest(
                into=folder,
                today=timezone.localdate(),
                contract=contract,
                name=code_for(upload.title),
                title=upload.title,
                owner=upload.organisation.name,
                options=ReadOptions(name=upload.original.name, sheet=upload.sheet or None),
                withdrawn=frozenset(withdrawn),
                told=lambda step: context.progress(step, len(STEPS), STEPS[step]),
            ),
        )
        refuse_marked(upload.original.name, (f.text for f in inspection.load.frame_rows))
        failures = count_failures(
            tables,
            inspection.failing,
            inspection.load.table,
            {r.rule.id: [*inspection.contract.key, *r.rule.columns] for r in inspection.report.rules},
            {g.column: (g.category, g.level) for g in inspection.grades.columns},
        )
    files = {
        "snapshot": inspection.load.table,
        "set_aside": inspection.load.set_aside,
        "failing": inspection.failing,
    }
    return Prepared(inspection, failures, {kind: put(path) for kind, path in files.items()})


@contextmanager
def scratch() -> Iterator[Path]:
    """An empty folder in the home, gone afterwards; what a killed worker left goes at the next sweep."""
    parent = settings.CONFIGURATION.root / "work"
    parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
