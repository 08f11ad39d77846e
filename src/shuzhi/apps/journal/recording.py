"""Adding entries: in the acts' own transaction, and without any lock."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from shuzhi.apps.journal.inserting import insert_all
from shuzhi.apps.journal.models import Entry, microseconds
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.ids import new_id
from shuzhi.engine.digests import sm3


def canonical(payload: Mapping[str, object]) -> str:
    """JSON with sorted keys, no spaces and Chinese as it is; dates in ISO 8601. NaN is an error.

    A lone surrogate, which no database can store, becomes a question mark.
    """
    text = json.dumps(
        payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_plain
    )
    return text.encode("utf-8", "replace").decode("utf-8")


def _plain(value: object) -> str:
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    raise TypeError(f"a journal payload cannot hold {type(value).__name__}; turn it into text first")


def payload_digest(salt: str, body: str) -> str:
    """Hex SM3 over the salt and the body: without the salt a short body could be guessed from it."""
    return sm3(f"{salt}{body}".encode()).hex()


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be said of one act.

    ``act`` is a dotted code (``dataset.published``), ``subject`` a (kind, public id), ``payload``
    codes and values that JSON can hold.
    """

    act: str
    subject: tuple[str, str]
    payload: Mapping[str, object] = field(default_factory=dict)


def record(
    *, actor: Actor, act: str, subject: tuple[str, str], payload: Mapping[str, object] | None = None
) -> Entry:
    """Adds the entry of one act (see ``Note``); call it inside the transaction of the act itself.

    The entry has no place in the log until it is sealed.
    """
    return record_all(actor=actor, notes=[Note(act, subject, payload or {})])[0]


def record_all(*, actor: Actor, notes: Iterable[Note]) -> list[Entry]:
    """Adds an entry for each act, in their order; call it inside the transaction of the acts themselves.

    Three statements for each batch, however many acts there are; one for a single act on PostgreSQL.
    """
    now = timezone.now()
    carried = [(note, secrets.token_hex(16), canonical(note.payload)) for note in notes]
    entries = [_entry(actor, note, payload_digest(salt, body), now) for note, salt, body in carried]
    with transaction.atomic(savepoint=False):
        insert_all(entries, [(salt, body) for _, salt, body in carried])
    return entries


def _entry(actor: Actor, note: Note, digest: str, now: datetime) -> Entry:
    return Entry(
        public_id=new_id("je", now),
        at_us=microseconds(now),
        act=note.act,
        actor_id=actor.id,
        actor_name=_clean(actor.name),
        actor_duty=actor.administers or actor.duty,
        organisation_id=actor.organisation_id,
        request_id=_clean(actor.request_id)[:64],
        subject_kind=note.subject[0],
        subject_id=_clean(note.subject[1]),
        payload_digest=digest,
    )


def _clean(text: str) -> str:
    """Without control characters: one of them separates the columns when an entry is hashed."""
    return "".join(" " if character < " " else character for character in text)
