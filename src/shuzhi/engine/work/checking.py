"""Does a lifecycle make sense as a whole? Finds what no single key shows.

States that nobody reaches or leaves, steps that nobody can take, clocks that may stand still for ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from shuzhi.engine.documents import Message
from shuzhi.engine.texts import N_
from shuzhi.engine.work.lifecycles import (
    Clock,
    Lifecycle,
    NeedType,
    Phase,
    Relation,
    State,
    Step,
    Who,
)

TEXTS: Mapping[str, str] = {
    "lifecycle.start": N_("A case is born in {state}, so that state must be open."),
    "lifecycle.unreachable": N_("No case ever reaches the state {state}."),
    "lifecycle.dead_end": N_("No step leads out of the state {state}, and it is not an ended one."),
    "lifecycle.no_way_out": N_("From the state {state} no ended state can be reached."),
    "lifecycle.leaves_end": N_("{step} begins in {state}, which is ended for good."),
    "lifecycle.nobody": N_("Nobody can take {step}: a person needs a duty, and the system has none."),
    "lifecycle.no_source": N_("{step} begins in no state."),
    "lifecycle.no_end": N_(
        "In the state {state} no limit runs, so it may last for ever. Give it one, or a day."
    ),
    "lifecycle.undated": N_("{step} leads to {state}, which carries a day, but asks for none."),
    "lifecycle.day_unused": N_("{state} carries a day, but no step follows when it has gone by."),
    "lifecycle.expiry": N_("{step} waits for a day, but {state} carries none."),
    "lifecycle.no_outcome": N_("{state} is the end of a case and must say what it has come to (outcome)."),
    "lifecycle.outcome": N_("{state} is open; only a settled or ended state has an outcome."),
    "lifecycle.awaits": N_("{state} is in the inbox of somebody who can take no step there."),
    "lifecycle.effect": N_("{step} hands over, so its form must name one organisation."),
}


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that does not fit; ``key`` is the place in the document."""

    key: str
    message: Message
    values: Mapping[str, object] = field(default_factory=dict)


def check_lifecycle(lifecycle: Lifecycle) -> tuple[Flaw, ...]:
    """Every flaw of ``lifecycle``, in the order of its states and steps; empty where it makes sense."""
    return (
        *_paths(lifecycle),
        *(flaw for step in lifecycle.steps.values() for flaw in _step(lifecycle, step)),
        *(flaw for state in lifecycle.states.values() for flaw in _state(lifecycle, state)),
    )


def _flaw(key: str, code: str, **values: object) -> Flaw:
    return Flaw(key, Message(code, TEXTS[code]), values)


def _paths(lifecycle: Lifecycle) -> Iterator[Flaw]:
    if lifecycle.states[lifecycle.start].phase is not Phase.OPEN:
        yield _flaw("start", "lifecycle.start", state=lifecycle.start)
    onward = {
        name: {s.target for s in lifecycle.leaving(name) if s.target and s.target != name}
        for name in lifecycle.states
    }
    reached = _closure(onward, {lifecycle.start})
    backward: dict[str, set[str]] = {name: set() for name in lifecycle.states}
    for name, targets in onward.items():
        for target in targets:
            backward[target].add(name)
    ended = {s.name for s in lifecycle.states.values() if s.phase is Phase.ENDED}
    ending = _closure(backward, ended)
    for name, state in lifecycle.states.items():
        if name not in reached:
            yield _flaw(f"states.{name}", "lifecycle.unreachable", state=name)
        elif not onward[name] and state.phase is not Phase.ENDED:
            yield _flaw(f"states.{name}", "lifecycle.dead_end", state=name)
        elif name not in ending:
            yield _flaw(f"states.{name}", "lifecycle.no_way_out", state=name)


def _closure(edges: Mapping[str, set[str]], start: set[str]) -> set[str]:
    seen, waiting = set(start), list(start)
    while waiting:
        for target in edges[waiting.pop()] - seen:
            seen.add(target)
            waiting.append(target)
    return seen


def _step(lifecycle: Lifecycle, step: Step) -> Iterator[Flaw]:
    key = f"steps.{step.name}"
    if not step.sources:
        yield _flaw(key, "lifecycle.no_source", step=step.name)
    if not any((who.relation is Relation.SYSTEM) != bool(who.duties) for who in step.who):
        yield _flaw(f"{key}.who", "lifecycle.nobody", step=step.name)
    asked = [need.name for need in step.needs if need.until and need.required]
    target = lifecycle.states.get(step.target or "")
    for source in step.sources:
        state = lifecycle.states[source]
        if state.phase is Phase.ENDED:
            yield _flaw(f"{key}.from", "lifecycle.leaves_end", step=step.name, state=source)
        if step.guard == "expired" and not state.dated:
            yield _flaw(f"{key}.guard", "lifecycle.expiry", step=step.name, state=source)
        if target and target.dated and not asked and not state.dated:
            yield _flaw(key, "lifecycle.undated", step=step.name, state=target.name)
    organisations = [need for need in step.needs if need.type is NeedType.ORGANISATION and need.required]
    if "hand_over" in step.effects and len(organisations) != 1:
        yield _flaw(f"{key}.effects", "lifecycle.effect", step=step.name)


def _state(lifecycle: Lifecycle, state: State) -> Iterator[Flaw]:
    key = f"states.{state.name}"
    if state.phase is Phase.OPEN and state.outcome:
        yield _flaw(key, "lifecycle.outcome", state=state.name)
    if state.phase is not Phase.OPEN and not state.outcome:
        yield _flaw(key, "lifecycle.no_outcome", state=state.name)
    expires = any(step.guard == "expired" for step in lifecycle.leaving(state.name))
    if state.dated and not expires:
        yield _flaw(key, "lifecycle.day_unused", state=state.name)
    if state.phase is not Phase.ENDED and not expires and not _timed(lifecycle, state, frozenset()):
        yield _flaw(key, "lifecycle.no_end", state=state.name)
    for who in state.awaits:
        if not any(_may(who, step) for step in lifecycle.leaving(state.name)):
            yield _flaw(f"{key}.awaits", "lifecycle.awaits", state=state.name)


def _timed(lifecycle: Lifecycle, state: State, seen: frozenset[str]) -> bool:
    """Whether a limit runs in ``state`` by whichever way it was entered."""
    if state.limit:
        return True
    if state.clock is Clock.HELD or state.phase is Phase.SETTLED or state.name == lifecycle.start:
        return False
    entering = [
        lifecycle.states[source]
        for step in lifecycle.steps.values()
        if step.target == state.name
        for source in step.sources
        if source != state.name and source not in seen
    ]
    return all(_timed(lifecycle, before, seen | {state.name}) for before in entering)


def _may(who: Who, step: Step) -> bool:
    return any(
        taker.relation is who.relation
        and set(who.duties) & set(taker.duties)
        and (who.requester_excluded or not taker.requester_excluded)
        for taker in step.who
    )
