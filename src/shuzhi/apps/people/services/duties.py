"""Giving and ending duties: the system administrator proposes, the security administrator decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from shuzhi.apps.journal import services as journal
from shuzhi.apps.people import policies
from shuzhi.apps.people.kinds import MAX_CLEARANCE, Duty, ProposalState
from shuzhi.apps.people.models import Account, DutyGrant, DutyHolding, Organisation
from shuzhi.apps.people.services.organisations import must_stand
from shuzhi.apps.people.services.proposals import decide, must_be_open, person
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.models import compare_and_set
from shuzhi.apps.records.refusals import ConflictError
from shuzhi.engine.texts import N_

_ACT = N_("approving a duty")


@dataclass(frozen=True)
class DutyDraft:
    """A duty asked for: who, where, as what, up to which level of data, and why."""

    account: Account
    organisation: Organisation
    duty: Duty
    clearance: int = 0
    reason: str = ""


def duty_propose(*, actor: Actor, draft: DutyDraft) -> DutyGrant:
    """Asks for a duty; nobody holds it yet."""
    proposer = person(actor, _ACT)
    policies.duty_propose(actor, proposer, draft.account)
    if not 0 <= draft.clearance <= MAX_CLEARANCE:
        raise ConflictError(N_("a clearance is a level from 0 to 4"))
    with transaction.atomic():
        must_stand(draft.organisation)
        grant = DutyGrant.objects.create(
            account=draft.account,
            organisation=draft.organisation,
            duty=draft.duty,
            clearance=draft.clearance,
            reason=draft.reason,
            proposed_by=proposer,
        )
        _record(actor, "duty.proposed", grant)
    return grant


def duty_approve(*, actor: Actor, grant: DutyGrant, valid_from: date) -> DutyHolding:
    """Puts the duty in force from ``valid_from``; a running one of the same kind and place is replaced."""
    approver = person(actor, _ACT)
    policies.duty_approve(actor, approver, grant)
    must_be_open(grant)
    same = DutyHolding.objects.filter(
        account=grant.account, organisation=grant.organisation, duty=grant.duty, valid_to=None
    )
    with transaction.atomic():
        for running in same:
            compare_and_set(running, valid_to=valid_from)
        holding = DutyHolding.objects.create(
            account=grant.account,
            organisation=grant.organisation,
            duty=grant.duty,
            clearance=grant.clearance,
            valid_from=valid_from,
        )
        must_stand(grant.organisation)
        decide(grant, approver, ProposalState.APPROVED, holding=holding)
        _record(actor, "duty.approved", grant, valid_from=valid_from, holding=holding.public_id)
    return holding


def duty_refuse(*, actor: Actor, grant: DutyGrant, reason: str) -> None:
    """Turns the proposal down, with the reason that its proposer reads."""
    policies.duty_refuse(actor)
    must_be_open(grant)
    with transaction.atomic():
        decide(grant, person(actor, _ACT), ProposalState.REFUSED, answer=reason)
        _record(actor, "duty.refused", grant, reason=reason)


def duty_end(*, actor: Actor, holding: DutyHolding, on: date) -> None:
    """Ends a duty; ``on`` is the first day without it."""
    policies.duty_end(actor)
    with transaction.atomic():
        compare_and_set(holding, valid_to=on)
        journal.record(actor=actor, act="duty.ended", subject=("duty", holding.public_id), payload={"on": on})


def _record(actor: Actor, act: str, grant: DutyGrant, **payload: object) -> None:
    asked: dict[str, object] = {
        "account": grant.account.public_id,
        "organisation": grant.organisation.public_id,
        "duty": grant.duty,
        "clearance": grant.clearance,
    }
    journal.record(actor=actor, act=act, subject=("duty_grant", grant.public_id), payload=asked | payload)
