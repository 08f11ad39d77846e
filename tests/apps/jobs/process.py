"""A process of its own for the tests that kill workers: `python -m tests.apps.jobs.process ACT`.

The work here writes one row named after its job, so that work done twice shows as two rows.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import django

LEASE_S = 2.0


def main(act: str, kind: str = "") -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from django.core.management import call_command

    declare_kinds()
    if act == "migrate":
        call_command("migrate", verbosity=0)
    elif act == "begin":
        enqueue_one(kind)
        work()
    elif act == "begin_mute":
        lose_the_heartbeat()
        enqueue_one(kind)
        work()
    elif act == "work":
        work()
    elif act == "finish":
        work(until_done=True)
        look()
    elif act == "look":
        look()


def declare_kinds() -> None:
    from shuzhi.apps.files.models import StoredFile
    from shuzhi.apps.jobs.context import JobContext
    from shuzhi.apps.jobs.registry import job

    def write(context: JobContext) -> None:
        StoredFile.objects.create(
            sha256="0" * 64, size_bytes=0, kind="original", name=context.id, stored_by=context.actor.id
        )

    def wait(context: JobContext, name: str) -> None:
        """Says that it waits, then waits while the file of the first attempt is held."""
        if context.lease.job.attempts == 1:
            (Path(os.environ["SHUZHI_HOME"]) / name).touch()
            while not (Path(os.environ["SHUZHI_HOME"]) / "go").exists():
                time.sleep(0.02)

    @job("test.before")
    def before(context: JobContext) -> None:
        """Stops before its effect."""
        wait(context, "reached")
        with context.effect():
            write(context)

    @job("test.inside")
    def inside(context: JobContext) -> None:
        """Stops in the middle of its effect, when the row is written and not committed."""
        with context.effect():
            write(context)
            wait(context, "reached")

    @job("test.after")
    def after(context: JobContext) -> None:
        """Stops when its first, named effect is committed and the job is not yet finished."""
        if not context.has_done("write"):
            with context.effect("write"):
                write(context)
        wait(context, "reached")

    @job("test.endless")
    def endless(context: JobContext) -> None:
        """Tells its progress until it is stopped."""
        done = 0
        while True:
            done += 1
            context.progress(done)
            (Path(os.environ["SHUZHI_HOME"]) / "reached").touch()
            time.sleep(0.02)


def lose_the_heartbeat() -> None:
    """Lets the others think that this worker is dead, as a starved or swapped-out one would."""
    from shuzhi.apps.jobs.worker import Ticker

    Ticker._renew = lambda _self: None  # type: ignore[method-assign]


def work(*, until_done: bool = False) -> None:
    from shuzhi.apps.jobs.worker import run_worker

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    if until_done:
        threading.Thread(target=stop_when_done, args=(stop,), daemon=True).start()
    run_worker(stop, poll_s=0.05, lease_s=LEASE_S)


def stop_when_done(stop: threading.Event) -> None:
    from django.db import connection

    from shuzhi.apps.jobs.models import Job

    while not Job.objects.filter(kind__startswith="test.", state="done").exists():
        time.sleep(0.1)
    connection.close()
    stop.set()


def enqueue_one(kind: str) -> None:
    from shuzhi.apps.jobs.services import enqueue
    from shuzhi.apps.records.actors import SYSTEM

    enqueue(actor=SYSTEM, kind=kind)


def look() -> None:
    from shuzhi.apps.files.models import StoredFile
    from shuzhi.apps.jobs.models import Job

    job = Job.objects.get(kind__startswith="test.")
    print(job.state, job.attempts, StoredFile.objects.filter(name=job.public_id).count())


if __name__ == "__main__":
    main(*sys.argv[1:])
