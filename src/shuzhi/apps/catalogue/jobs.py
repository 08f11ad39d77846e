"""The catalogue's background work: an upload is read, checked, graded and committed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from shuzhi.apps.catalogue.failures import CheckedFiles, Failures, Left, count_failures
from shuzhi.apps.catalogue.grades import grades_in_force
from shuzhi.apps.catalogue.leaving import UnitOf, rows_left
from shuzhi.apps.catalogue.models import Dataset, Upload
from shuzhi.apps.catalogue.scratch import scratch, sweep_scratch
from shuzhi.apps.catalogue.secrets import refuse_marked
from shuzhi.apps.catalogue.services import snapshot_commit, upload_ask, upload_refuse
from shuzhi.apps.catalogue.services.snapshots import Prepared, SupersededError, code_for
from shuzhi.apps.files.services import path_of, put
from shuzhi.apps.jobs.context import JobContext
from shuzhi.apps.jobs.errors import (
    JobAbandonedError,
    JobFailedError,
    LostLeaseError,
    RightsGoneError,
    WorkerStoppingError,
)
from shuzhi.apps.jobs.models import Job, State
from shuzhi.apps.jobs.registry import job, scheduled
from shuzhi.apps.people.selectors import organisation_book
from shuzhi.apps.records.actors import SYSTEM
from shuzhi.apps.records.models import compare_and_set
from shuzhi.crash_points import reached
from shuzhi.engine.errors import ShuzhiError

if TYPE_CHECKING:
    from shuzhi.engine.data.inspection import Inspection, InspectionRequest
    from shuzhi.engine.data.tables import Tables

_BEGUN = "begun"
_OPEN = (Upload.State.WAITING, Upload.State.READING)


class CalledOffError(ShuzhiError):
    """The loading was cancelled before it was finished."""

    code = "catalogue.called_off"
    text = "The loading of this file was called off. Hand the file in again if it is still wanted."


@job("catalogue.load", max_attempts=3)
def load(context: JobContext) -> None:
    """Turns the upload ``args["upload"]`` into a version, or asks of what, or says why it cannot be one."""
    if not context.has_done(_BEGUN):
        with context.effect(_BEGUN):
            compare_and_set(_upload(context), state=Upload.State.READING)
    with scratch() as folder:
        try:
            reached("catalogue.before_reading")
            prepared = prepare(context, _upload(context), folder)
            reached("catalogue.after_contents")
            while not _committed(context, prepared):
                prepared = _compared(prepared, _upload(context), folder)
        except (LostLeaseError, WorkerStoppingError):
            raise
        except ShuzhiError as error:
            with context.effect():
                upload_refuse(actor=SYSTEM, upload=_upload(context), error=error)


def _committed(context: JobContext, prepared: Prepared) -> bool:
    """Whether the load is at its end; false where a version came since it was compared with the last."""
    try:
        with context.effect():
            upload, columns = _upload(context), [c.name for c in prepared.inspection.load.columns]
            if not upload_ask(actor=SYSTEM, upload=upload, columns=columns, asker=context.actor):
                snapshot = snapshot_commit(actor=SYSTEM, upload=upload, prepared=prepared)
                context.report(snapshot=snapshot.public_id, dataset=snapshot.dataset.public_id)
    except SupersededError:
        return False
    return True


@job("catalogue.tidy")
@scheduled(every_s=300.0)
def tidy(context: JobContext) -> None:
    """Sends back uploads whose loading has ended without a result, and removes folders of killed workers."""
    asked = dict(Upload.objects.filter(state__in=_OPEN).values_list("job", "pk"))
    refused = 0
    for ended in Job.objects.filter(public_id__in=asked, state__in=[State.FAILED, State.CANCELLED]):
        with transaction.atomic():
            upload = Upload.objects.select_related("original").get(pk=asked[ended.public_id])
            upload_refuse(actor=SYSTEM, upload=upload, error=_ending(ended))
        refused += 1
    context.report(refused=refused, folders=sweep_scratch())


def _upload(context: JobContext) -> Upload:
    uploads = Upload.objects.select_related(
        "dataset__contract", "dataset__current__contract", "dataset__owner", "organisation", "original"
    )
    return uploads.get(public_id=context.args["upload"])


def _ending(ended: Job) -> ShuzhiError:
    """What to tell the uploader about work that never came to its own end."""
    if ended.state == State.CANCELLED:
        return CalledOffError()
    known = {error.code: error for error in (JobFailedError, JobAbandonedError, RightsGoneError)}
    error = known.get(ended.error_code, JobFailedError)
    return error(**{"job": ended.public_id, "attempts": ended.attempts, "name": "", **ended.error_args})


def prepare(context: JobContext, upload: Upload, folder: Path) -> Prepared:
    """Everything that needs no transaction: reading, checking, grading, counting, storing the files.

    Raises BadInputError where the file cannot be read or is marked as a secret.
    """
    from shuzhi.engine.data.inspection import inspect_file
    from shuzhi.engine.data.tables import Limits, open_tables

    assert upload.original is not None  # noqa: S101 - only a refused upload loses its original
    configuration = settings.CONFIGURATION
    with open_tables(Limits(configuration.memory_mb, configuration.threads, folder)) as tables:
        request = _request(context, upload, folder)
        inspection = inspect_file(tables, path_of(upload.original), request)
        refuse_marked(upload.original.name, (f.text for f in inspection.load.frame_rows))
        failures = _failures(tables, upload.dataset, inspection)
    files = {
        "snapshot": inspection.load.table,
        "set_aside": inspection.load.set_aside,
        "failing": inspection.failing,
    }
    reached("catalogue.before_contents")
    contents = {kind: put(path) for kind, path in files.items()}
    contract = upload.dataset.contract if upload.dataset else None
    return _compared(Prepared(inspection, failures, Left(), contents, contract), upload, folder)


def _compared(prepared: Prepared, upload: Upload, folder: Path) -> Prepared:
    """With what failed in the dataset's version as it is now and has left the file."""
    from shuzhi.engine.data.tables import Limits, open_tables

    configuration = settings.CONFIGURATION
    with open_tables(Limits(configuration.memory_mb, configuration.threads, folder)) as tables:
        unit_of = _unit_of(upload.dataset)
        left = rows_left(tables, upload.dataset, prepared.inspection, unit_of, folder)
    contents = {kind: content for kind, content in prepared.contents.items() if kind != "left"}
    if left.lines:
        contents["left"] = put(left.lines)
    return replace(prepared, left=left, contents=contents)


def _request(context: JobContext, upload: Upload, folder: Path) -> InspectionRequest:
    """What is known of the upload beforehand: its dataset's contract and the rules taken out of it."""
    from shuzhi.engine.data.contracts import load_contract
    from shuzhi.engine.data.inspection import STEPS, InspectionRequest
    from shuzhi.engine.data.reading import ReadOptions

    dataset = upload.dataset
    agreed = dataset.contract if dataset else None
    withdrawn = dataset.withdrawn_rules.values_list("rule", flat=True) if dataset else ()
    return InspectionRequest(
        into=folder,
        today=timezone.localdate(),
        contract=load_contract(agreed.text, name=dataset.code) if dataset and agreed else None,
        name=code_for(upload.title),
        title=upload.title,
        owner=upload.organisation.name,
        options=ReadOptions(
            name=upload.original.name if upload.original else upload.title, sheet=upload.sheet or None
        ),
        withdrawn=frozenset(withdrawn),
        language=settings.LANGUAGE_CODE,
        told=lambda step: context.progress(step, len(STEPS), STEPS[step]),
    )


def _failures(tables: Tables, dataset: Dataset | None, inspection: Inspection) -> Failures:
    """Counts and samples, masked by the grades that hold for the dataset and not by the proposals alone."""
    contract, grades = inspection.contract, grades_in_force(dataset, inspection.grades)
    checked = CheckedFiles(
        inspection.failing,
        inspection.load.table,
        {r.rule.id: [*dict.fromkeys((*contract.key, *r.rule.columns))] for r in inspection.report.rules},
        {g.column: (g.category, g.level) for g in grades.columns},
    )
    return count_failures(tables, checked, _unit_of(dataset))


def _unit_of(dataset: Dataset | None) -> UnitOf:
    """What answers the key of the organisation that a row's text names; nothing while none is agreed on."""
    if not (dataset and dataset.contract and dataset.contract.organisation_column):
        return lambda _text: None
    names = organisation_book()
    return lambda text: unit.pk if (unit := names.match(text)) else None
