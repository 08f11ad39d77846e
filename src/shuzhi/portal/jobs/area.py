"""What background work adds to the menu: for the system administrator, who sees everybody's."""

from __future__ import annotations

from shuzhi.apps.records.actors import Actor
from shuzhi.engine.texts import N_
from shuzhi.portal.areas import Entry


def _administers_system(actor: Actor) -> bool:
    return actor.administers == "system"


ENTRIES = (Entry(N_("Background work"), "jobs:list", "clock", "system", 80, _administers_system),)
