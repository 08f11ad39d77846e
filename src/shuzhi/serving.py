"""The platform's processes: a prepared home, the web server, the worker. Knows no page and no record."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import FrameType

from shuzhi.configuration import DATABASE_FILE, Configuration
from shuzhi.engine.errors import SettingError


class NoHomeError(SettingError):
    """The folder that was named holds no installation."""

    code = "setting.no_home"
    text = (
        "{home} holds no installation of Shuzhi. Name its folder with --home or SHUZHI_HOME; "
        "`shuzhi serve` founds a new one."
    )


STOP_S = 15.0
"""How long a process may take to finish what it has in hand before it is ended."""


def settle(home: Path | None = None) -> Configuration:
    """Points Django at a home and changes nothing in it; for commands that look after it.

    Must come before anything of Django is imported, since the settings are read from the home.
    """
    if home is not None:
        os.environ["SHUZHI_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuzhi.settings")
    known = Configuration()
    import django

    django.setup()
    return known


def settle_existing(home: Path | None = None) -> Configuration:
    """As ``settle``; raises NoHomeError where there is no installation."""
    if home is not None:
        os.environ["SHUZHI_HOME"] = str(home)
    known = Configuration()
    if not known.database_url and not (known.root / DATABASE_FILE).is_file():
        raise NoHomeError(home=known.root)
    return settle(home)


def prepare_home(home: Path | None = None, *, may_upgrade: bool = False) -> None:
    """Makes the home ready for this version: folder, secret, database, built-in packs. Safe to repeat.

    A home that is there is not changed by the way: raises OlderDatabaseError where its database waits
    for migrations, unless ``may_upgrade``. Raises NewerHomeError, UnfinishedRestoreError and, for a
    secret that somebody could guess, WeakSecretError.
    """
    if home is not None:
        os.environ["SHUZHI_HOME"] = str(home)
    known = Configuration()
    known.keep_secret()
    known.refuse_weak_secret()
    settle(home)
    from django.core.management import call_command

    from shuzhi.apps.records.actors import SYSTEM
    from shuzhi.apps.scenarios.services import built_in_install
    from shuzhi.operations import formats

    formats.refuse_unusable(known.root)
    formats.refuse_newer_database(known.root)
    if not may_upgrade:
        formats.refuse_older_database(known.root)
    if formats.pending_migrations():
        call_command("migrate", verbosity=0, interactive=False)
    built_in_install(actor=SYSTEM)
    formats.write_format(known.root)


def open_home(home: Path | None = None) -> None:
    """As ``prepare_home``, for a home that is there: raises NoHomeError instead of founding one."""
    settle_existing(home)
    prepare_home(home)


def run_worker_process() -> None:
    """Works until the process is asked to stop; what is in hand is finished or given back."""
    from shuzhi.apps.jobs.worker import run_worker

    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda _number, _frame: stop.set())
    run_worker(stop)


def run_processes(*, host: str, port: int, worker: bool) -> int:
    """Runs the web server and, if asked, a worker, until told to stop; if one ends, the other does too."""
    commands = [[sys.executable, "-m", "granian", *_web(host, port)]]
    if worker:
        commands.append([sys.executable, "-m", "shuzhi", "worker"])
    running = [subprocess.Popen(command) for command in commands]  # noqa: S603 - our own commands

    def stop(_number: int, _frame: FrameType | None) -> None:
        _end(running)

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, stop)
    while all(process.poll() is None for process in running):
        time.sleep(0.3)
    _end(running)
    return max(abs(process.wait()) for process in running)


def _web(host: str, port: int) -> list[str]:
    return [
        "--interface",
        "wsgi",
        "--host",
        host,
        "--port",
        str(port),
        "--workers",
        "1",
        "--blocking-threads",
        "4",
        "--no-access-log",
        "--log-level",
        "warning",
        "shuzhi.wsgi:application",
    ]


def _end(running: list[subprocess.Popen[bytes]]) -> None:
    for process in running:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + STOP_S
    for process in running:
        try:
            process.wait(max(deadline - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            process.kill()
