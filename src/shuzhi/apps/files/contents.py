"""Contents on the disk, each named by its SHA-256. Knows the folder; refuses to know the database.

A content is written to a temporary name, flushed to the disk, renamed to its hash, and the
folder is flushed: only then may a record name it. What is under its hash is never half a file.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from shuzhi.apps.files.errors import TooLargeError
from shuzhi.crash_points import reached

_CHUNK_BYTES = 1024 * 1024
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Content:
    """What was stored: the hash of the bytes and how many there are."""

    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep removed."""

    contents: int = 0
    temporary: int = 0
    bytes: int = 0


class ContentStore:
    """A folder of immutable contents, safe under many writing processes of one machine."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._temporary = root / "temporary"

    def put(self, source: BinaryIO, *, limit_bytes: int | None = None) -> Content:
        """Stores what ``source`` yields and flushes it to the disk; the same bytes take room once.

        Raises TooLargeError beyond ``limit_bytes``; whatever goes wrong, nothing is left behind.
        """
        self._temporary.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._temporary)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as out:
                reached("files.before_write")
                content = _copy(source, out, limit_bytes)
                out.flush()
                reached("files.after_write")
                os.fsync(out.fileno())
                reached("files.after_flush")
            temporary.chmod(0o440)
            self._keep(temporary, content)
        finally:
            temporary.unlink(missing_ok=True)
        return content

    def receiving(self, name: str) -> Path:
        """Where a file that arrives in parts lies until it is whole; sweeping temporary files spares it."""
        return self._temporary / "receiving" / name

    def digest(self, path: Path) -> Content:
        """What a file beside the contents would be stored as; reads the whole file, a piece at a time."""
        with path.open("rb") as stream:
            os.fsync(stream.fileno())
            digest = hashlib.file_digest(stream, "sha256")
            return Content(digest.hexdigest(), os.fstat(stream.fileno()).st_size)

    def adopt(self, path: Path, content: Content) -> None:
        """Takes a file of this store's disk over as the content that ``digest`` found, without copying it."""
        path.chmod(0o440)
        self._keep(path, content)
        path.unlink(missing_ok=True)

    def path(self, sha256: str) -> Path:
        """Where the content of this hash lies, or would lie."""
        if not _HASH.fullmatch(sha256):
            raise ValueError(f"not a SHA-256: {sha256!r}")
        return self.root / sha256[:2] / sha256

    def touch(self, sha256: str) -> bool:
        """Makes the content young: no sweep takes it before its row is visible. False where it is gone."""
        path = self.path(sha256)
        with self._lock(fcntl.LOCK_SH):
            try:
                os.utime(path)
            except FileNotFoundError:
                return False
        return True

    def is_intact(self, sha256: str) -> bool:
        """Whether the content is there and still has its hash; reads the whole content."""
        path = self.path(sha256)
        if not path.is_file():
            return False
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == sha256

    def sweep(self, is_named: Callable[[str], bool], *, before: float) -> Swept:
        """Removes contents that no record names and temporary files, last touched before ``before``.

        ``before`` is a POSIX time and must lie further back than the longest transaction that
        stores a file, since a record is not visible until its transaction ends. Does nothing while
        the contents are ``held``: the next sweep finds the same ones.
        """
        with self._keep_lock() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return Swept()
            return self._sweep(is_named, before)

    @contextmanager
    def held(self) -> Iterator[None]:
        """No sweep removes anything meanwhile; waits for one that is going on. For who copies the store."""
        with self._keep_lock() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)
            yield

    def _keep_lock(self) -> TextIO:
        self.root.mkdir(parents=True, exist_ok=True)
        return (self.root / ".held").open("a")

    def _sweep(self, is_named: Callable[[str], bool], before: float) -> Swept:
        freed: list[int] = []
        for path in self._contents():
            if _is_older(path, before) and not is_named(path.name):
                freed += self._remove(path, before)
        stale = [path for path in _files(self._temporary) if _is_older(path, before)]
        for path in stale:
            path.unlink(missing_ok=True)
        return Swept(len(freed), len(stale), sum(freed))

    def _contents(self) -> Iterator[Path]:
        for folder in sorted(self.root.glob("[0-9a-f][0-9a-f]")):
            yield from _files(folder)

    def _remove(self, path: Path, before: float) -> list[int]:
        """The bytes freed; empty where a writer has just taken the content up again."""
        with self._lock(fcntl.LOCK_EX):
            if not _is_older(path, before):
                return []
            size = path.stat().st_size
            reached("files.before_sweep")
            path.unlink()
            reached("files.after_sweep")
            return [size]

    def _keep(self, temporary: Path, content: Content) -> None:
        target = self.path(content.sha256)
        made = not target.parent.exists()
        target.parent.mkdir(parents=True, exist_ok=True)
        with self._lock(fcntl.LOCK_SH):
            if target.is_file() and target.stat().st_size == content.size_bytes:
                os.utime(target)  # young again: the sweeper must not take it before our row is committed
            else:
                reached("files.before_rename")
                temporary.rename(target)
                reached("files.after_rename")
        flush_folder(target.parent)
        if made:
            flush_folder(self.root)
        reached("files.after_folder_flush")

    @contextmanager
    def _lock(self, kind: int) -> Iterator[None]:
        """Held for one rename or one removal, so that none falls between another's look and act."""
        with (self._temporary.parent / ".lock").open("a") as lock:
            fcntl.flock(lock, kind)
            yield


def _copy(source: BinaryIO, out: BinaryIO, limit_bytes: int | None) -> Content:
    digest = hashlib.sha256()
    size = 0
    while chunk := source.read(_CHUNK_BYTES):
        size += len(chunk)
        if limit_bytes is not None and size > limit_bytes:
            raise TooLargeError(limit_mb=limit_bytes // (1024 * 1024))
        digest.update(chunk)
        out.write(chunk)
    return Content(digest.hexdigest(), size)


def flush_folder(folder: Path) -> None:
    """Has the disk remember which names the folder holds."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


def _is_older(path: Path, before: float) -> bool:
    try:
        return path.stat().st_mtime < before
    except FileNotFoundError:  # another sweeper was quicker
        return False
