"""Between the stored case and the engine's values: the one place that translates either way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shuzhi.apps.calendars.selectors import office_time
from shuzhi.apps.cases.models import Case
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.scenarios.selectors import pack_of
from shuzhi.engine.work.decisions import ClockReading, Outcome, Party, Standing, World
from shuzhi.engine.work.lifecycles import Lifecycle, Phase


def lifecycle_of(case: Case) -> Lifecycle:
    """The lifecycle the case was born under; ``case.pack`` must be at hand."""
    return pack_of(case.pack).lifecycles[case.kind]


def world_of(now: datetime) -> World:
    """What is true outside a case at ``now``, with nothing proved; one statement, for many cases at once."""
    return World(now, office_time(), {})


def party_of(actor: Actor, organisation_path: str) -> Party:
    """The actor as the lifecycle sees them, towards the organisation that answers for the case."""
    return Party(
        id=actor.id,
        organisation=actor.organisation_id or None,
        duty=actor.duty if not actor.administers else "",
        system=actor.is_system,
        covers=actor.covers(organisation_path),
    )


def standing_of(case: Case) -> Standing:
    """Where the stored case stands; its organisations must be at hand."""
    return Standing(
        state=case.state,
        organisation=case.organisation.public_id,
        owner=case.owner.public_id if case.owner else None,
        requester=case.requester or None,
        facts=case.facts,
        until=case.until,
        clock=ClockReading(
            limit=case.limit or None,
            due_at=case.due_at,
            assumed_years=tuple(case.assumed_years),
            held_limit=case.held_limit or None,
            held_left=case.held_left,
        ),
    )


def clock_columns(clock: ClockReading, held_at: datetime | None) -> dict[str, Any]:
    """The columns of a case that hold ``clock``; ``held_at`` is when it was stopped, if it is held."""
    return {
        "limit": clock.limit or "",
        "due_at": clock.due_at,
        "assumed_years": list(clock.assumed_years),
        "held_limit": clock.held_limit or "",
        "held_left": clock.held_left,
        "held_at": held_at if clock.held_limit else None,
    }


def outcome_columns(case: Case, outcome: Outcome, now: datetime) -> dict[str, Any]:
    """The columns of ``case`` that change with ``outcome``."""
    standing = outcome.standing
    return {
        "state": standing.state,
        "phase": str(outcome.phase),
        "until": standing.until,
        "requester": standing.requester or "",
        "outcome": outcome.outcome or "",
        "ended_at": now if outcome.phase is Phase.ENDED else None,
        "acts": case.acts + 1,
        **clock_columns(standing.clock, case.held_at or now),
    }
