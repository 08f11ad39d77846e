"""Signs of life of the workers: one small file each in the home, touched while the worker works or waits.

A file, not a row: an idle worker writes nothing to the database, and a home that several machines share
shows the workers of all of them.
"""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

EVERY_S = 5.0
SILENT = timedelta(minutes=1)
"""After this long without a sign a worker counts as gone."""

_FORGOTTEN = timedelta(days=1)


def beat() -> None:
    """Says that this process is alive; forgets those that fell silent long ago."""
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / _name()).touch()
    for worker, at in beats().items():
        if timezone.now() - at > _FORGOTTEN:
            (folder / worker).unlink(missing_ok=True)


def stop_beating() -> None:
    """Says that this process ends in order."""
    (_folder() / _name()).unlink(missing_ok=True)


def beats() -> dict[str, datetime]:
    """When each worker that did not end in order last showed a sign of life, in UTC."""
    found: dict[str, datetime] = {}
    for path in _folder().glob("*-*"):
        try:
            found[path.name] = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except FileNotFoundError:  # it ended in this moment
            continue
    return found


def alive(now: datetime) -> list[str]:
    """The workers that showed a sign of life within the last minute."""
    return sorted(worker for worker, at in beats().items() if now - at <= SILENT and not _is_dead(worker))


def _is_dead(worker: str) -> bool:
    """Whether it ran on this machine and its process is gone, as after a kill."""
    machine, _dash, process = worker.rpartition("-")
    if machine != socket.gethostname() or not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:  # somebody else's, so there is one
        return False
    return False


def _folder() -> Path:
    return Path(settings.CONFIGURATION.root) / "workers"


def _name() -> str:
    return f"{socket.gethostname()}-{os.getpid()}"
