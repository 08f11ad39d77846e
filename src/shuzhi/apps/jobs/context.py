"""What a running job may do: say how far it is, and take effect exactly once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone

from shuzhi.apps.jobs.errors import LostLeaseError, WorkerStoppingError
from shuzhi.apps.jobs.leases import Lease, finish
from shuzhi.apps.records.actors import Actor
from shuzhi.crash_points import reached

# Writing each step of a quick loop would cost more than the work.
_PROGRESS_EVERY_S = 0.3


def _never() -> bool:
    return False


class JobContext:
    """One attempt at a job. ``actor`` is who asked for it, with the rights of now."""

    def __init__(self, lease: Lease, actor: Actor, is_stopping: Callable[[], bool] = _never) -> None:
        self.lease = lease
        self.actor = actor
        self.is_finished = False
        self._is_stopping = is_stopping
        self._told_at = float("-inf")
        self.result: dict[str, object] = {}

    @property
    def id(self) -> str:
        """The job's public id."""
        return str(self.lease.job.public_id)

    @property
    def args(self) -> Mapping[str, object]:
        """What the job was asked with."""
        args: Mapping[str, object] = self.lease.job.args
        return args

    def progress(self, done: int, total: int | None = None, message: str = "", **args: object) -> None:
        """Tells how far the work is; ``message`` is an ``N_`` text whose {names} ``args`` fill.

        Raises LostLeaseError or WorkerStoppingError where the work should end here: let them pass.
        Cheap enough for every batch: what comes too quickly after the last is not written.
        """
        if self._is_stopping():
            raise WorkerStoppingError(job=self.id)
        now = time.monotonic()
        if now - self._told_at < _PROGRESS_EVERY_S and done != total:
            return
        self._told_at = now
        told = {"message": message, "message_args": args} if message else {}
        reached("jobs.before_progress")
        self.lease.hold(progress_done=done, progress_total=total, **told)
        reached("jobs.after_progress")

    def report(self, **result: object) -> None:
        """Adds to what the finished job shows: public ids, counts; stored with the final effect."""
        self.result |= result

    def has_done(self, step: str) -> bool:
        """Whether an earlier attempt has already committed this step."""
        return step in self.lease.job.steps

    @contextmanager
    def effect(self, step: str = "") -> Iterator[None]:
        """One transaction that commits only while this worker still holds the job.

        Without a name it is the last thing the job does: the work and "finished" are committed
        together, so a job taken up again never repeats it. Earlier effects carry a name and stand
        below ``if not context.has_done(name)``. Raises LostLeaseError, with nothing changed.
        """
        if self.is_finished:
            raise RuntimeError("the job is finished: name its earlier effects and leave the last without")
        with transaction.atomic(durable=True):
            reached("jobs.before_effect")
            self._check()
            yield
            if step:
                self.lease.job.steps.append(step)
                self.lease.hold(steps=self.lease.job.steps)
            else:
                finish(self.lease, now=timezone.now(), result=self.result)
            reached("jobs.before_effect_commit")
        reached("jobs.after_effect_commit")
        self.is_finished = not step

    def _check(self) -> None:
        # An UPDATE rather than a look: it locks the row, so no other worker can claim it until we commit.
        if not self.lease.rows().update(token=self.lease.token):
            raise LostLeaseError(job=self.id)
