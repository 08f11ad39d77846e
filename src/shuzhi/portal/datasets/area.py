"""What the catalogue adds to the rest: a menu entry."""

from __future__ import annotations

from shuzhi.apps.records.actors import Actor
from shuzhi.engine.texts import N_
from shuzhi.portal.areas import Entry


def _works_with_data(actor: Actor) -> bool:
    return bool(actor.duty)


ENTRIES = (Entry(N_("Data catalogue"), "datasets:list", "database", "data", 10, _works_with_data),)
