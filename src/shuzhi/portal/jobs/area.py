"""What background work adds to the rest: a menu entry for the administrator, faces of the system's own."""

from __future__ import annotations

from shuzhi.apps.records.actors import Actor
from shuzhi.engine.texts import N_
from shuzhi.portal.areas import Entry, Face


def _administers_system(actor: Actor) -> bool:
    return actor.administers == "system"


ENTRIES = (Entry(N_("Background work"), "jobs:list", "clock", "system", 80, _administers_system),)
FACES = {
    "files.sweep": Face(N_("Removing expired files")),
    "jobs.prune": Face(N_("Forgetting old background work")),
}
