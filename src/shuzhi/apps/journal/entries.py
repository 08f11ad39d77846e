"""One entry, read and proved for the audit administrator; both are acts in the journal themselves."""

from __future__ import annotations

from django.db import transaction

from shuzhi.apps.journal import policies
from shuzhi.apps.journal.models import Entry
from shuzhi.apps.journal.proving import Proof, prove
from shuzhi.apps.journal.recording import record
from shuzhi.apps.journal.selectors import Standing, standing
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.refusals import NotFoundError


def entry_read(*, actor: Actor, public_id: str) -> Entry:
    """The entry with its payload and its place, as far as it has them. Raises NotFoundError."""
    policies.entries_read(actor)
    entry = Entry.objects.filter(public_id=public_id).select_related("payload", "seal").first()
    if entry is None:
        raise NotFoundError("entry", public_id)
    with transaction.atomic():
        record(actor=actor, act="journal.read", subject=("entry", public_id))
    return entry


def entry_prove(*, actor: Actor, public_id: str) -> Proof:
    """The proof of one entry, to be handed over; raises as ``prove`` does."""
    policies.entries_read(actor)
    proof = prove(public_id)
    with transaction.atomic():
        record(
            actor=actor,
            act="journal.prove",
            subject=("entry", public_id),
            payload={"size": proof.head["size"]},
        )
    return proof


def standing_read(*, actor: Actor) -> Standing:
    """Where the log stands; it tells nothing of what is in it, so reading it leaves no trace."""
    policies.entries_read(actor)
    return standing()
