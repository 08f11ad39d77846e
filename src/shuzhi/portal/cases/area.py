"""What cases add to the rest: a menu entry and the faces of the platform's own work on them."""

from __future__ import annotations

from shuzhi.apps.records.actors import Actor
from shuzhi.engine.texts import N_
from shuzhi.portal.areas import Entry, Face


def _holds_a_duty(actor: Actor) -> bool:
    return bool(actor.duty)


ENTRIES = (Entry(N_("All work orders"), "cases:list", "case", "work", 20, _holds_a_duty),)
FACES = {"cases.expire": Face(N_("Ending exceptions and stopped clocks whose day has come"))}
