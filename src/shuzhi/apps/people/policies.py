"""Who may do what to organisations, accounts and duties. Each raises unless it finds a reason not to.

Each service has its policy here under the same name; a test compares the two lists. The program
itself (``SYSTEM``) may found the installation and stand in where two administrators would
otherwise hold each other's passwords; that needs a shell on the machine.
"""

from __future__ import annotations

from shuzhi.apps.people.kinds import Administers
from shuzhi.apps.people.models import Account, DutyGrant, OrganisationChange, Proposal
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.refusals import ForbiddenError
from shuzhi.engine.texts import N_

_SYSTEM_ONLY = N_("only the system administrator does this")
_SECURITY_ONLY = N_("only the security administrator decides this")
_MACHINE_ONLY = N_("an administrator's account is looked after on the machine itself")
_NOT_ONESELF = N_("nobody proposes or approves rights for themselves")
_TWO_PEOPLE = N_("who proposed it may not approve it")
_NO_DUTY = N_("an administrator's account holds no duty")
_OWN_ONLY = N_("only the owner of the account does this")
_TREE_BY_TWO = N_("the tree is changed by a proposal that another administrator approves")
_EITHER = N_("only the system or the security administrator does this")


def _by_system_administrator(actor: Actor, act: str) -> None:
    if not actor.is_system and actor.administers != Administers.SYSTEM:
        raise ForbiddenError(act, _SYSTEM_ONLY)


def _by_two_people(actor: Actor) -> None:
    if not actor.is_system:
        raise ForbiddenError(N_("changing the organisation tree"), _TREE_BY_TWO)


def _proposes(actor: Actor, act: str) -> None:
    if actor.administers != Administers.SYSTEM:
        raise ForbiddenError(act, _SYSTEM_ONLY)


def _decides(actor: Actor, act: str) -> None:
    if actor.administers != Administers.SECURITY:
        raise ForbiddenError(act, _SECURITY_ONLY)


def _not_both(decider: Account, proposal: Proposal, act: str) -> None:
    if _same_person(decider, proposal.proposed_by):
        raise ForbiddenError(act, _TWO_PEOPLE)


def installation_found(actor: Actor) -> None:
    """Only the program, on an installation without accounts (the service sees to that)."""
    if not actor.is_system:
        raise ForbiddenError(N_("founding the installation"), _MACHINE_ONLY)


def organisation_create(actor: Actor) -> None:
    """The system administrator keeps the tree."""
    _by_system_administrator(actor, N_("keeping the organisation tree"))


def organisations_import(actor: Actor) -> None:
    """The system administrator keeps the tree."""
    _by_system_administrator(actor, N_("keeping the organisation tree"))


def organisation_rename(actor: Actor) -> None:
    """The program alone; people propose it, and another decides."""
    _by_two_people(actor)


def organisation_move(actor: Actor) -> None:
    """The program alone; people propose it, and another decides."""
    _by_two_people(actor)


def organisation_merge(actor: Actor) -> None:
    """The program alone; people propose it, and another decides."""
    _by_two_people(actor)


def organisation_split(actor: Actor) -> None:
    """The program alone; people propose it, and another decides."""
    _by_two_people(actor)


def organisation_retire(actor: Actor) -> None:
    """The program alone; people propose it, and another decides."""
    _by_two_people(actor)


def organisation_list_take(actor: Actor) -> None:
    """The system administrator keeps the tree; what changes in it is proposed all the same."""
    _by_system_administrator(actor, N_("keeping the organisation tree"))


def change_propose(actor: Actor) -> None:
    """The system administrator."""
    _proposes(actor, N_("changing the organisation tree"))


def change_approve(actor: Actor, approver: Account, proposal: OrganisationChange) -> None:
    """The security administrator, but not for what they proposed themselves."""
    _decides(actor, N_("changing the organisation tree"))
    _not_both(approver, proposal, N_("changing the organisation tree"))


def change_refuse(actor: Actor) -> None:
    """The security administrator."""
    _decides(actor, N_("changing the organisation tree"))


def change_withdraw(actor: Actor) -> None:
    """Whoever may propose it may take it back."""
    _proposes(actor, N_("changing the organisation tree"))


def changes_apply_due(actor: Actor) -> None:
    """The program, on the day that two people have agreed to."""
    _by_two_people(actor)


def temporary_units_end(actor: Actor) -> None:
    """The program, on the day the unit was founded for."""
    _by_two_people(actor)


def temporary_extend(actor: Actor) -> None:
    """The system administrator keeps the tree."""
    _by_system_administrator(actor, N_("keeping the organisation tree"))


def alias_add(actor: Actor) -> None:
    """The system administrator keeps the names."""
    _by_system_administrator(actor, N_("keeping the organisation tree"))


def alias_end(actor: Actor) -> None:
    """The system administrator keeps the names."""
    _by_system_administrator(actor, N_("keeping the organisation tree"))


def account_create(actor: Actor, administers: str) -> None:
    """The system administrator makes working accounts; administrators are appointed on the machine.

    Otherwise the system administrator could make a second security administrator and be both.
    """
    _by_system_administrator(actor, N_("making an account"))
    if administers and not actor.is_system:
        raise ForbiddenError(N_("making an account"), _MACHINE_ONLY)


def account_reset_password(actor: Actor, account: Account) -> None:
    """As for making: whoever resets an administrator's password could sign in as them."""
    _by_system_administrator(actor, N_("setting a new password"))
    if account.administers and not actor.is_system:
        raise ForbiddenError(N_("setting a new password"), _MACHINE_ONLY)


def account_change_password(actor: Actor, account: Account) -> None:
    """One's own only."""
    if actor.id != account.public_id:
        raise ForbiddenError(N_("changing a password"), _OWN_ONLY)


def account_disable(actor: Actor, account: Account) -> None:
    """The system administrator, but not another administrator's account."""
    _by_system_administrator(actor, N_("shutting an account"))
    if account.administers and not actor.is_system:
        raise ForbiddenError(N_("shutting an account"), _MACHINE_ONLY)


def account_enable(actor: Actor, account: Account) -> None:
    """As for disabling."""
    _by_system_administrator(actor, N_("opening an account again"))
    if account.administers and not actor.is_system:
        raise ForbiddenError(N_("opening an account again"), _MACHINE_ONLY)


def account_unlock(actor: Actor, account: Account) -> None:
    """The system administrator ends a lock early; an administrator's own lock runs out by itself."""
    _by_system_administrator(actor, N_("ending a lock"))
    if account.administers and not actor.is_system:
        raise ForbiddenError(N_("ending a lock"), _MACHINE_ONLY)


def duty_propose(actor: Actor, proposer: Account, account: Account) -> None:
    """The system administrator, for a working account that is not their own."""
    _proposes(actor, N_("proposing a duty"))
    if account.administers:
        raise ForbiddenError(N_("proposing a duty"), _NO_DUTY)
    if _same_person(proposer, account):
        raise ForbiddenError(N_("proposing a duty"), _NOT_ONESELF)


def duty_approve(actor: Actor, approver: Account, grant: DutyGrant) -> None:
    """The security administrator, neither for themselves nor for what they proposed."""
    _decides(actor, N_("approving a duty"))
    if _same_person(approver, grant.account):
        raise ForbiddenError(N_("approving a duty"), _NOT_ONESELF)
    _not_both(approver, grant, N_("approving a duty"))


def duty_refuse(actor: Actor) -> None:
    """The security administrator."""
    _decides(actor, N_("refusing a duty"))


def duty_end(actor: Actor) -> None:
    """Taking a right away needs one of the two only."""
    if actor.administers not in {Administers.SYSTEM, Administers.SECURITY}:
        raise ForbiddenError(N_("ending a duty"), _EITHER)


def _same_person(one: Account, other: Account) -> bool:
    return one.pk == other.pk or bool(one.staff_number and one.staff_number == other.staff_number)
