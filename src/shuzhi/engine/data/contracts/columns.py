"""One column of a contract: from the standard's property to a Field, and what of it becomes rules.

The field vocabulary has inclusive numeric bounds only. Bounds on days and instants, and a
shortest length, are the same promise written as a rule, so they become rules.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from shuzhi.engine.data.contracts import keys
from shuzhi.engine.data.contracts.checking import Checking, Entries
from shuzhi.engine.data.contracts.nodes import Kind, Node
from shuzhi.engine.data.fields import Field, FieldType
from shuzhi.engine.data.identifiers import IDENTIFIERS
from shuzhi.engine.data.quality.rules import Rule

# what a column without logicalType is taken for, by the word its database uses
_PHYSICAL: Mapping[str, FieldType] = {
    **dict.fromkeys(("int", "integer", "bigint", "smallint", "tinyint", "int4", "int8"), FieldType.INTEGER),
    **dict.fromkeys(("double", "float", "real", "decimal", "numeric", "number", "float8"), FieldType.NUMBER),
    **dict.fromkeys(("bool", "boolean"), FieldType.BOOLEAN),
    "date": FieldType.DATE,
    **dict.fromkeys(("timestamp", "datetime", "timestamptz"), FieldType.TIMESTAMP),
}
# formats of the standard's own examples that no identifier here checks
_FOREIGN_FORMATS = ("password", "byte", "binary", "uuid", "uri", "hostname", "ipv4", "ipv6")


def read_column(checking: Checking, node: Node) -> tuple[Field | None, list[Rule]]:
    """The field under ``node``, None where it has no name; the rules its bounds amount to, without ids."""
    entries = checking.entries(node, keys.COLUMN)
    name = checking.text(entries, "name")
    if not name:
        checking.missing(node, "name", "a column has the name of its header.")
        return None, []
    stated = _type(checking, entries)
    kind = stated or FieldType.STRING
    options = _options(checking, entries, stated)
    custom = checking.properties(entries)
    low, high, rules = _bounds(checking, options, kind, name)
    shortest = checking.whole(options, "minLength")
    if shortest:
        rules.append(Rule("", "length", (name,), {"min": shortest}, indicator="010103"))
    field = Field(
        name=name,
        type=kind,
        title=checking.text(entries, "businessName"),
        description=checking.text(entries, "description"),
        required=checking.flag(entries, "required"),
        unique=checking.flag(entries, "unique"),
        primary_key=checking.flag(entries, "primaryKey"),
        enum=_enum(checking, entries) or checking.texts(custom, "enum"),
        pattern=_pattern(checking, {**custom, **options}),
        format=_format(checking, {**custom, **options} if kind is FieldType.STRING else custom),
        minimum=low if low is not None else _bound(checking, custom, "minimum"),
        maximum=high if high is not None else _bound(checking, custom, "maximum"),
        max_length=checking.whole({**custom, **options}, "maxLength"),
        unit=checking.text(custom, "unit") or None,
        category=checking.text(custom, "category") or None,
        grade=checking.text(entries, "classification") or None,
        examples=checking.texts(entries, "examples"),
        aliases=checking.texts(custom, "aliases") + _synonyms(checking, entries),
    )
    return field, rules


def _type(checking: Checking, entries: Entries) -> FieldType | None:
    """The column's type; None where the one written is no type of a table's column."""
    written = checking.text(entries, "logicalType")
    if written in keys.NESTED_TYPES:
        checking.note("contract.nested", entries["logicalType"], keys.LOGICAL_TYPES, value=written)
        return None
    if not written:
        physical = checking.text(entries, "physicalType").lower().partition("(")[0].strip()
        return _PHYSICAL.get(physical, FieldType.STRING)
    checking.text(entries, "physicalType")
    known = checking.choice(entries, "logicalType", keys.LOGICAL_TYPES)
    return FieldType(known) if known else None


def _options(checking: Checking, entries: Entries, kind: FieldType | None) -> Entries:
    node = entries.get("logicalTypeOptions")
    if node is None or node.kind is Kind.NOTHING:
        return {}
    return checking.entries(node, keys.OPTIONS[kind] if kind else keys.ANY_OPTIONS)


def _enum(checking: Checking, entries: Entries) -> tuple[str, ...]:
    """The standard's ``enum`` (v3.2.0): mappings with a value, or plain values."""
    values = []
    for item in checking.items(entries, "enum"):
        if item.kind is Kind.MAP:
            parts = checking.entries(item, keys.ENUM_VALUE)
            if "value" not in parts:
                checking.missing(item, "value", "each permitted value needs one.")
            values.append(checking.text(parts, "value"))
        else:
            values.append(checking.scalar(item))
    return tuple(value for value in values if value)


def _synonyms(checking: Checking, entries: Entries) -> tuple[str, ...]:
    parts = (checking.entries(item, keys.SYNONYM) for item in checking.items(entries, "synonyms"))
    return tuple(word for part in parts if (word := checking.text(part, "synonym")))


def _pattern(checking: Checking, entries: Entries) -> str | None:
    pattern = checking.text(entries, "pattern") or None
    return pattern if pattern is None or valid_pattern(checking, entries["pattern"], pattern) else None


def valid_pattern(checking: Checking, node: Node, pattern: str) -> bool:
    """Whether ``pattern`` is an expression of RE2, which matches it in the tables; noted where not."""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        pc.match_substring_regex(pa.array([""]), pattern)
    except pa.ArrowInvalid as error:
        checking.note("contract.pattern", node, value=pattern, reason=str(error))
        return False
    return True


def _format(checking: Checking, entries: Entries) -> str | None:
    written = checking.text(entries, "format")
    if written in ("", *_FOREIGN_FORMATS):
        return None
    return checking.choice(entries, "format", tuple(IDENTIFIERS)) or None


def _bound(checking: Checking, entries: Entries, key: str) -> float | None:
    value = checking.number(entries, key)
    return None if value is None else float(value)


def _bounds(
    checking: Checking, options: Entries, kind: FieldType, name: str
) -> tuple[float | None, float | None, list[Rule]]:
    """Inclusive bounds: as numbers for numeric columns, as a range rule for days and instants."""
    if kind in (FieldType.INTEGER, FieldType.NUMBER):
        low, high = _numbers(checking, options, kind)
        _check_order(checking, options, low, high)
        return low, high, []
    if kind not in (FieldType.DATE, FieldType.TIMESTAMP):
        return None, None, []
    params: dict[str, object] = {}
    for key, ours, step in (
        ("minimum", "min", 0),
        ("exclusiveMinimum", "min", 1),
        ("maximum", "max", 0),
        ("exclusiveMaximum", "max", -1),
    ):
        if key in options and (day := _instant(checking, options[key], kind, step)):
            params[ours] = day
    _check_order(checking, options, params.get("min"), params.get("max"))
    return None, None, [Rule("", "range", (name,), params, indicator="0301")] if params else []


def _numbers(checking: Checking, options: Entries, kind: FieldType) -> tuple[float | None, float | None]:
    low, high = _bound(checking, options, "minimum"), _bound(checking, options, "maximum")
    above = _bound(checking, options, "exclusiveMinimum")
    below = _bound(checking, options, "exclusiveMaximum")
    whole = kind is FieldType.INTEGER
    if above is not None:
        next_up = math.floor(above) + 1.0 if whole else math.nextafter(above, math.inf)
        low = next_up if low is None else max(low, next_up)
    if below is not None:
        next_down = math.ceil(below) - 1.0 if whole else math.nextafter(below, -math.inf)
        high = next_down if high is None else min(high, next_down)
    return low, high


def _check_order(checking: Checking, options: Entries, low: object, high: object) -> None:
    if low is not None and high is not None and low > high:  # type: ignore[operator]
        checking.note("contract.bounds", next(iter(options.values())), low=low, high=high)


def _instant(checking: Checking, node: Node, kind: FieldType, step: int) -> str | None:
    """The bound as ISO text, moved by one day or microsecond where the file's is exclusive."""
    text = checking.scalar(node)
    try:
        if kind is FieldType.DATE:
            return (date.fromisoformat(text[:10]) + timedelta(days=step)).isoformat()
        return (datetime.fromisoformat(text) + timedelta(microseconds=step)).isoformat(sep=" ")
    except (ValueError, OverflowError):
        checking.note("contract.date", node, value=text)
        return None
