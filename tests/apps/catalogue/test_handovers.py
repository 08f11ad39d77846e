"""A case that was handed over stays with whom it was handed to, version after version."""

from __future__ import annotations

import pytest

from shuzhi.apps.cases.models import Case
from shuzhi.apps.cases.services import case_act
from shuzhi.apps.catalogue.models import Dataset
from shuzhi.demo.world import Person, World
from tests.rosters import agree_on_towns, hand_in, roster, table

pytestmark = pytest.mark.django_db


@pytest.fixture
def dataset(world: World) -> Dataset:
    """A roster whose rows are the towns', two rows at fault, one of each town."""
    first = hand_in(world.owner, world, table(roster()))
    known = agree_on_towns(first.dataset, world)
    hand_in(world.owner, world, table(roster(broken=1)), known)
    return known


def act(person: Person, case: Case, step: str, **form: object) -> None:
    case.refresh_from_db()
    case_act(actor=person.actor, case=case.public_id, step=step, form=form, version=case.version)


def hand_over(world: World, case: Case, by: Person, to: str) -> None:
    act(by, case, "dispute", ground="not_ours", reason="由他单位采集")
    act(world.steward, case, "uphold_not_ours", organisation=to, reason="转办")


def standing() -> set[tuple[str, str]]:
    """Of each case whose it is and how it stands."""
    return {(case.organisation.name, case.outcome or case.phase) for case in Case.objects.all()}


def test_the_receiver_keeps_the_case_until_the_rows_are_mended(world: World, dataset: Dataset) -> None:
    hand_over(world, Case.objects.get(), world.town_clerk, world.department.public_id)
    handed = {("瓜沥镇", "not_ours"), (world.department.name, "open")}
    assert standing() == handed
    hand_in(world.owner, world, table(roster(broken=1)), dataset)
    assert standing() == handed
    hand_in(world.owner, world, table(roster()), dataset)
    assert standing() == {("瓜沥镇", "not_ours"), (world.department.name, "fixed")}


def test_what_is_handed_back_is_the_first_ones_again(world: World, dataset: Dataset) -> None:
    town = Case.objects.get().organisation
    hand_over(world, Case.objects.get(), world.town_clerk, world.department.public_id)
    hand_over(world, Case.objects.get(phase="open"), world.owner, town.public_id)
    hand_in(world.owner, world, table(roster(broken=1)), dataset)
    assert Case.objects.get(phase="open").organisation == town
