"""A contract as ODCS v3.1 YAML that other tools accept.

What the standard has a place for goes there; the rest goes into customProperties. Rules that
a library metric can express are written as one, so that other tools run them too; all others
as ``type: custom`` with ``engine: shuzhi``. Reading the result gives the contract again, its
rules ordered by column.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import yaml

from shuzhi.engine.data.contracts import keys
from shuzhi.engine.data.contracts.model import Contract
from shuzhi.engine.data.contracts.quality_entries import ENGINE
from shuzhi.engine.data.contracts.rule_kinds import dimension_of
from shuzhi.engine.data.fields import Field, FieldType
from shuzhi.engine.data.quality.rules import Rule

Entry = dict[str, Any]
_WIDTH = 4096
_NUMERIC = (FieldType.INTEGER, FieldType.NUMBER)


def dump_contract(contract: Contract) -> str:
    """The contract as YAML text: keys in the standard's order, Chinese readable, one line a value."""
    return yaml.dump(_document(contract), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH)


class _Dumper(yaml.SafeDumper):
    """Writes no anchors (a value used twice is written twice) and indents lists under their key."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)


def _document(contract: Contract) -> Entry:
    extras = dict(contract.extras)
    others: Mapping[str, object] = extras.pop("customProperties", {})  # type: ignore[assignment]
    levels: list[object] = extras.pop("slaProperties", [])  # type: ignore[assignment]
    described: Mapping[str, object] = extras.pop("description", {})  # type: ignore[assignment]
    ours = {
        "owner": contract.owner,
        "organisationColumn": contract.organisation_column,
        "subject": contract.subject,
    }
    frequency = keys.FREQUENCIES.get(contract.update_cycle)
    if frequency is None and contract.update_cycle != "other":
        ours["updateCycle"] = contract.update_cycle
    rhythm = [{"property": "frequency", "value": frequency[0], "unit": frequency[1]}] if frequency else []
    return _filled(
        {
            "apiVersion": keys.WRITTEN_VERSION,
            "kind": "DataContract",
            "id": contract.id,
            "name": contract.title,
            "version": contract.version,
            "status": contract.status,
            "domain": contract.domain,
            "tags": list(contract.tags),
            "description": {**_filled({"purpose": contract.description}), **described},
            **extras,
            "schema": [_table(contract)],
            "slaProperties": rhythm + levels,
            "customProperties": _properties({**ours, **others}),
        }
    )


def _filled(entry: Entry) -> Entry:
    """``entry`` without what says nothing."""
    return {key: value for key, value in entry.items() if value not in (None, "", [], {}, False)}


def _properties(values: Mapping[str, object]) -> list[Entry]:
    return [
        {"property": name, "value": value} for name, value in values.items() if value not in (None, "", [])
    ]


def _table(contract: Contract) -> Entry:
    names = {field.name for field in contract.fields}
    own: dict[str, list[Rule]] = {name: [] for name in names}
    shared: list[Rule] = []
    for rule in contract.rules:
        alone = len(rule.columns) == 1 and rule.columns[0] in names
        (own[rule.columns[0]] if alone else shared).append(rule)
    return _filled(
        {
            "name": contract.name,
            "logicalType": "object",
            "physicalType": "table",
            "businessName": contract.title,
            "quality": [_quality(rule) for rule in shared],
            "properties": [_column(field, own[field.name], contract.key) for field in contract.fields],
        }
    )


def _column(field: Field, rules: list[Rule], key: tuple[str, ...]) -> Entry:
    options, custom = _options(field)
    quality = [_quality(rule) for rule in rules]
    if field.enum:
        quality.insert(0, _metric("invalidValues", {"validValues": _typed(field.enum, field.type)}))
    return _filled(
        {
            "name": field.name,
            "businessName": field.title,
            "description": field.description,
            "logicalType": field.type.value,
            "logicalTypeOptions": options,
            "primaryKey": field.primary_key,
            "primaryKeyPosition": key.index(field.name) + 1 if field.primary_key else None,
            "required": field.required,
            "unique": field.unique,
            "classification": field.grade,
            "examples": _typed(field.examples, field.type),
            "quality": quality,
            "customProperties": _properties(custom),
        }
    )


def _options(field: Field) -> tuple[Entry, Entry]:
    """What limits the column, split into the standard's options for its type and the rest."""
    limits: Entry = {
        "maxLength": field.max_length,
        "pattern": field.pattern,
        "format": field.format,
        "minimum": _number(field.minimum),
        "maximum": _number(field.maximum),
    }
    standard = {
        FieldType.STRING: ("maxLength", "pattern", "format"),
        FieldType.INTEGER: ("minimum", "maximum"),
        FieldType.NUMBER: ("minimum", "maximum"),
    }.get(field.type, ())
    given = {key: value for key, value in limits.items() if value is not None and value != ""}
    options = {key: value for key, value in given.items() if key in standard}
    rest = {key: value for key, value in given.items() if key not in standard}
    more = {"unit": field.unit, "category": field.category, "aliases": list(field.aliases)}
    return options, {**rest, **more}


def _number(value: float | None) -> float | int | None:
    whole = value is not None and math.isfinite(value) and value == int(value) and abs(value) < 2**53
    return int(value) if whole and value is not None else value


def _typed(values: tuple[str, ...], kind: FieldType) -> list[object]:
    """Texts as the column's type where that changes nothing: "1" of an integer column as 1."""
    return [int(v) if kind is FieldType.INTEGER and _is_plain_integer(v) else v for v in values]


def _is_plain_integer(text: str) -> bool:
    return text.isascii() and text.lstrip("-").isdigit() and len(text) < 19 and str(int(text)) == text


def _quality(rule: Rule) -> Entry:
    entry = _library(rule) or {"type": "custom", "engine": ENGINE, "implementation": _implementation(rule)}
    return {
        "name": rule.title or rule.id,
        **entry,
        **_filled({"dimension": dimension_of(rule.indicator)}),
        "severity": rule.severity.value,
        "customProperties": _properties(
            {"ruleId": rule.id, "indicator": rule.indicator, "evidence": rule.evidence}
        ),
    }


def _implementation(rule: Rule) -> Entry:
    return _filled({"kind": rule.kind, "columns": list(rule.columns), "params": _plain(rule.params)})


def _plain(value: object) -> Any:
    """``value`` in the types that YAML knows."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _library(rule: Rule) -> Entry | None:
    """The library metric that counts what ``rule`` counts; None where there is none."""
    params = dict(rule.params)
    if rule.kind == "row_count":
        return _row_count(params)
    if rule.kind == "unique" and "max_failed_percent" in params:
        return None  # the standard's tools count duplicates in rows only
    operator = _operator(params)
    arguments: Entry = {}
    if rule.kind == "unique":
        metric = "duplicateValues"
        if len(rule.columns) > 1:
            arguments = {"properties": list(rule.columns)}
    elif rule.kind == "not_null":
        metric = "missingValues" if "missing" in params else "nullValues"
        if "missing" in params:
            arguments = {"missingValues": [None, *_plain(params.pop("missing"))]}
    elif rule.kind in ("enum", "pattern"):
        metric, ours, theirs = "invalidValues", *_INVALID[rule.kind]
        if ours not in params:
            return None
        arguments = {theirs: _plain(params.pop(ours))}
    else:
        return None
    return None if params else _metric(metric, arguments, operator)


_INVALID = {"enum": ("values", "validValues"), "pattern": ("pattern", "pattern")}


def _metric(metric: str, arguments: Entry, operator: Entry | None = None) -> Entry:
    return {
        "type": "library",
        "metric": metric,
        **_filled({"arguments": arguments}),
        **(operator or {"mustBe": 0}),
    }


def _operator(params: dict[str, object]) -> Entry:
    """The operator for how many rows may fail, taken out of ``params``."""
    rows, percent = params.pop("max_failed", None), params.pop("max_failed_percent", None)
    if isinstance(percent, int | float):
        above = math.nextafter(percent, math.inf)
        if len(repr(above)) < len(repr(float(percent))):  # it was written as "less than"
            return {"mustBeLessThan": _number(above), "unit": "percent"}
        return {"mustBeLessOrEqualTo": _number(float(percent)), "unit": "percent"}
    return {"mustBe": 0} if rows is None else {"mustBeLessOrEqualTo": rows, "unit": "rows"}


def _row_count(params: dict[str, object]) -> Entry | None:
    low, high = params.pop("min", None), params.pop("max", None)
    if params or (low is None and high is None):
        return None
    if low is not None and high is not None:
        bounds: Entry = {"mustBe": low} if low == high else {"mustBeBetween": [low, high]}
    else:
        bounds = {"mustBeLessOrEqualTo": high} if low is None else {"mustBeGreaterOrEqualTo": low}
    return {"type": "library", "metric": "rowCount", **bounds}
