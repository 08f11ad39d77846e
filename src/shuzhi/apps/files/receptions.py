"""Taking in a file part by part, so that a broken connection costs no more than the part it broke in.

A reception is transport: the journal names the file once a record keeps it. Only its owner may know of
it, append to it or use it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from shuzhi.apps.files import parts
from shuzhi.apps.files.contents import Content
from shuzhi.apps.files.errors import OtherOffsetError, TooManyUnderWayError, UnfinishedError
from shuzhi.apps.files.kinds import kind_of
from shuzhi.apps.files.models import Reception, StoredFile
from shuzhi.apps.files.room import refuse_beyond
from shuzhi.apps.files.services import contents, plain_name
from shuzhi.apps.people.models import Account
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.models import compare_and_set
from shuzhi.apps.records.refusals import NotFoundError
from shuzhi.crash_points import reached
from shuzhi.engine.data.reading.refusals import EmptyFileError
from shuzhi.engine.errors import BadInputError

UNDER_WAY = 20
"""Files that one person may have under way at once (default, not a regulation)."""
HEAD_BYTES = 4096
"""How much of a file tells what it is."""


@dataclass(frozen=True, slots=True)
class Announced:
    """What the sender says of a file before it comes. ``modified``: see the model; empty: not said."""

    name: str
    size_bytes: int
    kind: str
    modified: str = ""


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A reception and how much of it has arrived, in bytes."""

    reception: Reception
    received: int

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing any more."""
        return self.received == self.reception.size_bytes

    @property
    def percent(self) -> int:
        """How much has arrived, of 100."""
        return 100 * self.received // self.reception.size_bytes


def reception_open(*, actor: Actor, announced: Announced) -> UnderWay:
    """Makes ready for a file; where its owner goes on with the same one, the reception there is.

    Raises UnknownKindError, TooLargeError, PersonQuotaError, NoRoomError, TooManyUnderWayError, and
    BadInputError for a file without a byte.
    """
    kind_of(announced.kind, settings.CONFIGURATION.root)
    name = plain_name(announced.name)
    if announced.size_bytes < 1:
        raise EmptyFileError(name=name)
    with transaction.atomic():
        Account.objects.select_for_update().filter(public_id=actor.id).first()  # one's quota is counted alone
        if same := _same(actor, announced, name):
            return same
        if Reception.objects.filter(owner=actor.id, stored=None).count() >= UNDER_WAY:
            raise TooManyUnderWayError(limit=UNDER_WAY)
        refuse_beyond(actor, name=name, size_bytes=announced.size_bytes)
        reached("receptions.before_row")
        reception = Reception.objects.create(
            owner=actor.id,
            name=name,
            size_bytes=announced.size_bytes,
            kind=announced.kind,
            modified=announced.modified[:32],
        )
        parts.begin(_path(reception))
    reached("receptions.after_open_commit")
    return UnderWay(reception, 0)


def reception_get(*, actor: Actor, public_id: str) -> Reception:
    """The actor's own reception; NotFoundError for another's as for none."""
    reception = Reception.objects.filter(owner=actor.id, public_id=public_id).first()
    if reception is None:
        raise _unknown(public_id)
    return reception


def reception_offset(*, actor: Actor, reception: Reception) -> int:
    """How many bytes have arrived and are safe on the disk; NotFoundError where they are gone."""
    _refuse_others(actor, reception)
    if reception.stored_id or _is_stored(reception):
        return reception.size_bytes
    try:
        return parts.received_bytes(_path(reception))
    except FileNotFoundError as error:  # swept, or the home came back from a backup
        raise _unknown(reception.public_id) from error


def receptions_under_way(*, actor: Actor) -> list[UnderWay]:
    """The actor's files that no record names yet, the latest first."""
    found = []
    for reception in Reception.objects.filter(owner=actor.id, stored=None).order_by("-pk"):
        path = contents().path(reception.sha256) if _is_stored(reception) else _path(reception)
        if path.is_file():
            found.append(UnderWay(reception, min(path.stat().st_size, reception.size_bytes)))
    return found


def reception_append(*, actor: Actor, reception: Reception, offset: int, chunk: BinaryIO) -> int:
    """Appends a part and returns how much has arrived then, flushed to the disk.

    Raises OtherOffsetError, with the right one, for a part that does not begin where the last ended:
    nothing is changed then. Raises BadInputError where the first bytes are no file of the kind: what
    came is thrown away then. What lies beyond the announced size is not read.
    """
    arrived = reception_offset(actor=actor, reception=reception)
    if offset != arrived:
        raise OtherOffsetError(offset=arrived)
    if offset == 0 and arrived < reception.size_bytes:
        first = _first(chunk, min(HEAD_BYTES, reception.size_bytes))
        if first:
            _refuse_other(actor, reception, first)
        offset = parts.append(_path(reception), 0, io.BytesIO(first), whole_bytes=reception.size_bytes)
    if offset == reception.size_bytes:
        return offset
    return parts.append(_path(reception), offset, chunk, whole_bytes=reception.size_bytes)


def reception_finish(*, actor: Actor, reception: Reception) -> Content:
    """Stores the whole file under its hash. May be repeated: a finished one has its content already.

    Raises UnfinishedError where bytes are missing, and BadInputError for what is no file of the kind.
    """
    arrived = reception_offset(actor=actor, reception=reception)
    if arrived != reception.size_bytes:
        raise UnfinishedError(name=reception.name, received=arrived, size=reception.size_bytes)
    if _is_stored(reception):
        return Content(reception.sha256, reception.size_bytes)
    path = _path(reception)
    _refuse_other(actor, reception, parts.head(path, HEAD_BYTES))
    content = contents().digest(path)
    # The row names the hash before the file bears it, so that no sweep takes it in between.
    compare_and_set(reception, sha256=content.sha256)
    reached("receptions.after_hash")
    contents().adopt(path, content)
    reached("receptions.after_adoption")
    return content


def reception_keep(*, actor: Actor, reception: Reception, stored: StoredFile) -> None:
    """Says which record the file became, once: StaleError where somebody was quicker. In the caller's
    transaction."""
    _refuse_others(actor, reception)
    compare_and_set(reception, stored=stored)
    reached("receptions.after_keeping")


def reception_drop(*, actor: Actor, reception: Reception) -> None:
    """Throws away a file that is under way; one that a record names stays."""
    _refuse_others(actor, reception)
    if reception.stored_id is None:
        _remove(reception)


def receptions_sweep(*, now: datetime) -> int:
    """Throws away what nobody went on with, and forgets what was handed in; returns how many."""
    before = now - timedelta(hours=settings.CONFIGURATION.under_way_hours)
    gone = 0
    for reception in Reception.objects.filter(updated_at__lt=before):
        if _touched(_path(reception)) < before.timestamp():
            _remove(reception)
            gone += 1
    folder = contents().receiving("")
    for path in folder.iterdir() if folder.is_dir() else ():
        if _touched(path) < before.timestamp() and not Reception.objects.filter(public_id=path.name).exists():
            path.unlink(missing_ok=True)
    return gone


def _same(actor: Actor, announced: Announced, name: str) -> UnderWay | None:
    """What is under way of the same file, where the sender says enough to tell."""
    if not announced.modified:
        return None
    said = {"name": name, "size_bytes": announced.size_bytes, "modified": announced.modified[:32]}
    for one in receptions_under_way(actor=actor):
        if one.reception.kind == announced.kind and all(
            getattr(one.reception, field) == value for field, value in said.items()
        ):
            return UnderWay(one.reception, reception_offset(actor=actor, reception=one.reception))
    return None


def _refuse_other(actor: Actor, reception: Reception, head: bytes) -> None:
    try:
        kind_of(reception.kind, settings.CONFIGURATION.root).refuse_other(head, reception.name)
    except BadInputError:
        reception_drop(actor=actor, reception=reception)
        raise


def _first(chunk: BinaryIO, count: int) -> bytes:
    """So many bytes, or as many as come before the connection breaks."""
    read = b""
    try:
        while len(read) < count and (more := chunk.read(count - len(read))):
            read += more
    except OSError:
        pass
    return read


def _remove(reception: Reception) -> None:
    reached("receptions.before_removal")
    _path(reception).unlink(missing_ok=True)
    reception.delete()
    reached("receptions.after_removal")


def _path(reception: Reception) -> Path:
    return contents().receiving(reception.public_id)


def _is_stored(reception: Reception) -> bool:
    """Whether the whole lies under its hash; a crash may have come between hash and name."""
    return bool(reception.sha256) and contents().path(reception.sha256).is_file()


def _touched(path: Path) -> float:
    return path.stat().st_mtime if path.is_file() else 0.0


def _refuse_others(actor: Actor, reception: Reception) -> None:
    if actor.id != reception.owner:
        raise _unknown(reception.public_id)


def _unknown(public_id: str) -> NotFoundError:
    return NotFoundError("file under way", public_id)
