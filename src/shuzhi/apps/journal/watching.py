"""What the audit administrator has looked at, and what has come to the journal since: numbers only.

A look is an entry ``journal.read`` of the same person. Counting tells nothing of what an entry holds and
leaves no trace; reading does, and is in ``reading``. When somebody last had the journal verified is an
entry too: ``journal.verified``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from shuzhi.apps.journal import policies
from shuzhi.apps.journal.models import Entry, microseconds, moment
from shuzhi.apps.journal.recent import verify_recent
from shuzhi.apps.journal.recording import record
from shuzhi.apps.journal.verifying import Problem
from shuzhi.apps.records.actors import Actor

_LOOKS = 500


@dataclass(frozen=True, slots=True)
class Watch:
    """What to count: acts by their codes, or everything that some accounts did."""

    acts: Sequence[str] = ()
    actor_ids: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class News:
    """How many entries there are since the start, and how many of them since ``looked_at``."""

    number: int
    unseen: int
    looked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Verified:
    """The last time that somebody had the newest entries verified: how many were read and did not fit."""

    at: datetime
    entries: int
    problems: int


def journal_verify(*, actor: Actor) -> tuple[int, tuple[Problem, ...]]:
    """Reads the newest thousand entries again, for the audit administrator, and notes what came of it.

    Raises KeyMissingError where there are seals and no key.
    """
    policies.entries_read(actor)
    read, problems = verify_recent()
    with transaction.atomic():
        record(
            actor=actor,
            act="journal.verified",
            subject=("journal", ""),
            payload={"entries": read, "problems": [problem.code for problem in problems]},
        )
    return read, problems


def last_verified(*, actor: Actor) -> Verified | None:
    """When the newest entries were last verified from a page; None: never."""
    policies.entries_read(actor)
    entries = Entry.objects.filter(act="journal.verified").select_related("payload").order_by("-at_us", "-pk")
    entry = entries.first()
    if entry is None:
        return None
    carried = _carried(entry)
    return Verified(entry.at, int(carried.get("entries", 0)), len(carried.get("problems", ())))


def news(*, actor: Actor, watched: Mapping[str, Watch], since: datetime) -> dict[str, News]:
    """The counts of each watch; one statement, and one for the looks of this person."""
    policies.entries_read(actor)
    start = microseconds(since)
    looks = _looks(actor, start)
    counts = {}
    conditions = {name: _condition(watch) for name, watch in watched.items()}
    seen = {
        name: max((at for at, asked in looks if _covers(asked, watch)), default=None)
        for name, watch in watched.items()
    }
    for name, condition in conditions.items():
        counts[f"{name}_all"] = Count("pk", filter=condition)
        counts[f"{name}_new"] = Count("pk", filter=condition & Q(at_us__gt=seen[name] or start))
    anything = Q(pk__in=())
    for condition in conditions.values():
        anything |= condition
    found = Entry.objects.filter(anything, at_us__gte=start).aggregate(**counts)
    return {
        name: News(
            found[f"{name}_all"],
            found[f"{name}_new"],
            None if (at := seen[name]) is None else moment(at),
        )
        for name in watched
    }


def _looks(actor: Actor, start: int) -> list[tuple[int, Mapping[str, Any]]]:
    own = Entry.objects.filter(
        act="journal.read", actor_id=actor.id, subject_kind="journal", at_us__gte=start
    )
    newest = own.select_related("payload").order_by("-at_us")[:_LOOKS]
    return [(entry.at_us, _carried(entry)) for entry in newest]


def _covers(asked: Mapping[str, Any], watch: Watch) -> bool:
    """Whether a look with these conditions showed the newest of what is watched."""
    if asked.keys() - {"act", "since"}:
        return False
    wanted = str(asked.get("act", ""))
    return all(act.startswith(wanted) for act in watch.acts) if watch.acts else not wanted


def _condition(watch: Watch) -> Q:
    return Q(act__in=list(watch.acts)) if watch.acts else Q(actor_id__in=list(watch.actor_ids))


def _carried(entry: Entry) -> Mapping[str, Any]:
    payload = getattr(entry, "payload", None)
    body: dict[str, Any] = json.loads(payload.body) if payload else {}
    return body
