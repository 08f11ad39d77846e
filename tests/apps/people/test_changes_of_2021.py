"""The changes of Hangzhou's districts in April 2021, with people and open cases in the middle of them.

Five sub-districts of Xiaoshan went to the new district of Qiantang; Jianggan was split between Shangcheng
and Qiantang, Xiacheng joined Gongshu. Codes and the day are those of the shipped lists of divisions.
The lists no longer hold the five old codes: 330109 has left 007 to 011 unused, and whose each was is
this test's assumption.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shuzhi.apps.cases.models import Assignment, Case, Step
from shuzhi.apps.cases.selectors import case_get, cases_visible, timeline
from shuzhi.apps.cases.services import Opening, case_act, case_open
from shuzhi.apps.journal.models import Entry
from shuzhi.apps.people.changes import Merge, Move, NewUnit, Rename, Sharing, Split
from shuzhi.apps.people.history import name_on, parent_on, units_on
from shuzhi.apps.people.kinds import Administers, Duty, OrganisationKind
from shuzhi.apps.people.models import Account, Organisation
from shuzhi.apps.people.previews import preview
from shuzhi.apps.people.selectors import actor_for, holdings_in_force, organisation_book
from shuzhi.apps.people.services import (
    AccountDraft,
    DutyDraft,
    OrganisationDraft,
    account_create,
    duty_approve,
    duty_propose,
    installation_found,
    organisation_create,
    organisation_merge,
    organisation_move,
    organisation_rename,
    organisation_split,
    organisations_import,
)
from shuzhi.apps.records.actors import SYSTEM, Actor
from shuzhi.apps.records.refusals import NotFoundError
from shuzhi.apps.scenarios.services import built_in_install
from shuzhi.engine.data.identifiers.regions import Regions
from tests.apps.cases.conftest import book
from tests.apps.people.test_history import standing_equals_facts

__all__ = ["book"]

THE_DAY = date(2021, 4, 9)
BEFORE = date(2021, 4, 8)
MOVED = ("河庄街道", "义蓬街道", "新湾街道", "临江街道", "前进街道")
REGIONS = Regions()


@dataclass(frozen=True)
class City:
    """Hangzhou's core before the day, with a clerk in each place that matters."""

    units: dict[str, Organisation]
    clerks: dict[str, Actor]
    administrators: dict[str, Actor]

    def id(self, name: str) -> str:
        return self.units[name].public_id

    def clerk(self, name: str) -> Actor:
        """The clerk of a place, with the duty they hold today."""
        account = Account.objects.get(public_id=self.clerks[name].id)
        holding = holdings_in_force(account, timezone.localdate()).get()
        return actor_for(account, holding)


@pytest.fixture
def city(db: None, home: object, book: object) -> City:
    """Everything is made by the services, as an installation would have it."""
    root, offices = installation_found(
        district=OrganisationDraft(OrganisationKind.CITY, "杭州市", "330100"),
        administrators=[
            AccountDraft(office, office, None, f"A{number}", office, False, Random(number).choice)
            for number, office in enumerate((Administers.SYSTEM, Administers.SECURITY, Administers.AUDIT))
        ],
    )
    built_in_install(actor=SYSTEM)
    districts = {
        "330102": "上城区",
        "330103": "下城区",
        "330104": "江干区",
        "330105": "拱墅区",
        "330109": "萧山区",
    }
    drafts = [
        OrganisationDraft(OrganisationKind.DISTRICT, name, code, root) for code, name in districts.items()
    ]
    drafts += [
        OrganisationDraft(OrganisationKind.STREET, name, f"330109{number:03}", "330109")
        for number, name in enumerate(MOVED, 7)
    ]
    drafts += [
        OrganisationDraft(OrganisationKind.STREET, name, code, "330104")
        for code, name in {"330104015": "下沙街道", "330104016": "白杨街道", "330104003": "凯旋街道"}.items()
    ]
    drafts += [
        OrganisationDraft(OrganisationKind.DEPARTMENT, f"{name}数据局", "", code)
        for code, name in districts.items()
    ]
    made = organisations_import(actor=SYSTEM, drafts=drafts)
    units = {"杭州市": root} | {unit.name: unit for unit in made}
    actors = {office: actor_for(account, None) for office, (account, _) in offices.items()}
    clerks = {
        name: _clerk(actors, units[name], number)
        for number, name in enumerate(["义蓬街道", "江干区", "下城区", "萧山区", "拱墅区"])
    }
    return City(units, clerks, actors)


def _clerk(actors: dict[str, Actor], unit: Organisation, number: int) -> Actor:
    account, _ = account_create(actor=SYSTEM, draft=AccountDraft(f"clerk{number}", f"示例{number}", unit))
    grant = duty_propose(actor=actors["system"], draft=DutyDraft(account, unit, Duty.CLERK, 2))
    holding = duty_approve(actor=actors["security"], grant=grant, valid_from=timezone.localdate())
    return actor_for(account, holding)


def opened(city: City, unit: str, rule: str, owner: str = "萧山区") -> Case:
    opening = Opening(
        kind="problem-data",
        subject=("sample", rule),
        organisation=city.id(unit),
        owner=city.id(owner),
        facts={"failing": 3, "urgency": "ordinary"},
    )
    return case_open(actor=SYSTEM, opening=opening)


def test_the_day_is_the_one_of_the_shipped_lists() -> None:
    assert [(s.code, s.since) for s in REGIONS.successors("330103")] == [("330105", THE_DAY.isoformat())]
    assert REGIONS.name("330114", BEFORE) is None
    assert REGIONS.name("330114", THE_DAY) == "钱塘区"
    assert {REGIONS.name(f"33011400{number}") for number in range(3, 8)} == set(MOVED)
    assert REGIONS.name("330104") == "江干区"
    assert not REGIONS.is_current("330104")


def test_five_sub_districts_go_to_qiantang_with_their_work_and_their_past(city: City) -> None:
    case = opened(city, "义蓬街道", "r1")
    case = case_act(
        actor=city.clerk("义蓬街道"), case=case.public_id, step="confirm", form={}, version=case.version
    )
    draft = OrganisationDraft(
        OrganisationKind.DISTRICT, "钱塘区", "330114", city.units["杭州市"], valid_from=THE_DAY
    )
    qiantang = organisation_create(actor=SYSTEM, draft=draft)
    for number, name in enumerate(MOVED, 3):
        change = Move(city.id(name), qiantang.public_id, f"33011400{number}")
        assert preview(change, THE_DAY).problems == ()
        organisation_move(actor=SYSTEM, change=change, on=THE_DAY)
    standing_equals_facts()
    street = city.units["义蓬街道"]
    assert parent_on(street, BEFORE) == city.units["萧山区"]
    assert parent_on(street, THE_DAY) == qiantang
    codes = [units_on(day, [street.pk])[street.pk].code for day in (BEFORE, THE_DAY)]
    assert codes == ["330109008", "330114004"]
    # the case is the same unit's still, and its clerk goes on with it; Xiaoshan sees what it opened
    assert city.clerk("义蓬街道").covers(Organisation.objects.get(pk=street.pk).path)
    assert case_get(actor=city.clerk("义蓬街道"), public_id=case.public_id).organisation == street
    assert case in cases_visible(city.clerk("萧山区"))
    found = organisation_book(timezone.localdate())
    assert found.match("义蓬街道") == found.match("钱塘区义蓬街道") == street


def test_jianggan_is_split_between_shangcheng_and_qiantang(city: City) -> None:
    ended, open_one = opened(city, "江干区", "r1"), opened(city, "江干区", "r2")
    second = opened(city, "江干区", "r3")
    Case.objects.filter(pk=ended.pk).update(phase="ended", ended_at=timezone.now())
    draft = OrganisationDraft(
        OrganisationKind.DISTRICT, "钱塘区", "330114", city.units["杭州市"], valid_from=THE_DAY
    )
    qiantang = organisation_create(actor=SYSTEM, draft=draft)
    items = {city.id("下沙街道"): 1, city.id("白杨街道"): 1, second.public_id: 1}
    change = Split(city.id("江干区"), (city.id("上城区"), qiantang.public_id), Sharing(items=items))
    shown = preview(change, THE_DAY)
    assert shown.problems == ()
    assert {(line.kind, line.number) for line in shown.moving} == {
        ("organisation", 4),
        ("account", 1),
        ("duty", 1),
        ("case", 2),
    }
    organisation_split(actor=SYSTEM, change=change, on=THE_DAY)
    standing_equals_facts()
    for case, holder in ((ended, "江干区"), (open_one, "上城区")):
        case.refresh_from_db()
        assert case.organisation.name == holder
    second.refresh_from_db()
    assert second.organisation == qiantang
    streets = Organisation.objects.filter(parent=qiantang).values_list("name", flat=True)
    assert set(streets) == {"下沙街道", "白杨街道"}
    assert name_on(city.units["江干区"], THE_DAY) is None
    assert organisation_book(timezone.localdate()).match("江干区") is None


def test_xiacheng_joins_gongshu_and_its_timeline_keeps_the_name_of_the_day(city: City) -> None:
    theirs, same = opened(city, "下城区", "r1"), opened(city, "拱墅区", "r1")
    theirs = case_act(
        actor=city.clerk("下城区"), case=theirs.public_id, step="confirm", form={}, version=theirs.version
    )
    due = theirs.due_at
    outsider = city.clerk("江干区")
    organisation_merge(
        actor=SYSTEM, change=Merge((city.id("下城区"),), city.id("拱墅区")), on=timezone.localdate()
    )
    standing_equals_facts()
    theirs.refresh_from_db()
    same.refresh_from_db()
    # the two for one subject both stay until the check closes them
    assert {theirs.organisation.name, same.organisation.name} == {"拱墅区"}
    assert theirs.ended_at is None is same.ended_at
    assert (theirs.due_at, theirs.number[:2]) == (due, same.number[:2])
    lines = timeline(theirs, city.clerk("拱墅区"))
    assert [line.step.name for line in lines] == [Step.OPENED, "confirm", Step.FOLLOWED]
    leads = Assignment.objects.filter(case=theirs).order_by("pk")
    assert [(one.organisation.name, one.ended_at is None) for one in leads] == [
        ("下城区", False),
        ("拱墅区", True),
    ]
    acted = Entry.objects.filter(subject_kind="case", subject_id=theirs.public_id, act="case.followed")
    assert acted.count() == 1
    assert city.clerk("下城区").organisation_id == city.id("拱墅区")
    with pytest.raises(NotFoundError):
        case_get(actor=outsider, public_id=theirs.public_id)


def test_past_acts_bear_the_name_of_their_day(city: City) -> None:
    case = opened(city, "下城区", "r1")
    case = case_act(
        actor=city.clerk("下城区"), case=case.public_id, step="confirm", form={}, version=case.version
    )
    Step.objects.filter(case=case, name="confirm").update(at="2021-04-01T02:00:00Z")
    organisation_rename(actor=SYSTEM, change=Rename(city.id("下城区"), "新下城区"), on=THE_DAY)
    names = {line.step.name: line.organisation for line in timeline(case, city.clerk("下城区"))}
    assert names == {Step.OPENED: "", "confirm": "下城区"}
    new = NewUnit("大下城区", OrganisationKind.DISTRICT, "330103")
    change = Merge((city.id("下城区"), city.id("江干区")), new)
    organisation_merge(actor=SYSTEM, change=change, on=timezone.localdate())
    names = {line.step.name: line.organisation for line in timeline(case, SYSTEM)}
    assert names["confirm"] == "下城区"


def test_handing_over_costs_the_same_for_many_as_for_few(city: City) -> None:
    spent = []
    for unit, count in (("下城区", 3), ("江干区", 120)):
        for number in range(count):
            opened(city, unit, f"{unit}{number}")
        with CaptureQueriesContext(connection) as captured:
            change = Merge((city.id(unit),), city.id("拱墅区"))
            organisation_merge(actor=SYSTEM, change=change, on=timezone.localdate())
        spent.append(len(captured))
    assert spent[1] - spent[0] <= 6  # Jianggan has sub-districts below it, Xiacheng has one office
