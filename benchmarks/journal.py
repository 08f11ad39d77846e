"""How long the journal takes to write, to seal and to read again: a million entries on SQLite, real ones.

Times are processor time, so that a busy machine does not change them. What must not grow with
the log is compared between its beginning and its end. What it costs four writers: ``journal_writers``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

from benchmarks import journal_writers
from benchmarks.figures import Row, at_most, figure

ENTRIES = 1_000_000
BATCH = 2_000
ACTS = 500


def main() -> list[Row]:
    """Runs in a process of its own: Django reads its settings once."""
    with tempfile.TemporaryDirectory(prefix="shuzhi-bench-") as home:
        settings = {
            "SHUZHI_HOME": home,
            "SHUZHI_SECRET_KEY": "x",
            "SHUZHI_DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "shuzhi.settings",
        }
        command = [sys.executable, "-m", "benchmarks.journal"]
        environment = os.environ | settings
        done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    measured = json.loads(done.stdout)
    note = f"{ENTRIES:,} entries, CPU"
    return [
        figure("journal: one act's entry", measured["act_us"], "µs", "three rows and their commit, CPU"),
        figure("journal: sealing an entry", measured["seal_us"], "µs", note),
        at_most("journal: sealing, last batches against first", measured["growth"], 1.5, "×", note),
        at_most(
            f"journal: verifying {ENTRIES:,} entries",
            measured["verify_s"],
            10.0,
            "s",
            f"CPU; {measured['verify_wall_s']} s by the clock; {measured['verified']:,} entries read, sound",
        ),
        figure("journal: memory of it all", measured["memory_mb"], "MB"),
        *journal_writers.main(),
    ]


def _spent(act: Callable[[], object]) -> float:
    started = time.process_time()
    act()
    return time.process_time() - started


def _fill() -> None:
    """Adds a batch of entries as ``record`` makes them, many rows to a statement."""
    from django.db import transaction
    from django.utils import timezone

    from shuzhi.apps.journal.models import Entry, Payload, Pending, microseconds
    from shuzhi.apps.journal.recording import canonical, payload_digest
    from shuzhi.apps.records.ids import new_id

    entries, bodies = [], []
    for number in range(BATCH):
        now = timezone.now()
        bodies.append(canonical({"rows": number, "level": "L3", "file": "低保对象-2026.xlsx"}))
        texts: dict[str, Any] = dict.fromkeys(("actor_id", "organisation_id", "subject_id"), "x" * 29)
        entries.append(
            Entry(
                public_id=new_id("je", now),
                at_us=microseconds(now),
                act="dataset.read",
                actor_name="沈示例",
                actor_duty="clerk",
                request_id="x" * 16,
                subject_kind="dataset",
                payload_digest=payload_digest("", bodies[-1]),
                **texts,
            )
        )
    with transaction.atomic():
        Entry.objects.bulk_create(entries)
        pairs = list(zip(entries, bodies, strict=True))
        Payload.objects.bulk_create(Payload(entry=entry, salt="", body=body) for entry, body in pairs)
        Pending.objects.bulk_create(Pending(entry=e, at_us=e.at_us, leaf=e.leaf.hex()) for e in entries)


def _measure() -> dict[str, float]:
    import resource

    from django.core.management import call_command

    from shuzhi.apps.journal import services
    from shuzhi.apps.records.actors import SYSTEM

    call_command("migrate", verbosity=0)
    acts = _spent(
        lambda: [services.record(actor=SYSTEM, act="x", subject=("x", str(n))) for n in range(ACTS)]
    )
    services.seal_batch()
    batches = []
    for _batch in range(ENTRIES // BATCH):
        _fill()
        batches.append(_spent(services.seal_batch))
    began = time.perf_counter()
    reports: list[Any] = []
    verify = _spent(lambda: reports.append(services.verify()))
    wall = time.perf_counter() - began
    (report,) = reports
    assert report.sound, report.problems[:3]
    tenth = len(batches) // 10
    return {
        "act_us": round(acts / ACTS * 1e6),
        "seal_us": round(sum(batches) / ENTRIES * 1e6, 1),
        "growth": round(sum(batches[-tenth:]) / sum(batches[:tenth]), 2),
        "verify_s": round(verify, 2),
        "verify_wall_s": round(wall, 2),
        "verified": report.sealed,
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(_measure()))
