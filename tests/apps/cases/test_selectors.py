"""Who sees which case, in which order, and at what cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from shuzhi.apps.cases.models import Case
from shuzhi.apps.cases.selectors import (
    CaseFilters,
    case_get,
    cases_visible,
    inbox,
    is_overdue,
    organisations_with_cases,
    steps_possible,
    steps_refused,
    timeline,
)
from shuzhi.apps.cases.subjects import register, titles_of
from shuzhi.apps.records.refusals import NotFoundError
from shuzhi.demo.world import Person, World
from tests.apps.cases.conftest import ZONE, Book, act, opened

Clock = Callable[[str], datetime]


def numbers(cases: object) -> list[str]:
    return [case.number[-4:] for case in cases]


def test_everybody_sees_what_their_scope_covers_and_nothing_else(packs: World, at: Clock) -> None:
    opened(packs)
    opened(packs, organisation=packs.town)
    seen = {name: numbers(cases_visible(person.actor)) for name, person in packs.people.items()}
    assert seen == {
        "owner": ["0001"],
        "colleague": ["0001"],
        "approver": ["0001"],
        "outsider": [],
        "town_clerk": ["0002"],
        "steward": ["0001", "0002"],
        "leader": ["0001", "0002"],
        "system_admin": [],
        "security_admin": [],
        "audit_admin": [],
    }


def test_every_selector_keeps_the_outsider_out(packs: World, at: Clock) -> None:
    case, outsider = opened(packs), packs.outsider.actor
    for read in (
        lambda: case_get(actor=outsider, public_id=case.public_id),
        lambda: timeline(case, outsider),
    ):
        with pytest.raises(NotFoundError):
            read()
    assert not inbox(outsider).exists()
    assert steps_possible(outsider, case) == ()


def test_the_inbox_holds_what_waits_for_oneself(packs: World, at: Clock) -> None:
    def boxes() -> set[str]:
        return {name for name, person in packs.people.items() if inbox(person.actor).exists()}

    case = opened(packs)
    assert boxes() == {"owner", "colleague", "approver"}
    case = act(packs.owner.actor, case, "dispute", ground="false_alarm", reason="x")
    assert boxes() == {"steward"}
    case = act(packs.steward.actor, case, "reject_dispute", reason="x")
    form = {"ground": "cannot_repair", "reason": "x", "expires_on": "2026-12-10"}
    case = act(packs.approver.actor, case, "ask_exception", **form)
    assert boxes() == set()  # the only approver asked, so somebody else must approve
    other = replace(packs.approver.actor, id="acc_second")
    assert inbox(other).exists()
    act(other, case, "approve_exception")
    assert boxes() == set()
    assert not inbox(other).exists()


def test_lists_are_in_the_order_of_their_deadlines(packs: World, at: Clock) -> None:
    for rule in ("r1", "r2", "r3"):
        opened(packs, rule)
    at("2026-11-25T09:00")
    opened(packs, "r4")
    first, second = Case.objects.order_by("pk")[:2]
    act(packs.owner.actor, case_get(actor=packs.owner.actor, public_id=first.public_id), "confirm")
    held = act(packs.owner.actor, second, "confirm")
    held = act(packs.owner.actor, held, "ask_hold", until="2026-12-31", reason="x")
    act(packs.steward.actor, held, "grant_hold")
    assert numbers(inbox(packs.owner.actor)) == ["0003", "0001", "0001"]
    assert numbers(cases_visible(packs.steward.actor))[-1] == "0002"


def test_lists_narrow_by_each_filter(packs: World, at: Clock) -> None:
    opened(packs)
    act(packs.owner.actor, opened(packs, "r2"), "confirm")
    opened(packs, organisation=packs.town)
    now = at("2026-11-25T09:00")

    def found(**filters: object) -> list[str]:
        return numbers(cases_visible(packs.steward.actor, CaseFilters(**filters)))

    assert found(kind="problem-data") == ["0001", "0003", "0002"]
    assert found(kind="hazard") == []
    assert found(states=["to_fix"]) == ["0002"]
    assert found(phases=["ended"]) == []
    assert found(organisation=packs.town.public_id) == ["0003"]
    assert found(organisation=packs.district.public_id) == ["0001", "0003", "0002"]
    assert found(organisation="org_nothing") == []
    assert found(subject=("sample", "r2")) == ["0002"]
    assert found(subject=("dataset", "")) == []
    assert found(number="wt20261123-0003") == ["0003"]
    assert found(overdue=True) == ["0001", "0003"]
    assert found(overdue=False) == ["0002"]
    assert [is_overdue(case, now) for case in Case.objects.order_by("pk")] == [True, False, True]


def test_a_limit_is_overdue_only_after_the_end_of_its_last_day(packs: World, at: Clock) -> None:
    case = opened(packs)
    assert not is_overdue(case, at("2026-11-24T23:59:59"))
    assert is_overdue(case, at("2026-11-25T00:00:00"))


def test_the_timeline_tells_who_did_what(packs: World, at: Clock) -> None:
    case = act(packs.owner.actor, opened(packs), "dispute", ground="not_ours", reason="教育局采集")
    lines = timeline(case, packs.steward.actor)
    assert [(e.step.name, e.step.before, e.step.after) for e in lines] == [
        ("opened", "", "to_confirm"),
        ("dispute", "to_confirm", "disputed"),
    ]
    assert lines[0].organisation == ""
    assert (lines[1].organisation, lines[1].step.actor_name) == ("民政局", packs.owner.actor.name)
    assert lines[1].form == {"ground": "not_ours", "reason": "教育局采集"}


def test_free_text_above_ones_clearance_is_not_shown(packs: World, at: Clock) -> None:
    case = act(packs.owner.actor, opened(packs), "dispute", ground="not_ours", reason="教育局采集")
    low = replace(packs.colleague.actor, clearance=1)
    assert timeline(case, low)[1].form == {"ground": "not_ours", "reason": None}
    assert timeline(case, low)[1].masked == ("reason",)
    assert timeline(case, replace(packs.owner.actor, clearance=1))[1].masked == ()


def test_steps_on_offer_are_those_that_are_taken(packs: World, at: Clock) -> None:
    case = opened(packs)
    offered = [step.name for step in steps_possible(packs.owner.actor, case)]
    assert offered == ["confirm", "report_mended", "dispute", "ask_exception"]
    assert [step.name for step in steps_possible(packs.steward.actor, case)] == ["withdraw_rule", "remind"]


def test_titles_come_from_whoever_owns_the_subject(packs: World, book: Book, at: Clock) -> None:
    cases = [opened(packs), opened(packs, "r-unknown")]
    titles = titles_of(cases, packs.owner.actor)
    assert titles == {("sample", "r1"): "check r1", ("sample", "r-unknown"): "r-unknown"}
    assert book.asked == 1
    with pytest.raises(ValueError, match="two apps"):
        register("sample", Book())


@pytest.mark.parametrize("count", [3, 60])
def test_reading_costs_the_same_at_any_number_of_cases(
    packs: World, at: Clock, django_assert_max_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    cases = [opened(packs, f"r{n}") for n in range(count)]
    person: Person = packs.owner
    list(inbox(person.actor))
    with django_assert_max_num_queries(2):
        page = list(inbox(person.actor)[:20])
        assert {case.organisation.name for case in page} == {"民政局"}
        assert all(not case.is_held for case in page)
    with django_assert_max_num_queries(4):
        case = case_get(actor=person.actor, public_id=cases[0].public_id)
        steps_possible(person.actor, case)
        timeline(case, person.actor)
    with django_assert_max_num_queries(12):
        act(person.actor, case, "confirm")


def test_due_at_is_kept_as_an_instant(packs: World, at: Clock) -> None:
    opened(packs)
    assert Case.objects.get().due_at == datetime(2026, 11, 24, 23, 59, 59, tzinfo=ZONE)


def test_steps_of_others_are_refused_with_who_takes_them(packs: World, at: Clock) -> None:
    now, case = at("2026-11-23T09:00"), opened(packs)
    leader = packs.leader.actor
    said = [error.sentence("en") for error in steps_refused(leader, case, now)]
    assert "Confirm is done by another duty: approver, clerk." in said
    names = {error.reasons[0].values["step"] for error in steps_refused(leader, case, now)}
    assert not names & {step.name for step in steps_possible(leader, case)}
    assert "recheck_passed" not in names, "what only the platform does is nobody's to be refused"


def test_the_choice_of_organisations_holds_only_those_whose_cases_one_sees(packs: World, at: Clock) -> None:
    opened(packs)
    opened(packs, organisation=packs.town)
    assert set(organisations_with_cases(packs.steward.actor)) == {packs.department, packs.town}
    assert set(organisations_with_cases(packs.owner.actor)) == {packs.department}
    assert not organisations_with_cases(packs.outsider.actor)
    assert not organisations_with_cases(packs.audit_admin.actor)
