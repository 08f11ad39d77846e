"""Drafted rules: drawn only where the data bears them out, and what they find of planted errors."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pyarrow as pa
import pytest
from benchmarks.planting import evaluate

from shuzhi.engine.data.contracts.model import Contract
from shuzhi.engine.data.fields import Field
from shuzhi.engine.data.profiling import ColumnProfile, Frequent, Profile, profile_table
from shuzhi.engine.data.quality import CheckRequest, draft_relations, draft_rules, run_rules
from shuzhi.engine.data.quality.candidates import relations
from shuzhi.engine.data.quality.drafting import without_weaker
from shuzhi.engine.data.quality.promises import rules_of
from shuzhi.engine.data.quality.rules import Rule, Severity
from shuzhi.engine.data.tables import Tables, open_tables


@pytest.fixture
def tables() -> Iterator[Tables]:
    with open_tables() as opened:
        yield opened


def drafted(tables: Tables, columns: dict[str, Any], *fields: Field) -> dict[str, Rule]:
    table = tables.arrow(pa.table(columns))
    contract = Contract("c", "c", "1.0.0", "C", fields)
    profile = profile_table(tables, table)
    rules = (*draft_rules(profile, contract), *draft_relations(tables, table, profile, contract))
    assert all(rule.evidence for rule in rules)
    return {rule.id: rule for rule in rules}


def test_a_list_of_values_is_drawn_only_where_none_is_rare(tables: Tables) -> None:
    common = ["甲", "乙", "丙"] * 100
    found = drafted(tables, {"a": common, "b": [*common[:-1], "丁"]})
    assert found["a.enum"].params == {"values": ["丙", "乙", "甲"]}
    assert "b.enum" not in found


def test_a_shape_is_drawn_where_all_values_have_one(tables: Tables) -> None:
    codes = [f"AB-{i:04d}x" for i in range(300)]
    found = drafted(tables, {"a": codes, "b": [*codes[:-1], "?"]})
    assert found["a.pattern"].params == {"pattern": r"^[A-Z]{2}\-[0-9]{4}[a-z]$"}
    assert "b.pattern" not in found


def test_a_number_that_a_few_rows_share_by_a_slip_is_to_be_unique(tables: Tables) -> None:
    numbers = [f"{n * 7919 % 10_007:05d}" for n in range(600)]
    doubled = [numbers[1], *numbers[1:-1], numbers[5]]
    columns = {
        "项目编号": doubled,
        "受理号": doubled,
        "手机号": doubled,
        "说明": doubled,
        "登记码": numbers,
        "批次编号": numbers[:300] * 2,
    }
    found = drafted(tables, columns, Field("序码", primary_key=True))
    unique = {rule.columns[0]: rule for rule in found.values() if rule.kind == "unique"}
    assert set(unique) == {"项目编号", "受理号"}
    assert {rule.severity for rule in unique.values()} == {Severity.BLOCKER}
    assert "but 2 of 600" in unique["项目编号"].evidence
    agreed = drafted(tables, columns, Field("项目编号", unique=True), Field("受理号", primary_key=True))
    assert not [rule for rule in agreed.values() if rule.kind == "unique"]


def test_a_shape_says_the_length_too(tables: Tables) -> None:
    codes = [f"AB{n:04d}" for n in range(300)]
    fields = (Field("码", max_length=6), Field("文", max_length=6))
    contract = Contract("c", "c", "1.0.0", "C", fields)
    profile = profile_table(
        tables, tables.arrow(pa.table({"码": codes, "文": [f"x{n}" for n in range(300)]}))
    )
    whole = without_weaker(replace(contract, rules=draft_rules(profile, contract)))
    assert [rule.kind for rule in rules_of(whole) if rule.columns == ("码",)] == ["not_null", "pattern"]
    assert "length" in [rule.kind for rule in rules_of(whole) if rule.columns == ("文",)]


def test_bounds_leave_room_and_running_numbers_have_none(tables: Tables) -> None:
    seeded = random.Random(7)
    columns = {"serial": list(range(1000)), "size": [seeded.randrange(50, 150) for _ in range(1000)]}
    found = drafted(tables, columns)
    assert "serial.range" not in found
    assert found["size.range"].params["min"] == 0
    assert 149 < float(str(found["size.range"].params["max"])) < 200


def test_words_have_no_shape_and_open_numbers_no_width(tables: Tables) -> None:
    seeded = random.Random(7)
    columns = {
        "region": [seeded.choice(["浙江省", "江苏省", "上海市"]) for _ in range(300)],
        "person": [seeded.choice(["王伟", "李芳芳", "欧阳明"]) for _ in range(300)],
        "number": [str(seeded.randrange(1, 900)) for _ in range(300)],
        "plate": [f"浙A{seeded.randrange(10_000, 99_999)}" for _ in range(300)],
    }
    found = drafted(tables, columns, Field("person", category="person.name"))
    assert [rule for rule in found if rule.endswith(".pattern")] == ["plate.pattern"]
    assert found["person.length"].params == {"min": 2}


def test_a_slip_far_out_does_not_stretch_the_bounds(tables: Tables) -> None:
    seeded = random.Random(7)
    amounts = [round(seeded.lognormvariate(6, 0.4), 2) for _ in range(400)]
    west = [round(seeded.uniform(-118.67, -118.15), 4) for _ in amounts]
    found = drafted(tables, {"amount": [*amounts[:-1], 999_999_999.0], "west": west})
    most = float(str(found["amount.range"].params["max"]))
    assert max(amounts) < most < 100_000
    # bounds are rounded outwards on both sides of zero
    assert float(str(found["west.range"].params["min"])) <= min(west)
    assert float(str(found["west.range"].params["max"])) >= max(west)


def test_a_wrong_century_does_not_stretch_the_days(tables: Tables) -> None:
    seeded = random.Random(7)
    days = [date(2015, 1, 1) + timedelta(days=seeded.randrange(3_900)) for _ in range(400)]
    found = drafted(
        tables,
        {
            "due": [*days[:-2], date(2107, 3, 1), date(1015, 3, 1)],
            "open": [*days[:-1], date(9999, 12, 31)],
        },
    )
    assert date(1970, 1, 1) < date.fromisoformat(str(found["due.range"].params["min"])) < min(days)
    assert max(days) < date.fromisoformat(str(found["due.range"].params["max"])) < date(2060, 1, 1)
    assert "max" not in found["open.range"].params


@pytest.mark.parametrize(
    ("name", "most"),
    [("批准日期", "today"), ("出生日期", "today"), ("登记有效期至", "day"), ("计划日期", "day")],
)
def test_what_has_happened_is_not_after_today(tables: Tables, name: str, most: str) -> None:
    days = [date(2015, 1, 1) + timedelta(days=9 * n) for n in range(400)]
    moments = [datetime.combine(day, time(23, 59)) for day in days]
    for values in (days, moments):
        table = tables.arrow(pa.table({name: values}))
        contract = Contract("c", "c", "1.0.0", "C", ())
        rules = draft_rules(profile_table(tables, table), contract, today=days[-1])
        [found] = [rule for rule in rules if rule.kind == "range"]
        assert (found.params["max"] == "today") == (most == "today")
        checked = replace(contract, fields=(Field(name),), rules=rules)
        report = run_rules(tables, table, checked, request=CheckRequest(today=days[-1]))
        assert {result.failed for result in report.rules} == {0}


def test_what_a_field_promises_is_not_drafted_again(tables: Tables) -> None:
    columns = {"a": ["x", "y"] * 100}
    found = drafted(tables, columns, Field("a", required=True, enum=("x", "y")))
    assert found == {}


def test_codes_go_with_their_names_and_days_with_their_order(tables: Tables) -> None:
    seeded = random.Random(7)
    codes = [seeded.choice("12345678") for _ in range(500)]
    start = [date(2024, 1, 1) + timedelta(days=seeded.randrange(300)) for _ in codes]
    found = drafted(
        tables,
        {
            "code": codes,
            "name": ["名" + code for code in codes],
            "other": [seeded.choice("abc") for _ in codes],
            "start": start,
            "end": [day + timedelta(days=seeded.randrange(100)) for day in start],
        },
    )
    relations = {rule.id for rule in found.values() if len(rule.columns) > 1}
    assert relations == {"code.name.depends", "name.code.depends", "start.end.compare"}


def test_a_name_that_two_places_share_makes_no_dependency(tables: Tables) -> None:
    seeded = random.Random(7)
    cities = [seeded.choice(["hangzhou", "ningbo", "wenzhou", "jiaxing"]) for _ in range(1_000)]
    names = {"hangzhou": "杭州", "ningbo": "宁波", "wenzhou": "温州", "jiaxing": "嘉兴"}
    called = [names[city] for city in cities]
    shared = [*called[:-12], *["泰州", "台州"] * 6]
    slipped = [*called[:-1], "温州" if called[-1] != "温州" else "宁波"]
    assert "a.b.depends" not in drafted(tables, {"a": [*cities[:-12], *["taizhou"] * 12], "b": shared})
    assert "a.b.depends" in drafted(tables, {"a": cities, "b": slipped})


def test_nothing_is_drawn_from_few_rows(tables: Tables) -> None:
    assert drafted(tables, {"a": ["x"] * 50, "n": list(range(50))}) == {}


def test_planted_errors_are_found_and_untouched_cells_are_left_alone() -> None:
    outcome = evaluate(rows=6_000, each=100)
    recall = {name: outcome.found[name] / planted for name, planted in outcome.planted.items()}
    assert not outcome.false
    assert recall["near_duplicate"] == 1
    assert recall["shift"] >= 0.9
    assert recall["swap"] >= 0.8
    assert recall["typo"] >= 0.5


def test_the_pairs_tried_do_not_grow_with_the_width() -> None:
    def wide(count: int) -> int:
        day = date(2020, 1, 1)
        columns = []
        for n in range(count):
            columns += [
                ColumnProfile(f"id{n}", "string", 200, 0, 200),
                ColumnProfile(f"day{n}", "date", 200, 0, 90, minimum=day, maximum=day),
                ColumnProfile(f"sex{n}", "string", 200, 20, 2, top=(Frequent("男", 90), Frequent("女", 90))),
                ColumnProfile(f"code{n}", "int64", 200, 40, 9, sampled=160, top=(Frequent("1", 20),)),
            ]
        fields = tuple(Field(f"id{n}", format="resident_id") for n in range(count))
        profile = Profile(200, tuple(columns), 200)
        return len(list(relations(profile, Contract("c", "c", "1.0.0", "C", fields))))

    assert 0 < wide(30) == wide(400) < 1_000
