"""The worker: takes due jobs one after the other, while a second thread keeps leases and calls hooks.

Knows how work is run, not what it is. Several workers may run at once, on SQLite too.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable

import structlog
from django.db import Error as DatabaseFault
from django.db import close_old_connections, connection
from django.utils import timezone

from shuzhi.apps.jobs import heartbeats
from shuzhi.apps.jobs.actors import actor_of
from shuzhi.apps.jobs.context import JobContext
from shuzhi.apps.jobs.errors import LostLeaseError, WorkerStoppingError
from shuzhi.apps.jobs.leases import Lease, claim, fail, finish, postpone, release, renew, retry
from shuzhi.apps.jobs.registry import Hook, hooks, kind_of
from shuzhi.apps.jobs.schedules import enqueue_due
from shuzhi.apps.records.outages import Outage, outage_of
from shuzhi.engine.errors import ShuzhiError
from shuzhi.engine.texts import N_

LEASE_S = 60.0
OUTAGE_WAIT_S = 15.0
"""How long work that met a full disk or an absent database waits before it tries again."""
_WAITING = {
    Outage.DISK_FULL: N_("The server's disk is full. The work goes on by itself when there is room again."),
    Outage.DATABASE_AWAY: N_("The database did not answer. The work goes on by itself."),
}
_TICK_S = 0.25
_SCHEDULES_EVERY_S = 10.0
_log = structlog.get_logger(__name__)


def run_worker(stop: threading.Event, *, poll_s: float = 0.5, lease_s: float = LEASE_S) -> None:
    """Works until ``stop`` is set; looks for new work every ``poll_s`` when there was none.

    A job is another worker's ``lease_s`` after this process last showed a sign of life.
    """
    name = f"{socket.gethostname()}:{os.getpid()}"
    ticker = Ticker(stop, lease_s)
    thread = threading.Thread(target=ticker.run, name="ticker", daemon=True)
    thread.start()
    _log.info("worker.started", worker=name)
    while not stop.is_set():
        try:
            close_old_connections()
            if not _take_one(name, lease_s, stop.is_set, ticker):
                stop.wait(poll_s)
        except DatabaseFault:  # away, locked for longer than the time-out, or restarting: nothing was taken
            _log.exception("worker.database")
            stop.wait(max(poll_s, 1.0))
    thread.join(timeout=5.0)
    heartbeats.stop_beating()
    connection.close()
    _log.info("worker.stopped", worker=name)


def run_due(*, limit: int = 100) -> int:
    """Runs what is due now, in this process and thread; returns how many. For tests and small scripts."""
    for ran in range(limit):
        if not _take_one("inline", LEASE_S, lambda: False, None):
            return ran
    return limit


class Ticker:
    """The worker's second thread: hooks, schedules, and the lease of the job in hand."""

    def __init__(self, stop: threading.Event, lease_s: float) -> None:
        self.lease: Lease | None = None
        self._stop = stop
        self._lease_s = lease_s
        self._due: dict[str, float] = {}

    def run(self) -> None:
        """Ticks until the worker stops; an error of one call is logged and does not end the rest."""
        calls = (
            Hook("jobs.alive", heartbeats.EVERY_S, heartbeats.beat),
            Hook("jobs.heartbeat", self._lease_s / 4, self._renew),
            Hook("jobs.schedules", _SCHEDULES_EVERY_S, lambda: enqueue_due(now=timezone.now())),
            *hooks(),
        )
        while not self._stop.is_set():
            close_old_connections()
            for hook in calls:
                self._call(hook)
            self._stop.wait(_TICK_S)
        connection.close()

    def _call(self, hook: Hook) -> None:
        if time.monotonic() < self._due.get(hook.name, 0.0):
            return
        try:
            hook.call()
        except Exception:  # the next tick tries again; a hook must not take the heartbeat down
            _log.exception("worker.hook_failed", hook=hook.name)
        self._due[hook.name] = time.monotonic() + hook.every_s

    def _renew(self) -> None:
        lease = self.lease
        if lease is not None:
            renew(lease, now=timezone.now(), lease_s=self._lease_s)


def _take_one(name: str, lease_s: float, is_stopping: Callable[[], bool], ticker: Ticker | None) -> bool:
    lease = claim(worker=name, now=timezone.now(), lease_s=lease_s)
    if lease is None:
        return False
    if ticker is not None:
        ticker.lease = lease
    try:
        _run(lease, is_stopping)
    finally:
        if ticker is not None:
            ticker.lease = None
    return True


def _run(lease: Lease, is_stopping: Callable[[], bool]) -> None:
    log = _log.bind(job=lease.job.public_id, kind=lease.job.kind, attempt=lease.job.attempts)
    try:
        context = JobContext(lease, actor_of(lease.job), is_stopping)
        kind_of(lease.job.kind).run(context)
        if not context.is_finished:
            finish(lease, now=timezone.now(), result=context.result)
        log.info("job.done")
    except LostLeaseError:
        log.warning("job.lost_lease")
    except WorkerStoppingError:
        release(lease)
        log.info("job.released")
    except ShuzhiError as error:
        fail(lease, now=timezone.now(), error=error)
        # the code alone: the values may be a file's name or a cell, which the job's row keeps for its owner
        log.info("job.refused", code=error.code)
    except Exception as error:  # whatever a kind of work may raise: the log has it, the user gets a code
        outage = outage_of(error)
        log.exception("job.broke", outage=outage)
        if outage is None:
            retry(lease, now=timezone.now())
        else:
            postpone(lease, now=timezone.now(), wait_s=OUTAGE_WAIT_S, message=_WAITING[outage])
