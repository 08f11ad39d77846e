"""Bad rows that are deleted instead of mended: the case does not close until somebody answers for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shuzhi.apps.cases.models import Case
from shuzhi.apps.cases.services import case_act
from shuzhi.apps.catalogue.models import Dataset, Run
from shuzhi.apps.catalogue.services import contract_replace
from shuzhi.demo.world import Person, World
from shuzhi.engine.data.contracts import dump_contract, load_contract
from tests.rosters import Lines, agree_on_towns, hand_in, roster, table

pytestmark = pytest.mark.django_db


@pytest.fixture
def dataset(world: World) -> Dataset:
    """A roster of forty of which three miss their kind."""
    first = hand_in(world.owner, world, table(roster()))
    assert first.dataset is not None
    hand_in(world.owner, world, table(roster(broken=3)), first.dataset)
    return first.dataset


def without(lines: list[list[object]], *rows: int) -> Lines:
    """The lines without the given rows of data, counted from 0."""
    return [line for number, line in enumerate(lines, -1) if number not in rows]


def load(world: World, dataset: Dataset, lines: Lines) -> Case:
    """The only case after the lines came as a new version."""
    upload = hand_in(world.owner, world, table(lines), dataset)
    assert upload.snapshot is not None, upload.problem
    return Case.objects.get()


def act(person: Person, step: str, **form: object) -> Case:
    case = Case.objects.get()
    return case_act(actor=person.actor, case=case.public_id, step=step, form=form, version=case.version)


def test_deleting_the_bad_rows_closes_nothing_however_often_the_file_comes(
    world: World, dataset: Dataset
) -> None:
    assert Case.objects.get().state == "to_confirm"
    for _again in range(3):
        case = load(world, dataset, without(roster(), 0, 1, 2))
        assert (case.state, case.facts["failing"], case.facts["left"]) == ("records_gone", 0, 3)
        assert [s["row"] for s in case.samples] == [None] * 3
        assert [s["values"] for s in case.samples] == [{"编号": f"TK0000{n}"} for n in range(3)]


def test_rows_that_are_back_and_mended_close_it(world: World, dataset: Dataset) -> None:
    load(world, dataset, without(roster(), 0, 1, 2))
    case = load(world, dataset, without(roster(), 1))
    assert (case.state, case.facts["left"]) == ("records_gone", 1)
    assert load(world, dataset, roster()).state == "closed_fixed"
    assert Run.objects.order_by("pk").last().left is None  # type: ignore[union-attr]


def test_rows_that_are_back_and_fail_are_to_be_mended(world: World, dataset: Dataset) -> None:
    load(world, dataset, without(roster(), 0, 1, 2))
    case = load(world, dataset, roster(broken=2))
    assert (case.state, case.facts["failing"], case.facts["left"]) == ("to_fix", 2, 0)


def test_some_deleted_and_some_failing_still(world: World, dataset: Dataset) -> None:
    case = load(world, dataset, without(roster(broken=2), 0))
    assert (case.state, case.facts["failing"], case.facts["left"]) == ("to_confirm", 1, 1)
    assert load(world, dataset, without(roster(), 0)).state == "records_gone"


def test_a_removal_is_agreed_to_by_somebody_else_and_forgotten_then(world: World, dataset: Dataset) -> None:
    lines = without(roster(), 0, 1, 2)
    load(world, dataset, lines)
    act(world.owner, "ask_removal", ground="no_longer_exists", reason="均已销户")
    assert load(world, dataset, lines).state == "removal_asked"
    assert act(world.approver, "approve_removal").state == "closed_removed"
    hand_in(world.owner, world, table(lines), dataset)
    assert Case.objects.get().outcome == "removed"
    assert Run.objects.order_by("pk").last().left is None  # type: ignore[union-attr]
    hand_in(world.owner, world, table(roster(broken=1)), dataset)
    again = Case.objects.exclude(outcome="removed").get()
    assert (again.facts["failing"], again.facts.get("left")) == (1, None)


def test_only_the_case_of_the_town_whose_row_left_waits(world: World, dataset: Dataset) -> None:
    dataset.refresh_from_db()
    agree_on_towns(dataset, world)
    hand_in(world.owner, world, table(roster(broken=4)), dataset)
    hand_in(world.owner, world, table(without(roster(), 0)), dataset)
    stand = {
        case.organisation.name: (case.state, case.facts.get("left"))
        for case in Case.objects.exclude(organisation=world.department.pk)
    }
    assert stand["瓜沥镇"] == ("records_gone", 1)
    assert stand["临浦镇"][0] == "closed_fixed"


def test_a_rule_over_the_key_itself_asks_for_no_key(world: World) -> None:
    lines = roster()
    lines[3][0] = lines[4][0]
    first = hand_in(world.owner, world, table(lines))
    assert first.dataset is not None
    agreed = load_contract(first.dataset.contract.text, name=first.dataset.code)  # type: ignore[union-attr]
    fields = tuple(replace(field, primary_key=field.name == "编号") for field in agreed.fields)
    text = dump_contract(replace(agreed, fields=fields))
    contract_replace(actor=world.steward.actor, dataset=first.dataset, text=text)
    hand_in(world.owner, world, table(lines), first.dataset)
    case = Case.objects.filter(ended_at=None).get(subject_id__contains="unique")
    hand_in(world.owner, world, table(roster()), first.dataset)
    case.refresh_from_db()
    assert case.state == "closed_fixed"
