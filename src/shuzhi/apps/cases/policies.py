"""Who may see and touch cases at all. What a step needs beyond this the lifecycle decides.

Denied first: a case is seen by those whose scope covers the organisation that answers for it or the
one that opened it. Administrators hold no duty and see no case.
"""

from __future__ import annotations

from django.db.models import Q

from shuzhi.apps.cases.models import Case
from shuzhi.apps.people.models import Organisation
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.refusals import ForbiddenError, NotFoundError
from shuzhi.engine.texts import N_

_PLATFORM_ONLY = N_("only the platform changes what a check has counted")
_CALENDAR_ONLY = N_("deadlines move with the calendar alone")


def visible(actor: Actor) -> Q:
    """The condition on cases that ``actor`` may see."""
    if actor.is_system:
        return Q()
    if actor.administers or not actor.duty or not actor.organisation_path:
        return Q(pk__in=[])
    covered = Organisation.objects.filter(path__startswith=actor.organisation_path).values("pk")
    return Q(organisation__in=covered) | Q(owner__in=covered)


def case_see(actor: Actor, case: Case) -> None:
    """Raises NotFoundError unless ``actor`` may see ``case``: whether it exists is not told either."""
    if actor.is_system:
        return
    paths = [case.organisation.path] + ([case.owner.path] if case.owner else [])
    if actor.administers or not actor.duty or not any(actor.covers(path) for path in paths):
        raise NotFoundError("case", case.public_id)


def case_update_facts(actor: Actor) -> None:
    """Counts come from checks: no person writes them."""
    if not actor.is_system:
        raise ForbiddenError("case.update_facts", _PLATFORM_ONLY)


def cases_reschedule(actor: Actor) -> None:
    """Two administrators change the calendar; what follows from it the platform does."""
    if not actor.is_system:
        raise ForbiddenError("case.reschedule", _CALENDAR_ONLY)
