"""An installation brought to this program's version: backed up, migrated, its packs checked, verified.

Each step is safe to repeat; run again after it has ended, it finds nothing to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

import shuzhi
from shuzhi.apps.jobs import heartbeats
from shuzhi.apps.journal.services import Verification, record, seal_batch, verify
from shuzhi.apps.records.actors import SYSTEM
from shuzhi.apps.scenarios.models import InstalledPack
from shuzhi.apps.scenarios.selectors import pack_of, packs_installed
from shuzhi.apps.scenarios.services import built_in_install
from shuzhi.engine.packs import built_in_packs, load_pack
from shuzhi.operations.backing_up import Backup, BackupRequest, Progress, back_up
from shuzhi.operations.errors import NoBackupFolderError, NoReasonError, WorkersRunningError
from shuzhi.operations.folders import held_alone, read_note
from shuzhi.operations.formats import (
    FORMAT_NOTE,
    pending_migrations,
    refuse_newer_database,
    refuse_unusable,
    write_format,
)


@dataclass(frozen=True, slots=True)
class UpgradeRequest:
    """``backup_to``: folder of the backups; None only with the ``reason`` why none is made."""

    backup_to: Path | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What was done. ``journal`` is None where there was nothing to do."""

    migrations: tuple[str, ...]
    packs: tuple[str, ...]
    backup: Backup | None
    journal: Verification | None

    @property
    def sound(self) -> bool:
        """Whether the journal verifies after it, and the backup before it was whole."""
        whole = self.backup is None or self.backup.complete
        return whole and (self.journal is None or self.journal.sound)


def upgrade(
    request: UpgradeRequest, *, now: datetime | None = None, progress: Progress | None = None
) -> Upgraded:
    """Brings the installation to this version; nothing is changed before the backup is on the disk.

    Raises NewerHomeError, UnfinishedRestoreError, WorkersRunningError, NoBackupFolderError,
    NoReasonError, and whatever the backup raises.
    """
    home = Path(settings.CONFIGURATION.root)
    refuse_unusable(home)
    refuse_newer_database(home)
    with held_alone(home / ".upgrade") as alone:
        workers = heartbeats.alive(now or timezone.now())
        if workers or not alone:
            raise WorkersRunningError(worker=", ".join(workers) or "shuzhi upgrade")
        migrations, packs = pending_migrations(), () if pending_migrations() else _new_packs()
        note = read_note(home / FORMAT_NOTE) or {}
        if not migrations and not packs and note.get("version") == shuzhi.__version__:
            return Upgraded((), (), None, None)
        backup = _back_up_first(request, progress)
        call_command("migrate", verbosity=0, interactive=False)
        packs = _new_packs()
        _check_installed()
        built_in_install(actor=SYSTEM)
        while seal_batch().entries:
            pass
        report = verify()
        _note_it(note, request, migrations)
        write_format(home)
    return Upgraded(migrations, packs, backup, report)


def _back_up_first(request: UpgradeRequest, progress: Progress | None) -> Backup | None:
    if request.reason:
        return None
    if request.backup_to is None:
        raise NoBackupFolderError(command="upgrade --to")
    # the journal's tables may be of another version: the act itself is recorded when they are not
    return back_up(BackupRequest(request.backup_to, journal=False), progress=progress)


def _new_packs() -> tuple[str, ...]:
    """Built-in packs, ``urn version``, that are not installed yet."""
    held = set(InstalledPack.objects.values_list("urn", "version"))
    known = [load_pack(folder) for folder in built_in_packs()]
    return tuple(f"{pack.urn} {pack.version}" for pack in known if (pack.urn, pack.version) not in held)


def _check_installed() -> None:
    """Reads every installed version with this program; raises PackError where it cannot."""
    for installed in packs_installed():
        pack_of(installed)


def _note_it(note: dict[str, object], request: UpgradeRequest, migrations: tuple[str, ...]) -> None:
    with transaction.atomic():
        record(
            actor=SYSTEM,
            act="installation.upgraded",
            subject=("installation", shuzhi.__version__),
            payload={
                "from": str(note.get("version", "")),
                "migrations": list(migrations),
                "no_backup": request.reason,
            },
        )


def reason_given(reason: str | None) -> str:
    """The reason for doing without a backup, "" where none is to be done without. Raises NoReasonError."""
    if reason is not None and not reason.strip():
        raise NoReasonError
    return (reason or "").strip()
