"""One column of a contract: from the standard's property to a Field, and what of it becomes rules.

The field vocabulary has inclusive numeric bounds only. Bounds on days and instants, and a
shortest length, are the same promise written as a rule, so they become rules.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from shuzhi.engine.data.contracts import keys
from shuzhi.engine.data.contracts.problems import note
from shuzhi.engine.data.contracts.properties import properties
from shuzhi.engine.data.fields import Field, FieldType
from shuzhi.engine.data.identifiers import IDENTIFIERS
from shuzhi.engine.data.quality.rules import Rule
from shuzhi.engine.documents import Item, Keys, Kind

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


def read_column(node: Item) -> tuple[Field | None, list[Rule]]:
    """The field under ``node``, None where it has no name; the rules its bounds amount to, without ids."""
    entries = node.mapping(keys.COLUMN)
    name = entries.text("name")
    if not name:
        node.missing("name", "a column has the name of its header.")
        return None, []
    stated = _type(entries)
    kind = stated or FieldType.STRING
    options = _options(entries, stated)
    custom = properties(entries)
    limits = Keys({**custom, **options})
    low, high, rules = _bounds(options, kind, name)
    shortest = options.whole("minLength")
    if shortest:
        rules.append(Rule("", "length", (name,), {"min": shortest}, indicator="010103"))
    field = Field(
        name=name,
        type=kind,
        title=entries.text("businessName"),
        description=entries.text("description"),
        required=entries.flag("required"),
        unique=entries.flag("unique"),
        primary_key=entries.flag("primaryKey"),
        enum=_enum(entries) or custom.texts("enum"),
        pattern=_pattern(limits),
        format=_format(limits if kind is FieldType.STRING else custom),
        minimum=low if low is not None else _bound(custom, "minimum"),
        maximum=high if high is not None else _bound(custom, "maximum"),
        max_length=limits.whole("maxLength"),
        unit=custom.text("unit") or None,
        category=custom.text("category") or None,
        grade=entries.text("classification") or None,
        examples=entries.texts("examples"),
        aliases=custom.texts("aliases") + _synonyms(entries),
    )
    return field, rules


def _type(entries: Keys) -> FieldType | None:
    """The column's type; None where the one written is no type of a table's column."""
    written = entries.text("logicalType")
    if written in keys.NESTED_TYPES:
        note("contract.nested", entries["logicalType"], keys.LOGICAL_TYPES, value=written)
        return None
    if not written:
        physical = entries.text("physicalType").lower().partition("(")[0].strip()
        return _PHYSICAL.get(physical, FieldType.STRING)
    entries.text("physicalType")
    known = entries.choice("logicalType", keys.LOGICAL_TYPES)
    return FieldType(known) if known else None


def _options(entries: Keys, kind: FieldType | None) -> Keys:
    return entries.mapping("logicalTypeOptions", keys.OPTIONS[kind] if kind else keys.ANY_OPTIONS)


def _enum(entries: Keys) -> tuple[str, ...]:
    """The standard's ``enum`` (v3.2.0): mappings with a value, or plain values."""
    values = []
    for item in entries.items_of("enum"):
        if item.kind is Kind.MAP:
            parts = item.mapping(keys.ENUM_VALUE)
            if "value" not in parts:
                item.missing("value", "each permitted value needs one.")
            values.append(parts.text("value"))
        else:
            values.append(item.text())
    return tuple(value for value in values if value)


def _synonyms(entries: Keys) -> tuple[str, ...]:
    parts = (item.mapping(keys.SYNONYM) for item in entries.items_of("synonyms"))
    return tuple(word for part in parts if (word := part.text("synonym")))


def _pattern(entries: Keys) -> str | None:
    pattern = entries.text("pattern") or None
    return pattern if pattern is None or valid_pattern(entries["pattern"], pattern) else None


def valid_pattern(node: Item, pattern: str) -> bool:
    """Whether ``pattern`` is an expression of RE2, which matches it in the tables; noted where not."""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        pc.match_substring_regex(pa.array([""]), pattern)
    except pa.ArrowInvalid as error:
        note("contract.pattern", node, value=pattern, reason=str(error))
        return False
    return True


def _format(entries: Keys) -> str | None:
    written = entries.text("format")
    if written in ("", *_FOREIGN_FORMATS):
        return None
    return entries.choice("format", tuple(IDENTIFIERS)) or None


def _bound(entries: Keys, key: str) -> float | None:
    value = entries.number(key)
    return None if value is None else float(value)


def _bounds(options: Keys, kind: FieldType, name: str) -> tuple[float | None, float | None, list[Rule]]:
    """Inclusive bounds: as numbers for numeric columns, as a range rule for days and instants."""
    if kind in (FieldType.INTEGER, FieldType.NUMBER):
        low, high = _numbers(options, kind)
        _check_order(options, low, high)
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
        if key in options and (day := _instant(options[key], kind, step)):
            params[ours] = day
    _check_order(options, params.get("min"), params.get("max"))
    return None, None, [Rule("", "range", (name,), params, indicator="0301")] if params else []


def _numbers(options: Keys, kind: FieldType) -> tuple[float | None, float | None]:
    low, high = _bound(options, "minimum"), _bound(options, "maximum")
    above = _bound(options, "exclusiveMinimum")
    below = _bound(options, "exclusiveMaximum")
    whole = kind is FieldType.INTEGER
    if above is not None:
        next_up = math.floor(above) + 1.0 if whole else math.nextafter(above, math.inf)
        low = next_up if low is None else max(low, next_up)
    if below is not None:
        next_down = math.ceil(below) - 1.0 if whole else math.nextafter(below, -math.inf)
        high = next_down if high is None else min(high, next_down)
    return low, high


def _check_order(options: Keys, low: object, high: object) -> None:
    if low is not None and high is not None and low > high:  # type: ignore[operator]
        note("contract.bounds", next(iter(options.values())), low=low, high=high)


def _instant(node: Item, kind: FieldType, step: int) -> str | None:
    """The bound as ISO text, moved by one day or microsecond where the file's is exclusive."""
    text = node.text()
    try:
        if kind is FieldType.DATE:
            return (date.fromisoformat(text[:10]) + timedelta(days=step)).isoformat()
        return (datetime.fromisoformat(text) + timedelta(microseconds=step)).isoformat(sep=" ")
    except (ValueError, OverflowError):
        note("contract.date", node, value=text)
        return None
