"""What the inbox adds to the rest: the first entry of the menu."""

from __future__ import annotations

from shuzhi.apps.records.actors import Actor
from shuzhi.engine.texts import N_
from shuzhi.portal.areas import Entry


def _holds_a_duty(actor: Actor) -> bool:
    return bool(actor.duty)


ENTRIES = (Entry(N_("My to-do list"), "inbox:list", "inbox", "work", 10, _holds_a_duty),)
