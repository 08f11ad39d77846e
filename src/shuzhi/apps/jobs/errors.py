"""What can go wrong with background work."""

from __future__ import annotations

from shuzhi.engine.errors import ShuzhiError


class UnknownJobError(ShuzhiError, ValueError):
    """Work of a kind that no app declares; the row may stem from a newer version of the product."""

    code = "jobs.unknown_kind"
    text = "There is no background work of kind {kind}. It may belong to another version of the product."


class JobFailedError(ShuzhiError):
    """The work met an error that was not foreseen, as often as it was tried. The log has the details."""

    code = "jobs.failed"
    text = (
        "The work could not be finished after {attempts} attempts. Nothing was changed halfway. "
        "Start it again; if it fails again, give the system administrator the number {job}."
    )


class JobAbandonedError(ShuzhiError):
    """Each worker that took the work up died before it was finished."""

    code = "jobs.abandoned"
    text = (
        "The work was begun {attempts} times and broke off each time, perhaps because it needs more memory "
        "than the machine has. Give the system administrator the number {job}."
    )


class RightsGoneError(ShuzhiError):
    """Whoever asked for the work has lost the account or the duty in which they asked."""

    code = "jobs.rights_gone"
    text = (
        "{name} no longer holds the duty in which this work was asked for, so it was not done. "
        "Have somebody who holds it start the work again."
    )


class LostLeaseError(ShuzhiError):
    """The job has been given to another worker or was cancelled: this one must stop and change nothing."""

    code = "jobs.lost_lease"
    text = "The work {job} is no longer this worker's."


class WorkerStoppingError(ShuzhiError):
    """The worker has been asked to end; the job goes back into the queue."""

    code = "jobs.worker_stopping"
    text = "The worker is stopping; the work {job} will be taken up again."
