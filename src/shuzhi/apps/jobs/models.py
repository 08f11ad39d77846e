"""Work to be done and the schedule. Knows states and leases, not what the work means."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shuzhi.apps.records.models import Record
from shuzhi.engine.texts import N_


class State(models.TextChoices):
    """Where a job is: ``queued`` and ``running`` are open, the rest are final."""

    QUEUED = "queued", N_("Waiting")
    RUNNING = "running", N_("In progress")
    DONE = "done", N_("Finished")
    FAILED = "failed", N_("Failed")
    CANCELLED = "cancelled", N_("Cancelled")


OPEN_STATES = (State.QUEUED, State.RUNNING)


class Job(Record):
    """One piece of work. ``token`` grows with each claim: an effect of an older token is refused.

    ``lease_until`` is when others may take a running job; instants are UTC. ``progress_total`` null:
    not known. ``message`` and ``error_code`` are msgid and code, with their values beside them.
    """

    id_prefix = "jb"

    kind = models.CharField(max_length=64)
    args = models.JSONField(default=dict)
    actor = models.JSONField(default=dict)
    owner = models.CharField(max_length=40, db_index=True)
    unique_key = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    run_after = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    token = models.PositiveBigIntegerField(default=0)
    worker = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    progress_done = models.BigIntegerField(default=0)
    progress_total = models.BigIntegerField(null=True)
    message = models.CharField(max_length=200, blank=True)
    message_args = models.JSONField(default=dict)
    steps = models.JSONField(default=list)
    result = models.JSONField(default=dict)
    error_code = models.CharField(max_length=100, blank=True)
    error_args = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "run_after"], name="jobs_by_turn")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "unique_key"],
                condition=models.Q(state__in=OPEN_STATES) & ~models.Q(unique_key=""),
                name="jobs_one_open_per_key",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    @property
    def is_open(self) -> bool:
        """Whether it still waits or runs."""
        return self.state in OPEN_STATES

    @property
    def percent(self) -> int | None:
        """Progress from 0 to 100; null where the total is not known."""
        if self.state == State.DONE:
            return 100
        if not self.progress_total:
            return None
        return min(99, 100 * self.progress_done // self.progress_total)


class Schedule(models.Model):
    """When each recurring kind is due next; moved on by compare-and-set, so that one worker enqueues it."""

    kind = models.CharField(max_length=64, unique=True)
    next_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} {self.next_at}"
