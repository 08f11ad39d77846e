"""What the middleware adds to a request, as types: who asks, in which duty, under which number."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from shuzhi.apps.people.models import Account, DutyHolding
from shuzhi.apps.records.actors import Actor


@dataclass(frozen=True)
class Identity:
    """The account of the session, the duties it may act in, and the one it acts in now (None: in none)."""

    account: Account
    holdings: tuple[DutyHolding, ...]
    holding: DutyHolding | None
    actor: Actor


class PortalRequest(HttpRequest):
    """A request of somebody signed in. Pages open to everybody must not ask for the identity."""

    request_id: str
    identity: Identity
    actor: Actor
    htmx: HtmxDetails
