"""The week of the three administrators: what is to be done is computed, what is done shows as done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from shuzhi.apps.catalogue.models import Dataset, FieldGrade
from shuzhi.apps.jobs.models import Job, State
from shuzhi.apps.journal.models import Entry
from shuzhi.apps.journal.services import seal_batch
from shuzhi.apps.people.kinds import Duty
from shuzhi.apps.people.models import Account, DutyHolding
from shuzhi.apps.people.services import DutyDraft, SignInError, duty_propose, duty_refuse, sign_in
from shuzhi.demo.world import World
from shuzhi.portal.administration.week import Task, tasks_of
from tests.visits import SignIn

pytestmark = pytest.mark.django_db
OFFICES = ["system_admin", "security_admin", "audit_admin"]
WORKING = ["owner", "outsider", "town_clerk", "steward", "leader"]
MOST_STATEMENTS = 12


def tasks(world: World, part: str) -> dict[str, Task]:
    made = tasks_of(world.people[part].actor, timezone.now())
    assert len(made) <= 5
    return {task.title: task for task in made}


def done(world: World, part: str, title: str) -> bool:
    return tasks(world, part)[title].is_done


@pytest.fixture(autouse=True)
def in_english() -> Any:
    with translation.override("en"):
        yield


@pytest.mark.parametrize("part", WORKING)
def test_whoever_administers_nothing_has_no_such_page(world: World, signed_in: SignIn, part: str) -> None:
    client = signed_in(world.people[part])
    assert client.get("/administration/week/").status_code == 403
    assert client.post("/administration/week/verify/").status_code == 403
    assert tasks_of(world.people[part].actor, timezone.now()) == ()
    assert "/administration/" not in client.get("/jobs/").content.decode()


@pytest.mark.parametrize("part", OFFICES)
def test_it_is_the_home_of_each_administrator(world: World, signed_in: SignIn, part: str) -> None:
    client = signed_in(world.people[part])
    assert client.get("/").headers["Location"] == "/administration/week/"
    page = client.get("/administration/week/").content.decode()
    assert "<h1>本周要办" in page.replace("\n", "")
    assert page.count("list-group-item") == len(tasks(world, part))


@pytest.mark.parametrize("part", OFFICES)
def test_every_task_leads_to_a_page_that_its_reader_may_open(
    world: World, signed_in: SignIn, part: str
) -> None:
    client = signed_in(world.people[part])
    for task in tasks(world, part).values():
        if task.url and not task.is_post:
            assert client.get(task.url).status_code == 200, task.title


@pytest.mark.parametrize("part", OFFICES)
def test_the_tasks_cost_the_same_statements_whatever_there_is(world: World, part: str) -> None:
    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            tasks_of(world.people[part].actor, timezone.now())
        return len(asked)

    before = statements()
    for person in (world.outsider, world.colleague, world.owner):
        draft = DutyDraft(person.account, world.town, Duty.APPROVER)
        duty_propose(actor=world.system_admin.actor, draft=draft)
    Account.objects.update(last_login=timezone.now() - timedelta(days=200))
    assert statements() == before <= MOST_STATEMENTS


def test_a_refused_proposal_comes_back_to_who_proposed_it(world: World) -> None:
    assert done(world, "system_admin", "Proposals sent back")
    draft = DutyDraft(world.outsider.account, world.town, Duty.APPROVER)
    grant = duty_propose(actor=world.system_admin.actor, draft=draft)
    waits = tasks(world, "security_admin")["Proposals to decide"]
    assert (waits.is_done, "1 proposal waits" in waits.found) == (False, True)
    duty_refuse(actor=world.security_admin.actor, grant=grant, reason="too many already")
    assert done(world, "security_admin", "Proposals to decide")
    assert not done(world, "system_admin", "Proposals sent back")


def _fail_a_job(_world: World) -> None:
    now = timezone.now()
    Job.objects.create(kind="files.sweep", owner="system", state=State.FAILED, run_after=now, finished_at=now)


def _leave_an_account(world: World) -> None:
    Account.objects.filter(pk=world.owner.account.pk).update(last_login=timezone.now() - timedelta(days=91))


def _end_a_duty(world: World) -> None:
    assert world.owner.holding
    ends = timezone.localdate() + timedelta(days=10)
    DutyHolding.objects.filter(pk=world.owner.holding.pk).update(valid_to=ends)


def _propose_a_level(world: World) -> None:
    dataset = Dataset.objects.create(code="roster", title="roster", owner=world.department)
    grade = {"proposed_level": "L3", "level": "L3", "category": "x", "confidence": 0.5, "evidence": []}
    FieldGrade.objects.create(dataset=dataset, column="phone", position=0, **grade)


@pytest.mark.parametrize(
    ("part", "title", "happens"),
    [
        ("system_admin", "Background work that failed", _fail_a_job),
        ("system_admin", "Accounts nobody uses", _leave_an_account),
        ("security_admin", "Accounts nobody uses", _leave_an_account),
        ("security_admin", "Duties about to end", _end_a_duty),
        ("security_admin", "Levels nobody has decided", _propose_a_level),
    ],
)
def test_what_the_records_say_is_to_be_done(
    world: World, part: str, title: str, happens: Callable[[World], None]
) -> None:
    assert done(world, part, title)
    happens(world)
    assert not done(world, part, title)


def test_an_account_that_nobody_uses_is_in_the_list_that_the_task_opens(
    world: World, signed_in: SignIn
) -> None:
    _leave_an_account(world)
    page = signed_in(world.system_admin).get(tasks(world, "system_admin")["Accounts nobody uses"].url)
    assert world.owner.login in page.content.decode()
    assert world.colleague.login not in page.content.decode()


def test_a_backup_that_is_missing_or_old_comes_first(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from shuzhi.portal.administration import week

    first = tasks_of(world.system_admin.actor, timezone.now())[0]
    assert (first.title, first.is_done, first.lamp.colour) == ("Backup", False, "red")
    for age, missing, is_done in ((1, 0, True), (49, 0, False), (1, 2, False)):
        made = (timezone.now() - timedelta(hours=age), Path("x"), missing)
        monkeypatch.setattr(week, "last_backup", lambda _home, made=made: made)
        assert done(world, "system_admin", "Backup") is is_done


def test_a_look_at_failed_sign_ins_is_what_makes_them_done(world: World, signed_in: SignIn) -> None:
    assert done(world, "audit_admin", "Failed sign-ins")
    with pytest.raises(SignInError):
        sign_in(login=world.owner.login, password="wrong")
    task = tasks(world, "audit_admin")["Failed sign-ins"]
    assert (task.is_done, task.found) == (False, "1 in the last seven days, 1 since you last looked.")
    client = signed_in(world.audit_admin)
    client.get("/journal/?act=list.")
    assert not done(world, "audit_admin", "Failed sign-ins")
    client.get(task.url)
    assert tasks(world, "audit_admin")["Failed sign-ins"].found.endswith("you have looked at them.")
    with pytest.raises(SignInError):
        sign_in(login=world.owner.login, password="wrong")
    assert "2 in the last seven days, 1 since" in tasks(world, "audit_admin")["Failed sign-ins"].found


def test_the_journal_is_verified_by_one_click_and_a_change_is_found(world: World, signed_in: SignIn) -> None:
    from shuzhi.apps.journal import triggers

    seal_batch()
    client = signed_in(world.audit_admin)
    assert not done(world, "audit_admin", "Verify the journal")
    client.post("/administration/week/verify/")
    assert done(world, "audit_admin", "Verify the journal")
    assert Entry.objects.filter(act="journal.verified", actor_id=world.audit_admin.actor.id).count() == 1
    with connection.cursor() as cursor:
        triggers.remove(connection.vendor, cursor.execute)
        Entry.objects.filter(act="duty.approved").update(actor_name="somebody else")
        triggers.install(connection.vendor, cursor.execute)
    client.post("/administration/week/verify/")
    task = tasks(world, "audit_admin")["Verify the journal"]
    assert (task.is_done, task.is_urgent) == (False, True)


@pytest.mark.parametrize("part", ["system_admin", "security_admin"])
def test_only_the_audit_administrator_verifies(world: World, signed_in: SignIn, part: str) -> None:
    assert signed_in(world.people[part]).post("/administration/week/verify/").status_code == 403
    assert not Entry.objects.filter(act="journal.verified").exists()
