"""The calendar on screen: a year at a glance, proposed by one administrator, decided by another."""

from __future__ import annotations

import re
from datetime import date

import pytest

from shuzhi.apps.calendars.models import Arrangement
from shuzhi.apps.calendars.selectors import calendar
from shuzhi.apps.people.kinds import ProposalState
from shuzhi.demo.world import World
from shuzhi.engine.work.calendar import china
from shuzhi.portal.administration.years import months_of
from tests.visits import SignIn

pytestmark = pytest.mark.django_db
WORKING = ["owner", "outsider", "steward", "leader"]
YEAR = "/administration/calendar/2027/"


def lines(*days: tuple[str, str, str]) -> dict[str, str]:
    """The lines as a browser sends them."""
    sent = {"days-TOTAL_FORMS": str(len(days)), "days-INITIAL_FORMS": "0", "source": "国办发明电〔2026〕X号"}
    for number, line in enumerate(days):
        sent |= {
            f"days-{number}-{name}": value for name, value in zip(("day", "kind", "name"), line, strict=True)
        }
    return sent


NEW_YEAR = ("2027-01-01", "holiday", "元旦")


@pytest.fixture
def proposal(world: World, signed_in: SignIn) -> Arrangement:
    signed_in(world.system_admin).post(f"{YEAR}propose/", lines(NEW_YEAR, ("2027-01-04", "holiday", "元旦")))
    return Arrangement.objects.get()


@pytest.mark.parametrize("part", WORKING)
def test_whoever_administers_nothing_is_shut_out(
    world: World, proposal: Arrangement, signed_in: SignIn, part: str
) -> None:
    client, page = signed_in(world.people[part]), f"/administration/calendar/proposals/{proposal.public_id}/"
    for address in ("/administration/calendar/", YEAR, f"{YEAR}propose/", page):
        assert client.get(address).status_code == 403
    for decision in ("approve", "refuse", "withdraw"):
        assert client.post(f"{page}{decision}/", {"reason": "x"}).status_code == 403
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.PROPOSED


def test_each_administrator_sees_the_year_and_one_proposes(
    world: World, proposal: Arrangement, signed_in: SignIn
) -> None:
    for part in ("system_admin", "security_admin", "audit_admin"):
        client = signed_in(world.people[part])
        assert client.get(YEAR).status_code == 200
        assert client.get(f"/administration/calendar/proposals/{proposal.public_id}/").status_code == 200
        expected = 200 if part == "system_admin" else 403
        assert client.get(f"{YEAR}propose/").status_code == expected
        assert client.post(f"{YEAR}propose/", lines(NEW_YEAR)).status_code == expected


@pytest.mark.parametrize(("part", "decision"), [("system_admin", "approve"), ("audit_admin", "approve")])
def test_nobody_else_approves(
    world: World, proposal: Arrangement, signed_in: SignIn, part: str, decision: str
) -> None:
    address = f"/administration/calendar/proposals/{proposal.public_id}/{decision}/"
    assert signed_in(world.people[part]).post(address).status_code == 403
    assert calendar() == china()


def test_a_year_that_is_missing_is_said_and_gone_once_it_is_approved(
    world: World, proposal: Arrangement, signed_in: SignIn
) -> None:
    client = signed_in(world.security_admin)
    assert "2027 年的节假日安排尚未录入" in client.get(YEAR).content.decode()
    page = f"/administration/calendar/proposals/{proposal.public_id}/"
    assert "延后 0 个" in client.get(page).content.decode()
    assert client.post(f"{page}approve/").status_code == 302
    assert not calendar().is_working(date(2027, 1, 4))
    shown = client.get(YEAR).content.decode()
    assert "2027 年的节假日安排尚未录入" not in shown
    assert proposal.source in shown


def test_a_proposed_year_is_a_task_of_the_security_administrator(
    world: World, proposal: Arrangement, signed_in: SignIn
) -> None:
    page = signed_in(world.security_admin).get("/administration/week/").content.decode()
    assert "2027 年的工作日历待您审批" in page
    assert f'href="/administration/calendar/{proposal.year}/"' in page


def test_a_refusal_needs_its_reason_and_its_proposer_reads_it(
    world: World, proposal: Arrangement, signed_in: SignIn
) -> None:
    page = f"/administration/calendar/proposals/{proposal.public_id}/"
    client = signed_in(world.security_admin)
    assert client.post(f"{page}refuse/", {"reason": ""}).status_code == 422
    client.post(f"{page}refuse/", {"reason": "与通知不符"})
    assert "与通知不符" in signed_in(world.system_admin).get(page).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        ("2027-01-32", "holiday", "元旦"),
        ("2027-01-01", "", "元旦"),
        ("2028-01-01", "holiday", "元旦"),
        ("2027-01-05", "workday", "元旦"),
    ],
)
def test_a_line_that_cannot_be_comes_back_with_what_is_wrong(
    world: World, signed_in: SignIn, wrong: tuple[str, str, str]
) -> None:
    answer = signed_in(world.system_admin).post(f"{YEAR}propose/", lines(NEW_YEAR, wrong))
    page = answer.content.decode()
    assert 'role="alert"' in page
    assert f'value="{NEW_YEAR[0]}"' in page
    assert not Arrangement.objects.exists()


def test_the_form_of_a_known_year_holds_its_days(world: World, signed_in: SignIn) -> None:
    page = signed_in(world.system_admin).get("/administration/calendar/2026/propose/").content.decode()
    known = [day for day in (*china().holidays, *china().workdays) if day.year == 2026]
    assert set(re.findall(r'value="(2026-\d\d-\d\d)"', page)) == {day.isoformat() for day in known}


def test_a_year_at_a_glance_tells_each_day_by_word_too(world: World, signed_in: SignIn) -> None:
    months = months_of(2026, china())
    assert len(months) == 12
    days = [day for month in months for week in month.weeks for day in week if day]
    assert len(days) == 365
    assert sum(month.working for month in months) == china().working_days(
        date(2025, 12, 31), date(2026, 12, 31)
    )
    page = signed_in(world.audit_admin).get("/administration/calendar/2026/").content.decode()
    made_up = sum(day.year == 2026 for day in china().workdays)
    assert page.count("<small>补班</small>") == made_up > 0


@pytest.mark.parametrize("year", ["1999", "2099"])
def test_a_year_nobody_can_know_is_not_found(world: World, signed_in: SignIn, year: str) -> None:
    client = signed_in(world.system_admin)
    assert client.get(f"/administration/calendar/{year}/").status_code == 404
    assert client.get(f"/administration/calendar/{year}/propose/").status_code == 404
