"""Figures for Prometheus, in its text format. Counts and ages only; labels are states and versions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count, Max, Min
from django.utils import timezone

import shuzhi
from shuzhi.apps.catalogue.models import Upload
from shuzhi.apps.jobs import heartbeats
from shuzhi.apps.jobs.models import Job, State
from shuzhi.apps.journal.models import Head
from shuzhi.operations.backing_up import last_backup
from shuzhi.operations.folders import free_bytes
from shuzhi.operations.health import seal_lag


@dataclass(slots=True)
class Metric:
    """One figure; ``samples`` are its values by their labels."""

    name: str
    kind: Literal["counter", "gauge"]
    help: str
    samples: list[tuple[dict[str, str], float]] = field(default_factory=list)

    def add(self, value: float, **labels: str) -> Metric:
        """One more sample."""
        self.samples.append((labels, value))
        return self


def as_text(metrics: Iterable[Metric]) -> str:
    """The exposition format, version 0.0.4."""
    lines: list[str] = []
    for metric in metrics:
        name = f"shuzhi_{metric.name}"
        lines += [f"# HELP {name} {metric.help}", f"# TYPE {name} {metric.kind}"]
        for labels, value in metric.samples:
            shown = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
            lines.append(f"{name}{{{shown}}} {value:.15g}" if shown else f"{name} {value:.15g}")
    return "".join(f"{line}\n" for line in lines)


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def metrics_now(now: datetime | None = None) -> list[Metric]:
    """What can be told at this moment; without a database, that it does not answer."""
    moment = now or timezone.now()
    up = Metric("database_up", "gauge", "1 where the database answers.")
    try:
        told = _records(moment)
        up.add(1)
    except DatabaseError:
        told = []
        up.add(0)
    return [_info(), up, *_home(moment), *told]


def _info() -> Metric:
    return Metric("info", "gauge", "The version that runs.").add(1, version=shuzhi.__version__)


def _home(now: datetime) -> list[Metric]:
    root = settings.CONFIGURATION.root
    told = [
        Metric("disk_free_bytes", "gauge", "Room on the disk of the home.").add(free_bytes(root)),
        Metric("workers", "gauge", "Workers alive within the last minute.").add(len(heartbeats.alive(now))),
    ]
    last = last_backup(root)
    if last is not None:
        age = Metric("backup_age_seconds", "gauge", "Since the last backup of this home.")
        told.append(age.add(_seconds(now - last[0])))
    return told


def _records(now: datetime) -> list[Metric]:
    jobs = Metric("jobs", "gauge", "Background work by state.")
    by_state = dict(Job.objects.values_list("state").annotate(Count("pk")))
    for state in State.values:
        jobs.add(by_state.get(state, 0), state=state)
    uploads = Metric("uploads", "gauge", "Files handed in, by state.")
    handed_in = dict(Upload.objects.values_list("state").annotate(Count("pk")))
    for state in Upload.State.values:
        uploads.add(handed_in.get(state, 0), state=state)
    due = Job.objects.filter(state=State.QUEUED, run_after__lte=now).aggregate(oldest=Min("run_after"))
    waited = now - due["oldest"] if due["oldest"] else timedelta()
    sealed = Head.objects.aggregate(size=Max("size"))["size"] or 0
    return [
        jobs,
        uploads,
        Metric("queue_age_seconds", "gauge", "How long the oldest due work has waited.").add(
            _seconds(waited)
        ),
        Metric("seal_lag_seconds", "gauge", "How long the oldest unsealed entry has waited.").add(
            _seconds(seal_lag(now))
        ),
        Metric("journal_entries_sealed", "gauge", "Entries of the journal under its newest head.").add(
            sealed
        ),
    ]


def _seconds(span: timedelta) -> float:
    return round(max(span.total_seconds(), 0.0), 3)
