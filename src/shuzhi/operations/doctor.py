"""The doctor: every check in turn, one finding each. A check that breaks is a finding, not an end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from django.utils import timezone

from shuzhi.operations import health, machine_checks, record_checks
from shuzhi.operations.findings import Finding
from shuzhi.operations.health import guarded


def examine(*, everything: bool = False, now: datetime | None = None) -> Iterator[Finding]:
    """One finding per check; those of the records are left out where the database does not answer.

    ``everything`` reads every file and the whole journal instead of a sample and the newest part.
    """
    moment = now or timezone.now()
    on_the_machine: dict[str, Callable[[], Finding]] = {
        "program": machine_checks.program,
        "pages": machine_checks.front_end,
        "configuration": machine_checks.configuration,
        "home": machine_checks.home,
        "disk": health.disk_free,
        "database": record_checks.database,
    }
    for name, check in on_the_machine.items():
        finding = guarded(name, check)
        yield finding
    if guarded("database", health.database_answers).state == "failed":
        return
    in_the_records: dict[str, Callable[[], Finding]] = {
        "migrations": record_checks.migrations,
        "packs": record_checks.packs,
        "journal": lambda: record_checks.journal(everything=everything),
        "sealing": lambda: health.sealing_keeps_up(moment),
        "files": lambda: record_checks.files(everything=everything),
        "worker": lambda: health.worker_alive(moment),
        "clock": lambda: record_checks.clock(moment),
        "calendar": lambda: record_checks.calendar(moment),
        "accounts": lambda: record_checks.accounts(moment),
        "backup": lambda: record_checks.backup(moment),
    }
    for name, check in in_the_records.items():
        yield guarded(name, check)
