"""The harness's own processes: ``python -m tests.crashing.process found|web|worker|look [ARGUMENT …]``.

Each is the product's process of that name, in the home that SHUZHI_HOME names.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
import threading
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

from tests.crashing.arming import arm

LEASE_S = 2.0
"""A killed worker's job is another's after this; in earnest it is a minute."""
PATIENT = 1000
"""Attempts before a job is given up, where many kills are wanted; in earnest three or five."""


def found(people: str) -> None:
    """An installation with the named world; logins and passwords go to ``people``, as JSON."""
    _prepare()
    from django.utils import timezone

    from shuzhi.apps.jobs.models import Schedule
    from shuzhi.apps.jobs.registry import kinds
    from shuzhi.demo.world import build_world

    world = build_world(today=timezone.localdate(), randomness=Random(7))
    passwords = {part: [person.login, person.password] for part, person in world.people.items()}
    Path(people).write_text(json.dumps(passwords), "utf-8")
    for kind in kinds():  # all recurring work is due at once, so that it is on the walk
        if kind.recurrence is not None:
            due = datetime.combine(date(2026, 1, 1), datetime.min.time(), UTC)
            Schedule.objects.update_or_create(kind=kind.name, defaults={"next_at": due})
    Path(os.environ["SHUZHI_HOME"], "secret.key").unlink()  # the first start makes it


def web(port: str) -> None:
    """The web server as ``shuzhi serve`` starts it: the home is prepared, then granian takes over."""
    arm("web")
    _prepare()
    from shuzhi.serving import _web

    *options, _application = _web("127.0.0.1", int(port))
    os.execv(sys.executable, [sys.executable, "-m", "granian", *options, "tests.crashing.web:application"])


def worker(part: str = "worker") -> None:
    """A worker whose lease is short and who gives nothing up, until SIGTERM."""
    import signal

    arm(part)
    _prepare()
    from shuzhi.apps.jobs import registry
    from shuzhi.apps.jobs import worker as working

    for kind in registry.kinds():
        registry._KINDS[kind.name] = dataclasses.replace(kind, max_attempts=PATIENT, backoff_s=1.0)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    working.OUTAGE_WAIT_S = 1.0
    working.run_worker(stop, poll_s=0.1, lease_s=LEASE_S)


def look(promised: str) -> None:
    """Waits until all work has come to rest, then prints what is wrong and the digest of what there is."""
    _prepare()
    from tests.crashing.invariants import examine

    seen = examine(json.loads(Path(promised).read_text("utf-8")))
    print(json.dumps(seen, ensure_ascii=False))


def _prepare() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.crashing.settings"
    from shuzhi.serving import prepare_home

    prepare_home()


if __name__ == "__main__":
    acts = {"found": found, "web": web, "worker": worker, "look": look}
    acts[sys.argv[1]](*sys.argv[2:])
