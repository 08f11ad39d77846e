"""Every service has its policy, and the tree is kept by one office."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from random import Random

import pytest

from shuzhi.apps.people import policies, services
from shuzhi.apps.people.changes import Retire
from shuzhi.apps.people.kinds import AliasKind, OrganisationKind, division_kind
from shuzhi.apps.people.models import Organisation
from shuzhi.apps.people.passwords import random_password
from shuzhi.apps.people.selectors import organisations_get, organisations_on
from shuzhi.apps.records.actors import SYSTEM, Actor
from shuzhi.apps.records.refusals import ConflictError, ForbiddenError, NotFoundError
from shuzhi.demo.world import World, build_world
from tests.world import TODAY

# Signing in is how an actor comes about; signing out harms nobody.
OPEN_TO_ALL = {"sign_in", "sign_out"}


def test_every_service_has_a_policy_of_its_name_and_takes_keywords_only() -> None:
    public = {name: getattr(services, name) for name in services.__all__}
    acts = {name: made for name, made in public.items() if inspect.isfunction(made)}
    assert set(acts) - OPEN_TO_ALL <= {name for name, _f in inspect.getmembers(policies, inspect.isfunction)}
    for name, act in acts.items():
        parameters = inspect.signature(act).parameters.values()
        assert all(p.kind is p.KEYWORD_ONLY for p in parameters), name
        assert "actor" in inspect.signature(act).parameters or name == "sign_in", name


def test_only_the_system_administrator_keeps_the_tree(world: World) -> None:
    unit, alias = world.department, world.department.aliases.all()[0]
    draft = services.OrganisationDraft(OrganisationKind.DEPARTMENT, "防汛办", parent=world.district)
    acts: list[Callable[[Actor], object]] = [
        lambda actor: services.organisation_create(actor=actor, draft=draft),
        lambda actor: services.organisations_import(actor=actor, drafts=[draft]),
        lambda actor: services.alias_add(actor=actor, draft=services.AliasDraft(unit, AliasKind.SHORT, "x")),
        lambda actor: services.alias_end(actor=actor, alias=alias, on=TODAY),
        lambda actor: services.installation_found(actor=actor, district=draft, administrators=[]),
    ]
    for part, person in world.people.items():
        for act in acts if part != "system_admin" else acts[-1:]:
            with pytest.raises(ForbiddenError):
                act(person.actor)
    made = services.organisation_create(actor=world.system_admin.actor, draft=draft)
    assert made.path == f"{world.district.path}{made.public_id}/"


def test_a_list_with_an_unknown_parent_makes_nothing(world: World) -> None:
    drafts = [
        services.OrganisationDraft(OrganisationKind.VILLAGE, "甲村", "330109113999", "330109113"),
        services.OrganisationDraft(OrganisationKind.VILLAGE, "乙村", "330109999999", "330109999"),
    ]
    with pytest.raises(ConflictError, match="parent code"):
        services.organisations_import(actor=world.system_admin.actor, drafts=drafts)
    assert not Organisation.objects.filter(name="甲村").exists()


def test_a_list_may_name_parents_that_come_later_in_it(world: World) -> None:
    drafts = [
        services.OrganisationDraft(OrganisationKind.GRID, "一网格", "g1", "330109113998"),
        services.OrganisationDraft(OrganisationKind.VILLAGE, "甲村", "330109113998", "330109113"),
    ]
    grid, village = services.organisations_import(actor=world.system_admin.actor, drafts=drafts)
    assert grid.path.startswith(village.path)
    assert village.path.startswith(world.town.path)


def test_the_tree_on_a_day_and_one_unit_of_it(world: World) -> None:
    change = Retire(world.department.public_id, world.other_department.public_id)
    services.organisation_retire(actor=SYSTEM, change=change, on=TODAY)
    assert world.department not in organisations_on(TODAY)
    assert next(iter(organisations_on(TODAY))) == world.district
    assert organisations_get([world.town.public_id]) == {world.town.public_id: world.town}
    with pytest.raises(NotFoundError):
        organisations_get(["org_nobody"])


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("330109", "district"),
        ("330109001", "street"),
        ("330109113", "town"),
        ("330109401", "functional_area"),
        ("330109503", "functional_area"),
        ("330109001001", "community"),
        ("330109113201", "village"),
        ("330109012403", "community"),
        ("330109501503", "village"),
    ],
)
def test_a_code_says_what_kind_of_place_it_is(code: str, kind: str) -> None:
    assert division_kind(code) == kind


def test_the_world_is_the_same_from_the_same_seed(db: None, home: object) -> None:
    world = build_world(today=TODAY, randomness=Random(5))
    drawn = Random(5)
    assert world.system_admin.password == random_password(drawn.choice)
