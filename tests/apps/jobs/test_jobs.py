"""Asking for work, doing it, failing at it."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import timezone

from shuzhi.apps.jobs import leases, registry
from shuzhi.apps.jobs.context import JobContext
from shuzhi.apps.jobs.errors import LostLeaseError, UnknownJobError
from shuzhi.apps.jobs.leases import Lease, claim
from shuzhi.apps.jobs.models import Job, Schedule, State
from shuzhi.apps.jobs.registry import Recurrence, job, scheduled
from shuzhi.apps.jobs.schedules import enqueue_due
from shuzhi.apps.jobs.selectors import job_get, jobs_visible
from shuzhi.apps.jobs.services import enqueue, job_cancel, prune
from shuzhi.apps.jobs.worker import run_due
from shuzhi.apps.people.models import Account, DutyHolding, Organisation
from shuzhi.apps.records.actors import SYSTEM, Actor
from shuzhi.apps.records.refusals import ConflictError, NotFoundError
from shuzhi.engine.errors import BadInputError

OWNER = Actor(id="acc_owner", name="周敏", organisation_id="org_1", organisation_path="/org_1/", duty="clerk")
OUTSIDER = Actor(id="acc_outsider", name="吴刚", organisation_id="org_2", organisation_path="/org_2/")
ADMINISTRATOR = Actor(id="acc_admin", name="郑洁", administers="system")
pytestmark = pytest.mark.django_db


class UnreadableError(BadInputError):
    code = "test.unreadable"
    text = "The sheet {sheet} cannot be read."


@pytest.fixture(autouse=True)
def holding(db: None) -> DutyHolding:
    """OWNER as an account with a duty in force."""
    unit = Organisation.objects.create(public_id="org_1", kind="department", name="民政局", path="/org_1/")
    account = Account.objects.create(public_id="acc_owner", login="zhoumin", name="周敏", organisation=unit)
    today = timezone.localdate()
    return DutyHolding.objects.create(account=account, organisation=unit, duty="clerk", valid_from=today)


@pytest.fixture(autouse=True)
def kinds_of_this_test() -> Iterator[None]:
    registry.kinds()  # what is only found during the test would be forgotten for good after it
    before = dict(registry._KINDS)
    yield
    registry._KINDS.clear()
    registry._KINDS.update(before)


def declare(name: str = "test.work", *, max_attempts: int = 3) -> list[str]:
    """A kind that notes the id of each job it is run for."""
    ran: list[str] = []

    @job(name, max_attempts=max_attempts)
    def run(context: JobContext) -> None:
        ran.append(context.id)

    return ran


def test_work_is_done_once_and_shows_what_it_reported() -> None:
    @job("test.count")
    def count(context: JobContext) -> None:
        context.progress(3, 10, "Checking {sheet}", sheet="一月")
        context.report(rows=context.args["rows"])

    asked = enqueue(actor=OWNER, kind="test.count", args={"rows": 7})
    assert run_due() == 1
    assert run_due() == 0
    asked.refresh_from_db()
    assert (asked.state, asked.result, asked.percent) == ("done", {"rows": 7}, 100)
    assert (asked.progress_done, asked.message, asked.message_args) == (
        3,
        "Checking {sheet}",
        {"sheet": "一月"},
    )


def test_work_asked_for_in_a_transaction_that_fails_is_not_done() -> None:
    ran = declare()

    def ask_and_fail() -> None:
        with transaction.atomic():
            enqueue(actor=OWNER, kind="test.work")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        ask_and_fail()
    assert run_due() == 0
    assert ran == []


def test_work_of_an_unknown_kind_is_refused_when_it_is_asked_for() -> None:
    with pytest.raises(UnknownJobError, match=r"test\.nothing"):
        enqueue(actor=OWNER, kind="test.nothing")


def test_one_key_has_one_open_job() -> None:
    declare()
    first = enqueue(actor=OWNER, kind="test.work", unique_key="ds_1")
    assert enqueue(actor=OWNER, kind="test.work", unique_key="ds_1") == first
    assert enqueue(actor=OWNER, kind="test.work", unique_key="ds_2") != first
    assert enqueue(actor=OWNER, kind="test.work") != enqueue(actor=OWNER, kind="test.work")
    run_due()
    assert enqueue(actor=OWNER, kind="test.work", unique_key="ds_1") != first


def test_work_waits_for_its_time() -> None:
    ran = declare()
    later = timezone.now() + timedelta(hours=1)
    asked = enqueue(actor=OWNER, kind="test.work", run_after=later)
    assert run_due() == 0
    assert claim(worker="w", now=later, lease_s=60) is not None
    assert ran == []
    assert jobs_visible(actor=OWNER).get() == asked


def test_bad_input_ends_the_job_with_a_code_and_values_and_no_second_attempt() -> None:
    @job("test.bad")
    def bad(context: JobContext) -> None:
        raise UnreadableError(sheet="附表\x001")

    asked = enqueue(actor=OWNER, kind="test.bad")
    assert run_due() == 1
    asked.refresh_from_db()
    assert (asked.state, asked.attempts) == ("failed", 1)
    assert (asked.error_code, asked.error_args) == ("test.unreadable", {"sheet": "附表�1"})


def test_an_unforeseen_error_is_tried_again_ever_later_and_never_shown() -> None:
    @job("test.broken", max_attempts=3, backoff_s=10)
    def broken(context: JobContext) -> None:
        raise ZeroDivisionError("secret detail")

    asked = enqueue(actor=OWNER, kind="test.broken")
    waits = []
    for _ in range(2):
        assert run_due() == 1
        asked.refresh_from_db()
        assert asked.state == "queued"
        waits.append(round((asked.run_after - timezone.now()).total_seconds()))
        Job.objects.update(run_after=timezone.now())
    assert waits == [10, 20]
    assert run_due() == 1
    asked.refresh_from_db()
    assert (asked.state, asked.error_code) == ("failed", "jobs.failed")
    assert asked.error_args == {"job": asked.public_id, "attempts": 3}
    assert "secret" not in repr(asked.__dict__)


def test_a_job_that_kills_its_workers_is_given_up() -> None:
    ran = declare(max_attempts=2)
    asked = enqueue(actor=OWNER, kind="test.work")
    now = timezone.now()
    for attempt in range(2):
        assert claim(worker="w", now=now + timedelta(minutes=attempt), lease_s=30) is not None
    assert claim(worker="w", now=now + timedelta(minutes=9), lease_s=30) is None
    asked.refresh_from_db()
    assert (asked.state, asked.error_code, ran) == ("failed", "jobs.abandoned", [])


def test_two_workers_never_hold_the_same_job() -> None:
    declare()
    for _ in range(5):
        enqueue(actor=OWNER, kind="test.work")
    now = timezone.now()
    held = [claim(worker=f"w{i}", now=now, lease_s=60) for i in range(6)]
    assert len({lease.job.pk for lease in held if lease}) == 5
    assert held[5] is None


def test_an_effect_of_a_worker_that_lost_its_job_changes_nothing() -> None:
    declare()
    asked = enqueue(actor=OWNER, kind="test.work")
    now = timezone.now()
    slow = claim(worker="slow", now=now, lease_s=10)
    quick = claim(worker="quick", now=now + timedelta(seconds=11), lease_s=10)
    assert slow
    assert quick
    with pytest.raises(LostLeaseError), JobContext(slow, OWNER).effect():
        Schedule.objects.create(kind="never", next_at=now)
    with pytest.raises(LostLeaseError):
        JobContext(slow, OWNER).progress(1, 1)
    assert not leases.renew(slow, now=now, lease_s=10)
    with JobContext(quick, OWNER).effect():
        Schedule.objects.create(kind="once", next_at=now)
    asked.refresh_from_db()
    assert (asked.state, asked.worker) == ("done", "quick")
    assert [s.kind for s in Schedule.objects.all()] == ["once"]


def test_an_effect_that_fails_leaves_the_job_and_the_data_as_they_were() -> None:
    declare()
    enqueue(actor=OWNER, kind="test.work")
    lease = claim(worker="w", now=timezone.now(), lease_s=10)
    assert lease

    def fail_halfway(held: Lease) -> None:
        with JobContext(held, OWNER).effect():
            Schedule.objects.create(kind="half", next_at=timezone.now())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_halfway(lease)
    assert not Schedule.objects.exists()
    assert lease.rows().exists()


def test_a_second_attempt_sees_which_steps_were_done() -> None:
    @job("test.steps")
    def steps(context: JobContext) -> None:
        if not context.has_done("first"):
            with context.effect("first"):
                Schedule.objects.create(kind="first", next_at=timezone.now())
            raise ConnectionError
        with context.effect():
            Schedule.objects.create(kind="last", next_at=timezone.now())

    enqueue(actor=OWNER, kind="test.steps")
    run_due()
    Job.objects.update(run_after=timezone.now())
    run_due()
    assert sorted(s.kind for s in Schedule.objects.all()) == ["first", "last"]
    assert Job.objects.get().state == "done"


def test_nothing_can_take_effect_after_the_last_effect() -> None:
    declare()
    enqueue(actor=OWNER, kind="test.work")
    lease = claim(worker="w", now=timezone.now(), lease_s=10)
    assert lease
    context = JobContext(lease, OWNER)
    with context.effect():
        pass
    with pytest.raises(RuntimeError, match="name its earlier effects"), context.effect():
        pass


def test_a_cancelled_job_can_no_longer_take_effect() -> None:
    declare()
    asked = enqueue(actor=OWNER, kind="test.work")
    lease = claim(worker="w", now=timezone.now(), lease_s=10)
    assert lease
    assert job_cancel(actor=OWNER, public_id=asked.public_id).state == "cancelled"
    with pytest.raises(LostLeaseError), JobContext(lease, OWNER).effect():
        pass
    with pytest.raises(ConflictError):
        job_cancel(actor=OWNER, public_id=asked.public_id)


def test_a_job_has_the_rights_its_owner_has_now(holding: DutyHolding) -> None:
    clearances: list[int] = []

    @job("test.rights")
    def rights(context: JobContext) -> None:
        assert (context.actor.id, context.actor.organisation_path) == ("acc_owner", "/org_1/")
        clearances.append(context.actor.clearance)

    for clearance in (1, 3):
        DutyHolding.objects.update(clearance=clearance)
        enqueue(actor=OWNER, kind="test.rights")
        run_due()
    DutyHolding.objects.update(valid_to=timezone.localdate())
    refused = enqueue(actor=OWNER, kind="test.rights")
    run_due()
    refused.refresh_from_db()
    assert clearances == [1, 3]
    assert (refused.state, refused.error_code) == ("failed", "jobs.rights_gone")


def test_an_outsider_neither_sees_nor_cancels_anothers_job() -> None:
    declare()
    asked = enqueue(actor=OWNER, kind="test.work")
    assert job_get(actor=OWNER, public_id=asked.public_id) == asked
    assert job_get(actor=ADMINISTRATOR, public_id=asked.public_id) == asked
    assert not jobs_visible(actor=OUTSIDER).exists()
    with pytest.raises(NotFoundError):
        job_get(actor=OUTSIDER, public_id=asked.public_id)
    with pytest.raises(NotFoundError):
        job_cancel(actor=OUTSIDER, public_id=asked.public_id)


def test_a_recurring_kind_is_enqueued_once_each_time_it_is_due() -> None:
    @job("test.hourly")
    @scheduled(every_s=3600)
    def hourly(context: JobContext) -> None:
        assert context.actor == SYSTEM

    now = timezone.now()
    Schedule.objects.all().delete()
    enqueue_due(now=now)
    assert not Job.objects.filter(kind="test.hourly").exists()
    Schedule.objects.exclude(kind="test.hourly").update(next_at=now + timedelta(days=9))
    assert enqueue_due(now=now + timedelta(minutes=61)) == 1
    assert enqueue_due(now=now + timedelta(minutes=61)) == 0
    run_due()
    assert enqueue_due(now=now + timedelta(hours=9)) == 1, "made up for once, not for each hour missed"


def test_a_daily_time_is_one_of_the_districts_zone() -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    nightly = Recurrence(daily_at=datetime.fromisoformat("2026-01-01T02:30").time())
    before = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)  # 02:00 of the second in Shanghai
    assert nightly.after(before, shanghai) == datetime(2026, 3, 1, 18, 30, tzinfo=UTC)
    assert nightly.after(before + timedelta(minutes=30), shanghai) == datetime(2026, 3, 2, 18, 30, tzinfo=UTC)


def test_old_ended_jobs_are_forgotten_and_open_ones_kept() -> None:
    declare()
    enqueue(actor=OWNER, kind="test.work")
    run_due()
    waiting = enqueue(actor=OWNER, kind="test.work")
    assert prune(before=timezone.now() - timedelta(days=1)) == 0
    assert prune(before=timezone.now() + timedelta(days=1)) == 1
    assert list(Job.objects.all()) == [waiting]


def test_what_was_asked_for_or_leased_before_the_clock_was_set_back_does_not_wait_for_it() -> None:
    declare()
    now, lease_s = timezone.now(), 60.0
    enqueue(actor=SYSTEM, kind="test.work")
    back = now - timedelta(hours=2)
    asked = claim(worker="a", now=back, lease_s=lease_s)
    assert asked is not None, "asked for at once, by the clock of before"
    Job.objects.update(lease_until=now + timedelta(seconds=lease_s))
    again = claim(worker="b", now=back, lease_s=lease_s)
    assert again is not None, "leased by the clock of before"
    assert again.token > asked.token
    assert claim(worker="c", now=back, lease_s=lease_s) is None, "leased by the clock of now"


def test_work_that_is_to_wait_waits_whatever_the_clock() -> None:
    declare()
    later = timezone.now() + timedelta(minutes=10)
    enqueue(actor=SYSTEM, kind="test.work", run_after=later)
    for now in (timezone.now(), timezone.now() - timedelta(hours=2)):
        assert claim(worker="a", now=now, lease_s=60.0) is None


def test_work_that_meets_a_full_disk_waits_says_so_and_has_used_up_no_attempt() -> None:
    full = [True]

    @job("test.full", max_attempts=1)
    def work(context: JobContext) -> None:
        if full:
            raise OSError(errno.ENOSPC, "No space left on device")

    asked = enqueue(actor=SYSTEM, kind="test.full")
    for _ in range(3):
        run_due()
        asked.refresh_from_db()
        assert (asked.state, asked.attempts, asked.worker) == (State.QUEUED, 0, "")
        assert "disk is full" in asked.message
        assert asked.run_after > timezone.now()
        Job.objects.update(run_after=timezone.now())
    full.clear()
    run_due()
    asked.refresh_from_db()
    assert asked.state == State.DONE
