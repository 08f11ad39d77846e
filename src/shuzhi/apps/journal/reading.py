"""The audit administrator's reading of the journal, which is itself an act in it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from shuzhi.apps.journal import policies
from shuzhi.apps.journal.models import Entry, microseconds
from shuzhi.apps.journal.recording import record
from shuzhi.apps.records.actors import Actor

PAGE = 100


@dataclass(frozen=True)
class EntryQuery:
    """What to look for; empty means any. ``act`` is the beginning of a code.

    ``since`` and ``until`` bound the time; ``before`` is the id of the last entry of the page before.
    """

    act: str = ""
    actor_id: str = ""
    subject_kind: str = ""
    subject_id: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: str = ""


def entries_read(*, actor: Actor, query: EntryQuery) -> list[Entry]:
    """The newest entries that fit, at most 100, with their payloads and places; newest first."""
    policies.entries_read(actor)
    with transaction.atomic():
        asked = {name: value for name, value in asdict(query).items() if value}
        record(actor=actor, act="journal.read", subject=("journal", ""), payload=asked)
        return list(_narrowed(query).select_related("payload", "seal").order_by("-at_us", "-id")[:PAGE])


def _narrowed(query: EntryQuery) -> QuerySet[Entry]:
    entries = Entry.objects.all()
    for name in ("actor_id", "subject_kind", "subject_id"):
        if value := getattr(query, name):
            entries = entries.filter(**{name: value})
    if query.act:
        entries = entries.filter(act__startswith=query.act)
    if query.since:
        entries = entries.filter(at_us__gte=microseconds(query.since))
    if query.until:
        entries = entries.filter(at_us__lt=microseconds(query.until))
    last = Entry.objects.filter(public_id=query.before).first() if query.before else None
    if last is None:
        return entries
    return entries.filter(Q(at_us__lt=last.at_us) | Q(at_us=last.at_us, id__lt=last.id))
