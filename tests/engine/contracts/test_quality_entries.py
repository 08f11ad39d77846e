"""The standard's quality entries as rules."""

from __future__ import annotations

import math

import pytest

from shuzhi.engine.data.contracts import load_contract, read_document, validate
from shuzhi.engine.data.contracts.rule_kinds import RULE_KINDS
from shuzhi.engine.data.quality.compiling import KINDS
from shuzhi.engine.data.quality.rules import Severity
from tests.engine.contracts.texts import HEAD, column, quality


@pytest.mark.parametrize(
    ("entry", "kind", "params"),
    [
        ("{metric: nullValues, mustBe: 0}", "not_null", {}),
        ("{metric: nullValues, mustBeLessThan: 5}", "not_null", {"max_failed": 4}),
        ("{metric: nullValues, mustBeLessOrEqualTo: 5}", "not_null", {"max_failed": 5}),
        ("{metric: nullValues, mustBeBetween: [0, 7]}", "not_null", {"max_failed": 7}),
        (
            "{metric: nullValues, mustBeLessOrEqualTo: 1.5, unit: percent}",
            "not_null",
            {"max_failed_percent": 1.5},
        ),
        (
            "{metric: nullValues, mustBeLessThan: 1, unit: percent}",
            "not_null",
            {"max_failed_percent": math.nextafter(1, 0)},
        ),
        (
            "{metric: missingValues, arguments: {missingValues: [null, '', 无]}, mustBe: 0}",
            "not_null",
            {"missing": ["", "无"]},
        ),
        (
            "{metric: invalidValues, arguments: {validValues: [a]}, mustBeLessThan: 3}",
            "enum",
            {"values": ["a"], "max_failed": 2},
        ),
        (
            "{metric: invalidValues, arguments: {pattern: '^[A-Z]$'}, mustBe: 0}",
            "pattern",
            {"pattern": "^[A-Z]$"},
        ),
        ("{metric: duplicateValues, mustBe: 0}", "unique", {}),
        ("{rule: duplicateValues, type: library, mustBe: 0}", "unique", {}),
        (
            "{type: custom, engine: shuzhi, implementation: {kind: range, params: {min: 1, max: 3}}}",
            "range",
            {"min": 1, "max": 3},
        ),
    ],
)
def test_an_entry_of_a_column_becomes_its_rule(entry: str, kind: str, params: dict[str, object]) -> None:
    (rule,) = load_contract(quality(entry, where="column")).rules
    assert (rule.kind, rule.columns, rule.params) == (kind, ("a",), params)
    assert rule.id == f"a.{kind}"


@pytest.mark.parametrize(
    ("operator", "params"),
    [
        ("mustBe: 5", {"min": 5, "max": 5}),
        ("mustNotBe: 0", {"min": 1}),
        ("mustBeGreaterThan: 4", {"min": 5}),
        ("mustBeGreaterOrEqualTo: 4", {"min": 4}),
        ("mustBeLessThan: 4", {"max": 3}),
        ("mustBeLessOrEqualTo: 4", {"max": 4}),
        ("mustBeBetween: [100, 120]", {"min": 100, "max": 120}),
    ],
)
def test_row_counts_become_bounds(operator: str, params: dict[str, int]) -> None:
    (rule,) = load_contract(quality(f"{{metric: rowCount, {operator}}}")).rules
    assert (rule.kind, rule.columns, rule.params, rule.id) == ("row_count", (), params, "table.row_count")


def test_duplicates_of_a_table_are_over_the_named_columns_or_all() -> None:
    named = quality("{metric: duplicateValues, mustBe: 0, arguments: {properties: [b, a]}}")
    every = quality("{metric: duplicateValues, mustBe: 0}")
    assert load_contract(named).rules[0].columns == ("b", "a")
    assert load_contract(every).rules[0].columns == ("a", "b")


def test_a_rule_of_our_own_says_all_about_itself() -> None:
    (rule,) = load_contract(
        quality(
            "{name: 起止时间, type: custom, engine: shuzhi, severity: blocker, "
            "implementation: {kind: compare, columns: [a, b], params: {operator: '<='}}, "
            "customProperties: [{property: ruleId, value: dates}, {property: indicator, value: '0503'}, "
            "{property: evidence, value: seen}]}"
        )
    ).rules
    assert (rule.id, rule.title, rule.columns, rule.indicator) == ("dates", "起止时间", ("a", "b"), "0503")
    assert (rule.severity, rule.evidence) == (Severity.BLOCKER, "seen")


def test_a_dimension_moves_the_rule_to_an_indicator_of_it() -> None:
    other = "{metric: nullValues, mustBe: 0, dimension: accuracy}"
    same = "{metric: nullValues, mustBe: 0, dimension: completeness}"
    assert load_contract(quality(other, where="column")).rules[0].indicator == "0301"
    assert load_contract(quality(same, where="column")).rules[0].indicator == "0201"


def test_a_reference_becomes_a_foreign_key() -> None:
    (rule,) = load_contract(HEAD + column("name: a\n        relationships: [{to: towns.code}]")).rules
    assert (rule.kind, rule.columns) == ("foreign_key", ("a",))
    assert rule.params == {"table": "towns", "column": "code"}


def test_a_composite_reference_stands_under_the_table() -> None:
    both = HEAD + column("name: a") + column("name: b", head=False)
    text = both + "    relationships: [{from: [t.a, t.b], to: [towns.x, towns.y]}]\n"
    (rule,) = load_contract(text).rules
    assert (rule.columns, rule.params) == (("a", "b"), {"table": "towns", "columns": ["x", "y"]})
    assert [p.code for p in validate(text.replace("t.b]", "t.c]"))] == ["contract.unknown_column"]
    assert [p.code for p in validate(text.replace(", towns.y", ""))] == ["document.missing_key"]
    by_id = text.replace("[towns.x, towns.y]", "/schema/towns/properties/x")
    assert load_contract(by_id).rules == ()


def test_rules_without_an_id_get_different_ones() -> None:
    loaded = load_contract(
        quality(
            "{metric: invalidValues, arguments: {pattern: a}, mustBe: 0}",
            "{metric: invalidValues, arguments: {pattern: b}, mustBe: 0}",
            "{metric: invalidValues, arguments: {pattern: c, validValues: [c]}, mustBe: 0, id: both}",
            where="column",
        )
    )
    assert [rule.id for rule in loaded.rules] == ["a.pattern", "a.pattern-2", "both.enum", "both.pattern"]


@pytest.mark.parametrize(
    "entry",
    [
        "{type: text, description: Checked by hand.}",
        "{type: custom, engine: soda, implementation: 'type: duplicate_percent'}",
    ],
)
def test_what_people_or_other_tools_check_is_accepted_and_left_to_them(entry: str) -> None:
    document = read_document(quality(entry))
    assert document.contract is not None
    assert document.contract.rules == ()
    assert [item.key for item in document.ignored] == ["schema[0].quality[0]"]


@pytest.mark.parametrize(
    ("entry", "where", "code"),
    [
        ("{type: sql, query: 'select 1', mustBe: 0}", "table", "contract.sql"),
        ("{metric: nullValues}", "column", "contract.operator_missing"),
        ("{metric: nullValues, mustBe: 0, mustNotBe: 1}", "column", "contract.operator_twice"),
        ("{metric: nullValues, mustBeGreaterThan: 3}", "column", "contract.operator_meaning"),
        ("{metric: nullValues, mustBe: 3}", "column", "contract.operator_meaning"),
        ("{metric: nullValues, mustBe: 0}", "table", "contract.metric_place"),
        ("{metric: rowCount, mustBe: 3}", "column", "contract.metric_place"),
        ("{metric: rowCount, mustNotBe: 3}", "table", "document.value"),
        ("{metric: rowcount, mustBe: 3}", "table", "document.value"),
        ("{metric: nullValues, mustBe: 0, dimension: beauty}", "column", "document.value"),
        ("{metric: nullValues, mustBe: 0, arguments: {pattern: a}}", "column", "document.unknown_key"),
        ("{metric: invalidValues, mustBe: 0, arguments: {pattern: '['}}", "column", "contract.pattern"),
        (
            "{metric: duplicateValues, mustBe: 0, arguments: {properties: [c]}}",
            "table",
            "contract.unknown_column",
        ),
        ("{description: nothing}", "table", "document.missing_key"),
        ("{type: custom, engine: shuzhi}", "table", "document.missing_key"),
        ("{type: custom, engine: shuzhi, implementation: {columns: [a]}}", "table", "document.missing_key"),
        (
            "{type: custom, engine: shuzhi, implementation: {kind: compares}}",
            "table",
            "document.value",
        ),
        (
            "{type: custom, engine: shuzhi, implementation: {kind: depends, columns: [a]}}",
            "table",
            "contract.rule",
        ),
        ("{metric: invalidValues, mustBe: 0, arguments: {validValues: []}}", "column", "contract.rule"),
        ("{metric: invalidValues, mustBe: 0}", "column", "document.missing_key"),
        (
            "{type: custom, engine: shuzhi, implementation: {kind: compare, columns: [a, b], "
            "params: {operator: '=<'}}}",
            "table",
            "contract.rule",
        ),
        (
            "{type: custom, engine: shuzhi, implementation: {kind: length, columns: [a], params: {mim: 2}}}",
            "table",
            "contract.rule",
        ),
        (
            "{type: custom, engine: shuzhi, implementation: {kind: unique, columns: [z]}}",
            "table",
            "contract.unknown_column",
        ),
    ],
)
def test_what_cannot_be_run_is_refused_with_the_reason(entry: str, where: str, code: str) -> None:
    problems = validate(quality(entry, where=where), "c.yaml")
    assert [problem.code for problem in problems] == [code]
    assert problems[0].sentence("en").startswith("c.yaml:")


def test_two_rules_may_not_share_an_id() -> None:
    entry = "{metric: duplicateValues, mustBe: 0, id: same}"
    assert [problem.code for problem in validate(quality(entry, entry))] == ["contract.duplicate_rule"]


def test_the_kinds_a_contract_may_name_are_those_that_can_be_run() -> None:
    assert set(RULE_KINDS) == set(KINDS)
    assert all(KINDS[name].indicator == indicator for name, indicator in RULE_KINDS.items())
