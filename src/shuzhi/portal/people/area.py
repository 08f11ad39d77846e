"""What people and duties add to the rest: menu entries for the administrators."""

from __future__ import annotations

from shuzhi.apps.people.kinds import Administers
from shuzhi.apps.records.actors import Actor
from shuzhi.engine.texts import N_
from shuzhi.portal.areas import Entry, Face


def _administers(actor: Actor) -> bool:
    return bool(actor.administers)


def _decides(actor: Actor) -> bool:
    return actor.administers in {Administers.SYSTEM, Administers.SECURITY}


ENTRIES = (
    Entry(N_("Duties to decide"), "people:proposals", "shield", "people", 10, _decides),
    Entry(N_("Accounts"), "people:accounts", "people", "people", 20, _administers),
    Entry(N_("Duties in force"), "people:duties", "check", "people", 30, _administers),
    Entry(N_("Organisations"), "people:organisations", "building", "people", 40, _administers),
    Entry(N_("Changes of organisations"), "people:changes", "clock", "people", 50, _administers),
)

FACES = {"people.changes": Face(N_("Making changes of organisations whose day has come"))}
