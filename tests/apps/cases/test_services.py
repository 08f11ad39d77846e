"""Opening and acting on cases: what is stored, what is refused, what every act leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.db import transaction

from shuzhi.apps.cases.errors import AlreadyOpenError, StepRefusedError, TooManySamplesError
from shuzhi.apps.cases.models import Assignment, Case, NumberSeries, Step
from shuzhi.apps.cases.numbers import next_numbers
from shuzhi.apps.cases.services import (
    case_act,
    case_open,
    case_recheck,
    case_report,
    case_update_facts,
    cases_expire,
)
from shuzhi.apps.jobs.registry import kind_of
from shuzhi.apps.journal.models import Entry
from shuzhi.apps.people.kinds import Duty
from shuzhi.apps.records.actors import SYSTEM, Actor
from shuzhi.apps.records.refusals import ForbiddenError, NotFoundError, StaleError
from shuzhi.demo.world import World
from shuzhi.engine.work.lifecycles import DUTIES, RESERVED_STEPS
from tests.apps.cases.conftest import ZONE, Book, act, opened, opening

Clock = Callable[[str], datetime]


def reasons(caught: pytest.ExceptionInfo[StepRefusedError]) -> list[str]:
    assert caught.value.sentence("zh-hans")
    return [reason.code for reason in caught.value.reasons]


def day(case: Case) -> date | None:
    return case.due_at.astimezone(ZONE).date() if case.due_at else None


def test_a_new_case_has_a_number_a_limit_a_lead_and_its_first_line(packs: World, at: Clock) -> None:
    case = opened(packs)
    assert (case.number, case.state, case.phase) == ("WT20261123-0001", "to_confirm", "open")
    assert day(case) == date(2026, 11, 24)
    assert Assignment.objects.get(case=case).organisation == packs.department
    (step,) = Step.objects.filter(case=case)
    assert (step.name, step.sequence, step.form["failing"]) == ("opened", 1, 3)
    entry = Entry.objects.get(pk=step.entry)
    assert (entry.act, entry.subject_id, entry.actor_id) == ("case.opened", case.public_id, "system")


def test_the_main_job_from_found_to_closed(packs: World, book: Book, at: Clock) -> None:
    case = opened(packs)
    at("2026-11-24T09:00")
    case = act(packs.owner.actor, case, "confirm")
    assert (case.state, day(case)) == ("to_fix", date(2026, 12, 1))
    case = act(packs.colleague.actor, case, "report_mended", cause="source_entry", note="已更正")
    book.proved = {"fails": True, "passes": False}
    assert case_recheck(case=case.public_id).state == "to_fix"
    assert case_recheck(case=case.public_id).state == "to_fix"
    book.proved = {"passes": True}
    closed = case_recheck(case=case.public_id)
    assert (closed.state, closed.phase, closed.outcome) == ("closed_fixed", "ended", "fixed")
    assert closed.ended_at
    names = list(Step.objects.filter(case=case).order_by("sequence").values_list("name", flat=True))
    assert names == ["opened", "confirm", "report_mended", "recheck_failed", "recheck_passed"]
    journal = Entry.objects.filter(subject_kind="case", subject_id=case.public_id)
    assert sorted(entry.act for entry in journal) == sorted(f"case.{name}" for name in names)


def test_no_person_closes_a_case(packs: World, book: Book, at: Clock) -> None:
    case = opened(packs)
    book.proved = {"passes": True}
    for person in packs.people.values():
        with pytest.raises((StepRefusedError, NotFoundError)):
            act(person.actor, case, "recheck_passed")
    with pytest.raises(StepRefusedError) as caught:
        act(packs.steward.actor, case, "withdraw_rule")
    assert reasons(caught) == ["guard.unproved"]
    case.refresh_from_db()
    assert (case.state, case.acts) == ("to_confirm", 1)


def test_without_a_proof_the_platform_closes_nothing(packs: World, book: Book, at: Clock) -> None:
    case = opened(packs)
    with pytest.raises(StepRefusedError) as caught:
        act(SYSTEM, case, "recheck_passed")
    assert reasons(caught) == ["guard.unproved"]
    book.proved = {"passes": False}
    with pytest.raises(StepRefusedError) as caught:
        act(SYSTEM, case, "recheck_passed")
    assert reasons(caught) == ["guard.passes"]
    assert case_recheck(case=case.public_id).state == "to_confirm"


def test_an_outsider_does_not_learn_that_the_case_exists(packs: World, at: Clock) -> None:
    case = opened(packs)
    known = {packs.owner, packs.colleague, packs.approver, packs.steward, packs.leader}
    strangers = [p.actor for p in packs.people.values() if p not in known]
    assert len(strangers) == 5
    for actor in (*strangers, Actor("x", "x", "", "", "steward", 4), Actor("y", "y", administers="system")):
        with pytest.raises(NotFoundError):
            act(actor, case, "confirm")
    with pytest.raises(NotFoundError):
        case_act(actor=packs.owner.actor, case="ca_nothing", step="confirm", version=1)


def test_whoever_sees_a_case_may_still_not_act_on_it(packs: World, at: Clock) -> None:
    case = opened(packs)
    with pytest.raises(StepRefusedError) as caught:
        act(packs.leader.actor, case, "confirm")
    assert reasons(caught) == ["who.duty"]
    assert "确认" in caught.value.sentence("zh-hans")
    assert "Confirm" in caught.value.sentence("en")
    with pytest.raises(StepRefusedError) as caught:
        act(packs.owner.actor, case, "remind")
    assert reasons(caught) == ["who.duty"]
    assert act(packs.leader.actor, case, "remind").state == "to_confirm"


def test_only_the_platform_opens_cases_and_counts(packs: World, at: Clock) -> None:
    for person in packs.people.values():
        with pytest.raises(StepRefusedError):
            case_open(actor=person.actor, opening=opening(packs))
        with pytest.raises(ForbiddenError):
            case_update_facts(actor=person.actor, case="ca_nothing", facts={})
    assert not Case.objects.exists()


def test_one_case_per_subject_and_organisation_is_open(packs: World, book: Book, at: Clock) -> None:
    first = opened(packs)
    with pytest.raises(AlreadyOpenError, match=first.number):
        opened(packs)
    other = opened(packs, organisation=packs.other_department)
    assert other.number == "WT20261123-0002"
    book.proved = {"passes": True}
    case_recheck(case=first.public_id)
    again = opened(packs)
    assert (again.number, again.predecessor) == ("WT20261123-0003", first.public_id)


def test_what_is_found_again_is_added_to_the_open_case(packs: World, at: Clock) -> None:
    first, is_new = case_report(actor=SYSTEM, opening=opening(packs))
    assert is_new
    same, is_new = case_report(actor=SYSTEM, opening=opening(packs))
    assert (same.pk, same.acts, is_new) == (first.pk, 1, False)
    updated = case_update_facts(actor=SYSTEM, case=first.public_id, facts={"failing": 1}, samples=[])
    assert (updated.facts["failing"], updated.facts["urgency"], updated.samples) == (1, "ordinary", [])
    assert Step.objects.get(case=first, sequence=2).form == {"failing": 1}
    assert day(updated) == day(first)


def test_when_a_problem_was_first_seen_is_never_overwritten(packs: World, at: Clock) -> None:
    case = opened(packs)
    for seen in ("2026-11-23", "2026-11-30"):
        case = case_update_facts(actor=SYSTEM, case=case.public_id, facts={"first_seen": seen})
    assert case.facts["first_seen"] == "2026-11-23"


def test_facts_and_samples_are_bounded(packs: World, at: Clock) -> None:
    case = opened(packs)
    with pytest.raises(StepRefusedError) as caught:
        case_update_facts(actor=SYSTEM, case=case.public_id, facts={"resident": "张三"})
    assert reasons(caught) == ["fact.unknown"]
    for samples in ([{"row": n} for n in range(101)], [{"row": "x" * 70_000}]):
        with pytest.raises(TooManySamplesError):
            case_update_facts(actor=SYSTEM, case=case.public_id, facts={}, samples=samples)


def test_numbers_have_no_gaps_and_begin_anew_each_day(packs: World, at: Clock) -> None:
    opened(packs, "r1")
    with transaction.atomic():
        opened(packs, "r2")
        transaction.set_rollback(True)
    with pytest.raises(AlreadyOpenError):
        opened(packs, "r1")
    assert opened(packs, "r3").number == "WT20261123-0002"
    at("2026-11-23T23:59")
    assert opened(packs, "r4").number == "WT20261123-0003"
    at("2026-11-24T00:01")
    assert opened(packs, "r5").number == "WT20261124-0001"
    NumberSeries.objects.update(last=9999)
    assert next_numbers("WT", date(2026, 11, 24), 2) == ["WT20261124-10000", "WT20261124-10001"]


def test_whoever_read_an_older_version_is_told(packs: World, at: Clock) -> None:
    case = opened(packs)
    seen = case.version
    act(packs.owner.actor, case, "confirm")
    with pytest.raises(StaleError):
        case_act(actor=packs.colleague.actor, case=case.public_id, step="confirm", version=seen)
    assert Step.objects.filter(case=case).count() == 2


def test_a_refused_step_leaves_no_trace(packs: World, at: Clock) -> None:
    case, entries = opened(packs), Entry.objects.count()
    with pytest.raises(StepRefusedError) as caught:
        act(packs.owner.actor, case, "dispute", ground="never", more="x")
    assert reasons(caught) == ["form.unknown", "form.choice", "form.missing"]
    assert (Entry.objects.count(), Step.objects.count()) == (entries, 1)


def test_an_exception_is_approved_by_another_and_is_over_by_itself(packs: World, at: Clock) -> None:
    case = act(
        packs.approver.actor,
        opened(packs),
        "ask_exception",
        ground="superior_source",
        reason="省级系统",
        expires_on="2026-12-10",
    )
    with pytest.raises(StepRefusedError) as caught:
        act(packs.approver.actor, case, "approve_exception")
    assert reasons(caught) == ["who.requester"]
    with pytest.raises(NotFoundError):
        act(packs.outsider.actor, case, "approve_exception")
    other = Actor(**{**vars(packs.approver.actor), "id": "acc_second", "name": "second"})
    case = act(other, case, "approve_exception")
    assert (case.state, case.phase, case.outcome, case.due_at) == ("excepted", "settled", "excepted", None)
    with pytest.raises(AlreadyOpenError):
        opened(packs)
    assert cases_expire(now=at("2026-12-10T23:00")) == 0
    assert cases_expire(now=at("2026-12-11T00:10")) == 1
    assert cases_expire(now=at("2026-12-11T00:20")) == 0
    case.refresh_from_db()
    assert (case.state, case.phase, case.outcome, case.until) == ("to_fix", "open", "", None)
    assert day(case) == date(2026, 12, 18)


def test_the_worker_knows_that_days_go_by() -> None:
    assert kind_of("cases.expire").recurrence


def test_a_held_clock_keeps_what_is_left(packs: World, at: Clock) -> None:
    case = act(packs.owner.actor, opened(packs), "confirm")
    at("2026-11-25T10:00")
    case = act(packs.owner.actor, case, "ask_hold", until="2026-12-31", reason="省级系统修复中")
    case = act(packs.steward.actor, case, "grant_hold")
    assert case.is_held
    assert (case.due_at, case.held_limit, case.held_left) == (None, "fix", 3)
    assert case.held_at == datetime(2026, 11, 25, 10, tzinfo=ZONE)
    at("2026-12-07T10:00")
    case = act(packs.steward.actor, case, "end_hold")
    assert (day(case), case.held_at, case.held_limit) == (date(2026, 12, 10), None, "")


def test_a_deadline_in_a_year_without_a_calendar_says_so(packs: World, at: Clock) -> None:
    at("2026-12-30T10:00")
    case = act(packs.owner.actor, opened(packs), "confirm")
    assert case.assumed_years == [2027]


def test_a_wrong_owner_passes_the_case_on(packs: World, at: Clock) -> None:
    case = act(packs.owner.actor, opened(packs), "dispute", ground="not_ours", reason="教育局采集")
    right = packs.other_department.public_id
    for wrong in ("org_nothing", packs.department.public_id):
        with pytest.raises(StepRefusedError):
            act(packs.steward.actor, case, "uphold_not_ours", organisation=wrong, reason="x")
    case.refresh_from_db()
    assert case.state == "disputed"
    closed = act(packs.steward.actor, case, "uphold_not_ours", organisation=right, reason="转教育局")
    successor = Case.objects.get(public_id=closed.successor)
    assert (closed.outcome, closed.phase) == ("not_ours", "ended")
    assert (successor.organisation, successor.predecessor) == (packs.other_department, case.public_id)
    assert successor.samples == closed.samples
    assert act(packs.outsider.actor, successor, "confirm").state == "to_fix"


def test_a_wrong_owner_joins_the_case_that_is_open_already(packs: World, at: Clock) -> None:
    theirs = opened(packs, organisation=packs.other_department)
    case = act(packs.owner.actor, opened(packs), "dispute", ground="not_ours", reason="x")
    right = packs.other_department.public_id
    closed = act(packs.steward.actor, case, "uphold_not_ours", organisation=right, reason="x")
    assert closed.successor == theirs.public_id
    assert Case.objects.count() == 2


def test_a_withdrawn_rule_is_no_repair(packs: World, book: Book, at: Clock) -> None:
    case = opened(packs)
    book.proved = {"withdrawn": True, "passes": True}
    assert case_recheck(case=case.public_id).outcome == "withdrawn"


def test_a_step_is_never_rewritten(packs: World, at: Clock) -> None:
    opened(packs)
    step = Step.objects.get()
    step.form = {}
    with pytest.raises(TypeError):
        step.save()


def test_lifecycles_name_the_duties_that_people_hold() -> None:
    assert set(DUTIES) == set(Duty.values)


def test_the_timeline_uses_only_words_that_no_lifecycle_may_take() -> None:
    assert set(RESERVED_STEPS) == {Step.OPENED, Step.FACTS_UPDATED, Step.FOLLOWED, Step.RESCHEDULED}
