"""Organisations on screen: history on a day, names, changes proposed by one and approved by another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shuzhi.apps.people.changes import Rename, Retire
from shuzhi.apps.people.kinds import OrganisationKind
from shuzhi.apps.people.models import Account, DutyHolding, Organisation, OrganisationChange
from shuzhi.apps.people.services import (
    ChangeDraft,
    OrganisationDraft,
    change_propose,
    organisation_rename,
    organisation_retire,
    organisations_import,
)
from shuzhi.apps.records.actors import SYSTEM
from shuzhi.demo.world import World
from tests.visits import SignIn

WORKING = ["owner", "colleague", "approver", "outsider", "town_clerk", "steward", "leader"]
MARCH = date(2026, 3, 1)


@pytest.fixture
def proposal(world: World) -> OrganisationChange:
    """The department is to be renamed."""
    draft = ChangeDraft(
        Rename(world.department.public_id, "民政和社会工作局"), timezone.localdate(), "区编〔2026〕1号"
    )
    return change_propose(actor=world.system_admin.actor, draft=draft)


def addresses(world: World, proposal: OrganisationChange) -> dict[str, str]:
    unit = f"/people/organisations/{world.department.public_id}/"
    kinds = {kind: f"{unit}{kind}/" for kind in ("rename", "move", "merge", "split", "retire")}
    return {
        "list": "/people/organisations/",
        "new": "/people/organisations/new/",
        "detail": unit,
        "work": f"{unit}work/",
        "changes": "/people/changes/",
        "change": f"/people/changes/{proposal.public_id}/",
        **kinds,
    }


def open_to(client: Client, paths: dict[str, str]) -> set[str]:
    return {name for name, path in paths.items() if client.get(path).status_code == 200}


@pytest.mark.parametrize("part", WORKING)
def test_whoever_administers_nothing_is_shut_out(
    world: World, proposal: OrganisationChange, signed_in: SignIn, part: str
) -> None:
    client, paths = signed_in(world.people[part]), addresses(world, proposal)
    assert {client.get(path).status_code for path in paths.values()} == {403}
    for decision in ("approve", "refuse", "withdraw"):
        assert client.post(f"{paths['change']}{decision}/", {"version": "1"}).status_code == 403
    assert client.post(f"{paths['detail']}names/", {"kind": "short", "text": "x"}).status_code == 403


def test_each_administrator_has_their_own_pages(
    world: World, proposal: OrganisationChange, signed_in: SignIn
) -> None:
    paths = addresses(world, proposal)
    seen = {"list", "detail", "work", "changes", "change"}
    assert open_to(signed_in(world.system_admin), paths) == set(paths)
    assert open_to(signed_in(world.security_admin), paths) == seen
    audit = signed_in(world.audit_admin)
    assert open_to(audit, paths) == seen
    assert audit.post(f"{paths['change']}approve/", {"version": "1"}).status_code == 403


def test_a_change_is_looked_at_proposed_and_approved(world: World, signed_in: SignIn) -> None:
    system, security = signed_in(world.system_admin), signed_in(world.security_admin)
    path = f"/people/organisations/{world.department.public_id}/merge/"
    form = {
        "others": "教育局",
        "into": "",
        "new_name": "民教局",
        "new_code": "",
        "on": "2026-03-01",
        "reason": "区编〔2026〕1号",
    }
    shown = system.post(path, {**form, "step": "preview"}).content.decode()
    assert "民政局、教育局" in shown
    assert "<strong>3</strong> · 民政局 → 民教局" in shown
    assert not OrganisationChange.objects.exists()
    answer = system.post(path, {**form, "step": "propose"})
    made = OrganisationChange.objects.get()
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/people/changes/{made.public_id}/"
    assert "approve/" not in system.get(f"/people/changes/{made.public_id}/").content.decode()
    assert system.post(f"/people/changes/{made.public_id}/approve/", {"version": "1"}).status_code == 403
    assert security.post(f"/people/changes/{made.public_id}/approve/", {"version": "9"}).status_code == 409
    assert security.post(f"/people/changes/{made.public_id}/approve/", {"version": "1"}).status_code == 302
    joined = Organisation.objects.get(name="民教局")
    assert joined.valid_from == MARCH
    assert joined.accounts.count() == 4
    page = security.get(f"/people/organisations/{joined.public_id}/").content.decode()
    assert "民政局" in page
    assert "教育局" in page


def test_what_stands_against_a_change_is_on_its_page(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.system_admin)
    unit = world.department
    path = f"/people/organisations/{unit.public_id}/retire/"
    form = {"successor": "", "kind": "transferred", "on": "2026-03-01", "reason": "x"}
    shown = client.post(path, {**form, "step": "preview"}).content.decode()
    assert "alert-danger" in shown
    assert 'value="propose"' not in shown
    assert client.post(path, {**form, "step": "propose"}).status_code == 200
    assert not OrganisationChange.objects.exists()
    unknown = client.post(path, {**form, "successor": "市民政局", "step": "preview"}).content.decode()
    assert "市民政局" in unknown


def test_a_split_says_what_goes_where(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.system_admin)
    path = f"/people/organisations/{world.department.public_id}/split/"
    form = {
        "stays": "on",
        "existing": "教育局",
        "new_names": "社会工作部",
        "rest": "1",
        "kind_dataset": "2",
        "items": "jingban = 3",
        "on": "2026-03-01",
        "reason": "x",
    }
    assert client.post(path, {**form, "step": "propose"}).status_code == 302
    plan = OrganisationChange.objects.get().plan
    assert [isinstance(part, str) for part in plan["parts"]] == [True, True, False]
    owner = world.owner.account.public_id
    assert plan["sharing"] == {"rest": 0, "kinds": {"dataset": 1}, "items": {owner: 2}}
    for wrong in ("nobody = 2", "jingban", "jingban = 0"):
        answer = client.post(path, {**form, "items": wrong, "step": "preview"}).content.decode()
        assert "field-error" in answer


def test_an_organisation_is_shown_as_it_was_on_a_day(world: World, signed_in: SignIn) -> None:
    unit = world.town
    change = Rename(unit.public_id, "瓜沥街道", OrganisationKind.STREET, "330109020")
    organisation_rename(actor=SYSTEM, change=change, on=MARCH)
    client = signed_in(world.audit_admin)
    before = client.get(f"/people/organisations/{unit.public_id}/?on=2026-02-28").content.decode()
    assert "<strong>瓜沥镇</strong>" in before
    assert before.split("<strong>瓜沥镇</strong>")[1].split("</p>")[0].count("330109113") == 1
    after = client.get(f"/people/organisations/{unit.public_id}/?on=2026-03-01").content.decode()
    assert "<strong>瓜沥街道</strong>" in after
    assert client.get(f"/people/organisations/{unit.public_id}/?on=nonsense").status_code == 200
    found = client.get("/people/organisations/?q=瓜沥镇").content.decode().split("<tbody>")[1]
    assert "瓜沥街道" in found


def test_names_are_added_and_ended(world: World, signed_in: SignIn) -> None:
    client, unit = signed_in(world.system_admin), world.department
    path = f"/people/organisations/{unit.public_id}/"
    form = {"kind": "short", "text": "民社局", "valid_from": "", "valid_to": ""}
    assert client.post(f"{path}names/", form).status_code == 302
    assert client.post(f"{path}names/", form).status_code == 422
    alias = unit.aliases.get(text="民社局")
    assert client.post(f"{path}names/{alias.public_id}/end/").status_code == 302
    assert client.post(f"{path}names/{alias.public_id}/end/").status_code == 404
    alias.refresh_from_db()
    assert alias.valid_to == timezone.localdate()


def test_a_temporary_unit_is_made_and_its_end_put_off(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.system_admin)
    later = timezone.localdate() + timedelta(days=30)
    form = {
        "name": "防汛指挥部",
        "kind": "temporary",
        "parent": "萧山区",
        "code": "",
        "valid_from": "",
        "ends_on": later.isoformat(),
        "returns_to": "",
    }
    assert client.post("/people/organisations/new/", form).status_code == 200
    assert client.post("/people/organisations/new/", {**form, "returns_to": "应急局"}).status_code == 302
    unit = Organisation.objects.get(name="防汛指挥部")
    path = f"/people/organisations/{unit.public_id}/"
    assert "应急管理局" in client.get(path).content.decode()
    put_off = later + timedelta(days=30)
    assert client.post(f"{path}end/", {"on": put_off.isoformat()}).status_code == 302
    unit.refresh_from_db()
    assert unit.ends_on == put_off


def test_an_ended_organisation_stays_to_be_found(world: World, signed_in: SignIn) -> None:
    change = Retire(world.department.public_id, world.other_department.public_id)
    organisation_retire(actor=SYSTEM, change=change, on=MARCH)
    client = signed_in(world.system_admin)
    assert "民政局" not in client.get("/people/organisations/").content.decode()
    for query in ("q=民政局", "state=ended"):
        assert "民政局" in client.get(f"/people/organisations/?{query}").content.decode().split("<tbody>")[1]
    page = client.get(f"/people/organisations/{world.department.public_id}/").content.decode()
    assert "教育局" in page
    assert "/rename/" not in page


def test_pages_cost_the_same_for_ten_and_for_thousands(
    world: World, proposal: OrganisationChange, signed_in: SignIn
) -> None:
    client = signed_in(world.system_admin)
    paths = {
        name: path
        for name, path in addresses(world, proposal).items()
        if name in {"list", "detail", "work", "changes", "change", "merge"}
    }
    paths["day"] = f"{paths['detail']}?on=2026-03-01"
    paths["search"] = f"{paths['list']}?q=局"

    def spent() -> dict[str, int]:
        counts = {}
        for name, path in paths.items():
            client.get(path)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(path).status_code == 200
            counts[name] = len(captured)
        return counts

    few = spent()
    drafts = [
        OrganisationDraft(OrganisationKind.DEPARTMENT, f"第{n}局", parent=world.department)
        for n in range(2000)
    ]
    organisations_import(actor=SYSTEM, drafts=drafts)
    accounts = Account.objects.bulk_create(
        Account(login=f"p{n}", name="多", organisation=world.department, public_id=f"acc_{n}")
        for n in range(300)
    )
    DutyHolding.objects.bulk_create(
        DutyHolding(
            account=one,
            organisation=world.department,
            duty="clerk",
            valid_from=MARCH,
            public_id=f"dut_{one.login}",
        )
        for one in accounts
    )
    for number in range(30):
        draft = ChangeDraft(Rename(world.town.public_id, f"名{number}"), timezone.localdate(), "x")
        change_propose(actor=world.system_admin.actor, draft=draft)
    many = spent()
    assert few == many
    assert max(few.values()) <= 12, few


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", ["desk", "phone"])
def test_pages_of_organisations_fit_their_window(
    world: World, proposal: OrganisationChange, visit: Callable[..., Any], width: str, language: str
) -> None:
    paths = addresses(world, proposal)
    with visit(width, world.system_admin, language) as window:
        for path in [*paths.values(), f"{paths['detail']}?on=2026-03-01", "/people/organisations/list/"]:
            window.go(path)
            assert window.no_sideways_scrolling(), path
    with visit(width, world.security_admin, language) as window:
        window.go(paths["change"])
        assert window.no_sideways_scrolling()
