"""What administration adds to the rest: the first entry of each administrator's menu, hence their home."""

from __future__ import annotations

from shuzhi.apps.records.actors import Actor
from shuzhi.engine.texts import N_
from shuzhi.portal.areas import Entry


def _administers(actor: Actor) -> bool:
    return bool(actor.administers)


ENTRIES = (
    Entry(N_("This week"), "administration:week", "check", "work", 5, _administers),
    Entry(N_("Calendar"), "administration:calendar_now", "clock", "system", 30, _administers),
    Entry(N_("Installed packs"), "administration:packs", "package", "system", 40, _administers),
)
