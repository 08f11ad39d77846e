"""Taking, keeping and giving back jobs, each by one conditional UPDATE; needs no row locks of the database.

Every statement names the token it believes in. Whoever's token is not the row's has lost the job.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from shuzhi.apps.jobs.errors import JobAbandonedError, JobFailedError, LostLeaseError
from shuzhi.apps.jobs.models import Job, State
from shuzhi.apps.jobs.registry import kind_of, kinds
from shuzhi.crash_points import reached
from shuzhi.engine.errors import ShuzhiError

# A lease that ends later than any given now was given before the clock was set back.
_LONGEST_LEASES = 10
# So many candidates are looked at in one go; a worker that loses one to another tries the next.
_CANDIDATES = 10


@dataclass(frozen=True, slots=True)
class Lease:
    """A claimed job and the token under which it may be worked on."""

    job: Job
    token: int

    def rows(self) -> QuerySet[Job]:
        """The job's row while this lease holds, else nothing."""
        return Job.objects.filter(pk=self.job.pk, token=self.token, state=State.RUNNING)

    def hold(self, **changes: object) -> None:
        """Changes the row under the lease; LostLeaseError where it has gone to another worker."""
        if not self.rows().update(**changes):
            raise LostLeaseError(job=self.job.public_id)


def claim(*, worker: str, now: datetime, lease_s: float) -> Lease | None:
    """The next due job, or one whose worker has gone silent; None where there is nothing to do.

    Where the clock was set back, what was asked for or leased by the old one does not wait for it.
    """
    longest = now + timedelta(seconds=lease_s * _LONGEST_LEASES)
    asked_at_once = Q(created_at__gt=now, run_after__lte=F("created_at"))
    free = Q(state=State.QUEUED) & (Q(run_after__lte=now) | asked_at_once)
    free |= Q(state=State.RUNNING) & (Q(lease_until__lt=now) | Q(lease_until__gt=longest))
    due = Job.objects.filter(free, kind__in=[kind.name for kind in kinds()])
    for job in due.order_by("run_after", "pk")[:_CANDIDATES]:
        if job.attempts >= kind_of(job.kind).max_attempts:
            _give_up(job, now)
            continue
        reached("jobs.before_claim")
        taken = _unchanged(job).update(
            state=State.RUNNING,
            token=job.token + 1,
            attempts=job.attempts + 1,
            worker=worker,
            lease_until=now + timedelta(seconds=lease_s),
            started_at=now,
        )
        if taken:
            reached("jobs.after_claim")
            job.refresh_from_db()
            return Lease(job, job.token)
    return None


def renew(lease: Lease, *, now: datetime, lease_s: float) -> bool:
    """Holds the lease for longer; False where it is lost."""
    reached("jobs.before_renew")
    renewed = lease.rows().update(lease_until=now + timedelta(seconds=lease_s))
    reached("jobs.after_renew")
    return bool(renewed)


def release(lease: Lease) -> None:
    """Puts the job back as if it had not been begun: a worker that ends in order is no failed attempt."""
    lease.rows().update(state=State.QUEUED, attempts=F("attempts") - 1, lease_until=None, worker="")


def finish(lease: Lease, *, now: datetime, result: dict[str, object]) -> None:
    """Ends the job well; LostLeaseError where it is another worker's by now."""
    reached("jobs.before_finish")
    lease.hold(
        state=State.DONE, finished_at=now, lease_until=None, result=result, error_code="", error_args={}
    )
    reached("jobs.after_finish")


def fail(lease: Lease, *, now: datetime, error: ShuzhiError) -> None:
    """Ends the job with an error that another attempt would meet again."""
    lease.rows().update(state=State.FAILED, finished_at=now, lease_until=None, **_told(error))


def retry(lease: Lease, *, now: datetime) -> None:
    """Has the job tried again later, or ends it where it has been tried often enough."""
    kind, job = kind_of(lease.job.kind), lease.job
    if job.attempts >= kind.max_attempts:
        fail(lease, now=now, error=JobFailedError(job=job.public_id, attempts=job.attempts))
        return
    later = now + timedelta(seconds=kind.wait_s(job.attempts))
    lease.rows().update(state=State.QUEUED, run_after=later, lease_until=None, worker="")


def postpone(lease: Lease, *, now: datetime, wait_s: float, message: str) -> None:
    """Has the job tried again later without counting the attempt: it was not the work that failed."""
    later = now + timedelta(seconds=wait_s)
    lease.rows().update(
        state=State.QUEUED,
        run_after=later,
        attempts=F("attempts") - 1,
        lease_until=None,
        worker="",
        message=message,
        message_args={},
    )


def _unchanged(job: Job) -> QuerySet[Job]:
    # The lease is named beside the token: a holder that renewed it meanwhile keeps the job.
    return Job.objects.filter(pk=job.pk, state=job.state, token=job.token, lease_until=job.lease_until)


def _give_up(job: Job, now: datetime) -> None:
    error = JobAbandonedError(job=job.public_id, attempts=job.attempts)
    _unchanged(job).update(
        state=State.FAILED, token=job.token + 1, finished_at=now, lease_until=None, **_told(error)
    )


def _told(error: ShuzhiError) -> dict[str, object]:
    return {
        "error_code": error.code,
        "error_args": {name: _plain(value) for name, value in error.values.items()},
    }


def _plain(value: object) -> str | int | float | bool | None:
    if isinstance(value, bool | int | float | None):
        return value
    return str(value).replace("\x00", "�")  # PostgreSQL stores no NUL
