"""Who may install packs."""

from __future__ import annotations

from shuzhi.apps.people.kinds import Administers
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.refusals import ForbiddenError
from shuzhi.engine.texts import N_

_SYSTEM_ONLY = N_("only the system administrator installs packs")


def pack_install(actor: Actor) -> None:
    """The system administrator, or the program itself for the packs that come with it."""
    if not actor.is_system and actor.administers != Administers.SYSTEM:
        raise ForbiddenError("scenario.install", _SYSTEM_ONLY)
