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
from shuzhi.engine.data.contracts.columns import valid_pattern
from shuzhi.engine.data.contracts.problems import note
from shuzhi.engine.data.contracts.properties import properties
from shuzhi.engine.data.contracts.rule_kinds import INDICATORS, RULE_KINDS, dimension_of
from shuzhi.engine.data.quality.rules import Rule, Severity
from shuzhi.engine.documents import Item, Keys, Kind
from shuzhi.engine.texts import N_

ENGINE = "shuzhi"
IMPLEMENTATION = keys.part("kind columns params")
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


def plain_enum(node: Item) -> tuple[str, ...]:
    """The values of an entry that says nothing but "one of these, always": the column's enum itself.

    Empty for any other entry. v3.1 of the standard has no other place for permitted values.
    """
    entries = node.entries()
    arguments = entries.get("arguments")
    if arguments is None or not set(entries) <= _PLAIN_ENUM or set(arguments.node.entries) != {"validValues"}:
        return ()
    always = entries.get("mustBe")
    if always is None or always.plain() != 0 or entries.text("metric") != "invalidValues":
        return ()
    return arguments.entries().texts("validValues")


def read_quality(node: Item, place: Place) -> list[Rule]:
    """The rules of one entry; their ids are empty where the file gives none."""
    entries = node.mapping(keys.QUALITY)
    default = "library" if {"metric", "rule"} & set(entries) else ""
    kind = entries.choice("type", keys.QUALITY_TYPES, default)
    if "query" in entries or kind == "sql":
        note("contract.sql", entries.get("query", node))
        return []
    if kind == "library":
        rules = _library(node, entries, place)
    elif kind == "custom":
        rules = _custom(node, entries, place)
    elif kind == "text":
        node.ignore()
        return []
    else:
        node.missing("metric", N_("a check names a metric, or type: text or custom."))
        return []
    return [_described(entries, rule, len(rules) > 1) for rule in rules if _can_run(node, rule)]


def _can_run(node: Item, rule: Rule) -> bool:
    """Whether the rule's columns and parameters are what its kind wants; noted where not."""
    from shuzhi.engine.data.quality.compiling import rule_problems  # loads the table engine

    problems = rule_problems(rule)
    for problem in problems:
        note("contract.rule", node, kind=rule.kind, reason=problem)
    return not problems


def _described(entries: Keys, rule: Rule, several: bool) -> Rule:
    """``rule`` with the entry's id, title, severity, indicator and evidence."""
    custom = properties(entries)
    own_id = custom.text("ruleId") or entries.text("id")
    dimension = entries.choice("dimension", keys.DIMENSIONS)
    indicator = custom.text("indicator")
    if not indicator:
        fits = not dimension or dimension_of(rule.indicator) == dimension
        indicator = rule.indicator if fits else INDICATORS[dimension]
    title = entries.text("name") or entries.text("description")
    return replace(
        rule,
        id=f"{own_id}.{rule.kind}" if own_id and several else own_id,
        title="" if title == own_id else title,
        severity=_SEVERITIES.get(entries.text("severity").lower(), Severity.MAJOR),
        indicator=indicator,
        evidence=custom.text("evidence"),
    )


def _library(node: Item, entries: Keys, place: Place) -> list[Rule]:
    metric = entries.choice("metric", keys.METRICS) or entries.choice("rule", keys.METRICS)
    if not metric:
        return []
    if metric == "rowCount":
        return _row_count(node, entries, place)
    if place.column is None and metric != "duplicateValues":
        note("contract.metric_place", entries.get("metric", node), value=metric, place=N_("a column"))
        return []
    tolerance = _tolerance(node, entries)
    arguments = entries.mapping("arguments", keys.ARGUMENTS[metric])
    if tolerance is None:
        return []
    columns = (place.column,) if place.column else _listed(arguments, place)
    found = _counted(metric, arguments)
    if not found and not arguments:
        why = N_("it says which values are valid: validValues or pattern.")
        node.missing("arguments", why)
    return [Rule("", kind, columns, {**params, **tolerance}, RULE_KINDS[kind]) for kind, params in found]


def _listed(arguments: Keys, place: Place) -> tuple[str, ...]:
    """The columns of a duplicate check over a table: those named, or all."""
    for item in arguments.items_of("properties"):
        if (name := item.text()) not in place.columns:
            note("contract.unknown_column", item, place.columns, value=name)
    return arguments.texts("properties") or place.columns


def _counted(metric: str, arguments: Keys) -> list[tuple[str, dict[str, object]]]:
    """Which rule kinds count what the metric counts, with their parameters."""
    if metric == "duplicateValues":
        return [("unique", {})]
    if metric == "nullValues":
        return [("not_null", {})]
    if metric == "missingValues":
        also = list(arguments.texts("missingValues"))
        return [("not_null", {"missing": also} if also else {})]
    found: list[tuple[str, dict[str, object]]] = []
    if "validValues" in arguments:
        found.append(("enum", {"values": list(arguments.texts("validValues"))}))
    if "pattern" in arguments:
        pattern = arguments.text("pattern")
        if valid_pattern(arguments["pattern"], pattern):
            found.append(("pattern", {"pattern": pattern}))
    return found


def _operator(node: Item, entries: Keys) -> str | None:
    given = [key for key in keys.OPERATORS if key in entries]
    if len(given) == 1:
        return given[0]
    if given:
        note("contract.operator_twice", entries[given[1]], count=len(given))
    else:
        note("contract.operator_missing", node, keys.OPERATORS)
    return None


def _tolerance(node: Item, entries: Keys) -> dict[str, object] | None:
    """How much may fail: {} for nothing, else rows or a percentage; None where noted as wrong."""
    operator = _operator(node, entries)
    if operator is None:
        return None
    percent = entries.text("unit").lower() in ("percent", "percentage", "%")
    most = _most(entries, operator, percent)
    if most is None or most < 0:
        note("contract.operator_meaning", entries[operator], key=operator)
        return None
    if most == 0:
        return {}
    return {"max_failed_percent": most} if percent else {"max_failed": math.floor(most)}


def _most(entries: Keys, operator: str, percent: bool) -> float | None:
    if operator == "mustBeBetween":
        low, high = _pair(entries, operator)
        return high if low == 0 else None
    value = entries.number(operator)
    if value is None:
        return None
    if operator == "mustBeLessThan":
        return math.nextafter(value, -math.inf) if percent else math.ceil(value) - 1
    if operator == "mustBeLessOrEqualTo" or (operator == "mustBe" and value == 0):
        return value
    return None


def _pair(entries: Keys, key: str) -> tuple[float | None, float | None]:
    numbers = [item.number() for item in entries.items_of(key)]
    return (numbers[0], numbers[1]) if len(numbers) == 2 else (None, None)


def _row_count(node: Item, entries: Keys, place: Place) -> list[Rule]:
    if place.column is not None:
        note("contract.metric_place", entries.get("metric", node), value="rowCount", place=N_("the table"))
    operator = _operator(node, entries)
    if operator is None:
        return []
    params = _row_bounds(entries, operator)
    if params is None:
        entries[operator].not_possible()
        return []
    return [Rule("", "row_count", (), params, RULE_KINDS["row_count"])]


def _row_bounds(entries: Keys, operator: str) -> dict[str, object] | None:
    if operator == "mustBeBetween":
        low, high = _pair(entries, operator)
        return None if low is None or high is None else {"min": math.ceil(low), "max": math.floor(high)}
    value = entries.number(operator)
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


def _custom(node: Item, entries: Keys, place: Place) -> list[Rule]:
    engine = entries.text("engine")
    implementation = entries.get("implementation")
    if not engine or implementation is None:
        why = N_("a custom check names its engine and what it runs.")
        node.missing("implementation" if engine else "engine", why)
        return []
    if engine != ENGINE:
        node.ignore()
        return []
    parts = implementation.mapping(IMPLEMENTATION)
    if parts and "kind" not in parts:
        implementation.missing("kind", N_("it says which check this is."))
    kind = parts.choice("kind", tuple(RULE_KINDS))
    columns = _columns(parts, place)
    params = parts["params"].plain() if "params" in parts else {}
    if not isinstance(params, dict):
        parts["params"].misshapen(Kind.MAP)
        return []
    if not kind:
        return []
    return [Rule("", kind, columns, params, RULE_KINDS[kind])]


def _columns(parts: Keys, place: Place) -> tuple[str, ...]:
    for item in parts.items_of("columns"):
        if item.kind is not Kind.LIST and (name := item.text()) not in place.columns:
            note("contract.unknown_column", item, place.columns, value=name)
    named = parts.texts("columns")
    return named or ((place.column,) if place.column else ())
