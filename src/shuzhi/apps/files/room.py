"""How much may still be brought in: by one person within a day, and by anybody before the disk is full.

Both limits are settings and defaults, no regulation. Knows sizes; refuses to know what the files hold.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Sum
from django.utils import timezone

from shuzhi.apps.files.errors import NoRoomError, PersonQuotaError, TooLargeError
from shuzhi.apps.files.models import Reception, StoredFile
from shuzhi.apps.records.actors import Actor

MB = 1024 * 1024
_BROUGHT = ("original", "attachment")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Room:
    """What may still come, in bytes: in one file, by this person within the day, on this disk."""

    file_bytes: int
    person_bytes: int
    disk_bytes: int

    @property
    def file_mb(self) -> int:
        """The largest file, in MB."""
        return self.file_bytes // MB

    @property
    def left_mb(self) -> int:
        """What this person may still bring in today, in MB: the smaller of the two limits."""
        return max(min(self.person_bytes, self.disk_bytes), 0) // MB


def room_for(actor: Actor) -> Room:
    """The room left for this person; files under way count with their whole size."""
    known = settings.CONFIGURATION
    brought = StoredFile.objects.filter(
        stored_by=actor.id, kind__in=_BROUGHT, created_at__gte=timezone.now() - _DAY
    )
    under_way = Reception.objects.filter(owner=actor.id, stored=None)
    free = shutil.disk_usage(_existing(known.root)).free - known.disk_free_mb * MB
    return Room(
        known.upload_mb * MB,
        known.person_day_mb * MB - _bytes(brought) - _bytes(under_way),
        free - _still_to_come(known.root),
    )


def refuse_beyond(actor: Actor, *, name: str, size_bytes: int) -> None:
    """Raises TooLargeError, PersonQuotaError or NoRoomError where a file of this size has no room."""
    room = room_for(actor)
    size_mb = -(-size_bytes // MB)
    if size_bytes > room.file_bytes:
        raise TooLargeError(limit_mb=room.file_mb)
    if size_bytes > room.person_bytes:
        raise PersonQuotaError(
            name=name,
            size_mb=size_mb,
            limit_mb=settings.CONFIGURATION.person_day_mb,
            left_mb=max(room.person_bytes, 0) // MB,
        )
    if size_bytes > room.disk_bytes:
        raise NoRoomError(name=name, size_mb=size_mb, left_mb=room.left_mb)


def _still_to_come(root: Path) -> int:
    """Bytes of files under way that are not on the disk yet: their room is promised."""
    folder = root / "files" / "temporary" / "receiving"
    there = {path.name: path.stat().st_size for path in folder.iterdir()} if folder.is_dir() else {}
    open_ones = Reception.objects.filter(sha256="").values_list("public_id", "size_bytes")
    return sum(max(size - there.get(name, 0), 0) for name, size in open_ones)


def _bytes(rows: object) -> int:
    return rows.aggregate(total=Sum("size_bytes"))["total"] or 0  # type: ignore[attr-defined]


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())
