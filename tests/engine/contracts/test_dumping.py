"""Writing a contract: what is written is read back, and other tools accept it."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from importlib import resources
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from open_data_contract_standard.model import OpenDataContractStandard

from shuzhi.engine.data.contracts import Contract, dump_contract, load_contract
from shuzhi.engine.data.contracts.keys import CYCLES, OPERATORS, STATUSES, SUBJECTS
from shuzhi.engine.data.contracts.rule_kinds import RULE_KINDS, dimension_of
from shuzhi.engine.data.fields import Field, FieldType
from shuzhi.engine.data.quality.compiling import KINDS
from shuzhi.engine.data.quality.rules import Rule, Severity
from tests.engine.contracts.texts import contract

_SCHEMA = json.loads(
    (resources.files("open_data_contract_standard") / "schema.json").read_text(encoding="utf-8")
)

# what YAML 1.1 takes for something else when it stands bare
TRAPS = [
    "yes",
    "否",
    "0571",
    "1e3",
    "1:30",
    "null",
    "~",
    "2021-03-05",
    "3.10",
    "=",
    "<<",
    "- a",
    "a: b",
    "#x",
]
words = st.one_of(
    st.sampled_from(TRAPS),
    st.text(
        st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\u2028\u2029\ufeff"),
        min_size=1,
        max_size=12,
    ),
).filter(lambda text: text.strip() == text)
numbers = st.floats(allow_nan=False, allow_infinity=False, width=32).map(float)
optional_words = st.none() | words
BOUNDS = [{"min": 1}, {"max": 7}, {"min": 3, "max": 3}, {"min": 1, "max": 2}]
FORMATS = st.none() | st.sampled_from(["resident_id", "mobile", "uscc"])


@st.composite
def fields(draw: st.DrawFn, name: str) -> Field:
    low, high = sorted([draw(numbers), draw(numbers)])
    return Field(
        name=name,
        type=draw(st.sampled_from(FieldType)),
        title=draw(st.just("") | words),
        description=draw(st.just("") | words),
        required=draw(st.booleans()),
        unique=draw(st.booleans()),
        primary_key=draw(st.booleans()),
        enum=tuple(draw(st.lists(words, max_size=3))),
        pattern=draw(st.none() | st.sampled_from([r"^\d{6}$", "[A-Z]+", "0571"])),
        format=draw(FORMATS),
        minimum=draw(st.just(low) | st.none()),
        maximum=draw(st.just(high) | st.none()),
        max_length=draw(st.none() | st.integers(0, 4000)),
        unit=draw(optional_words),
        category=draw(optional_words),
        grade=draw(st.none() | st.sampled_from(["L1", "L4"])),
        examples=tuple(draw(st.lists(words, max_size=2))),
        aliases=tuple(draw(st.lists(words, max_size=2))),
    )


def tolerances() -> st.SearchStrategy[dict[str, object]]:
    percents = st.sampled_from([0.5, 1.0, math.nextafter(1, 0), math.nextafter(0.3, 0), 33.3])
    return st.one_of(
        st.just({}),
        st.integers(1, 10**6).map(lambda rows: {"max_failed": rows}),
        percents.map(lambda percent: {"max_failed_percent": percent}),
    )


@st.composite
def rules(draw: st.DrawFn, number: int, names: list[str]) -> Rule:
    kind = draw(st.sampled_from(sorted(RULE_KINDS)))
    fewest, most = KINDS[kind].fewest, KINDS[kind].most
    most = fewest + 2 if most is None else most
    columns = draw(st.lists(st.sampled_from(names), min_size=fewest, max_size=most))
    params: dict[str, Any] = {
        "enum": {"values": draw(st.lists(words, min_size=1, max_size=3))},
        "pattern": {"pattern": "^[0-9]+$"},
        "range": {"min": draw(st.integers(-5, 5)), "max": 9.5},
        "row_count": draw(
            st.sampled_from([{"min": 1}, {"max": 7}, {"min": 3, "max": 3}, {"min": 1, "max": 2}])
        ),
        "not_null": draw(st.sampled_from([{}, {"missing": ["", "无"]}])),
        "compare": {"operator": "<="},
        "length": {"min": 2, "max": 4},
        "format": {"format": "mobile"},
        "freshness": {"cycle": "monthly"},
        "conditional_required": {"values": ["是"]},
        "reference": {"table": "towns", "columns": list(columns)},
        "foreign_key": {"table": "towns", "columns": list(columns)},
    }.get(kind, {})
    return Rule(
        id=f"{number}.{draw(words)}",
        kind=kind,
        columns=tuple(columns),
        params={**params, **(draw(tolerances()) if kind != "row_count" else {})},
        indicator=draw(st.sampled_from(["0101", "010102", "0201", "0301", "0304", "0402", "0502", "0602"])),
        severity=draw(st.sampled_from(Severity)),
        title=draw(st.just("") | words),
        evidence=draw(st.just("") | words),
    )


@st.composite
def contracts(draw: st.DrawFn) -> Contract:
    names = draw(st.lists(words, min_size=2, max_size=4, unique=True))
    return Contract(
        id=draw(words),
        name=draw(words),
        version=draw(st.sampled_from(["1.0.0", "1.0", "2", "1e3"])),
        title=draw(words),
        fields=tuple(draw(fields(name)) for name in names),
        rules=tuple(draw(rules(i, names)) for i in range(draw(st.integers(0, 4)))),
        status=draw(st.sampled_from(STATUSES)),
        description=draw(st.just("") | words),
        owner=draw(optional_words),
        organisation_column=draw(st.none() | st.sampled_from(names)),
        update_cycle=draw(st.sampled_from(CYCLES)),
        subject=draw(st.none() | st.sampled_from(SUBJECTS)),
        domain=draw(optional_words),
        tags=tuple(draw(st.lists(words, max_size=2))),
        extras=draw(
            st.sampled_from(
                [
                    {},
                    {"team": {"name": "数据专班"}, "customProperties": {"shareType": "无条件共享"}},
                    {"description": {"usage": "月报", "limitations": "不含流动人口"}},
                    {"slaProperties": [{"property": "retention", "value": 3, "unit": "y"}]},
                    {"slaProperties": [{"property": "frequency", "value": 2, "unit": "h"}]},
                ]
            )
        ),
    )


def ordered(loaded: Contract) -> Contract:
    return replace(loaded, rules=tuple(sorted(loaded.rules, key=lambda rule: rule.id)))


@settings(max_examples=60, deadline=None)
@given(contracts())
def test_what_is_written_is_read_back(drawn: Contract) -> None:
    assert ordered(load_contract(dump_contract(drawn))) == ordered(drawn)


@settings(max_examples=25, deadline=None)
@given(contracts())
def test_what_is_written_keeps_to_the_standard(drawn: Contract) -> None:
    written = yaml.load(dump_contract(drawn), Loader=_Timeless)
    OpenDataContractStandard(**written)
    assert written["apiVersion"] == "v3.1.0"
    table = written["schema"][0]
    _check_keys(
        written, _SCHEMA["properties"], ["required", "kind", "id", "version", "apiVersion", "status"][1:]
    )
    _check_keys(table, {**_part("SchemaElement"), **_part("SchemaObject")}, ["name"])
    for each in table["properties"]:
        _check_keys(each, {**_part("SchemaElement"), **_part("SchemaBaseProperty")}, ["name"])
        _check_keys(each.get("logicalTypeOptions", {}), _options(each["logicalType"]), [])
    for entry in [*table.get("quality", []), *(q for p in table["properties"] for q in p.get("quality", []))]:
        known = {**_part("DataQuality"), **_part("DataQualityLibrary"), **_part("DataQualityCustom")}
        _check_keys(entry, {**known, **dict.fromkeys(OPERATORS)}, [])
        assert len(set(entry) & set(OPERATORS)) == (1 if entry["type"] == "library" else 0)
        assert entry.get("dimension", "accuracy") in _part("DataQuality")["dimension"]["enum"]
        if entry["type"] == "library":
            assert entry["metric"] in _part("DataQualityLibrary")["metric"]["enum"]


class _Timeless(yaml.SafeLoader):
    """Leaves days as text, as the standard's own tools do."""


_Timeless.yaml_implicit_resolvers = {
    first: [(tag, found) for tag, found in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _part(name: str) -> dict[str, Any]:
    return dict(_SCHEMA["$defs"][name]["properties"])


def _options(kind: str) -> dict[str, Any]:
    """The options that the standard's schema allows for a type."""
    for branch in _SCHEMA["$defs"]["SchemaBaseProperty"]["allOf"][1:]:
        tests = branch["if"].get("anyOf", [branch["if"]])
        if kind in [test["properties"]["logicalType"]["const"] for test in tests]:
            return dict(branch["then"]["properties"]["logicalTypeOptions"]["properties"])
    return {}


def _check_keys(found: dict[str, Any], known: dict[str, Any], needed: list[str]) -> None:
    assert set(found) <= set(known), set(found) - set(known)
    assert set(needed) <= set(found)


def test_the_sample_contract_round_trips_and_reads_as_chinese() -> None:
    loaded = load_contract(contract())
    written = dump_contract(loaded)
    assert load_contract(written) == loaded
    assert "- 城厢街道" in written
    assert "'010'" in written
    assert "value: 3\n    unit: month" in written


def test_rules_are_written_as_the_metric_every_tool_knows() -> None:
    base = load_contract(contract())
    several = replace(
        base,
        rules=(
            Rule("u", "unique", ("身份证号", "镇街")),
            Rule("p", "not_null", ("年龄",), {"max_failed_percent": math.nextafter(1, 0)}),
            Rule("r", "row_count", (), {"min": 5, "max": 5}),
        ),
    )
    table = yaml.safe_load(dump_contract(several))["schema"][0]
    unique, count = table["quality"]
    assert (unique["metric"], unique["mustBe"]) == ("duplicateValues", 0)
    assert unique["arguments"] == {"properties": ["身份证号", "镇街"]}
    assert (count["metric"], count["mustBe"]) == ("rowCount", 5)
    (nulls,) = table["properties"][2]["quality"]
    assert (nulls["metric"], nulls["mustBeLessThan"], nulls["unit"]) == ("nullValues", 1, "percent")


def test_every_indicator_has_a_dimension_of_the_standard() -> None:
    assert all(dimension_of(indicator) for indicator in RULE_KINDS.values())
    assert dimension_of("0602") is None
