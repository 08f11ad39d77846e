"""What an organisation was called and where it stood on a day, and what was known of it when."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shuzhi.apps.people.changes import (
    Merge,
    Move,
    NewUnit,
    Rename,
    Retire,
    Sharing,
    Split,
    as_json,
    from_json,
)
from shuzhi.apps.people.checks import problems
from shuzhi.apps.people.history import (
    answering_units,
    facts_of,
    name_on,
    names_on,
    parent_on,
    successions_of,
    tree_on,
    units_on,
)
from shuzhi.apps.people.kinds import Attribute, OrganisationKind, SuccessionKind
from shuzhi.apps.people.models import Organisation, OrganisationFact
from shuzhi.apps.people.services import (
    organisation_merge,
    organisation_move,
    organisation_rename,
    organisation_retire,
    organisation_split,
)
from shuzhi.apps.records.actors import SYSTEM
from shuzhi.apps.records.refusals import ConflictError
from shuzhi.demo.world import World, build_world
from tests.world import TODAY

JANUARY, MARCH = date(2026, 1, 1), date(2026, 3, 1)


def standing_equals_facts() -> None:
    """What is kept on each organisation for speed is what its facts say, and paths follow parents."""
    units = {unit.pk: unit for unit in Organisation.objects.all()}
    told = units_on(timezone.localdate())
    assert set(told) == {key for key, unit in units.items() if unit.valid_to is None}
    for key, fact in told.items():
        unit = units[key]
        assert (fact.name, fact.code, fact.kind, fact.parent) == (
            unit.name,
            unit.code,
            unit.kind,
            unit.parent_id,
        )
    for unit in units.values():
        above = units[unit.parent_id].path if unit.parent_id else "/"
        assert unit.path == f"{above}{unit.public_id}/"


def test_a_town_that_became_a_sub_district_was_a_town_before(world: World) -> None:
    town = world.town
    change = Rename(town.public_id, "瓜沥街道", OrganisationKind.STREET, "330109020")
    organisation_rename(actor=SYSTEM, change=change, on=MARCH)
    standing_equals_facts()
    assert name_on(town, date(2026, 2, 28)) == "瓜沥镇"
    assert name_on(town, MARCH) == "瓜沥街道"
    before, after = (units_on(day, [town.pk])[town.pk] for day in (JANUARY, MARCH))
    assert (before.kind, before.code) == ("town", "330109113")
    assert (after.kind, after.code) == ("street", "330109020")
    assert names_on([(town.public_id, JANUARY), (town.public_id, MARCH)]) == {
        (town.public_id, JANUARY): "瓜沥镇",
        (town.public_id, MARCH): "瓜沥街道",
    }


def test_what_was_believed_when_something_was_done_can_still_be_asked(world: World) -> None:
    town, before = world.town, timezone.now()
    organisation_rename(actor=SYSTEM, change=Rename(town.public_id, "瓜沥街道"), on=MARCH)
    assert name_on(town, TODAY) == "瓜沥街道"
    assert name_on(town, TODAY, known_at=before) == "瓜沥镇"
    organisation_rename(actor=SYSTEM, change=Rename(town.public_id, "瓜沥新区"), on=MARCH)
    assert name_on(town, MARCH) == "瓜沥新区"
    assert [fact.value for fact in facts_of(town).filter(attribute=Attribute.NAME)] == ["瓜沥镇", "瓜沥新区"]
    recorded = OrganisationFact.objects.filter(organisation=town, attribute=Attribute.NAME)
    assert "瓜沥街道" in set(recorded.values_list("value", flat=True))


def test_the_tree_of_a_day_is_the_tree_of_that_day(world: World) -> None:
    unit, bureau = world.department, world.data_bureau
    organisation_move(actor=SYSTEM, change=Move(unit.public_id, bureau.public_id), on=MARCH)
    standing_equals_facts()
    assert parent_on(unit, JANUARY) == world.district
    assert parent_on(unit, MARCH) == bureau
    depths = {one.public_id: depth for day in (JANUARY, MARCH) for depth, one in tree_on(day) if day == MARCH}
    assert depths[unit.public_id] == 2
    assert [depth for depth, one in tree_on(JANUARY) if one.public_id == unit.public_id] == [1]


def test_moving_takes_along_everything_below_in_as_many_statements(db: None, home: object) -> None:
    world = build_world(today=TODAY, randomness=Random(2), villages=True)
    spent = []
    for unit in (world.other_department, world.town):
        with CaptureQueriesContext(connection) as captured:
            change = Move(unit.public_id, world.data_bureau.public_id)
            organisation_move(actor=SYSTEM, change=change, on=MARCH)
        spent.append(len(captured))
    assert spent[0] == spent[1]
    standing_equals_facts()
    assert Organisation.objects.filter(path__contains=world.data_bureau.public_id).count() > 70


@pytest.mark.parametrize("question", ["units_on", "names_on", "tree_on"])
def test_every_question_costs_the_same_for_one_and_for_all(world: World, question: str) -> None:
    change = Retire(world.department.public_id, world.other_department.public_id)
    organisation_retire(actor=SYSTEM, change=change, on=MARCH)
    units = list(Organisation.objects.all())
    few, many = [world.department], units

    def ask(some: list[Organisation]) -> int:
        with CaptureQueriesContext(connection) as captured:
            if question == "units_on":
                units_on(TODAY, [unit.pk for unit in some])
            elif question == "names_on":
                names_on([(unit.public_id, TODAY) for unit in some])
            else:
                tree_on(TODAY)
        return len(captured)

    assert ask(few) == ask(many) == 1


def test_whoever_followed_answers_for_one_that_has_ended(world: World) -> None:
    unit, follower, town = world.department, world.other_department, world.town
    assert answering_units([unit.pk]) == {unit.pk: unit}
    organisation_retire(actor=SYSTEM, change=Retire(unit.public_id, follower.public_id), on=MARCH)
    assert answering_units([unit.pk, town.pk]) == {unit.pk: follower, town.pk: town}
    parts = (town.public_id, world.data_bureau.public_id)
    organisation_split(actor=SYSTEM, change=Split(follower.public_id, parts), on=MARCH)
    assert answering_units([unit.pk, follower.pk, town.pk]) == {town.pk: town}


def test_a_merger_makes_one_of_two_and_the_history_of_both_stays(world: World) -> None:
    one, two = world.department, world.other_department
    new = NewUnit("民教局", OrganisationKind.DEPARTMENT)
    change = Merge((one.public_id, two.public_id), new)
    made = organisation_merge(actor=SYSTEM, change=change, on=MARCH)
    standing_equals_facts()
    assert (made.name, made.parent, made.valid_from) == ("民教局", world.district, MARCH)
    assert name_on(one, JANUARY) == "民政局"
    assert name_on(one, MARCH) is None
    assert name_on(made, JANUARY) is None
    assert names_on([(one.public_id, TODAY), (made.public_id, JANUARY)]) == {
        (one.public_id, TODAY): "民政局",
        (made.public_id, JANUARY): "民教局",
    }
    assert [s.kind for s in successions_of(made)] == [SuccessionKind.MERGED] * 2
    assert list(one.successors.all()) == [made]
    assert set(made.predecessors.all()) == {one, two}
    for person in (world.owner, world.colleague, world.outsider):
        person.account.refresh_from_db()
        assert person.account.organisation == made


def test_a_split_gives_each_part_what_the_rule_says(world: World) -> None:
    unit, parts = world.department, (world.other_department, world.data_bureau)
    owner, approver = world.owner.account, world.approver.account
    sharing = Sharing(rest=1, items={owner.public_id: 0})
    change = Split(unit.public_id, tuple(part.public_id for part in parts), sharing)
    organisation_split(actor=SYSTEM, change=change, on=MARCH)
    standing_equals_facts()
    for account, part in ((owner, parts[0]), (approver, parts[1])):
        account.refresh_from_db()
        assert account.organisation == part
        running = account.holdings.filter(valid_to=None)
        assert [held.organisation for held in running] == [part]


def test_an_organisation_that_stays_a_part_of_its_split_keeps_the_rest(world: World) -> None:
    unit = world.department
    new = NewUnit("社会工作部", OrganisationKind.DEPARTMENT, parent=world.district.public_id)
    sharing = Sharing(rest=0, items={world.owner.account.public_id: 1})
    kept, made = organisation_split(
        actor=SYSTEM, change=Split(unit.public_id, (unit.public_id, new), sharing), on=MARCH
    )
    assert kept == unit
    assert Organisation.objects.get(pk=unit.pk).valid_to is None
    assert set(made.accounts.values_list("login", flat=True)) == {"jingban"}
    assert unit.accounts.count() == 2
    assert list(made.predecessors.all()) == [unit]


def test_what_stands_against_a_change_is_told_before_and_refused_after(world: World) -> None:
    unit, town, district = world.department.public_id, world.town.public_id, world.district.public_id
    new = NewUnit("新单位", OrganisationKind.DEPARTMENT)
    beside = NewUnit("专班", OrganisationKind.TEMPORARY)
    refused = [
        (Rename("org_nobody", "x"), "not known"),
        (Rename(unit, "民政局"), "nothing"),
        (Rename(unit, " "), "name"),
        (Rename(unit, "民政局", code="330109113"), "code"),
        (Move(district, unit), "top"),
        (Move(unit, district), "nothing"),
        (Move(unit, unit), "itself"),
        (Merge((unit,), new), "two"),
        (Merge((unit, unit), new), "twice"),
        (Merge((unit,), unit), "twice"),
        (Merge((unit, town), beside), "temporary"),
        (Split(unit, (new,)), "two"),
        (Split(unit, (town, town)), "twice"),
        (Split(unit, (new, town), Sharing(rest=2)), "part"),
        (Split(district, (unit, town)), "top"),
        (Retire(unit), "hang"),
        (Retire(unit, unit), "twice"),
    ]
    for change, why in refused:
        assert any(why in problem for problem in problems(change, TODAY)), change
        assert from_json(as_json(change)) == change
    with pytest.raises(ConflictError, match="hang"):
        organisation_retire(actor=SYSTEM, change=Retire(unit), on=TODAY)
    assert Organisation.objects.filter(valid_to=None).count() == Organisation.objects.count()


def test_changes_of_one_organisation_come_in_the_order_of_their_days(world: World) -> None:
    unit = world.department.public_id
    organisation_rename(actor=SYSTEM, change=Rename(unit, "甲局"), on=MARCH)
    with pytest.raises(ConflictError, match="later"):
        organisation_rename(actor=SYSTEM, change=Rename(unit, "乙局"), on=JANUARY)
    organisation_move(actor=SYSTEM, change=Move(unit, world.data_bureau.public_id), on=JANUARY)
    change = Retire(unit, world.town.public_id)
    with pytest.raises(ConflictError, match="later"):
        organisation_retire(actor=SYSTEM, change=change, on=date(2026, 2, 1))
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(ConflictError, match="day has not come"):
        organisation_rename(actor=SYSTEM, change=Rename(unit, "丙局"), on=tomorrow)


def test_no_circle_closes_on_any_day_that_is_known(world: World) -> None:
    one, two = world.department.public_id, world.other_department.public_id
    organisation_move(actor=SYSTEM, change=Move(one, two), on=MARCH)
    for day in (JANUARY, MARCH, TODAY):
        assert any("itself" in problem for problem in problems(Move(two, one), day)), day


def test_an_ended_organisation_is_out_of_every_change(world: World) -> None:
    unit, other = world.department.public_id, world.other_department.public_id
    organisation_retire(actor=SYSTEM, change=Retire(unit, other), on=TODAY)
    for change in (Rename(unit, "x"), Move(unit, other), Retire(unit), Move(world.town.public_id, unit)):
        assert any("ended" in problem for problem in problems(change, TODAY))


def test_the_database_keeps_one_open_fact_of_each_kind(world: World) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        OrganisationFact.objects.create(
            organisation=world.town, attribute=Attribute.NAME, value="x", recorded_by="x"
        )
