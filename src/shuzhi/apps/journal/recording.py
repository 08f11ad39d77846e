"""Adding an entry: in the act's own transaction, and without any lock."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils import timezone

from shuzhi.apps.journal.models import Entry, Payload, Pending, microseconds
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


def record(
    *, actor: Actor, act: str, subject: tuple[str, str], payload: Mapping[str, object] | None = None
) -> Entry:
    """Adds the entry of one act; call it inside the transaction of the act itself.

    ``act`` is a dotted code (``dataset.published``), ``subject`` a (kind, public id), ``payload``
    codes and values that JSON can hold. The entry has no place in the log until it is sealed.
    """
    now = timezone.now()
    salt, body = secrets.token_hex(16), canonical(payload or {})
    entry = Entry(
        public_id=new_id("je", now),
        at_us=microseconds(now),
        act=act,
        actor_id=actor.id,
        actor_name=_clean(actor.name),
        actor_duty=actor.administers or actor.duty,
        organisation_id=actor.organisation_id,
        request_id=_clean(actor.request_id)[:64],
        subject_kind=subject[0],
        subject_id=_clean(subject[1]),
        payload_digest=payload_digest(salt, body),
    )
    with transaction.atomic(savepoint=False):
        entry.save(force_insert=True)
        Payload(entry=entry, salt=salt, body=body).save(force_insert=True)
        Pending(entry=entry, at_us=entry.at_us, leaf=entry.leaf.hex()).save(force_insert=True)
    return entry


def _clean(text: str) -> str:
    """Without control characters: one of them separates the columns when an entry is hashed."""
    return "".join(" " if character < " " else character for character in text)
