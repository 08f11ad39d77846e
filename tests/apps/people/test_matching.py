"""A cell's text finds its organisation in all the ways offices write it, and no other."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.apps.people.changes import Rename, Retire, Split
from shuzhi.apps.people.kinds import AliasKind, OrganisationKind
from shuzhi.apps.people.matching import NameBook, Named, Standing, prefixes_of
from shuzhi.apps.people.models import Organisation
from shuzhi.apps.people.selectors import OrganisationBook, organisation_book
from shuzhi.apps.people.services import (
    AliasDraft,
    OrganisationDraft,
    alias_add,
    organisation_create,
    organisation_rename,
    organisation_retire,
    organisation_split,
)
from shuzhi.apps.records.actors import SYSTEM
from shuzhi.demo.world import World, build_world
from tests.world import TODAY

SAME = {
    "民政局": "民政局 区民政局 萧山区民政局 杭州市萧山区民政局 浙江省杭州市萧山区民政局 萧山民政局 民政 "
    "杭州萧山区民政局 萧山区民政局（办公室） 区·民政局 萧山区民政局。 区民政局\t",
    "数据资源管理局": "区数据资源管理局 萧山区数据局 数管局 大数据局",
    "公安分局": "公安局 区公安分局 杭州市公安局萧山区分局 萧山公安分局 公安",
    "区政府办公室": "区府办 区政府办公室 萧山区政府办公室 萧山区人民政府办公室 政府办",
    "瓜沥镇": "瓜沥镇 瓜沥镇人民政府 瓜沥镇政府 萧山区瓜沥镇 杭州市萧山区瓜沥镇人民政府",
    "城厢街道": "城厢街道 城厢街道办事处 萧山区城厢街道办事处 城厢街道办",
    "萧山经济技术开发区": "萧山经济技术开发区 经济技术开发区",
    "萧山区": "萧山区 萧山 萧山区人民政府 浙江省杭州市萧山区 萧山市",
}
OTHERS = "市民政局 杭州市民政局 浙江省民政厅 民政厅 余杭区民政局 滨江区瓜沥镇 局 区 政府 杭州市 无 - 民政局局"


@pytest.fixture
def book(world: World) -> OrganisationBook:
    """The names of the demo's district."""
    return organisation_book(TODAY)


def test_all_ways_of_writing_lead_to_the_same_organisation(book: OrganisationBook) -> None:
    wrong = {
        text: found
        for name, texts in SAME.items()
        for text in texts.split()
        if (found := book.match(text)) is None or found.name != name
    }
    assert not wrong


def test_every_name_and_alias_of_the_district_finds_its_owner(book: OrganisationBook) -> None:
    for unit in Organisation.objects.prefetch_related("aliases"):
        for text in [unit.name, *(alias.text for alias in unit.aliases.all())]:
            assert book.match(text) == unit, text


@pytest.mark.parametrize("text", [*OTHERS.split(), "", " ", "（）", "\x00", "萧" * 500])
def test_other_bodies_and_nonsense_match_nothing(book: OrganisationBook, text: str) -> None:
    assert book.match(text) is None


def test_villages_of_one_name_are_told_apart_by_their_town(db: None, home: object) -> None:
    build_world(today=TODAY, randomness=Random(1), villages=True)
    assert Organisation.objects.count() == 1 + 32 + 27 + 585
    book = organisation_book(TODAY)
    assert book.match("东山村") is None
    assert len(book.explain("东山村").candidates) == 2
    for unit in book.explain("东山村").candidates:
        assert unit.parent is not None
        for text in (f"{unit.parent.name}东山村", f"萧山区{unit.parent.name}东山村委会"):
            assert book.match(text) == unit
    everybody = Organisation.objects.filter(kind__in=("village", "community")).select_related("parent")
    unfound = [u.name for u in everybody if u.parent and book.match(f"{u.parent.name}{u.name}") != u]
    assert not unfound


def test_any_number_of_texts_costs_two_statements(world: World, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(2):  # type: ignore[operator]
        book = organisation_book(TODAY)
        for text in ("区民政局", "市民政局", "瓜沥镇") * 50:
            book.match(text)


def test_a_renamed_unit_is_found_by_both_names(world: World) -> None:
    change = Rename(world.department.public_id, "民政和社会工作局")
    organisation_rename(actor=SYSTEM, change=change, on=TODAY)
    assert (
        organisation_book(TODAY).match("区民政局")
        == organisation_book(TODAY).match("民政和社会工作局")
        == world.department
    )


def test_a_closed_unit_leads_to_the_one_that_followed_it(world: World) -> None:
    followed = Retire(world.department.public_id, world.other_department.public_id)
    organisation_retire(actor=SYSTEM, change=followed, on=TODAY)
    assert organisation_book(date(2026, 11, 22)).match("民政局") == world.department
    assert organisation_book(TODAY).match("民政局") == world.other_department


def test_the_name_of_a_unit_that_was_split_is_left_open(world: World) -> None:
    parts = (world.other_department.public_id, world.data_bureau.public_id)
    organisation_split(actor=SYSTEM, change=Split(world.department.public_id, parts), on=TODAY)
    found = organisation_book(TODAY).explain("民政局")
    assert (found.unit, found.candidates) == (None, (world.department,))


def test_a_name_that_has_ended_is_a_former_one_and_one_that_begins_later_is_none_yet(world: World) -> None:
    actor, unit = world.system_admin.actor, world.department
    draft = AliasDraft(unit, AliasKind.SHORT, "民社局", date(2026, 1, 1), date(2026, 6, 1))
    alias_add(actor=actor, draft=draft)
    twin = OrganisationDraft(OrganisationKind.DEPARTMENT, "民社局", parent=world.district)
    assert organisation_book(date(2025, 12, 31)).match("民社局") is None
    assert organisation_book(TODAY).match("民社局") == unit
    made = organisation_create(actor=actor, draft=twin)
    assert organisation_book(TODAY).match("民社局") == made


def test_a_nearer_name_wins_and_two_equally_near_ones_are_left_open(world: World) -> None:
    actor = world.system_admin.actor
    alias_add(actor=actor, draft=AliasDraft(world.other_department, AliasKind.FORMER, "民政局"))
    assert organisation_book(TODAY).match("区民政局") == world.department
    draft = OrganisationDraft(OrganisationKind.DEPARTMENT, "民政局", parent=world.district)
    twin = organisation_create(actor=actor, draft=draft)
    found = organisation_book(TODAY).explain("区民政局")
    assert (found.unit, set(found.candidates)) == (None, {world.department, twin})


def test_a_prefix_never_stands_for_the_city_or_the_province_alone() -> None:
    prefixes = prefixes_of(["浙江省杭州市萧山区", "萧山"])
    assert set(prefixes) >= {"浙江省杭州市萧山区", "杭州市萧山区", "杭州萧山区", "萧山区", "萧山", "区"}
    assert all(prefix.endswith(("萧山区", "萧山", "区")) for prefix in prefixes)


names = st.text(alphabet="区镇局民政教育萧山办委会村", min_size=2, max_size=6)


@given(
    st.lists(names, unique=True, min_size=1, max_size=8),
    st.sampled_from(["", "区", "萧山区", "杭州市萧山区"]),
)
def test_a_name_on_its_own_is_found_or_left_open_but_never_given_to_a_stranger(
    known: list[str], prefix: str
) -> None:
    book: NameBook[str] = NameBook(prefixes_of(["浙江省杭州市萧山区", "萧山"]))
    for name in known:
        book.add(Named(name, ((name, Standing.NAME),), name))
    for name in known:
        found = book.match(prefix + name)
        assert found.unit is None or not prefix or found.unit in found.candidates
        if not prefix:
            assert name in found.candidates
            assert found.unit in {name, None}
