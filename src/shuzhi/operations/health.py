"""Whether the installation works at this moment, part by part; quick enough to be asked each few seconds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryFile

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Min
from django.utils import timezone

from shuzhi.apps.jobs import heartbeats
from shuzhi.apps.journal.models import Pending, moment
from shuzhi.engine.texts import N_
from shuzhi.operations.findings import Finding, failed, fine
from shuzhi.operations.folders import free_bytes

SEAL_LATE = timedelta(minutes=1)
_log = structlog.get_logger(__name__)


def check_health(now: datetime | None = None) -> tuple[Finding, ...]:
    """One finding per part: database, files, disk, worker, sealing. Raises nothing."""
    checks: dict[str, Callable[[], Finding]] = {
        "database": database_answers,
        "files": files_writable,
        "disk": disk_free,
        "worker": lambda: worker_alive(now or timezone.now()),
        "sealing": lambda: sealing_keeps_up(now or timezone.now()),
    }
    return tuple(guarded(name, check) for name, check in checks.items())


def guarded(name: str, check: Callable[[], Finding]) -> Finding:
    """The finding; one that says so where the check itself broke. What it said goes to the log alone."""
    try:
        return check()
    except DatabaseError as error:
        _log.warning("check.database", check=name, error=type(error).__name__)
        return failed(
            name,
            N_("the database does not answer"),
            N_("Start it, and look at SHUZHI_DATABASE_URL; the platform goes on by itself."),
        )
    except OSError as error:
        _log.warning("check.disk", check=name, error=error.strerror)
        return failed(
            name,
            N_("the disk does not do what it is asked ({problem})"),
            N_("Look after the disk and the rights of the home."),
            problem=error.strerror or type(error).__name__,
        )
    except Exception as error:
        _log.exception("check.broke", check=name)
        return failed(
            name,
            N_("could not be checked ({problem})"),
            N_("The log says where it broke."),
            problem=type(error).__name__,
        )


def database_answers() -> Finding:
    """Whether a statement comes back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return fine("database", N_("answers"))


def files_writable() -> Finding:
    """Whether the store's folder takes a file."""
    root = Path(settings.CONFIGURATION.root)
    with TemporaryFile(dir=root) as file:
        file.write(b"x")
        file.flush()
    return fine("files", N_("can be written"))


def disk_free() -> Finding:
    """Whether the disk has room for two of the largest files that may be handed in."""
    configuration = settings.CONFIGURATION
    free_mb, wanted_mb = free_bytes(configuration.root) // 2**20, 2 * configuration.upload_mb
    if free_mb < wanted_mb:
        return failed(
            "disk",
            N_("{free_mb} MB free, under {wanted_mb} MB (two files of SHUZHI_UPLOAD_MB)"),
            N_("Make room, or move the home to a larger disk."),
            free_mb=free_mb,
            wanted_mb=wanted_mb,
        )
    return fine("disk", N_("{free_mb} MB free"), free_mb=free_mb)


def worker_alive(now: datetime) -> Finding:
    """Whether a worker showed a sign of life within the last minute."""
    workers = heartbeats.alive(now)
    if workers:
        return fine("worker", N_("{count} alive"), count=len(workers))
    return failed(
        "worker",
        N_("no worker has shown a sign of life for a minute"),
        N_("Start one: `shuzhi worker`. Nothing is taken in and nothing is sealed until then."),
    )


def seal_lag(now: datetime) -> timedelta:
    """How long the oldest entry has waited for its seal; nought where none waits."""
    oldest = Pending.objects.aggregate(oldest=Min("at_us"))["oldest"]
    return max(now - moment(oldest), timedelta()) if oldest is not None else timedelta()


def sealing_keeps_up(now: datetime) -> Finding:
    """Whether no entry of the journal has waited for more than a minute."""
    lag_s = round(seal_lag(now).total_seconds())
    if lag_s > SEAL_LATE.total_seconds():
        return failed(
            "sealing",
            N_("an entry of the journal has waited {lag_s} s for its seal"),
            N_("Start a worker, and look in its log for journal.seal."),
            lag_s=lag_s,
        )
    return fine("sealing", N_("{lag_s} s behind"), lag_s=lag_s)
