"""What all proposals share: one administrator proposes, another decides, once."""

from __future__ import annotations

from django.utils import timezone

from shuzhi.apps.people.kinds import ProposalState
from shuzhi.apps.people.models import Account, Proposal
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.models import compare_and_set
from shuzhi.apps.records.refusals import ConflictError, ForbiddenError
from shuzhi.engine.texts import N_


def person(actor: Actor, act: str) -> Account:
    """The account that acts; the program proposes and decides nothing. ``act`` is a msgid."""
    account = Account.objects.filter(public_id=actor.id).first()
    if account is None:
        raise ForbiddenError(act, N_("this is proposed and approved by people"))
    return account


def must_be_open(proposal: Proposal) -> None:
    """Raises ConflictError where somebody has decided already."""
    if proposal.state != ProposalState.PROPOSED:
        raise ConflictError(N_("this proposal has been decided"))


def decide(proposal: Proposal, decider: Account, state: ProposalState, **changes: object) -> None:
    """Writes the decision, if nobody wrote since the proposal was read."""
    compare_and_set(proposal, state=state, decided_by=decider, decided_at=timezone.now(), **changes)
