"""The standard's ``quality`` entries as rules.

Library metrics become the rule kind that counts the same rows; an operator becomes how many
rows may fail (``max_failed``, or ``max_failed_percent`` of those evaluated, both inclusive).
``type: custom`` with ``engine: shuzhi`` names a rule kind itself. Text entries are for people:
kept out of the rules. Custom entries of other engines are left to those engines.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from shuzhi.engine.data.contracts import keys
from shuzhi.engine.data.contracts.checking import Checking, Entries, Ignored
from shuzhi.engine.data.contracts.columns import valid_pattern
from shuzhi.engine.data.contracts.nodes import Kind, Node
from shuzhi.engine.data.contracts.rule_kinds import INDICATORS, RULE_KINDS, dimension_of
from shuzhi.engine.data.quality.rules import Rule, Severity
from shuzhi.engine.texts import N_

ENGINE = "shuzhi"
IMPLEMENTATION = keys.Part(frozenset({"kind", "columns", "params"}), frozenset())
_SEVERITIES: Mapping[str, Severity] = MappingProxyType(
    {
        **dict.fromkeys(("blocker", "critical", "fatal"), Severity.BLOCKER),
        **dict.fromkeys(("major", "error", "high"), Severity.MAJOR),
        **dict.fromkeys(("minor", "warning", "medium", "low", "info"), Severity.MINOR),
    }
)
_PLAIN_ENUM = frozenset({"type", "metric", "arguments", "mustBe", "unit"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands: under one column, or (``column`` None) under the table of ``columns``."""

    columns: tuple[str, ...]
    column: str | None = None


def plain_enum(checking: Checking, node: Node) -> tuple[str, ...]:
    """The values of an entry that says nothing but "one of these, always": the column's enum itself.

    Empty for any other entry. v3.1 of the standard has no other place for permitted values.
    """
    entries, arguments = node.entries, node.entries.get("arguments")
    if arguments is None or not set(entries) <= _PLAIN_ENUM or set(arguments.entries) != {"validValues"}:
        return ()
    always = entries.get("mustBe")
    if always is None or always.plain() != 0 or checking.text(entries, "metric") != "invalidValues":
        return ()
    return checking.texts(arguments.entries, "validValues")


def read_quality(checking: Checking, node: Node, place: Place) -> list[Rule]:
    """The rules of one entry; their ids are empty where the file gives none."""
    entries = checking.entries(node, keys.QUALITY)
    default = "library" if {"metric", "rule"} & set(entries) else ""
    kind = checking.choice(entries, "type", keys.QUALITY_TYPES, default)
    if "query" in entries or kind == "sql":
        checking.note("contract.sql", entries.get("query", node))
        return []
    if kind == "library":
        rules = _library(checking, node, entries, place)
    elif kind == "custom":
        rules = _custom(checking, node, entries, place)
    elif kind == "text":
        checking.ignored.append(Ignored(node.line, node.path))
        return []
    else:
        checking.missing(node, "metric", N_("a check names a metric, or type: text or custom."))
        return []
    return [
        _described(checking, entries, rule, len(rules) > 1)
        for rule in rules
        if _can_run(checking, node, rule)
    ]


def _can_run(checking: Checking, node: Node, rule: Rule) -> bool:
    """Whether the rule's columns and parameters are what its kind wants; noted where not."""
    from shuzhi.engine.data.quality.compiling import rule_problems  # loads the table engine

    problems = rule_problems(rule)
    for problem in problems:
        checking.note("contract.rule", node, kind=rule.kind, reason=problem)
    return not problems


def _described(checking: Checking, entries: Entries, rule: Rule, several: bool) -> Rule:
    """``rule`` with the entry's id, title, severity, indicator and evidence."""
    custom = checking.properties(entries)
    own_id = checking.text(custom, "ruleId") or checking.text(entries, "id")
    dimension = checking.choice(entries, "dimension", keys.DIMENSIONS)
    indicator = checking.text(custom, "indicator")
    if not indicator:
        fits = not dimension or dimension_of(rule.indicator) == dimension
        indicator = rule.indicator if fits else INDICATORS[dimension]
    title = checking.text(entries, "name") or checking.text(entries, "description")
    return replace(
        rule,
        id=f"{own_id}.{rule.kind}" if own_id and several else own_id,
        title="" if title == own_id else title,
        severity=_SEVERITIES.get(checking.text(entries, "severity").lower(), Severity.MAJOR),
        indicator=indicator,
        evidence=checking.text(custom, "evidence"),
    )


def _library(checking: Checking, node: Node, entries: Entries, place: Place) -> list[Rule]:
    metric = checking.choice(entries, "metric", keys.METRICS) or checking.choice(
        entries, "rule", keys.METRICS
    )
    if not metric:
        return []
    if metric == "rowCount":
        return _row_count(checking, node, entries, place)
    if place.column is None and metric != "duplicateValues":
        checking.note(
            "contract.metric_place", entries.get("metric", node), value=metric, place=N_("a column")
        )
        return []
    tolerance = _tolerance(checking, node, entries)
    arguments = _arguments(checking, entries, metric)
    if tolerance is None:
        return []
    columns = (place.column,) if place.column else _listed(checking, arguments, place)
    found = _counted(checking, metric, arguments)
    if not found and not arguments:
        why = N_("it says which values are valid: validValues or pattern.")
        checking.missing(node, "arguments", why)
    return [Rule("", kind, columns, {**params, **tolerance}, RULE_KINDS[kind]) for kind, params in found]


def _arguments(checking: Checking, entries: Entries, metric: str) -> Entries:
    node = entries.get("arguments")
    if node is None or node.kind is Kind.NOTHING:
        return {}
    return checking.entries(node, keys.ARGUMENTS[metric])


def _listed(checking: Checking, arguments: Entries, place: Place) -> tuple[str, ...]:
    """The columns of a duplicate check over a table: those named, or all."""
    for item in checking.items(arguments, "properties"):
        if item.text not in place.columns:
            checking.note("contract.unknown_column", item, place.columns, value=item.text)
    return checking.texts(arguments, "properties") or place.columns


def _counted(checking: Checking, metric: str, arguments: Entries) -> list[tuple[str, dict[str, object]]]:
    """Which rule kinds count what the metric counts, with their parameters."""
    if metric == "duplicateValues":
        return [("unique", {})]
    if metric == "nullValues":
        return [("not_null", {})]
    if metric == "missingValues":
        also = list(checking.texts(arguments, "missingValues"))
        return [("not_null", {"missing": also} if also else {})]
    found: list[tuple[str, dict[str, object]]] = []
    if "validValues" in arguments:
        found.append(("enum", {"values": list(checking.texts(arguments, "validValues"))}))
    if "pattern" in arguments:
        pattern = checking.text(arguments, "pattern")
        if valid_pattern(checking, arguments["pattern"], pattern):
            found.append(("pattern", {"pattern": pattern}))
    return found


def _operator(checking: Checking, node: Node, entries: Entries) -> str | None:
    given = [key for key in keys.OPERATORS if key in entries]
    if len(given) == 1:
        return given[0]
    if given:
        checking.note("contract.operator_twice", entries[given[1]], count=len(given))
    else:
        checking.note("contract.operator_missing", node, keys.OPERATORS)
    return None


def _tolerance(checking: Checking, node: Node, entries: Entries) -> dict[str, object] | None:
    """How much may fail: {} for nothing, else rows or a percentage; None where noted as wrong."""
    operator = _operator(checking, node, entries)
    if operator is None:
        return None
    percent = checking.text(entries, "unit").lower() in ("percent", "percentage", "%")
    most = _most(checking, entries, operator, percent)
    if most is None or most < 0:
        checking.note("contract.operator_meaning", entries[operator], key=operator)
        return None
    if most == 0:
        return {}
    return {"max_failed_percent": most} if percent else {"max_failed": math.floor(most)}


def _most(checking: Checking, entries: Entries, operator: str, percent: bool) -> float | None:
    if operator == "mustBeBetween":
        low, high = _pair(checking, entries, operator)
        return high if low == 0 else None
    value = checking.number(entries, operator)
    if value is None:
        return None
    if operator == "mustBeLessThan":
        return math.nextafter(value, -math.inf) if percent else math.ceil(value) - 1
    if operator == "mustBeLessOrEqualTo" or (operator == "mustBe" and value == 0):
        return value
    return None


def _pair(checking: Checking, entries: Entries, key: str) -> tuple[float | None, float | None]:
    numbers = [checking.number({key: item}, key) for item in checking.items(entries, key)]
    return (numbers[0], numbers[1]) if len(numbers) == 2 else (None, None)


def _row_count(checking: Checking, node: Node, entries: Entries, place: Place) -> list[Rule]:
    if place.column is not None:
        checking.note(
            "contract.metric_place", entries.get("metric", node), value="rowCount", place=N_("the table")
        )
    operator = _operator(checking, node, entries)
    if operator is None:
        return []
    params = _row_bounds(checking, entries, operator)
    if params is None:
        checking.note("contract.not_allowed", entries[operator], value=entries[operator].text)
        return []
    return [Rule("", "row_count", (), params, RULE_KINDS["row_count"])]


def _row_bounds(checking: Checking, entries: Entries, operator: str) -> dict[str, object] | None:
    if operator == "mustBeBetween":
        low, high = _pair(checking, entries, operator)
        return None if low is None or high is None else {"min": math.ceil(low), "max": math.floor(high)}
    value = checking.number(entries, operator)
    if value is None:
        return None
    bounds: Mapping[str, dict[str, object]] = {
        "mustBe": {"min": math.ceil(value), "max": math.floor(value)},
        "mustBeGreaterThan": {"min": math.floor(value) + 1},
        "mustBeGreaterOrEqualTo": {"min": math.ceil(value)},
        "mustBeLessThan": {"max": math.ceil(value) - 1},
        "mustBeLessOrEqualTo": {"max": math.floor(value)},
    }
    return {"min": 1} if operator == "mustNotBe" and value == 0 else bounds.get(operator)


def _custom(checking: Checking, node: Node, entries: Entries, place: Place) -> list[Rule]:
    engine = checking.text(entries, "engine")
    implementation = entries.get("implementation")
    if not engine or implementation is None:
        why = N_("a custom check names its engine and what it runs.")
        checking.missing(node, "implementation" if engine else "engine", why)
        return []
    if engine != ENGINE:
        checking.ignored.append(Ignored(node.line, node.path))
        return []
    parts = checking.entries(implementation, IMPLEMENTATION)
    if parts and "kind" not in parts:
        checking.missing(implementation, "kind", N_("it says which check this is."))
    kind = checking.choice(parts, "kind", tuple(RULE_KINDS))
    columns = _columns(checking, parts, place)
    params = parts["params"].plain() if "params" in parts else {}
    if not isinstance(params, dict):
        checking.entries(parts["params"], keys.Part(frozenset(), frozenset()))
        return []
    if not kind:
        return []
    return [Rule("", kind, columns, params, RULE_KINDS[kind])]


def _columns(checking: Checking, parts: Entries, place: Place) -> tuple[str, ...]:
    for item in checking.items(parts, "columns"):
        if item.kind is not Kind.LIST and item.text not in place.columns:
            checking.note("contract.unknown_column", item, place.columns, value=item.text)
    named = checking.texts(parts, "columns")
    return named or ((place.column,) if place.column else ())
