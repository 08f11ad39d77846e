"""Folders for work in progress, in the home: gone with the work, or swept when its process was killed."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from shuzhi.crash_points import reached

_LOCK = ".lock"


@contextmanager
def scratch() -> Iterator[Path]:
    """An empty folder, removed afterwards. A lock that ends with the process says that it is in use."""
    parent = _parent()
    parent.mkdir(parents=True, exist_ok=True)
    with _turn(parent):
        folder = Path(tempfile.mkdtemp(dir=parent))
        reached("catalogue.after_scratch")
        lock = folder.with_suffix(_LOCK).open("w")
        fcntl.flock(lock, fcntl.LOCK_EX)
        reached("catalogue.after_scratch_lock")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        folder.with_suffix(_LOCK).unlink(missing_ok=True)
        lock.close()


def sweep_scratch() -> int:
    """Removes the folders whose process has gone without removing them; returns how many."""
    parent, swept = _parent(), 0
    if not parent.is_dir():
        return 0
    with _turn(parent):
        for folder in [path for path in parent.iterdir() if path.is_dir() and not _is_held(path)]:
            reached("catalogue.before_scratch_sweep")
            shutil.rmtree(folder, ignore_errors=True)
            reached("catalogue.after_scratch_sweep")
            swept += 1
        for lock in parent.glob(f"*{_LOCK}"):  # also of a sweep or a folder that was killed before its lock
            folder = lock.with_suffix("")
            if not folder.exists() and not _is_held(folder):
                lock.unlink(missing_ok=True)
    return swept


def _parent() -> Path:
    return settings.CONFIGURATION.root / "work"


def _is_held(folder: Path) -> bool:
    try:
        with folder.with_suffix(_LOCK).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


@contextmanager
def _turn(parent: Path) -> Iterator[None]:
    """Held while a folder gets its lock, so that no sweep comes between the two."""
    with (parent / ".turn").open("a") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield
