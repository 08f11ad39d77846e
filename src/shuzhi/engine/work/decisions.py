"""May this step be taken now, and what does it come to? Pure: the caller hands in everything.

``decide`` answers an Outcome or a Refusal for one request; ``born`` what a new case begins with;
``possible`` the steps somebody may take, for buttons and inboxes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from shuzhi.engine.work.forms import Value, read_facts, read_form
from shuzhi.engine.work.lifecycles import Clock, Lifecycle, NeedType, Phase, Relation, State, Step, Who
from shuzhi.engine.work.limits import OfficeTime, due, remaining, resumed
from shuzhi.engine.work.reasons import Reason, Refusal


@dataclass(frozen=True, slots=True)
class Party:
    """Whoever asks: a person in one duty of one organisation, or the platform itself.

    ``covers``: the person's scope reaches the organisation that answers for the case.
    """

    id: str
    organisation: str | None = None
    duty: str = ""
    system: bool = False
    covers: bool = False


@dataclass(frozen=True, slots=True)
class ClockReading:
    """The clock of a case: the limit that runs and its end; the one that is held and what is left of it.

    ``held_left`` is in days or seconds, by the held limit's unit (see ``limits.remaining``).
    """

    limit: str | None = None
    due_at: datetime | None = None
    assumed_years: tuple[int, ...] = ()
    held_limit: str | None = None
    held_left: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands. ``requester``: who brought it into its state; ``until``: the day it carries."""

    state: str
    organisation: str
    owner: str | None
    requester: str | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    until: date | None = None
    clock: ClockReading = ClockReading()


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: this step, by this party, with these answers."""

    party: Party
    step: str
    form: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class World:
    """What is true outside the case: the instant, the calendar, and what the subject's owner proves."""

    now: datetime
    office: OfficeTime
    proofs: Mapping[str, bool] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The day of ``now`` in the district's zone."""
        return self.office.day_of(self.now)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the step comes to. ``standing`` is the case's next one; ``form`` the answers as values."""

    step: str
    before: str
    standing: Standing
    phase: Phase
    outcome: str | None
    effects: tuple[str, ...]
    form: Mapping[str, Value]


def born(lifecycle: Lifecycle, standing: Standing, party: Party, world: World) -> Standing | Refusal:
    """The standing of a new case that ``party`` opens.

    ``standing`` names its organisations and raw facts; its state and clock are not looked at.
    """
    if denied := _denied(lifecycle.opens, "open", standing, party):
        return Refusal((denied,))
    facts = read_facts(lifecycle.facts, standing.facts)
    if facts.reasons:
        return Refusal(facts.reasons)
    start = lifecycle.states[lifecycle.start]
    fresh = replace(standing, state=start.name, facts=facts.values)
    return replace(fresh, clock=_fresh(lifecycle, start.limit, fresh, world))


def decide(lifecycle: Lifecycle, standing: Standing, request: Request, world: World) -> Outcome | Refusal:
    """Applies ``request`` to a case that stands at ``standing``.

    Order of the checks: the step exists, the state allows it, the party may, the form is right, the
    proof is there; the first of these that fails gives its reasons (all reasons of a form at once).
    """
    step = lifecycle.steps.get(request.step)
    if step is None:
        return Refusal((Reason("step.unknown", {"step": request.step}),))
    if standing.state not in step.sources:
        names = tuple(s.name for s in possible(lifecycle, standing, request.party))
        values = {"step": step.name, "state": standing.state, "possible": names}
        return Refusal((Reason("step.state", values),))
    if denied := _denied(step.who, step.name, standing, request.party):
        return Refusal((denied,))
    form = read_form(step.needs, request.form, today=world.today)
    reasons = form.reasons + _same_organisation(step, standing, form.values)
    if reasons:
        return Refusal(reasons)
    if unproved := _unproved(step, standing, world):
        return Refusal((unproved,))
    return _outcome(lifecycle, step, standing, request.party, form.values, world)


def possible(lifecycle: Lifecycle, standing: Standing, party: Party) -> tuple[Step, ...]:
    """Steps that ``party`` may take now, in the lifecycle's order; forms and proofs are not looked at."""
    return tuple(
        step
        for step in lifecycle.leaving(standing.state)
        if _denied(step.who, step.name, standing, party) is None
    )


def related(who: Who, standing: Standing, party: Party) -> bool:
    """Whether ``party`` is one of ``who`` for this case."""
    return _why_not(who, standing, party, "") is None


def _denied(allowed: tuple[Who, ...], step: str, standing: Standing, party: Party) -> Reason | None:
    """None where ``party`` is one of ``allowed``; else the reason that came nearest."""
    order = ("who.requester", "who.organisation", "who.owner", "who.scope", "who.duty", "who.system")
    reasons = [_why_not(who, standing, party, step) for who in allowed]
    if None in reasons:
        return None
    told = sorted((r for r in reasons if r), key=lambda r: order.index(r.code))
    if not told or told[0].code != "who.duty":
        return told[0] if told else Reason("who.system", {"step": step})
    wanted = tuple(sorted({duty for who in allowed for duty in who.duties}))
    return Reason("who.duty", {"step": step, "wanted": wanted})


def _why_not(who: Who, standing: Standing, party: Party, step: str) -> Reason | None:
    values = {"step": step}
    if who.relation is Relation.SYSTEM:
        return None if party.system else Reason("who.system", values)
    if party.system or party.duty not in who.duties:
        return Reason("who.duty", values)
    if who.relation is Relation.RESPONSIBLE and party.organisation != standing.organisation:
        return Reason("who.organisation", values)
    if who.relation is Relation.DISTRICT and not party.covers:
        return Reason("who.scope", values)
    if who.relation is Relation.OWNER and (standing.owner is None or party.organisation != standing.owner):
        return Reason("who.owner", values)
    if who.requester_excluded and party.id == standing.requester:
        return Reason("who.requester", values)
    return None


def _same_organisation(step: Step, standing: Standing, form: Mapping[str, Value]) -> tuple[Reason, ...]:
    named = [n.name for n in step.needs if n.type is NeedType.ORGANISATION]
    return tuple(
        Reason("form.organisation", {"field": name})
        for name in named
        if form.get(name) == standing.organisation
    )


def _unproved(step: Step, standing: Standing, world: World) -> Reason | None:
    if step.guard is None:
        return None
    if step.guard == "expired":
        gone = standing.until is not None and standing.until < world.today
        return None if gone else Reason("guard.expired")
    if step.guard not in world.proofs:
        return Reason("guard.unproved", {"step": step.name, "guard": step.guard})
    return None if world.proofs[step.guard] else Reason(f"guard.{step.guard}")


def _outcome(
    lifecycle: Lifecycle,
    step: Step,
    standing: Standing,
    party: Party,
    form: Mapping[str, Value],
    world: World,
) -> Outcome | Refusal:
    target = lifecycle.states[step.target or standing.state]
    until = _until(step, standing, target, form)
    if target.dated and step.target and (until is None or until <= world.today):
        return Refusal((Reason("until.past", {"until": until}),))
    moved = replace(
        standing,
        state=target.name,
        requester=party.id if step.target else standing.requester,
        until=until,
        clock=_clock(lifecycle, step, standing, target, world),
    )
    return Outcome(step.name, standing.state, moved, target.phase, target.outcome, step.effects, form)


def _until(step: Step, standing: Standing, target: State, form: Mapping[str, Value]) -> date | None:
    given = [form[n.name] for n in step.needs if n.until and n.name in form]
    if given and isinstance(given[0], date):
        return given[0]
    return standing.until if target.dated else None


def _clock(lifecycle: Lifecycle, step: Step, standing: Standing, target: State, world: World) -> ClockReading:
    clock = standing.clock
    if step.target is None and not step.restart:
        return clock
    if target.phase is Phase.ENDED:
        return replace(clock, held_limit=None, held_left=None)
    if target.phase is Phase.SETTLED:
        return ClockReading()
    if target.clock is Clock.HELD:
        held_limit, held_left = clock.held_limit, clock.held_left
        if held_limit is None and clock.limit and clock.due_at:
            held_limit = clock.limit
            held_left = remaining(lifecycle.limits[clock.limit], clock.due_at, world.now, world.office)
        active = _fresh(lifecycle, target.limit, standing, world)
        return replace(active, held_limit=held_limit, held_left=held_left)
    wanted = target.limit or clock.held_limit or clock.limit
    if step.restart or wanted is None:
        return _fresh(lifecycle, wanted, standing, world)
    if clock.held_limit == wanted and clock.held_left is not None:
        again = resumed(lifecycle.limits[wanted], clock.held_left, world.now, world.office)
        return ClockReading(wanted, again.at, again.assumed_years)
    if clock.held_limit is None and clock.limit == wanted and clock.due_at:
        return clock
    return _fresh(lifecycle, wanted, standing, world)


def _fresh(lifecycle: Lifecycle, name: str | None, standing: Standing, world: World) -> ClockReading:
    if name is None:
        return ClockReading()
    limit = lifecycle.limits[name]
    end = due(limit, limit.amount_for(standing.facts), world.now, world.office)
    return ClockReading(name, end.at, end.assumed_years)
