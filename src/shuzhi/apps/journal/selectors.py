"""Reading the journal without leaving a trace: one thing's timeline, and where the log stands.

Who may see a thing's timeline is decided by the app that owns the thing; it asks here only
after it has decided. The open reading of everything is ``services.entries_read``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min, QuerySet

from shuzhi.apps.journal.models import Entry, Head, Pending, moment


@dataclass(frozen=True)
class Standing:
    """Where the log stands; ``waiting_since`` is None where no entry waits for its seal."""

    size: int
    root: str
    sealed_at: datetime | None
    waiting: int
    waiting_since: datetime | None


def timeline(kind: str, public_id: str) -> QuerySet[Entry]:
    """The entries about one thing, oldest first, with their payloads."""
    about = Entry.objects.filter(subject_kind=kind, subject_id=public_id)
    return about.select_related("payload").order_by("at_us", "id")


def latest_head() -> Head | None:
    """The newest signed head: what is to be sent out of the house."""
    return Head.objects.order_by("-size").first()


def standing() -> Standing:
    """The newest head and what waits for the next one."""
    head = latest_head()
    oldest = Pending.objects.aggregate(oldest=Min("at_us"))["oldest"]
    return Standing(
        size=head.size if head else 0,
        root=head.root if head else "",
        sealed_at=head.at if head else None,
        waiting=Pending.objects.count(),
        waiting_since=None if oldest is None else moment(oldest),
    )
