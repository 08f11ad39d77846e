"""Who may read the journal and let its payloads go. Nobody may change it."""

from __future__ import annotations

from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.refusals import ForbiddenError
from shuzhi.engine.texts import N_


def entries_read(actor: Actor) -> None:
    """The audit administrator reads everything; everybody else has the timelines of what they may see."""
    if actor.administers != "audit":
        raise ForbiddenError(N_("reading the journal"), N_("only the audit administrator reads the journal"))


def payloads_expire(actor: Actor) -> None:
    """Only the program, by its schedule: no administrator chooses which traces go."""
    if not actor.is_system:
        raise ForbiddenError(N_("removing payloads"), N_("payloads go by the retention schedule alone"))
