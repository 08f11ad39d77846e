"""Decisions on single steps, and random sequences that may not break what always holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.engine.packs.pack import load_pack
from shuzhi.engine.work.calendar import china
from shuzhi.engine.work.decisions import (
    Outcome,
    Party,
    Request,
    Standing,
    World,
    born,
    decide,
    possible,
)
from shuzhi.engine.work.lifecycles import Lifecycle, NeedType, Phase
from shuzhi.engine.work.limits import OfficeTime
from shuzhi.engine.work.reasons import TEXTS, Refusal
from tests.engine.work.lifecycle_samples import sample

ZONE = ZoneInfo("Asia/Shanghai")
OFFICE = OfficeTime(china(), ZONE)
MONDAY = datetime(2026, 11, 23, 9, tzinfo=ZONE)
CLERK = Party("li", "civil", "clerk")
APPROVER = Party("wang", "civil", "approver")
OUTSIDER = Party("sun", "sports", "clerk")
STEWARD = Party("chen", "bureau", "steward", covers=True)
SYSTEM = Party("system", system=True)
PROBLEM_DATA = load_pack(files("shuzhi.packs").joinpath("problem-data")).lifecycles["problem-data"]


def world(days: float = 0, **proofs: bool) -> World:
    return World(MONDAY + timedelta(days=days), OFFICE, proofs)


def fresh(lifecycle: Lifecycle | None = None, **facts: object) -> Standing:
    party = SYSTEM if lifecycle else STEWARD
    found = born(lifecycle or sample(), Standing("", "civil", "bureau", facts=facts), party, world())
    assert isinstance(found, Standing)
    return found


def act(standing: Standing, party: Party, step: str, days: float = 0, **form: object) -> Outcome | Refusal:
    return decide(sample(), standing, Request(party, step, form), world(days))


def code(answer: Outcome | Standing | Refusal) -> str:
    assert isinstance(answer, Refusal)
    assert all(reason.sentence("en") and reason.sentence("zh-hans") for reason in answer.reasons)
    return answer.reasons[0].code


def moved(answer: Outcome | Refusal) -> Standing:
    assert isinstance(answer, Outcome)
    return answer.standing


def test_a_new_case_begins_with_its_limit() -> None:
    standing = fresh()
    assert (standing.state, standing.clock.limit) == ("new", "act")
    assert standing.clock.due_at
    assert OFFICE.day_of(standing.clock.due_at) == date(2026, 11, 25)


@pytest.mark.parametrize(
    ("party", "wanted"),
    [
        (OUTSIDER, "who.duty"),
        (CLERK, "who.duty"),
        (replace(STEWARD, covers=False), "who.scope"),
        (SYSTEM, "who.duty"),
    ],
)
def test_only_who_may_opens_a_case(party: Party, wanted: str) -> None:
    assert code(born(sample(), Standing("", "civil", "bureau"), party, world())) == wanted


def test_an_outsider_may_do_nothing() -> None:
    standing = fresh()
    assert code(act(standing, OUTSIDER, "ask", why="a")) == "who.organisation"
    assert possible(sample(), standing, OUTSIDER) == ()


def test_who_may_is_duty_and_relation_together() -> None:
    standing = fresh()
    assert code(act(standing, Party("zhou", "civil", "leader"), "ask", why="a")) == "who.duty"
    assert code(act(standing, replace(STEWARD, organisation="civil"), "park")) == "who.owner"
    assert code(act(replace(standing, owner=None), STEWARD, "park")) == "who.owner"
    assert code(act(standing, replace(STEWARD, covers=False), "nudge")) == "who.scope"
    assert code(act(standing, SYSTEM, "ask", why="a")) == "who.duty"
    assert code(act(standing, STEWARD, "resume")) == "step.state"
    assert [s.name for s in possible(sample(), standing, STEWARD)] == ["park", "nudge"]


def test_whoever_asked_may_not_approve() -> None:
    asked = moved(act(fresh(), APPROVER, "ask", why="a"))
    assert code(act(asked, APPROVER, "allow")) == "who.requester"
    assert moved(act(asked, Party("qian", "civil", "approver"), "allow")).state == "done"


def test_all_that_is_wrong_with_a_form_is_told_at_once() -> None:
    answer = act(fresh(), CLERK, "ask", note="a\x00b", more=1)
    assert isinstance(answer, Refusal)
    assert [r.code for r in answer.reasons] == ["form.unknown", "form.missing", "form.text"]
    assert code(act(fresh(), CLERK, "ask", why="c")) == "form.choice"
    assert code(act(fresh(), CLERK, "ask", why="  ")) == "form.missing"
    assert code(act(fresh(), CLERK, "ask", why="a", note="x" * 2001)) == "form.text"


@pytest.mark.parametrize(
    ("until", "wanted"),
    [
        ("2026-11-23", "form.past"),
        ("2026-12-04", "form.far"),
        ("soon", "form.date"),
        ("", "form.missing"),
        ("2026-11-31", "form.date"),
    ],
)
def test_a_day_lies_ahead_but_not_too_far(until: str, wanted: str) -> None:
    assert code(act(fresh(), STEWARD, "park", until=until)) == wanted


def test_a_held_clock_goes_on_with_what_was_left() -> None:
    parked = moved(act(fresh(), STEWARD, "park", days=1, until="2026-12-01"))
    assert (parked.clock.due_at, parked.clock.held_limit, parked.clock.held_left) == (None, "act", 1)
    assert code(act(parked, SYSTEM, "resume", days=8)) == "guard.expired"
    again = moved(act(parked, SYSTEM, "resume", days=9))
    assert again.clock.due_at
    assert OFFICE.day_of(again.clock.due_at) == date(2026, 12, 3)
    assert (again.clock.held_limit, again.until) == (None, None)


def test_a_held_state_has_its_own_limit_and_gives_the_old_one_back() -> None:
    asked = moved(act(fresh(), CLERK, "ask", why="a"))
    assert (asked.clock.limit, asked.clock.held_limit) == ("answer", "act")
    back = moved(act(asked, APPROVER, "refuse"))
    assert back.clock == fresh().clock


def test_an_act_that_stays_changes_neither_clock_nor_requester() -> None:
    standing = replace(fresh(), requester="somebody")
    assert moved(act(standing, STEWARD, "nudge", days=1)) == standing


def test_what_the_platform_does_needs_its_proof() -> None:
    standing = fresh(PROBLEM_DATA, failing=3, urgency="ordinary")
    request = Request(SYSTEM, "recheck_passed")
    assert code(decide(PROBLEM_DATA, standing, request, world())) == "guard.unproved"
    assert code(decide(PROBLEM_DATA, standing, request, world(passes=False))) == "guard.passes"
    assert code(decide(PROBLEM_DATA, standing, Request(STEWARD, "recheck_passed"), world(passes=True))) == (
        "who.system"
    )
    closed = decide(PROBLEM_DATA, standing, request, world(passes=True))
    assert isinstance(closed, Outcome)
    assert (closed.phase, closed.outcome) == (Phase.ENDED, "fixed")


def test_a_case_is_opened_with_the_facts_its_kind_knows() -> None:
    def refused(**facts: object) -> str:
        found = born(PROBLEM_DATA, Standing("", "civil", "bureau", facts=facts), SYSTEM, world())
        assert isinstance(found, Refusal)
        return found.reasons[0].code

    assert refused(urgency="ordinary") == "fact.missing"
    assert refused(failing=1, urgency="ordinary", name="张三") == "fact.unknown"
    assert refused(failing=1, urgency="urgent") == "form.choice"
    assert refused(failing=-1, urgency="ordinary") == "form.integer"
    assert refused(failing=True, urgency="ordinary") == "form.integer"


def answers(lifecycle: Lifecycle, step: str, today: date) -> dict[str, object]:
    """A form that is right for ``step`` on ``today``."""
    filled: dict[str, object] = {}
    for need in lifecycle.steps[step].needs:
        if need.type is NeedType.CHOICE:
            filled[need.name] = need.values[0]
        elif need.type is NeedType.DATE:
            filled[need.name] = today + timedelta(days=3)
        else:
            filled[need.name] = "somewhere else"
    return filled


PARTIES = (CLERK, APPROVER, Party("qian", "civil", "approver"), OUTSIDER, STEWARD, SYSTEM)
MOVES = st.lists(
    st.tuples(
        st.sampled_from(sorted(PROBLEM_DATA.steps)),
        st.sampled_from(PARTIES),
        st.floats(0, 5),
        st.booleans(),
    ),
    max_size=25,
)


@given(MOVES)
def test_no_sequence_of_steps_breaks_what_always_holds(moves: list[tuple[str, Party, float, bool]]) -> None:
    standing, day = fresh(PROBLEM_DATA, failing=3, urgency="ordinary"), 0.0
    for step, party, wait, proof in moves:
        day += wait
        now = world(day, passes=proof, fails=not proof, withdrawn=proof)
        form = answers(PROBLEM_DATA, step, now.today)
        answer = decide(PROBLEM_DATA, standing, Request(party, step, form), now)
        if isinstance(answer, Refusal):
            assert all(reason.code in TEXTS for reason in answer.reasons)
            continue
        after = answer.standing
        state = PROBLEM_DATA.states[after.state]
        assert party is not OUTSIDER
        assert PROBLEM_DATA.states[standing.state].phase is not Phase.ENDED
        assert (after.until is not None) == state.dated
        if answer.outcome == "fixed":
            assert party.system
            assert proof
        if state.phase is Phase.OPEN:
            assert after.clock.due_at or (after.until and after.clock.held_limit)
        if after.clock.held_limit is None and after.clock.limit == standing.clock.limit == "fix":
            assert after.clock.due_at == standing.clock.due_at
        standing = after
