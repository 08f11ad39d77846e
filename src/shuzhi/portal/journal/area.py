"""What the journal adds to the rest: a menu entry for the audit administrator."""

from __future__ import annotations

from shuzhi.apps.people.kinds import Administers
from shuzhi.apps.records.actors import Actor
from shuzhi.engine.texts import N_
from shuzhi.portal.areas import Entry


def _audits(actor: Actor) -> bool:
    return actor.administers == Administers.AUDIT


ENTRIES = (Entry(N_("Audit journal"), "journal:list", "journal", "system", 10, _audits),)
