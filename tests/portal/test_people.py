"""Accounts and duties on screen: the three administrators apart, passwords once, two people for a duty."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shuzhi.apps.journal.models import Entry
from shuzhi.apps.people.kinds import Duty
from shuzhi.apps.people.models import Account, DutyGrant, DutyHolding
from shuzhi.apps.people.services import AccountDraft, DutyDraft, account_create, duty_propose
from shuzhi.demo.world import World
from tests.visits import SignIn

pytestmark = pytest.mark.django_db
WORKING = ["owner", "colleague", "approver", "outsider", "town_clerk", "steward", "leader"]


@pytest.fixture
def grant(world: World) -> DutyGrant:
    """The outsider is to become the town's approver."""
    draft = DutyDraft(world.outsider.account, world.town, Duty.APPROVER, 2, "stand-in")
    return duty_propose(actor=world.system_admin.actor, draft=draft)


def addresses(world: World, grant: DutyGrant) -> list[str]:
    account = world.outsider.account.public_id
    holding = world.outsider.holding
    assert holding
    return [
        "/people/accounts/",
        "/people/accounts/new/",
        f"/people/accounts/{account}/",
        "/people/proposals/",
        f"/people/proposals/new/{account}/",
        f"/people/proposals/{grant.public_id}/",
        "/people/duties/",
        f"/people/duties/{holding.public_id}/end/",
        "/people/organisations/",
    ]


@pytest.mark.parametrize("part", WORKING)
def test_whoever_administers_nothing_is_shut_out(
    world: World, grant: DutyGrant, signed_in: SignIn, part: str
) -> None:
    client = signed_in(world.people[part])
    assert {client.get(path).status_code for path in addresses(world, grant)} == {403}
    assert "/people/" not in client.get("/jobs/").content.decode()


def test_each_administrator_has_their_own_pages(world: World, grant: DutyGrant, signed_in: SignIn) -> None:
    def open_to(part: str) -> list[str]:
        client = signed_in(world.people[part])
        return [path for path in addresses(world, grant) if client.get(path).status_code == 200]

    every = addresses(world, grant)
    assert open_to("system_admin") == every
    assert open_to("security_admin") == [p for p in every if "/new/" not in p]
    assert open_to("audit_admin") == [every[0], every[2], every[6], every[8]]


@pytest.mark.parametrize("part", [*WORKING, "security_admin", "audit_admin"])
def test_only_the_system_administrator_touches_accounts(world: World, signed_in: SignIn, part: str) -> None:
    client, account = signed_in(world.people[part]), world.colleague.account
    for act in ("reset", "disable", "enable", "unlock"):
        answer = client.post(f"/people/accounts/{account.public_id}/{act}/", {"reason": "because"})
        assert answer.status_code == 403
    form = {"name": "x", "login": "x", "organisation": world.town.public_id}
    assert client.post("/people/accounts/new/", form).status_code == 403
    account.refresh_from_db()
    assert account.is_active
    assert account.check_password(world.colleague.password)


def shown_password(page: str) -> str:
    found = re.search(r'id="password">([^<]+)<', page)
    assert found
    return found[1].replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").replace("&#x27;", "'")


def test_a_new_account_has_a_password_that_is_shown_once_and_must_be_changed(
    world: World, signed_in: SignIn
) -> None:
    client = signed_in(world.system_admin)
    form = {"name": "新示例", "login": "xin", "organisation": world.town.public_id, "staff_number": "S99"}
    answer = client.post("/people/accounts/new/", form)
    account = Account.objects.get(login="xin")
    password = shown_password(answer.content.decode())
    assert account.check_password(password)
    assert account.must_change_password
    assert answer.headers["Cache-Control"] == "no-store"
    assert password not in client.get(f"/people/accounts/{account.public_id}/").content.decode()
    assert Client().post("/account/login/", {"login": "xin", "password": password}).status_code == 302


def test_a_login_that_is_taken_is_said_on_the_form(world: World, signed_in: SignIn) -> None:
    form = {"name": "x", "login": world.owner.login, "organisation": world.town.public_id}
    answer = signed_in(world.system_admin).post("/people/accounts/new/", form)
    assert answer.status_code == 200
    assert "alert-danger" in answer.content.decode()


def test_a_reset_ends_the_sessions_and_gives_another_password(world: World, signed_in: SignIn) -> None:
    owners = signed_in(world.owner)
    address = f"/people/accounts/{world.owner.account.public_id}/"
    assert signed_in(world.system_admin).get(f"{address}reset/").status_code == 405
    page = signed_in(world.system_admin).post(f"{address}reset/").content.decode()
    assert owners.get("/jobs/").status_code == 302
    account = Account.objects.get(pk=world.owner.account.pk)
    assert account.check_password(shown_password(page))


def test_disabling_needs_a_reason_and_can_be_undone(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.system_admin)
    address = f"/people/accounts/{world.owner.account.public_id}/"
    assert client.post(f"{address}disable/", {"reason": " "}).status_code == 422
    assert client.post(f"{address}disable/", {"reason": "left"}).status_code == 302
    assert not Account.objects.get(pk=world.owner.account.pk).is_active
    assert client.post(f"{address}enable/", {"reason": "back"}).status_code == 302
    assert Account.objects.get(pk=world.owner.account.pk).is_active
    assert client.post(f"{address}explode/").status_code == 404


def test_a_locked_account_is_unlocked(world: World, signed_in: SignIn) -> None:
    locked = Account.objects.filter(pk=world.owner.account.pk)
    locked.update(locked_until=timezone.now() + timedelta(minutes=9))
    client = signed_in(world.system_admin)
    address = f"/people/accounts/{world.owner.account.public_id}/"
    assert "unlock/" in client.get(address).content.decode()
    assert world.owner.login in client.get("/people/accounts/?state=locked").content.decode()
    assert client.post(f"{address}unlock/").status_code == 302
    assert locked.get().locked_until is None


def test_an_administrators_account_is_not_touched_here(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.system_admin)
    address = f"/people/accounts/{world.security_admin.account.public_id}/"
    assert "reset/" not in client.get(address).content.decode()
    assert client.post(f"{address}reset/").status_code == 403


def test_a_duty_is_proposed_by_one_and_approved_by_another(world: World, signed_in: SignIn) -> None:
    system, security = signed_in(world.system_admin), signed_in(world.security_admin)
    account = world.outsider.account.public_id
    form = {"duty": "approver", "organisation": world.town.public_id, "clearance": "2", "reason": "stand-in"}
    assert system.post(f"/people/proposals/new/{account}/", form).status_code == 302
    grant = DutyGrant.objects.get(state="proposed")
    held = DutyHolding.objects.filter(account=world.outsider.account, duty="approver")
    assert not held.exists()
    address = f"/people/proposals/{grant.public_id}/"
    today = timezone.localdate().isoformat()
    assert f"{address}approve/" not in system.get(address).content.decode()
    assert system.post(f"{address}approve/", {"on": today}).status_code == 403
    assert not held.exists()
    assert security.post(f"{address}approve/", {"on": "soon"}).status_code == 422
    assert security.post(f"{address}approve/", {"on": today}).status_code == 302
    assert held.get().clearance == 2
    assert security.get(address).status_code == 404


def test_a_refusal_has_its_reason(world: World, grant: DutyGrant, signed_in: SignIn) -> None:
    client = signed_in(world.security_admin)
    address = f"/people/proposals/{grant.public_id}/refuse/"
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "not needed"}).status_code == 302
    grant.refresh_from_db()
    assert (grant.state, grant.answer) == ("refused", "not needed")
    assert not DutyHolding.objects.filter(account=world.outsider.account, duty="approver").exists()


@pytest.mark.parametrize("part", ["system_admin", "security_admin"])
def test_either_administrator_ends_a_duty(world: World, signed_in: SignIn, part: str) -> None:
    holding = world.outsider.holding
    assert holding
    today = timezone.localdate()
    client = signed_in(world.people[part])
    answer = client.post(f"/people/duties/{holding.public_id}/end/", {"on": today.isoformat()})
    assert answer.status_code == 302
    holding.refresh_from_db()
    assert holding.valid_to == today
    assert Entry.objects.filter(act="duty.ended", subject_id=holding.public_id).exists()
    assert world.outsider.account.name not in client.get("/people/duties/").content.decode()


def test_the_audit_administrator_sees_duties_and_ends_none(world: World, signed_in: SignIn) -> None:
    holding = world.outsider.holding
    assert holding
    client = signed_in(world.audit_admin)
    address = f"/people/duties/{holding.public_id}/end/"
    assert address not in client.get("/people/duties/").content.decode()
    assert client.post(address, {"on": timezone.localdate().isoformat()}).status_code == 403


@pytest.mark.parametrize("name", ["accounts", "duties", "proposals", "organisations"])
def test_a_list_of_people_costs_the_same_for_ten_and_for_hundreds(
    world: World, grant: DutyGrant, signed_in: SignIn, name: str
) -> None:
    client, path = signed_in(world.system_admin), f"/people/{name}/"
    client.get(path)
    counts = []
    for more in range(0, 400, 200):
        for number in range(more):
            draft = AccountDraft(f"p{number}", "多示例", world.town, f"P{number}")
            account, _password = account_create(actor=world.system_admin.actor, draft=draft)
            duty_propose(
                actor=world.system_admin.actor, draft=DutyDraft(account, world.town, Duty.CLERK, 1, "x")
            )
            DutyHolding.objects.create(
                account=account, organisation=world.town, duty="clerk", valid_from=timezone.localdate()
            )
        with CaptureQueriesContext(connection) as statements:
            client.get(path)
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert counts[0] <= 12


def test_organisations_are_found_by_name_other_name_and_code(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.system_admin)

    def found(query: str) -> str:
        return client.get(f"/people/organisations/?{query}").content.decode().split("<tbody>")[1]

    assert "瓜沥镇" in found("q=瓜沥")
    assert "萧山区" in found("q=330109")
    assert found("q=萧山市").count("<tr>") == 1
    assert "民政局" not in found("kind=town")
