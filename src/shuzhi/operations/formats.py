"""Which version wrote a home and its database, and whether this program may use them.

``format.json`` in the home holds the number of the layout on the disk; the database holds the names of
its migrations. Whatever a newer program wrote is refused: to read it half would be to lose the rest.
"""

from __future__ import annotations

from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.loader import MigrationLoader

import shuzhi
from shuzhi.operations.databases import tables
from shuzhi.operations.errors import NewerHomeError, OlderDatabaseError, UnfinishedRestoreError
from shuzhi.operations.folders import read_note, write_note

FORMAT = 1
"""The layout of a home: shuzhi.sqlite3, files/ab/<sha256>, the keys, the notes."""

FORMAT_NOTE = "format.json"
RESTORING = "restoring.json"


def write_format(home: Path) -> None:
    """Says that this version keeps the home; writes only where that is news."""
    said: dict[str, object] = {"format": FORMAT, "version": shuzhi.__version__}
    if read_note(home / FORMAT_NOTE) != said:
        write_note(home / FORMAT_NOTE, said)


def is_founded(home: Path) -> bool:
    """Whether the home was once ready to be used."""
    return (home / FORMAT_NOTE).is_file()


def refuse_unusable(home: Path) -> None:
    """Raises UnfinishedRestoreError or NewerHomeError by what lies in the home; needs no database."""
    if (note := read_note(home / RESTORING)) is not None:
        raise UnfinishedRestoreError(home=home, backup=note.get("backup", ""))
    written = read_note(home / FORMAT_NOTE) or {}
    if int(written.get("format", FORMAT)) > FORMAT:
        raise NewerHomeError(home=home, found=written.get("version", "?"), version=shuzhi.__version__)


def pending_migrations() -> tuple[str, ...]:
    """What this program would still change in the database, ``app.name``; all of them where it is empty."""
    loader = MigrationLoader(connections[DEFAULT_DB_ALIAS])
    applied = set(loader.applied_migrations or ()) if tables() else set()
    return tuple(sorted(f"{app}.{name}" for app, name in set(loader.disk_migrations or ()) - applied))


def unknown_migrations(names: tuple[str, ...] | None = None) -> tuple[str, ...]:
    """Of these migrations (those applied, where None) the ones that this program does not have."""
    loader = MigrationLoader(connections[DEFAULT_DB_ALIAS] if names is None else None)
    known = {f"{app}.{name}" for app, name in loader.disk_migrations or ()}
    for migration in (loader.disk_migrations or {}).values():
        known |= {f"{app}.{name}" for app, name in migration.replaces}
    if names is None:
        names = tuple(f"{app}.{name}" for app, name in loader.applied_migrations or ()) if tables() else ()
    return tuple(sorted(set(names) - known))


def refuse_newer_database(home: Path) -> None:
    """Raises NewerHomeError where the database holds migrations that this program does not know."""
    if unknown := unknown_migrations():
        raise NewerHomeError(home=home, found=unknown[-1], version=shuzhi.__version__)


def refuse_older_database(home: Path) -> None:
    """Raises OlderDatabaseError where a founded home's database waits for migrations."""
    if is_founded(home) and (pending := pending_migrations()):
        raise OlderDatabaseError(home=home, number=len(pending))
