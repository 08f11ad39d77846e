"""Who may propose and decide a year's arrangement: two administrators, never one."""

from __future__ import annotations

from shuzhi.apps.calendars.models import Arrangement
from shuzhi.apps.people.kinds import Administers
from shuzhi.apps.people.models import Account
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.refusals import ForbiddenError
from shuzhi.engine.texts import N_

_ACT = N_("changing the calendar")
_SYSTEM_ONLY = N_("only the system administrator does this")
_SECURITY_ONLY = N_("only the security administrator decides this")
_TWO_PEOPLE = N_("who proposed it may not approve it")


def arrangement_propose(actor: Actor) -> None:
    """The system administrator."""
    if actor.administers != Administers.SYSTEM:
        raise ForbiddenError(_ACT, _SYSTEM_ONLY)


def arrangement_withdraw(actor: Actor) -> None:
    """Whoever may propose it may take it back."""
    arrangement_propose(actor)


def arrangement_approve(actor: Actor, approver: Account, arrangement: Arrangement) -> None:
    """The security administrator, but not for what the same person proposed by another account."""
    arrangement_refuse(actor)
    proposer = arrangement.proposed_by
    same_number = approver.staff_number and approver.staff_number == proposer.staff_number
    if approver.pk == proposer.pk or same_number:
        raise ForbiddenError(_ACT, _TWO_PEOPLE)


def arrangement_refuse(actor: Actor) -> None:
    """The security administrator."""
    if actor.administers != Administers.SECURITY:
        raise ForbiddenError(_ACT, _SECURITY_ONLY)
