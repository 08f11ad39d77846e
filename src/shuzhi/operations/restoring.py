"""A backup put into an empty home and an empty database, checked before and after.

While it goes on the home holds the note ``restoring.json``; nothing serves from a home that has it.
What a killed run brought over is checked again, not copied again; the database comes last and in one
step. Sessions are not brought back: everybody signs in anew.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections, transaction

import shuzhi
from shuzhi.apps.files.contents import ContentStore
from shuzhi.apps.files.services import contents
from shuzhi.apps.journal.models import Head
from shuzhi.apps.journal.sealing import keep_head
from shuzhi.apps.journal.services import Verification, record, seal_batch, verify
from shuzhi.apps.records.actors import SYSTEM
from shuzhi.operations.databases import put_database, row_counts, tables, vendor
from shuzhi.operations.errors import (
    BackupFormatError,
    DamagedBackupError,
    NoRoomError,
    NotEmptyError,
    OtherDatabaseError,
    WrongCountError,
)
from shuzhi.operations.folders import (
    copy_hashed,
    digest_of,
    flush_folder,
    free_bytes,
    held_alone,
    read_note,
    write_note,
)
from shuzhi.operations.formats import RESTORING, unknown_migrations, write_format
from shuzhi.operations.manifests import (
    DATABASES,
    KEYS,
    MANIFEST,
    STORE,
    Manifest,
    Part,
    contents_of,
    newest_backup,
    read_manifest,
)

THREADS = 2
_AHEAD = 64
_LOCK = f"{RESTORING}.lock"
Progress = Callable[[int, int], None]
Item = TypeVar("Item")
Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back, and what the journal says of it."""

    backup: Path
    manifest: Manifest
    journal: Verification

    @property
    def sound(self) -> bool:
        """Whether the journal verifies and no content is missing."""
        return self.journal.sound and not self.manifest.missing


def restore(origin: Path, *, progress: Progress | None = None) -> Restored:
    """Restores the backup ``origin``, or the newest in it, into this installation's home and database.

    Raises NotABackupError, BackupFormatError, OtherDatabaseError, NotEmptyError and NoRoomError before
    anything is written; DamagedBackupError and WrongCountError leave a home that nothing serves from.
    """
    backup = newest_backup(origin.expanduser().resolve())
    manifest, home = read_manifest(backup), Path(settings.CONFIGURATION.root)
    _refuse_foreign(backup, manifest)
    again = _refuse_used(home, backup)
    _refuse_without_room(home, backup, manifest)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with held_alone(home / _LOCK) as alone:
        if not alone:
            raise NotEmptyError(place=home)
        if not again:
            write_note(home / RESTORING, {"backup": str(backup), "manifest": digest_of(backup / MANIFEST)})
        for part in manifest.parts:
            _check_part(backup, part, skip=manifest.database == "sqlite" and part.name == DATABASES["sqlite"])
        _bring_contents(backup, manifest, progress or (lambda _done, _all: None), again=again)
        _bring_keys(backup, home, manifest)
        os.sync()  # once for all: the note in the home says that nothing may be relied upon before
        _bring_database(backup, home, manifest)
        report = _begin_again(backup, home, manifest)
        (home / RESTORING).unlink()
    (home / _LOCK).unlink()
    flush_folder(home)
    return Restored(backup, manifest, report)


def _refuse_foreign(backup: Path, manifest: Manifest) -> None:
    if manifest.database != vendor():
        raise OtherDatabaseError(found=manifest.database, wanted=vendor())
    if unknown := unknown_migrations(manifest.migrations):
        raise BackupFormatError(
            folder=backup, product=manifest.product, version=shuzhi.__version__, found=unknown[-1]
        )


def _refuse_used(home: Path, backup: Path) -> bool:
    """Whether an earlier run for the same backup was broken off; raises NotEmptyError for anything else."""
    note = read_note(home / RESTORING)
    if note is not None and note.get("manifest") == digest_of(backup / MANIFEST):
        return True
    if home.exists() and any(path.name != _LOCK for path in home.iterdir()):
        raise NotEmptyError(place=home)
    if vendor() == "postgresql" and tables():
        raise NotEmptyError(place=f"the database {connections[DEFAULT_DB_ALIAS].settings_dict['NAME']}")
    return False


def _refuse_without_room(home: Path, backup: Path, manifest: Manifest) -> None:
    there = ContentStore(home / "files")
    bytes_wanted = sum(size for sha256, size in contents_of(backup) if not there.path(sha256).is_file())
    if vendor() == "sqlite":
        bytes_wanted += sum(part.size_bytes for part in manifest.parts)
    free = free_bytes(home)
    if bytes_wanted > free:
        raise NoRoomError(folder=home, free_mb=free // 2**20, wanted_mb=bytes_wanted // 2**20 + 1)


def _check_part(backup: Path, part: Part, *, skip: bool) -> None:
    """Raises DamagedBackupError; ``skip`` the hash of what is checked on its way in."""
    path = backup / part.name
    if not path.is_file() or path.stat().st_size != part.size_bytes:
        raise DamagedBackupError(part=part.name)
    if not skip and digest_of(path) != part.sha256:
        raise DamagedBackupError(part=part.name)


def _bring_contents(backup: Path, manifest: Manifest, progress: Progress, *, again: bool) -> None:
    """Copies every content and checks its hash on the way; flushes nothing by itself."""
    origin, store, missing = ContentStore(backup.parent / STORE), contents(), set(manifest.missing)
    for number in range(256):
        (store.root / f"{number:02x}").mkdir(parents=True, exist_ok=True)

    def bring(named: tuple[str, int]) -> int:
        sha256, size = named
        if sha256 in missing or (again and store.is_intact(sha256)):
            return size
        target = store.path(sha256)
        partial = target.with_suffix(".partial")
        try:
            copied = copy_hashed(origin.path(sha256), partial)
        except FileNotFoundError as error:
            raise DamagedBackupError(part=f"{STORE}/{sha256[:2]}/{sha256}") from error
        if copied != sha256:
            partial.unlink()
            raise DamagedBackupError(part=f"{STORE}/{sha256[:2]}/{sha256}")
        partial.chmod(0o440)
        partial.replace(target)
        return size

    done = 0
    for size in _in_parallel(bring, contents_of(backup)):
        done += size
        progress(done, manifest.file_bytes)
    for folder in store.root.iterdir():
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _in_parallel(act: Callable[[Item], Done], items: Iterable[Item]) -> Iterator[Done]:
    """The answers in order, a few items ahead: hashing and copying leave the interpreter to the others."""
    source = iter(items)
    with ThreadPoolExecutor(THREADS) as pool:
        running = [pool.submit(act, item) for item in islice(source, _AHEAD)]
        try:
            while running:
                yield running.pop(0).result()
                running += [pool.submit(act, item) for item in islice(source, 1)]
        finally:
            pool.shutdown(cancel_futures=True)


def _bring_keys(backup: Path, home: Path, manifest: Manifest) -> None:
    for part in manifest.parts:
        if part.name in KEYS and copy_hashed(backup / part.name, home / part.name) != part.sha256:
            raise DamagedBackupError(part=part.name)


def _bring_database(backup: Path, home: Path, manifest: Manifest) -> None:
    """The database in one step, unless a killed run had got so far; then, once, its rows are counted."""
    if not tables():
        source = backup / DATABASES[manifest.database]
        if manifest.database == "sqlite":
            source = home / f"{DATABASES['sqlite']}.partial"
            wanted = next(part.sha256 for part in manifest.parts if part.name == DATABASES["sqlite"])
            if copy_hashed(backup / DATABASES["sqlite"], source) != wanted:
                raise DamagedBackupError(part=DATABASES["sqlite"])
        put_database(source, home)
        flush_folder(home)
    note = read_note(home / RESTORING) or {}
    if not note.get("counted"):
        _count(manifest)
        write_note(home / RESTORING, note | {"counted": True})


def _count(manifest: Manifest) -> None:
    found = row_counts(DEFAULT_DB_ALIAS)
    for table, wanted in manifest.rows.items():
        if found.get(table) != wanted:
            raise WrongCountError(table=table, found=found.get(table, 0), wanted=wanted)


def _begin_again(backup: Path, home: Path, manifest: Manifest) -> Verification:
    """Brings the database to this version, reads the whole journal, and ends old sessions."""
    call_command("migrate", verbosity=0, interactive=False)
    head = Head(**manifest.head) if manifest.head else None
    if head is not None:
        keep_head(home, head)
    while seal_batch().entries:  # what waited for its seal when the backup was made waits since then
        pass
    report = verify(outside=head)
    with transaction.atomic():
        Session.objects.all().delete()
        record(
            actor=SYSTEM,
            act="installation.restored",
            subject=("installation", shuzhi.__version__),
            payload={"backup": backup.name, "made_at": manifest.made_at, "rows": manifest.row_count},
        )
    write_format(home)
    return report
