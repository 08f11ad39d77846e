"""Changes of the tree as two people make them: proposed by one administrator, decided by another.

Approved, a change is made at once where its day has begun, and otherwise at the start of its day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from shuzhi.apps.journal import services as journal
from shuzhi.apps.people import policies
from shuzhi.apps.people.changes import Change, Retire, as_json, from_json
from shuzhi.apps.people.checks import problems
from shuzhi.apps.people.kinds import ProposalState
from shuzhi.apps.people.models import Organisation, OrganisationChange
from shuzhi.apps.people.services.proposals import decide, must_be_open, person
from shuzhi.apps.people.services.structure import apply_change
from shuzhi.apps.records.actors import SYSTEM, Actor
from shuzhi.apps.records.models import compare_and_set
from shuzhi.apps.records.refusals import ConflictError, StaleError
from shuzhi.engine.texts import N_

_ACT = N_("changing the organisation tree")


@dataclass(frozen=True)
class ChangeDraft:
    """A change asked for: what, from which day, and why."""

    change: Change
    on: date
    reason: str = ""


def change_propose(*, actor: Actor, draft: ChangeDraft) -> OrganisationChange:
    """Asks for a change; nothing is changed yet. Raises ConflictError with what stands against it."""
    policies.change_propose(actor)
    proposer = person(actor, _ACT)
    if against := problems(draft.change, draft.on):
        raise ConflictError(against[0])
    with transaction.atomic():
        proposal = OrganisationChange.objects.create(
            plan=as_json(draft.change), on=draft.on, reason=draft.reason, proposed_by=proposer
        )
        _record(actor, "organisation.change_proposed", proposal, plan=proposal.plan)
    return proposal


def change_approve(*, actor: Actor, proposal: OrganisationChange) -> OrganisationChange:
    """Has the change made: now, or at the start of its day. Raises ConflictError where it cannot be."""
    approver = person(actor, _ACT)
    policies.change_approve(actor, approver, proposal)
    must_be_open(proposal)
    change = from_json(proposal.plan)
    with transaction.atomic():
        has_come = proposal.on <= timezone.localdate()
        if has_come:
            apply_change(actor, change, proposal.on)
        elif against := problems(change, proposal.on):
            raise ConflictError(against[0])
        applied_at = timezone.now() if has_come else None
        decide(proposal, approver, ProposalState.APPROVED, applied_at=applied_at)
        _record(actor, "organisation.change_approved", proposal)
    return proposal


def change_refuse(*, actor: Actor, proposal: OrganisationChange, reason: str) -> None:
    """Turns the change down, with the reason that its proposer reads."""
    policies.change_refuse(actor)
    must_be_open(proposal)
    with transaction.atomic():
        decide(proposal, person(actor, _ACT), ProposalState.REFUSED, answer=reason)
        _record(actor, "organisation.change_refused", proposal, reason=reason)


def change_withdraw(*, actor: Actor, proposal: OrganisationChange) -> None:
    """Takes a proposal back before it is decided, or an approved change before its day."""
    policies.change_withdraw(actor)
    waits = proposal.state == ProposalState.APPROVED and proposal.applied_at is None
    if not waits:
        must_be_open(proposal)
    with transaction.atomic():
        decide(proposal, person(actor, _ACT), ProposalState.WITHDRAWN)
        _record(actor, "organisation.change_withdrawn", proposal)


def changes_apply_due(*, actor: Actor = SYSTEM, now: datetime) -> int:
    """Makes each approved change whose day has come, in the order of days and decisions; answers how many.

    Each in a transaction of its own, once however often this is called. One that the tree no longer
    allows is marked with the reason and left for people.
    """
    policies.changes_apply_due(actor)
    due = OrganisationChange.objects.filter(
        state=ProposalState.APPROVED, applied_at=None, failure="", on__lte=timezone.localdate(now)
    )
    made = 0
    for key in list(due.order_by("on", "decided_at", "pk").values_list("pk", flat=True)):
        with transaction.atomic():
            proposal = due.filter(pk=key).select_for_update(skip_locked=True).first()
            if proposal is not None:
                _apply_due(proposal)
                made += proposal.applied_at is not None
    return made


def _apply_due(proposal: OrganisationChange) -> None:
    try:
        with transaction.atomic():
            apply_change(SYSTEM, from_json(proposal.plan), proposal.on)
    except (ConflictError, StaleError) as error:
        reason = str(error.values.get("reason", "")) or error.code
        compare_and_set(proposal, failure=reason)
        _record(SYSTEM, "organisation.change_failed", proposal, reason=reason)
        return
    compare_and_set(proposal, applied_at=timezone.now())
    _record(SYSTEM, "organisation.change_applied", proposal)


def temporary_units_end(*, actor: Actor = SYSTEM, now: datetime) -> int:
    """Ends each temporary unit whose end has come: its members' duties end, its open work returns."""
    policies.temporary_units_end(actor)
    ended = 0
    over = Organisation.objects.filter(ends_on__lte=timezone.localdate(now), valid_to=None)
    for unit in over.order_by("pk").select_related("returns_to"):
        if unit.ends_on is not None and unit.returns_to is not None:
            change = Retire(unit.public_id, unit.returns_to.public_id)
            # renamed, say, after its end while no worker ran: then it has lasted until now
            on = timezone.localdate(now) if problems(change, unit.ends_on) else unit.ends_on
            with transaction.atomic():
                apply_change(actor, change, on)
            ended += 1
    return ended


def _record(actor: Actor, act: str, proposal: OrganisationChange, **payload: object) -> None:
    journal.record(
        actor=actor,
        act=act,
        subject=("organisation_change", proposal.public_id),
        payload={"on": proposal.on, **payload},
    )
