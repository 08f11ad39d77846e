"""A file arrives, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import BinaryIO

from django.db import transaction

from shuzhi.apps.catalogue import policies
from shuzhi.apps.catalogue.models import Dataset, Upload
from shuzhi.apps.catalogue.plain import plain, shortened
from shuzhi.apps.catalogue.secrets import MarkedSecretError, UndeclaredError, refuse_marked
from shuzhi.apps.files.contents import Content
from shuzhi.apps.files.models import Reception, StoredFile
from shuzhi.apps.files.receptions import (
    Announced,
    UnderWay,
    reception_finish,
    reception_keep,
    reception_open,
)
from shuzhi.apps.files.services import file_remove, plain_name, put, store
from shuzhi.apps.jobs.services import enqueue
from shuzhi.apps.journal.services import record
from shuzhi.apps.people.models import Organisation
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.models import compare_and_set
from shuzhi.crash_points import reached
from shuzhi.engine.errors import ShuzhiError

_PROBLEM_CHARACTERS = 4000


@dataclass(frozen=True, slots=True)
class UploadDraft:
    """What a person hands in. ``dataset`` is null for a new one; ``no_secrets`` is their declaration.

    ``content`` is the file, or the reception in which it came part by part.
    """

    organisation: Organisation
    content: BinaryIO | Reception
    name: str
    no_secrets: bool
    dataset: Dataset | None = None
    title: str = ""
    sheet: str = ""
    synthetic: bool = False


def upload_begin(*, actor: Actor, announced: Announced, no_secrets: bool) -> UnderWay:
    """Makes ready for an original that comes in parts: nothing of it is taken without the declaration.

    Raises ForbiddenError, UndeclaredError, MarkedSecretError and what ``reception_open`` raises.
    """
    policies.upload_begin(actor)
    if not no_secrets:
        raise UndeclaredError(name=plain_name(announced.name))
    refuse_marked(plain_name(announced.name), ())
    return reception_open(actor=actor, announced=replace(announced, kind="original"))


def upload_receive(*, actor: Actor, draft: UploadDraft) -> Upload:
    """Keeps the original and queues its loading; both or neither.

    A reception is handed in once: asked again, because the answer got lost, it gives the same upload.
    Raises ForbiddenError, UndeclaredError, MarkedSecretError (by the file's name) and the file
    store's TooLargeError. Afterwards the upload is loaded by the job ``catalogue.load``.
    """
    policies.upload_receive(actor, draft.organisation)
    if draft.dataset is not None:
        policies.upload_receive(actor, draft.dataset.owner)
    name = plain_name(draft.name)
    if not draft.no_secrets:
        raise UndeclaredError(name=name)
    refuse_marked(name, [draft.title])
    received = draft.content if isinstance(draft.content, Reception) else None
    if received is not None and received.stored is not None and received.owner == actor.id:
        return Upload.objects.get(original=received.stored)
    # before the transaction: a large file takes its time to write, or to hash
    content = _whole(actor, draft.content)
    with transaction.atomic():
        reached("uploads.before_receive")
        original = store(
            actor=actor,
            source=content,
            kind="original",
            name=name,
            media_type="application/octet-stream",
        )
        if received is not None:
            reception_keep(actor=actor, reception=received, stored=original)
        upload = _made(actor, draft, original)
        reached("uploads.after_row")
        job = enqueue(actor=actor, kind="catalogue.load", args={"upload": upload.public_id})
        Upload.objects.filter(pk=upload.pk).update(job=job.public_id)
        upload.job = job.public_id
        record(
            actor=actor,
            act="upload.receive",
            subject=("upload", upload.public_id),
            payload={
                "organisation": draft.organisation.public_id,
                "sha256": original.sha256,
                "no_secrets": True,
            },
        )
        reached("uploads.before_receive_commit")
    reached("uploads.after_receive_commit")
    return upload


def upload_refuse(*, actor: Actor, upload: Upload, error: ShuzhiError) -> Upload:
    """Records why the file could not become a version; nothing of it enters the catalogue.

    Call inside the job's effect. A file marked as a secret is not kept: its hash stays in the
    journal, its content goes with the file's row.
    """
    policies.upload_refuse(actor)
    values = {name: shortened(value, _PROBLEM_CHARACTERS) for name, value in error.values.items()}
    problem = {"code": error.code, "text": error.text, "values": values}
    with transaction.atomic():
        original, forget = upload.original, isinstance(error, MarkedSecretError)
        changes = {"original": None} if forget else {}
        refused = compare_and_set(upload, state=Upload.State.REFUSED, problem=problem, **changes)
        record(
            actor=actor,
            act="upload.refuse",
            subject=("upload", upload.public_id),
            payload={"code": error.code, "sha256": original.sha256 if original else ""},
        )
        if forget and original:
            file_remove(actor=actor, stored=original)
        reached("uploads.after_refusal")
    return refused


def _made(actor: Actor, draft: UploadDraft, original: StoredFile) -> Upload:
    return Upload.objects.create(
        dataset=draft.dataset,
        organisation=draft.organisation,
        original=original,
        title=_title(draft, original.name)[:200],
        sheet=plain(draft.sheet)[:80],
        synthetic=draft.synthetic or bool(draft.dataset and draft.dataset.synthetic),
        uploaded_by=actor.id,
        uploaded_by_name=actor.name,
    )


def _whole(actor: Actor, content: BinaryIO | Reception) -> Content:
    if isinstance(content, Reception):
        return reception_finish(actor=actor, reception=content)
    return put(content)


def _title(draft: UploadDraft, name: str) -> str:
    """What the person called it; else the dataset's title, else the file's name without its suffix."""
    called = draft.title.strip() or (draft.dataset.title if draft.dataset else "")
    return plain(called or PurePath(name).stem or name)
