"""One consistent backup of a running installation, and how many of them are kept.

The database first, then the contents that its rows name: contents never change, and a sweep waits
while a backup reads them, so every one that is named is there. A backup appears under its date when
all of it is on the disk; contents that an earlier one brought are not copied again.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connections, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

import shuzhi
from shuzhi.apps.files.contents import ContentStore
from shuzhi.apps.files.models import StoredFile
from shuzhi.apps.files.services import contents
from shuzhi.apps.journal.models import Head, Pending
from shuzhi.apps.journal.services import head_note, record
from shuzhi.apps.records.actors import SYSTEM
from shuzhi.apps.scenarios.models import InstalledPack
from shuzhi.operations.databases import copy_database, row_counts, tables, vendor
from shuzhi.operations.errors import BackupInsideError, BackupRunningError, NoRoomError
from shuzhi.operations.folders import (
    copy_hashed,
    digest_of,
    flush_file,
    flush_folder,
    free_bytes,
    held_alone,
    read_note,
    write_note,
)
from shuzhi.operations.manifests import (
    CONTENTS,
    DATABASES,
    FORMAT,
    KEYS,
    MANIFEST,
    STORE,
    Manifest,
    PackNote,
    Part,
    backups_in,
    contents_of,
)

LAST_BACKUP = "last-backup.json"
PARTIAL = ".partial"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class BackupRequest:
    """``keep``: how many backups stay, 0 for all. ``check``: read contents again that are there already."""

    to: Path
    keep: int = 0
    check: bool = False
    journal: bool = True


@dataclass(frozen=True, slots=True)
class Backup:
    """What was made: where, its manifest, how much had to be copied, how many older ones went."""

    folder: Path
    manifest: Manifest
    copied: int
    copied_bytes: int
    removed: int

    @property
    def complete(self) -> bool:
        """Whether every content that a row names is in it, whole."""
        return not self.manifest.missing


@dataclass(slots=True)
class _Copying:
    """The contents as they are copied."""

    copied: int = 0
    copied_bytes: int = 0
    missing: list[str] = field(default_factory=list)


def back_up(
    request: BackupRequest, *, now: datetime | None = None, progress: Progress | None = None
) -> Backup:
    """Makes one backup of this installation. Raises what ``errors`` names of backups.

    A content that is damaged or gone does not stop it: the backup is kept and says so.
    """
    home, to = settings.CONFIGURATION.root, request.to.expanduser().resolve()
    if to.is_relative_to(home):
        raise BackupInsideError(folder=to, home=home)
    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    with held_alone(to / ".lock") as alone:
        if not alone:
            raise BackupRunningError(folder=to)
        for left in to.glob(f"*{PARTIAL}"):  # of an earlier one that was killed
            shutil.rmtree(left)
        folder = _dated(to, now or timezone.now())
        partial = folder.with_name(f"{folder.name}{PARTIAL}")
        partial.mkdir(mode=0o700)
        try:
            manifest, copying = _fill(partial, request, progress or (lambda _done, _all: None))
            partial.rename(folder)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
        flush_folder(to)
        removed = prune(to, request.keep) if request.keep else 0
    write_note(
        home / LAST_BACKUP, {"at": manifest.made_at, "to": str(folder), "missing": len(manifest.missing)}
    )
    return Backup(folder, manifest, copying.copied, copying.copied_bytes, removed)


def last_backup(home: Path) -> tuple[datetime, Path, int] | None:
    """When this home was last backed up, where to, how many contents were missing; None: never."""
    note = read_note(home / LAST_BACKUP)
    try:
        return (datetime.fromisoformat(note["at"]), Path(note["to"]), int(note["missing"])) if note else None
    except (KeyError, TypeError, ValueError):
        return None


def _dated(to: Path, now: datetime) -> Path:
    stamp = f"{now:%Y-%m-%dT%H%M%SZ}"
    names = [stamp, *(f"{stamp}-{number}" for number in range(2, 1000))]
    return next(to / name for name in names if not (to / name).exists())


def _fill(partial: Path, request: BackupRequest, progress: Progress) -> tuple[Manifest, _Copying]:
    home, store = settings.CONFIGURATION.root, contents()
    started = timezone.now()
    if request.journal:
        with transaction.atomic():
            record(
                actor=SYSTEM,
                act="installation.backed_up",
                subject=("installation", shuzhi.__version__),
                payload={"to": str(request.to)},
            )
    with store.held():
        database = partial / DATABASES["postgresql" if vendor() == "postgresql" else "sqlite"]
        told = copy_database(database, lambda alias: _describe(alias, partial / CONTENTS))
        flush_file(partial / CONTENTS)
        for name in KEYS:
            if (home / name).is_file():
                copy_hashed(home / name, partial / name)
                flush_file(partial / name)
        copying = _copy_contents(partial, request, progress)
    parts = [_part(path) for path in sorted(partial.iterdir())]
    manifest = Manifest(
        format=FORMAT,
        product=shuzhi.__version__,
        made_at=started.isoformat(timespec="seconds"),
        missing=tuple(copying.missing),
        parts=tuple(parts),
        **told,
    )
    write_note(partial / MANIFEST, manifest.model_dump(mode="json"))
    return manifest, copying


def _part(path: Path) -> Part:
    return Part(name=path.name, size_bytes=path.stat().st_size, sha256=digest_of(path))


def _describe(alias: str, listed: Path) -> dict[str, object]:
    """The account of a database; asks for single columns only, since its tables may be of another version."""
    there = set(tables(alias))
    number = size = 0
    with os.fdopen(os.open(listed, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        for sha256, size_bytes in _named(alias) if StoredFile._meta.db_table in there else ():
            out.write(f"{sha256} {size_bytes}\n")
            number, size = number + 1, size + size_bytes
    packs = InstalledPack.objects.using(alias).order_by("urn", "version")
    known = packs.values("urn", "version", "digest") if InstalledPack._meta.db_table in there else ()
    sealed = Head._meta.db_table in there
    head = Head.objects.using(alias).order_by("-size").first() if sealed else None
    applied = MigrationRecorder(connections[alias]).applied_migrations()
    return {
        "database": connections[alias].vendor,
        "migrations": tuple(sorted(f"{app}.{name}" for app, name in applied)),
        "packs": tuple(PackNote(**pack) for pack in known),
        "rows": row_counts(alias),
        "files": number,
        "file_bytes": size,
        "head": head_note(head) if head else None,
        "unsealed": Pending.objects.using(alias).count() if sealed else 0,
    }


def _named(alias: str) -> Iterator[tuple[str, int]]:
    rows = StoredFile.objects.using(alias).order_by("sha256").values_list("sha256", "size_bytes")
    return iter(rows.distinct().iterator(chunk_size=10_000))


def _copy_contents(partial: Path, request: BackupRequest, progress: Progress) -> _Copying:
    """Brings over what is not there yet; refuses before the first byte where the disk is too small."""
    source, target, done = contents(), ContentStore(partial.parent / STORE), _Copying()

    def wanted(sha256: str, size: int) -> bool:
        there = target.path(sha256)
        if not there.is_file() or there.stat().st_size != size:
            return True
        return request.check and not target.is_intact(sha256)

    lacking = [(sha256, size) for sha256, size in contents_of(partial) if wanted(sha256, size)]
    total = sum(size for _sha256, size in lacking)
    free = free_bytes(partial)
    if total > free:
        raise NoRoomError(folder=partial.parent, free_mb=free // 2**20, wanted_mb=total // 2**20 + 1)
    for sha256, size in lacking:
        if request.check:
            target.path(sha256).unlink(missing_ok=True)  # else one of the right size would stay as it is
        if _copy_one(source, target, sha256):
            done.copied, done.copied_bytes = done.copied + 1, done.copied_bytes + size
        else:
            done.missing.append(sha256)
        progress(done.copied_bytes, total)
    return done


def _copy_one(source: ContentStore, target: ContentStore, sha256: str) -> bool:
    try:
        with source.path(sha256).open("rb") as stream:
            stored = target.put(stream)
    except FileNotFoundError:
        return False
    if stored.sha256 != sha256:
        target.path(stored.sha256).unlink(missing_ok=True)
        return False
    return True


def prune(to: Path, keep: int) -> int:
    """Removes all but the newest ``keep`` backups, then the contents that none of them names."""
    kept = backups_in(to)
    gone, kept = kept[:-keep], kept[-keep:]
    for folder in gone:
        (folder / MANIFEST).unlink()  # first: without it the rest is no backup
        shutil.rmtree(folder)
    if gone:
        named = {bytes.fromhex(sha256) for folder in kept for sha256, _size in contents_of(folder)}
        with suppress(FileNotFoundError):
            ContentStore(to / STORE).sweep(
                lambda sha256: bytes.fromhex(sha256) in named, before=timezone.now().timestamp()
            )
    return len(gone)
