"""Storing files and taking away those that nobody needs. Who may read one is for the record that names it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from shuzhi.apps.files.contents import Content, ContentStore, Swept
from shuzhi.apps.files.errors import ContentMissingError
from shuzhi.apps.files.kinds import kind_of
from shuzhi.apps.files.models import Reception, StoredFile
from shuzhi.apps.journal.services import record
from shuzhi.apps.records.actors import Actor
from shuzhi.crash_points import reached

# Longer than any transaction that stores a file may take.
_GRACE = timedelta(hours=1)
_NOT_IN_A_NAME = re.compile(r"[\x00-\x1f\x7f]")


def contents() -> ContentStore:
    """The store of this installation."""
    return ContentStore(settings.CONFIGURATION.root / "files")


def store(
    *, actor: Actor, source: BinaryIO | Path | Content, kind: str, name: str, media_type: str
) -> StoredFile:
    """Stores a file and its row; the row is the caller's transaction's, the content is on the disk before.

    A ``Content`` is what ``put`` stored already: large files go in before the transaction, which then
    only names them. ``name`` is what people call the file: any folders in it are dropped, it never
    becomes a path.
    Raises UnknownKindError for a kind not in kinds.yaml, ContentMissingError where the content was swept
    away meanwhile and, where ``source`` is a stream (it comes
    from outside), TooLargeError beyond the installation's limit.
    """
    known = kind_of(kind, settings.CONFIGURATION.root)
    content = source if isinstance(source, Content) else put(source)
    with transaction.atomic():
        reached("files.before_row")
        if not contents().touch(content.sha256):  # put longer ago than the sweeper waits, or the clock jumped
            raise ContentMissingError(name=plain_name(name))
        stored = StoredFile.objects.create(
            sha256=content.sha256,
            size_bytes=content.size_bytes,
            kind=kind,
            name=plain_name(name),
            media_type=media_type,
            stored_by=actor.id,
            organisation=actor.organisation_id or "",
            kept_until=known.kept_until(timezone.localdate()),
        )
        reached("files.after_row")
        record(
            actor=actor,
            act="file.store",
            subject=("file", stored.public_id),
            payload={"kind": kind, "sha256": content.sha256, "size_bytes": content.size_bytes},
        )
    return stored


def path_of(stored: StoredFile) -> Path:
    """Where the content lies; read it, never write it. ContentMissingError where it is gone."""
    path = contents().path(stored.sha256)
    if not path.is_file():
        raise ContentMissingError(name=stored.name)
    return path


def file_remove(*, actor: Actor, stored: StoredFile) -> None:
    """Removes the row; the content follows at a later sweep, if no other row names it.

    Raises ProtectedError while a record still keeps the file.
    """
    with transaction.atomic():
        public_id, sha256 = stored.public_id, stored.sha256
        stored.delete()
        record(actor=actor, act="file.remove", subject=("file", public_id), payload={"sha256": sha256})


def expire(*, actor: Actor, now: datetime) -> int:
    """Removes the rows whose retention has run out and that no record keeps; returns how many."""
    gone = 0
    for stored in StoredFile.objects.filter(kept_until__lt=timezone.localdate(now)).order_by("pk"):
        try:
            file_remove(actor=actor, stored=stored)
            gone += 1
        except models.ProtectedError:  # a record keeps it: its own retention decides
            continue
    return gone


def sweep(*, now: datetime) -> Swept:
    """Removes contents that no row names and temporary files, both untouched for an hour."""
    return contents().sweep(_is_named, before=(now - _GRACE).timestamp())


def plain_name(name: str) -> str:
    """The last part of a name that may carry folders of any system, without control characters."""
    last = re.split(r"[/\\]", name)[-1]
    cleaned = _NOT_IN_A_NAME.sub("", last).strip().lstrip(".")
    stem, dot, suffix = cleaned.rpartition(".")
    kept = f"{stem[: 250 - len(suffix)]}{dot}{suffix}" if stem and len(suffix) < 20 else cleaned[:250]
    return kept or "file"


def _is_named(sha256: str) -> bool:
    return (
        StoredFile.objects.filter(sha256=sha256).exists() or Reception.objects.filter(sha256=sha256).exists()
    )


def put(source: BinaryIO | Path) -> Content:
    """Stores a content without a row; unless one names it within the hour, it is swept away."""
    if isinstance(source, Path):
        with source.open("rb") as stream:
            return contents().put(stream)
    return contents().put(source, limit_bytes=settings.CONFIGURATION.upload_mb * 1024 * 1024)
