"""Changing the calendar: the system administrator proposes a year, the security administrator decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from shuzhi.apps.calendars import following, policies
from shuzhi.apps.calendars.following import Change, Moves
from shuzhi.apps.calendars.models import Arrangement
from shuzhi.apps.calendars.selectors import arranged, calendar, calendar_with
from shuzhi.apps.journal import services as journal
from shuzhi.apps.people.kinds import ProposalState
from shuzhi.apps.people.services.proposals import decide, must_be_open, person
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.refusals import ConflictError
from shuzhi.engine.texts import N_

_ACT = N_("changing the calendar")
Day = tuple[date, str, str]
"""A day, ``holiday`` or ``workday``, and the name of the feast."""


@dataclass(frozen=True)
class ArrangementDraft:
    """A year as it is to be: its days, the document that arranges them, and why it is changed."""

    year: int
    days: Sequence[Day]
    source: str
    reason: str = ""


def arrangement_propose(*, actor: Actor, draft: ArrangementDraft) -> Arrangement:
    """Asks for a year's arrangement; nothing is changed yet.

    Raises CalendarError naming the day that cannot be, ConflictError where another proposal for the
    year waits or no day is given.
    """
    policies.arrangement_propose(actor)
    proposer = person(actor, _ACT)
    if not draft.days:
        raise ConflictError(N_("a year without any holiday is not arranged; give its days"))
    if len({day for day, _kind, _name in draft.days}) != len(draft.days):
        raise ConflictError(N_("a day is given twice; leave one line of it"))
    days = [[day.isoformat(), kind, name] for day, kind, name in sorted(draft.days)]
    arranged(calendar(), draft.year, days)
    if Arrangement.objects.filter(year=draft.year, state=ProposalState.PROPOSED).exists():
        raise ConflictError(N_("a proposal for this year waits already; withdraw it first"))
    with transaction.atomic():
        made = Arrangement.objects.create(
            year=draft.year, source=draft.source, days=days, reason=draft.reason, proposed_by=proposer
        )
        _record(actor, "calendar.proposed", made, days=days)
    return made


def change_of(arrangement: Arrangement) -> Change:
    """What would change if the arrangement were approved now."""
    return Change(calendar(), calendar_with(arrangement), date(arrangement.year, 1, 1))


def arrangement_preview(arrangement: Arrangement) -> Moves:
    """How many deadlines of open work the arrangement would move; writes nothing."""
    return following.preview(change_of(arrangement))


def arrangement_approve(*, actor: Actor, arrangement: Arrangement) -> Arrangement:
    """Puts the arrangement in force and moves the deadlines that run across its days, all or nothing.

    Raises StaleError where somebody acts on one of them meanwhile.
    """
    approver = person(actor, _ACT)
    policies.arrangement_approve(actor, approver, arrangement)
    must_be_open(arrangement)
    with transaction.atomic():
        moves = following.follow(actor=actor, change=change_of(arrangement))
        decide(arrangement, approver, ProposalState.APPROVED, moved=moves.moved)
        _record(actor, "calendar.approved", arrangement, earlier=moves.earlier, later=moves.later)
    return arrangement


def arrangement_refuse(*, actor: Actor, arrangement: Arrangement, reason: str) -> None:
    """Turns it down, with the reason that its proposer reads."""
    policies.arrangement_refuse(actor)
    must_be_open(arrangement)
    with transaction.atomic():
        decide(arrangement, person(actor, _ACT), ProposalState.REFUSED, answer=reason)
        _record(actor, "calendar.refused", arrangement, reason=reason)


def arrangement_withdraw(*, actor: Actor, arrangement: Arrangement) -> None:
    """Takes a proposal back before it is decided."""
    policies.arrangement_withdraw(actor)
    must_be_open(arrangement)
    with transaction.atomic():
        decide(arrangement, person(actor, _ACT), ProposalState.WITHDRAWN)
        _record(actor, "calendar.withdrawn", arrangement)


def years_offered() -> tuple[int, ...]:
    """The years that may be arranged: this one and the next two."""
    this = timezone.localdate().year
    return (this, this + 1, this + 2)


def _record(actor: Actor, act: str, arrangement: Arrangement, **payload: object) -> None:
    journal.record(
        actor=actor,
        act=act,
        subject=("arrangement", arrangement.public_id),
        payload={"year": arrangement.year, "source": arrangement.source, **payload},
    )
