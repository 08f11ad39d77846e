"""What a backup says of itself. Knows its shape and its folder, not how it was made.

A backup is ``FOLDER/2026-11-23T201500Z/`` with manifest.json, the database, the keys and the list of
contents; the contents themselves lie once in ``FOLDER/files/``, whatever number of backups names them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

import shuzhi
from shuzhi.operations.errors import BackupFormatError, NotABackupError
from shuzhi.operations.folders import read_note

FORMAT = 1
MANIFEST = "manifest.json"
CONTENTS = "contents.txt"
STORE = "files"
KEYS = ("secret.key", "journal.key", "journal.pub", "retention.yaml")
NAMED = re.compile(r"\d{4}-\d{2}-\d{2}T\d{6}Z(-\d+)?")

Vendor = Literal["sqlite", "postgresql"]
DATABASES: dict[Vendor, str] = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}


class _Note(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Part(_Note):
    """One file of the backup's folder."""

    name: str
    size_bytes: int
    sha256: str


class PackNote(_Note):
    """One installed version of a pack."""

    urn: str
    version: str
    digest: str


class Manifest(_Note):
    """``rows`` by table; ``missing`` are contents that rows name and the disk did not have whole.

    ``head`` is the note of the journal's newest head, None for a journal that was never sealed.
    """

    format: int
    product: str
    made_at: str
    database: Vendor
    migrations: tuple[str, ...]
    packs: tuple[PackNote, ...]
    rows: dict[str, int]
    files: int
    file_bytes: int
    missing: tuple[str, ...]
    head: dict[str, str | int] | None
    unsealed: int
    parts: tuple[Part, ...]

    @property
    def row_count(self) -> int:
        """Rows of all tables."""
        return sum(self.rows.values())


def read_manifest(folder: Path) -> Manifest:
    """The manifest in ``folder``. Raises NotABackupError, and BackupFormatError for a newer program's."""
    content = read_note(folder / MANIFEST)
    if content is None or not isinstance(content.get("format"), int):
        raise NotABackupError(folder=folder)
    if content["format"] != FORMAT:
        raise BackupFormatError(
            folder=folder,
            product=content.get("product", "?"),
            version=shuzhi.__version__,
            found=f"format {content['format']}",
        )
    try:
        return Manifest.model_validate(content)
    except ValidationError as error:
        raise NotABackupError(folder=folder) from error


def backups_in(folder: Path) -> list[Path]:
    """The complete backups of a folder, oldest first."""
    if not folder.is_dir():
        return []
    dated = (path for path in folder.iterdir() if NAMED.fullmatch(path.name))
    return sorted(path for path in dated if (path / MANIFEST).is_file())


def newest_backup(folder: Path) -> Path:
    """``folder`` itself where it is a backup, else the newest one in it. Raises NotABackupError."""
    if (folder / MANIFEST).is_file():
        return folder
    found = backups_in(folder)
    if not found:
        raise NotABackupError(folder=folder)
    return found[-1]


def contents_of(backup: Path) -> Iterator[tuple[str, int]]:
    """Hash and size in bytes of each content that the backup's rows name, by hash."""
    with (backup / CONTENTS).open(encoding="ascii") as lines:
        for line in lines:
            sha256, size = line.split()
            yield sha256, int(size)
