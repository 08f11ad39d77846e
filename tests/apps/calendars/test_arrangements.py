"""A year's arrangement by two administrators, and the deadlines that move with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from inspect import isfunction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shuzhi.apps.calendars import policies, services
from shuzhi.apps.calendars.models import Arrangement
from shuzhi.apps.calendars.selectors import HOLIDAY, WORKDAY, arrangements_visible, calendar, office_time
from shuzhi.apps.calendars.services import (
    ArrangementDraft,
    Day,
    arrangement_approve,
    arrangement_preview,
    arrangement_propose,
    arrangement_refuse,
    arrangement_withdraw,
)
from shuzhi.apps.cases.models import Case, Step
from shuzhi.apps.cases.services import cases_open, rescheduling
from shuzhi.apps.journal.models import Entry
from shuzhi.apps.people.kinds import ProposalState
from shuzhi.apps.records.actors import SYSTEM
from shuzhi.apps.records.models import compare_and_set_all
from shuzhi.apps.records.refusals import ConflictError, ForbiddenError, StaleError
from shuzhi.demo.world import World
from shuzhi.engine.work.calendar import CalendarError, china
from tests.apps.cases.conftest import act, opened, opening

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at")]
Clock = Callable[[str], datetime]
OTHERS = ["owner", "outsider", "steward", "leader", "security_admin", "audit_admin"]
SOURCE = "国办发明电〔2026〕X号"


def days_of(year: int) -> list[Day]:
    known = china()
    off = [(day, HOLIDAY, name) for day, name in known.holidays.items() if day.year == year]
    return off + [(day, WORKDAY, name) for day, name in known.workdays.items() if day.year == year]


def draft(*more: Day, year: int = 2026) -> ArrangementDraft:
    return ArrangementDraft(year, [*days_of(year), *more], SOURCE, "a storm")


def proposed(world: World, *more: Day, year: int = 2026) -> Arrangement:
    return arrangement_propose(actor=world.system_admin.actor, draft=draft(*more, year=year))


def approved(world: World, *more: Day, year: int = 2026) -> Arrangement:
    made = proposed(world, *more, year=year)
    return arrangement_approve(actor=world.security_admin.actor, arrangement=made)


def off(text: str) -> Day:
    return date.fromisoformat(text), HOLIDAY, "台风停工"


def test_every_service_has_its_policy() -> None:
    served = {
        name for name, kind in vars(services).items() if name.startswith("arrangement_") and isfunction(kind)
    }
    judged = {name for name, kind in vars(policies).items() if isfunction(kind) and name[0] == "a"}
    assert served - {"arrangement_preview"} == judged


@pytest.mark.parametrize("part", OTHERS)
def test_only_the_system_administrator_proposes(world: World, part: str) -> None:
    with pytest.raises(ForbiddenError):
        arrangement_propose(actor=world.people[part].actor, draft=draft())
    assert not Arrangement.objects.exists()


@pytest.mark.parametrize("part", [part for part in OTHERS if part != "security_admin"] + ["system_admin"])
def test_only_the_security_administrator_decides(world: World, part: str) -> None:
    made, actor = proposed(world, off("2026-12-01")), world.people[part].actor
    with pytest.raises(ForbiddenError):
        arrangement_approve(actor=actor, arrangement=made)
    with pytest.raises(ForbiddenError):
        arrangement_refuse(actor=actor, arrangement=made, reason="no")
    assert calendar().is_working(date(2026, 12, 1))


def test_one_person_with_two_accounts_is_one_person(world: World) -> None:
    made = proposed(world, off("2026-12-01"))
    number = world.security_admin.account.staff_number
    made.proposed_by.staff_number = number
    with pytest.raises(ForbiddenError):
        arrangement_approve(actor=world.security_admin.actor, arrangement=made)


def test_people_without_an_office_see_no_proposal(world: World) -> None:
    proposed(world)
    assert arrangements_visible(world.audit_admin.actor).count() == 1
    assert not arrangements_visible(world.outsider.actor).exists()
    assert not arrangements_visible(world.steward.actor).exists()


def test_a_year_holds_once_it_is_approved_and_only_then(world: World) -> None:
    made = proposed(world, off("2026-12-01"))
    assert calendar().is_working(date(2026, 12, 1))
    arrangement_approve(actor=world.security_admin.actor, arrangement=made)
    assert not calendar().is_working(date(2026, 12, 1))
    assert calendar().holidays[date(2025, 10, 1)] == china().holidays[date(2025, 10, 1)]
    assert list(
        Entry.objects.filter(act__startswith="calendar.").order_by("pk").values_list("act", flat=True)
    ) == [
        "calendar.proposed",
        "calendar.approved",
    ]


def test_the_newest_approved_arrangement_of_a_year_replaces_the_one_before(world: World) -> None:
    approved(world, off("2026-12-01"))
    approved(world, off("2026-12-02"))
    assert calendar().is_working(date(2026, 12, 1))
    assert not calendar().is_working(date(2026, 12, 2))


def test_what_is_refused_or_withdrawn_changes_nothing_and_makes_room(world: World) -> None:
    first = proposed(world, off("2026-12-01"))
    with pytest.raises(ConflictError):
        proposed(world, off("2026-12-02"))
    arrangement_refuse(actor=world.security_admin.actor, arrangement=first, reason="no storm")
    second = proposed(world, off("2026-12-02"))
    arrangement_withdraw(actor=world.system_admin.actor, arrangement=second)
    with pytest.raises(ConflictError):
        arrangement_approve(actor=world.security_admin.actor, arrangement=second)
    assert calendar() == china()


@pytest.mark.parametrize(
    ("day", "refusal"),
    [
        ((date(2026, 12, 2), WORKDAY, "no weekend"), CalendarError),
        ((date(2027, 1, 4), HOLIDAY, "another year"), CalendarError),
        ((date(2026, 10, 1), HOLIDAY, "there already"), ConflictError),
    ],
)
def test_a_day_that_cannot_be_is_refused(world: World, day: Day, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        proposed(world, day)
    assert not Arrangement.objects.exists()


def test_a_year_without_days_is_refused(world: World) -> None:
    with pytest.raises(ConflictError):
        arrangement_propose(actor=world.system_admin.actor, draft=ArrangementDraft(2027, [], SOURCE))


def test_a_deadline_that_runs_across_a_new_holiday_moves_and_says_so(packs: World, at: Clock) -> None:
    case, due_at = opened(packs), opened(packs, "r2").due_at
    assert due_at is not None
    last = timezone.localdate(due_at)
    made = proposed(packs, off(last.isoformat()))
    assert (arrangement_preview(made).later, arrangement_preview(made).earlier) == (2, 0)
    assert not Step.objects.filter(name=Step.RESCHEDULED).exists()
    at("2026-11-24T10:00")
    arrangement_approve(actor=packs.security_admin.actor, arrangement=made)
    case.refresh_from_db()
    made.refresh_from_db()
    assert case.due_at == office_time().end_of(calendar().shift(last, 1))
    assert made.moved == 2
    step = case.steps.get(name=Step.RESCHEDULED)
    assert (step.due_at, step.actor_id, step.sequence) == (case.due_at, SYSTEM.id, case.acts)
    assert step.form["from"] == due_at.isoformat()
    assert Entry.objects.filter(act="case.rescheduled", subject_id=case.public_id).count() == 1


def test_a_change_and_its_taking_back_leave_the_deadline_as_it_was(packs: World, at: Clock) -> None:
    case = opened(packs)
    due_at = case.due_at
    assert due_at is not None
    approved(packs, off("2026-11-24"))
    case.refresh_from_db()
    assert case.due_at is not None
    assert case.due_at > due_at
    at("2026-11-24T09:00")
    approved(packs)
    case.refresh_from_db()
    assert case.due_at == due_at
    assert case.steps.filter(name=Step.RESCHEDULED).count() == 2


def test_what_the_change_does_not_reach_is_left_alone(packs: World) -> None:
    case = opened(packs)
    version = case.version
    arrangement = approved(packs, off("2026-12-31"))
    case.refresh_from_db()
    assert (arrangement.moved, case.version) == (0, version)


def test_a_case_that_has_ended_or_stands_still_keeps_its_deadline(packs: World) -> None:
    ended, held = opened(packs), opened(packs, "r2")
    Case.objects.filter(pk=ended.pk).update(phase="ended", ended_at=timezone.now())
    Case.objects.filter(pk=held.pk).update(limit="", due_at=None, held_limit="confirm", held_left=2)
    assert approved(packs, off("2026-11-25")).moved == 0


def test_a_limit_started_by_a_later_step_counts_from_that_step(packs: World, at: Clock) -> None:
    case = opened(packs)
    at("2026-11-25T09:00")
    case = act(packs.owner.actor, case, "confirm")
    assert case.due_at is not None
    before = case.due_at
    approved(packs, off("2026-11-24"))
    case.refresh_from_db()
    assert case.due_at == before
    at("2026-11-26T09:00")
    approved(packs, off("2026-11-24"), off("2026-11-27"))
    case.refresh_from_db()
    assert (
        case.due_at == office_time().end_of(calendar().shift(timezone.localdate(before), 1))
        or case.due_at > before
    )


def test_a_year_that_becomes_known_takes_the_mark_of_a_guess_away(packs: World, at: Clock) -> None:
    at("2026-12-31T09:00")
    case = opened(packs)
    assert case.assumed_years == [2027]
    days: list[Day] = [(date(2027, 1, 1), HOLIDAY, "元旦")]
    made = arrangement_propose(actor=packs.system_admin.actor, draft=ArrangementDraft(2027, days, SOURCE, ""))
    arrangement_approve(actor=packs.security_admin.actor, arrangement=made)
    case.refresh_from_db()
    assert case.assumed_years == []


def test_somebody_who_acts_meanwhile_stops_the_approval_as_a_whole(
    packs: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, made = opened(packs), proposed(packs, off("2026-11-24"))

    def overtaken(changes: object) -> None:
        Case.objects.filter(pk=case.pk).update(version=case.version + 1)
        compare_and_set_all(changes)  # type: ignore[arg-type]

    monkeypatch.setattr(rescheduling, "compare_and_set_all", overtaken)
    with pytest.raises(StaleError):
        arrangement_approve(actor=packs.security_admin.actor, arrangement=made)
    assert Arrangement.objects.get().state == ProposalState.PROPOSED
    assert calendar() == china()


def test_many_deadlines_cost_statements_by_the_batch(packs: World) -> None:
    def statements(names: range) -> int:
        cases_open(actor=SYSTEM, openings=[opening(packs, f"r{n}") for n in names])
        day = date(2026, 11, 24) + timedelta(days=names.start % 3)
        made = proposed(packs, (day, HOLIDAY, "停工"))
        with CaptureQueriesContext(connection) as asked:
            arrangement_approve(actor=packs.security_admin.actor, arrangement=made)
        assert made.moved == Case.objects.count()
        return len(asked)

    few, many = statements(range(5)), statements(range(5, 100))
    assert many <= few + 4  # one statement takes only so many values
