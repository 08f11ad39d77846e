"""What of accounts, duties and proposals waits for an administrator: numbers for one page, no names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet

from shuzhi.apps.people.kinds import Administers, ProposalState
from shuzhi.apps.people.models import Account, DutyGrant, OrganisationChange
from shuzhi.apps.people.selectors import accounts_visible, changes_visible, grants_open, holdings_visible
from shuzhi.apps.records.actors import Actor

UNUSED = timedelta(days=90)
"""An open account that nobody has used for so long: a default of graded protection's practice, no rule."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait for a decision, and since when the oldest does."""

    number: int
    since: datetime | None


def accounts_unused(actor: Actor, now: datetime) -> QuerySet[Account]:
    """Open accounts that nobody has signed in with for 90 days, as far as the actor may see them."""
    before = now - UNUSED
    idle = Q(last_login__lt=before) | Q(last_login=None, created_at__lt=before)
    return accounts_visible(actor).filter(idle, is_active=True)


def proposals_waiting(actor: Actor) -> Waiting:
    """Duties and changes of the tree that wait for a decision; two statements."""
    open_changes = changes_visible(actor).filter(state=ProposalState.PROPOSED)
    found = [
        rows.order_by().aggregate(number=Count("pk"), since=Min("created_at"))
        for rows in (grants_open(actor), open_changes)
    ]
    since = [each["since"] for each in found if each["since"]]
    return Waiting(sum(each["number"] for each in found), min(since, default=None))


def proposals_sent_back(actor: Actor, since: datetime) -> int:
    """Duties and changes refused since then, for the office that proposes them; two statements."""
    if actor.administers != Administers.SYSTEM:
        return 0
    refused = {"state": ProposalState.REFUSED, "decided_at__gte": since}
    return sum(rows.filter(**refused).count() for rows in (DutyGrant.objects, OrganisationChange.objects))


def duties_ending(actor: Actor, today: date, days: int) -> int:
    """How many duties in force end after today and within so many days."""
    return holdings_visible(actor, today).filter(valid_to__lte=today + timedelta(days=days)).count()


def administrators_ids(actor: Actor) -> list[str]:
    """The other administrators' accounts, also shut ones, as the journal names them."""
    others = accounts_visible(actor).exclude(administers="").exclude(public_id=actor.id)
    return list(others.values_list("public_id", flat=True))
