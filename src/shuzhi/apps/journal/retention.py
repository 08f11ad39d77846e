"""Letting payloads go when their time is over. The entries, and what they prove, stay for ever."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from shuzhi.apps.journal import policies
from shuzhi.apps.journal.models import Payload, microseconds
from shuzhi.apps.journal.recording import record
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.refusals import ConflictError
from shuzhi.engine.texts import N_

EXPIRED = "journal.payloads_expired"
OWN_ACTS = "journal."
# "not less than six months": Cybersecurity Law of the PRC, article on network logs
SHORTEST = timedelta(days=184)


def payloads_expire(*, actor: Actor, acts: str, before: datetime, now: datetime | None = None) -> int:
    """Removes the payloads of sealed entries older than ``before`` whose act begins with ``acts``.

    The removal is an act itself, and what ``verify`` explains missing payloads by. Returns how many
    went. Raises ConflictError for logs younger than the law lets go, and for the journal's own acts.
    """
    policies.payloads_expire(actor)
    if before > (now or timezone.now()) - SHORTEST:
        raise ConflictError(N_("logs are kept for at least six months"))
    if not acts or OWN_ACTS.startswith(acts) or acts.startswith(OWN_ACTS):
        raise ConflictError(N_("the journal keeps the payloads of its own acts"))
    old = Payload.objects.filter(
        entry__act__startswith=acts, entry__at_us__lt=microseconds(before), entry__seal__isnull=False
    )
    with transaction.atomic():
        removed, _by_model = old.delete()
        payload = {"acts": acts, "before_us": microseconds(before), "number": removed}
        record(actor=actor, act=EXPIRED, subject=("journal", acts), payload=payload)
    return removed


class Retention:
    """Which missing payloads the recorded removals explain."""

    def __init__(self) -> None:
        own = Payload.objects.filter(entry__act=EXPIRED)
        bodies = [json.loads(body) for body in own.values_list("body", flat=True)]
        self._removals = [(str(body["acts"]), int(body["before_us"])) for body in bodies]

    def explains(self, at_us: str, act: str) -> bool:
        """Whether a removal took payloads of this age and act; both as the sealed text has them."""
        return at_us.isdecimal() and any(
            act.startswith(acts) and int(at_us) < before_us for acts, before_us in self._removals
        )
