"""A contract file (ODCS v3.1 YAML): read, checked, every problem with its file, line and key."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from shuzhi.engine.data.contracts import keys
from shuzhi.engine.data.contracts.columns import read_column
from shuzhi.engine.data.contracts.model import Contract
from shuzhi.engine.data.contracts.problems import ContractError, note
from shuzhi.engine.data.contracts.properties import properties
from shuzhi.engine.data.contracts.quality_entries import Place, plain_enum, read_quality
from shuzhi.engine.data.contracts.relationships import read_relationships
from shuzhi.engine.data.fields import Field
from shuzhi.engine.data.quality.rules import Rule
from shuzhi.engine.documents import TOLERANT, DocumentError, Ignored, Item, Keys, Kind, Problem, read_item
from shuzhi.engine.texts import N_

_EXTRAS = tuple(key.name for key in keys.ROOT if not key.used)


@dataclass(frozen=True, slots=True)
class Document:
    """What a file holds: ``contract`` is None where there are problems.

    ``ignored`` lists the keys that the standard allows and this product does not use, below
    the top level; those of the top level travel with the contract as ``extras``.
    """

    contract: Contract | None
    problems: tuple[Problem, ...]
    ignored: tuple[Ignored, ...] = ()


def read_document(text: str, name: str = "contract") -> Document:
    """Reads ``text``; ``name`` is what the messages call the file. Never raises for bad content."""
    try:
        root = read_item(text, name, TOLERANT)
    except DocumentError as error:
        return Document(None, error.problems)
    if root.kind is Kind.NOTHING:
        note("contract.empty", root)
        return Document(None, root.notes.in_order())
    contract = _contract(root)
    problems = root.notes.in_order()
    ignored = tuple(item for item in root.notes.ignored if item.key not in _EXTRAS)
    return Document(None if problems else contract, problems, ignored)


def validate(text: str, name: str = "contract") -> tuple[Problem, ...]:
    """Everything that is wrong with a contract, in the order of its lines; empty when it can be used."""
    return read_document(text, name).problems


def load_contract(text: str, *, name: str = "contract") -> Contract:
    """The contract in ``text``. Raises ContractError with all problems of the file."""
    document = read_document(text, name)
    if document.contract is None:
        raise ContractError(document.problems)
    return document.contract


def _contract(root: Item) -> Contract:
    entries = root.mapping(keys.ROOT)
    _check_head(root, entries)
    custom = properties(entries)
    table = _table(entries)
    parts = table.mapping(keys.TABLE) if table else Keys({})
    fields, rules = _content(table, parts) if table else ((), ())
    table_name = parts.text("name")
    return Contract(
        id=entries.text("id"),
        name=table_name,
        version=entries.text("version"),
        title=entries.text("name") or parts.text("businessName") or table_name,
        fields=fields,
        rules=rules,
        status=entries.choice("status", keys.STATUSES, "draft"),
        description=_description(entries) or parts.text("description"),
        owner=custom.text("owner") or None,
        organisation_column=_organisation_column(custom, fields),
        update_cycle=_update_cycle(entries, custom),
        subject=custom.choice("subject", keys.SUBJECTS) or None,
        domain=entries.text("domain") or None,
        tags=entries.texts("tags"),
        extras=_extras(entries, custom),
    )


def _check_head(root: Item, entries: Keys) -> None:
    reasons = {
        "apiVersion": N_("it says which version of the standard this is: v3.1.0."),
        "kind": N_("it says what this file is: DataContract."),
        "id": N_("it tells this contract from all others."),
        "version": N_("it counts the contract's own changes, for example 1.0.0."),
        "status": N_("it is one of proposed, draft, active, deprecated, retired."),
        "schema": N_("it holds the table and its columns."),
    }
    for key, why in reasons.items():
        node = entries[key].node if key in entries else None
        if node is None or not (node.text or node.items or node.entries):
            root.missing(key, why)
    version = entries.text("apiVersion")
    if version and version not in keys.API_VERSIONS:
        note("contract.api_version", entries["apiVersion"], keys.API_VERSIONS, value=version)
    entries.choice("kind", ("DataContract",))


def _table(entries: Keys) -> Item | None:
    tables = entries.items_of("schema")
    if len(tables) > 1:
        note("contract.one_table", tables[1], count=len(tables))
    if not tables:
        return None
    if tables[0].kind is Kind.MAP and "name" not in tables[0].entries():
        tables[0].missing("name", N_("it is the dataset's code in the catalogue."))
    return tables[0]


def _description(entries: Keys) -> str:
    node = entries.get("description")
    if node is None or node.kind is Kind.NOTHING:
        return ""
    if node.kind is Kind.TEXT:
        return node.text()
    return node.mapping(keys.DESCRIPTION).text("purpose")


def _organisation_column(custom: Keys, fields: tuple[Field, ...]) -> str | None:
    column = custom.text("organisationColumn")
    names = tuple(field.name for field in fields)
    if column and column not in names:
        note("contract.unknown_column", custom["organisationColumn"], names, value=column)
    return column or None


def _update_cycle(entries: Keys, custom: Keys) -> str:
    """From slaProperties.frequency (1 day, 3 months ...) or, where none fits, the custom property."""
    stated = custom.choice("updateCycle", keys.CYCLES)
    for item in entries.items_of("slaProperties"):
        cycle = _cycle_of(item.mapping(keys.SERVICE_LEVEL))
        if cycle and stated and cycle != stated:
            note("contract.cycle_conflict", custom["updateCycle"], one=stated, other=cycle)
        if cycle:
            return cycle
    return stated or "other"


def _cycle_of(level: Keys) -> str | None:
    """The update cycle that a service level states; None where it is no frequency, or another one."""
    if level.text("property") != "frequency":
        return None
    value, unit = level.text("value"), level.text("unit").lower()
    cycles = {pair: cycle for cycle, pair in keys.FREQUENCIES.items()}
    return cycles.get((int(value), keys.UNITS.get(unit, ""))) if value.isdecimal() else None


def _extras(entries: Keys, custom: Keys) -> dict[str, object]:
    """The top-level keys without a meaning here, as they came, so that writing loses none."""
    extras: dict[str, object] = {key: entries[key].plain() for key in _EXTRAS if key in entries}
    others = {name: node.plain() for name, node in custom.items() if name not in keys.ROOT_PROPERTIES}
    if others:
        extras["customProperties"] = others
    levels = [item.plain() for item in entries.items_of("slaProperties") if not _cycle_of(item.entries())]
    if levels:
        extras["slaProperties"] = levels
    described = entries["description"].plain() if "description" in entries else None
    if isinstance(described, dict) and set(described) - {"purpose"}:
        extras["description"] = {key: value for key, value in described.items() if key != "purpose"}
    return extras


def _content(table: Item, parts: Keys) -> tuple[tuple[Field, ...], tuple[Rule, ...]]:
    """The columns and the rules, those of columns first, each with its id."""
    read = [(node, *read_column(node)) for node in parts.items_of("properties")]
    if not read:
        note("contract.no_columns", parts.get("properties", table))
    columns = _unrepeated(read)
    names = tuple(field.name for field, _, _ in columns)
    fields: list[Field] = []
    rules: list[tuple[Item, Rule]] = []
    for field, node, bounds in columns:
        rules += [(node, rule) for rule in bounds]
        place = Place(names, field.name)
        for item in node.entries().items_of("quality"):
            values = () if field.enum or item.kind is not Kind.MAP else plain_enum(item)
            if values:
                field = replace(field, enum=values)  # noqa: PLW2901 - the field is being completed
            else:
                rules += [(item, rule) for rule in read_quality(item, place)]
        rules += read_relationships(node.entries(), place)
        fields.append(field)
    for item in parts.items_of("quality"):
        rules += [(item, rule) for rule in read_quality(item, Place(names))]
    rules += read_relationships(parts, Place(names))
    return tuple(fields), _named(rules)


def _unrepeated(
    read: Iterable[tuple[Item, Field | None, list[Rule]]],
) -> list[tuple[Field, Item, list[Rule]]]:
    lines: dict[str, int] = {}
    kept = []
    for node, field, rules in read:
        if field is None:
            continue
        if field.name in lines:
            at = node.entries()["name"]
            note("contract.duplicate_column", at, value=field.name, first=lines[field.name])
            continue
        lines[field.name] = node.entries()["name"].line
        kept.append((field, node, rules))
    return kept


def _named(rules: list[tuple[Item, Rule]]) -> tuple[Rule, ...]:
    """Every rule with an id: its own, else made of its columns and kind, numbered where taken."""
    lines: dict[str, int] = {}
    for node, rule in rules:
        if rule.id in lines:
            note("contract.duplicate_rule", node, value=rule.id, first=lines[rule.id])
        elif rule.id:
            lines[rule.id] = node.line
    taken, named = set(lines), []
    for _, rule in rules:
        made = rule.id or f"{'+'.join(rule.columns) or 'table'}.{rule.kind}"
        count = 1
        while not rule.id and made in taken:
            count += 1
            made = f"{'+'.join(rule.columns) or 'table'}.{rule.kind}-{count}"
        taken.add(made)
        named.append(replace(rule, id=made))
    return tuple(named)
