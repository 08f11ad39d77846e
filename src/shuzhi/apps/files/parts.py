"""A file that arrives in parts, as it lies on the disk. Knows one path and its length; knows no owner.

What has arrived is what the file is long: nothing else says it, so nothing else can say it wrongly.
Whoever is told a length may forget what lies before it: it is flushed to the disk first.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import BinaryIO

from shuzhi.apps.files.contents import flush_folder
from shuzhi.apps.files.errors import OtherOffsetError
from shuzhi.crash_points import reached

_BLOCK_BYTES = 1024 * 1024


def begin(path: Path) -> None:
    """Makes the empty file, which must not be there yet, and flushes its name to the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    reached("receptions.before_file")
    with path.open("xb"):
        pass
    flush_folder(path.parent)
    reached("receptions.after_file")


def received_bytes(path: Path) -> int:
    """How much has arrived and is safe; raises FileNotFoundError where the file is gone."""
    with path.open("rb") as received:
        os.fsync(received.fileno())
        return os.fstat(received.fileno()).st_size


def append(path: Path, offset: int, source: BinaryIO, *, whole_bytes: int) -> int:
    """Appends what ``source`` yields, never beyond ``whole_bytes``; the length then, flushed to the disk.

    A source that breaks off leaves what came of it. Raises OtherOffsetError, with the right one, where
    the file is not ``offset`` long, at the beginning or because somebody else appends to it as well.
    """
    with path.open("ab", buffering=0) as out:
        at = _append_block(out.fileno(), offset, b"")
        try:
            while block := _read(source, min(_BLOCK_BYTES, whole_bytes - at)):
                reached("receptions.before_write")
                at = _append_block(out.fileno(), at, block)
                reached("receptions.after_write")
        finally:
            os.fsync(out.fileno())
        reached("receptions.after_flush")
    return at


def head(path: Path, count: int) -> bytes:
    """The first bytes that arrived."""
    with path.open("rb") as received:
        return received.read(count)


def _append_block(handle: int, at: int, block: bytes) -> int:
    """The length after the block. The lock is held for one block: who is gone for good keeps nobody out."""
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        if (length := os.fstat(handle).st_size) != at:
            raise OtherOffsetError(offset=length)
        left = memoryview(block)
        while left:
            left = left[os.write(handle, left) :]
        return at + len(block)
    finally:
        fcntl.flock(handle, fcntl.LOCK_UN)


def _read(source: BinaryIO, count: int) -> bytes:
    """The next bytes; none where the source ended or the connection behind it broke."""
    try:
        return source.read(count) if count > 0 else b""
    except OSError:
        return b""
