"""Writing to disks so that it is there afterwards: notes in one step, hashes on the way. Knows no record."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

CHUNK_BYTES = 1024 * 1024


def write_note(path: Path, content: dict[str, Any]) -> None:
    """Puts a JSON document at ``path`` in one step, on the disk, for its owner's eyes only."""
    with NamedTemporaryFile(
        "w", encoding="utf-8", dir=path.parent, prefix=f"{path.name}.", delete=False
    ) as out:
        out.write(json.dumps(content, ensure_ascii=False, indent=2) + "\n")
        out.flush()
        os.fsync(out.fileno())
    Path(out.name).replace(path)
    flush_folder(path.parent)


def read_note(path: Path) -> dict[str, Any] | None:
    """The document; None where there is none or it is not one."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def flush_file(path: Path) -> None:
    """Has the file's bytes on the disk."""
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def flush_folder(folder: Path) -> None:
    """Has the names in the folder on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def digest_of(path: Path) -> str:
    """The SHA-256 of the file, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def copy_hashed(source: Path, target: Path) -> str:
    """Copies the bytes for their owner's eyes only and returns their SHA-256; does not flush."""
    digest = hashlib.sha256()
    buffer = memoryview(bytearray(CHUNK_BYTES))
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with source.open("rb", buffering=0) as taken, os.fdopen(handle, "wb", buffering=0) as given:
        while count := taken.readinto(buffer):
            digest.update(buffer[:count])
            given.write(buffer[:count])
    return digest.hexdigest()


def free_bytes(folder: Path) -> int:
    """Room on the disk that holds ``folder``, or that would hold it."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    return shutil.disk_usage(there).free


@contextmanager
def held_alone(lock: Path) -> Iterator[bool]:
    """Whether this process is the only one here; the lock ends with the process."""
    with lock.open("a") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
