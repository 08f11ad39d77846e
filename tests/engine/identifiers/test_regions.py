"""Divisions and their history."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc
import pytest

from shuzhi.engine.data.identifiers.regions import (
    Level,
    TownKind,
    is_current,
    is_known,
    level,
    regions,
    town_kind,
)
from shuzhi.engine.data.tables import Tables, open_tables


@pytest.fixture
def tables() -> Iterator[Tables]:
    with open_tables() as opened:
        yield opened


def test_a_district_that_was_merged_away_keeps_its_name_for_its_time() -> None:
    assert regions().name("330104") == "江干区"
    assert regions().name("330104", date(2021, 4, 8)) == "江干区"
    assert regions().name("330104", date(2021, 4, 9)) is None
    assert regions().was_valid("330103")
    assert not regions().is_current("330103")


def test_what_follows_a_code_is_told_with_its_evidence() -> None:
    (follower,) = regions().successors("330104")
    assert (follower.code, follower.since, follower.evidence) == ("330102", "2021-04-09", "listed")
    (named,) = regions().successors("330181")
    assert (named.code, named.evidence) == ("330109", "name")


def test_a_county_is_followed_through_all_its_changes() -> None:
    assert regions().current_successors("330121") == ("330109",)
    assert regions().current_successors("330109") == ("330109",)
    assert regions().current_successors("999999") == ()


def test_one_code_may_have_had_several_names() -> None:
    assert regions().name("130502", date(2010, 1, 1)) == "桥东区"
    assert regions().name("130502", date(2022, 1, 1)) == "襄都区"


def test_names_run_from_the_province_down_without_placeholders() -> None:
    assert regions().full_name("330109001001") == "浙江省杭州市萧山区城厢街道陈公桥社区"
    assert regions().full_name("110101") == "北京市东城区"
    assert regions().full_name("429004") == "湖北省仙桃市"
    assert regions().full_name("33") == "浙江省"
    assert regions().full_name("990101") is None


def test_children_are_those_of_today_in_order() -> None:
    below = regions().children("3301")
    assert below[:2] == ("330102", "330105")
    assert len(below) == 13
    assert len(regions().children("330109")) == 27
    assert regions().children("110000")[0] == "110101"
    assert sum(len(regions().children(town)) for town in regions().children("330109")) == 585


def test_levels_come_from_the_shape_of_the_code() -> None:
    codes = ("33", "3301", "330100", "330109", "330109001", "330109001001", "3301091", "33010x")
    assert [level(code) for code in codes] == [
        Level.PROVINCE, Level.CITY, Level.CITY, Level.COUNTY, Level.TOWN, Level.VILLAGE, None, None,
    ]  # fmt: skip


def test_functional_areas_are_told_from_towns() -> None:
    kinds = [town_kind(c) for c in ("330109001", "330109100", "330109401", "330109505", "330109")]
    assert kinds == [TownKind.STREET, TownKind.TOWN, TownKind.FUNCTIONAL, TownKind.FUNCTIONAL, None]


def test_a_village_is_found_with_and_without_its_committee() -> None:
    assert regions().find("群围村") == regions().find("群围村委会") == ("330109115215",)
    assert regions().find("西湖区", within="3301") == ("330106",)


def test_the_namings_of_a_code_never_overlap() -> None:
    for code in regions().known_codes():
        names = regions().namings(code)
        for before, after in pairwise(names):
            assert before.until
            assert before.until <= after.since


def test_columns_of_codes_are_looked_up(tables: Tables) -> None:
    table = tables.arrow(pa.table({"code": ["330109", "330104", "339999", None, "830000"]}))
    found = tables.collect(table.select(known=is_known(table.code), current=is_current(table.code)))
    assert found.column("known").to_pylist() == [True, True, False, None, True]
    assert found.column("current").to_pylist() == [True, False, False, None, False]


@pytest.mark.shared
def test_every_code_of_the_edition_is_current(shared_data: Path) -> None:
    areas = pc.read_csv(shared_data / "admin" / "division_areas.csv", convert_options=pc.ConvertOptions(
        column_types={"code": pa.string()})).to_pylist()  # fmt: skip
    assert len(areas) == 2978
    for area in areas:
        assert regions().is_current(area["code"])
        assert regions().name(area["code"]) == area["name"]
