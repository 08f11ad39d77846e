"""Small files that are there whole or not at all: written beside, flushed, renamed, the folder flushed.

Knows how, not what they hold. What a killed process left beside a file is written over by the next one,
so nothing gathers in the folder; of several processes one writes at a time.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shuzhi.crash_points import reached


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Held by one process and thread of this machine; the folder is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Puts ``content`` at ``path`` in one step, over what is there; call it ``one_at_a_time``."""
    beside = path.with_name(f".{path.name}.new")
    reached("whole_files.before_write")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as out:
        out.write(content)
        out.flush()
        reached("whole_files.after_write")
        os.fsync(out.fileno())
    reached("whole_files.before_rename")
    beside.replace(path)
    reached("whole_files.after_rename")
