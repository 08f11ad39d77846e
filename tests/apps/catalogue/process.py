"""A process of its own for the tests that kill a load: `python -m tests.apps.catalogue.process ACT [POINT]`.

It is the product with one of its functions wrapped, so that the first attempt stops at a named point.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

LEASE_S = 2.0


def main(act: str, point: str = "") -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    acts: dict[str, Callable[[], None]] = {
        "found": found,
        "receive": lambda: receive_one(point),
        "work": lambda: work(point),
        "finish": finish,
        "again": again,
        "look": look,
    }
    acts[act]()


def found() -> None:
    """The named world in an empty database."""
    from datetime import date
    from random import Random

    from django.core.management import call_command

    from shuzhi.apps.people.models import Account
    from shuzhi.apps.records.actors import SYSTEM
    from shuzhi.apps.scenarios.services import built_in_install
    from shuzhi.demo.world import build_world

    call_command("migrate", verbosity=0)
    built_in_install(actor=SYSTEM)
    if not Account.objects.exists():
        build_world(today=date(2026, 11, 23), randomness=Random(7))


def receive_one(point: str) -> None:
    """One clerk hands in one file; with a point, the process stops inside the request's transaction."""
    from io import BytesIO

    from shuzhi.apps.catalogue.services import UploadDraft, uploads
    from shuzhi.apps.people.models import DutyHolding
    from shuzhi.apps.people.selectors import actor_for
    from tests.rosters import roster, table

    if point:
        stop_after(uploads, "enqueue")
    holding = DutyHolding.objects.select_related("account", "organisation").get(account__login="jingban")
    lines = roster(60)
    lines[3][0] = lines[2][0]  # two rows under one number
    uploads.upload_receive(
        actor=actor_for(holding.account, holding),
        draft=UploadDraft(holding.organisation, BytesIO(table(lines)), "名册.csv", no_secrets=True),
    )


def work(point: str) -> None:
    """A file is handed in, and a worker's first attempt at it stops at the point."""
    from shuzhi.apps.catalogue import jobs

    receive_one("")
    if point == "files put":
        stop_after(jobs, "put", calls=3)
    elif point == "before the effect":
        stop_after(jobs, "prepare")
    elif point == "inside the effect":
        stop_after(jobs, "snapshot_commit")
    run(threading.Event())


def stop_after(module: Any, name: str, *, calls: int = 1) -> None:
    """Has the function say that it was reached and never return from its so manieth call."""
    function = getattr(module, name)
    made = []

    def reach(*given: object, **named: object) -> object:
        answer = function(*given, **named)
        made.append(name)
        if len(made) == calls:
            (Path(os.environ["SHUZHI_HOME"]) / "reached").touch()
            while True:
                time.sleep(1)
        return answer

    setattr(module, name, reach)


def run(stop: threading.Event) -> None:
    from shuzhi.apps.jobs.worker import run_worker

    run_worker(stop, poll_s=0.05, lease_s=LEASE_S)


def finish() -> None:
    """A second worker; it ends when the load has, and says what there is."""
    stop = threading.Event()

    def stop_when_done() -> None:
        from django.db import connection

        from shuzhi.apps.jobs.models import Job

        while not Job.objects.filter(kind="catalogue.load", state__in=["done", "failed"]).exists():
            time.sleep(0.1)
        connection.close()
        stop.set()

    threading.Thread(target=stop_when_done, daemon=True).start()
    run(stop)
    look()


def again() -> None:
    """Says what there is, then hands the file in once more and has it loaded."""
    look()
    receive_one("")
    finish()


def look() -> None:
    """Prints what there is, before and after the sweeps."""
    from django.utils import timezone

    from shuzhi.apps.cases.models import Case
    from shuzhi.apps.catalogue import models
    from shuzhi.apps.catalogue.scratch import sweep_scratch
    from shuzhi.apps.files.models import StoredFile
    from shuzhi.apps.files.services import contents, sweep
    from shuzhi.apps.journal.models import Entry

    swept = sweep_scratch()
    sweep(now=timezone.now() + timedelta(hours=2))
    home = Path(os.environ["SHUZHI_HOME"])
    kept = {path.name for path in (home / "files").rglob("*") if path.is_file() and len(path.name) == 64}
    named = set(StoredFile.objects.values_list("sha256", flat=True))
    seen: dict[str, object] = {
        "uploads": list(models.Upload.objects.values_list("state", flat=True)),
        "datasets": models.Dataset.objects.count(),
        "snapshots": models.Snapshot.objects.count(),
        "rows": sum(models.Snapshot.objects.values_list("row_count", flat=True)),
        "runs": models.Run.objects.count(),
        "cases": Case.objects.count(),
        "keys": Case.objects.values("dedupe_key").distinct().count(),
        "commits": Entry.objects.filter(act="snapshot.commit").count(),
        "files": StoredFile.objects.count(),
        "orphans": len(kept - named),
        "lost": sum(not contents().is_intact(sha256) for sha256 in named),
        "folders": [path.name for path in (home / "work").iterdir()] if (home / "work").is_dir() else [],
        "swept": swept,
    }
    print(json.dumps(seen))


if __name__ == "__main__":
    main(*sys.argv[1:])
