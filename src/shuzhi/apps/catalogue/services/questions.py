"""A file handed in as new that looks like a dataset which is there: the platform asks, a person answers."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from shuzhi.apps.catalogue import policies
from shuzhi.apps.catalogue.likeness import candidates
from shuzhi.apps.catalogue.models import Dataset, Upload
from shuzhi.apps.catalogue.selectors import datasets_to_renew
from shuzhi.apps.jobs.services import enqueue
from shuzhi.apps.journal.services import record
from shuzhi.apps.people.models import Organisation
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.models import compare_and_set
from shuzhi.apps.records.refusals import ConflictError, NotFoundError
from shuzhi.crash_points import reached
from shuzhi.engine.texts import N_

NEW = ""
"""The answer that it is a new dataset after all."""
_NOTHING_ASKED = N_("nothing is asked about this file, or it is answered already")


def upload_ask(*, actor: Actor, upload: Upload, columns: Sequence[str], asker: Actor) -> bool:
    """Records the question where the upload looks like a dataset that ``asker`` may renew; True if it does.

    What others hold is never looked at, so that nobody learns of it by handing in a file. Call inside
    the transaction that would make the new dataset: files of one organisation are compared one by one.
    """
    policies.upload_ask(actor)
    if upload.dataset_id is not None or upload.question is not None:
        return False
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=upload.organisation_id)
        found = candidates(upload, columns, datasets_to_renew(asker))
        if not found:
            return False
        asked = [[one.dataset.public_id, [str(ground) for ground in one.grounds]] for one in found]
        reached("uploads.before_question")
        compare_and_set(upload, state=Upload.State.ASKED, question={"candidates": asked})
        reached("uploads.after_question")
        record(
            actor=actor,
            act="upload.ask",
            subject=("upload", upload.public_id),
            payload={"candidates": asked},
        )
    return True


def upload_answer(*, actor: Actor, upload: Upload, dataset: str) -> Upload:
    """Goes on with the file: as a new version of one of the candidates (public id), or as NEW.

    Raises ForbiddenError, ConflictError where nothing is asked, NotFoundError for what is no candidate
    or not the actor's to renew.
    """
    policies.upload_answer(actor, upload)
    if upload.state != Upload.State.ASKED or not upload.question:
        raise ConflictError(_NOTHING_ASKED)
    chosen = _chosen(actor, upload, dataset) if dataset != NEW else None
    with transaction.atomic():
        job = enqueue(actor=actor, kind="catalogue.load", args={"upload": upload.public_id})
        changes = _as_version_of(chosen, upload) if chosen else {}
        question = {**upload.question, "answer": dataset}
        compare_and_set(upload, state=Upload.State.WAITING, question=question, job=job.public_id, **changes)
        record(
            actor=actor,
            act="upload.answer",
            subject=("upload", upload.public_id),
            payload={"dataset": dataset},
        )
        reached("uploads.before_answer_commit")
    reached("uploads.after_answer_commit")
    return upload


def _chosen(actor: Actor, upload: Upload, public_id: str) -> Dataset:
    asked = {candidate for candidate, _grounds in (upload.question or {}).get("candidates", ())}
    found = datasets_to_renew(actor).filter(public_id=public_id).first() if public_id in asked else None
    if found is None:
        raise NotFoundError("dataset", public_id)
    return found


def _as_version_of(dataset: Dataset, upload: Upload) -> dict[str, object]:
    """A new version has its dataset's owner, name and mark."""
    return {
        "dataset": dataset,
        "organisation": dataset.owner,
        "title": dataset.title,
        "synthetic": upload.synthetic or dataset.synthetic,
    }
