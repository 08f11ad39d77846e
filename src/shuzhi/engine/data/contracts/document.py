"""A contract file (ODCS v3.1 YAML): read, checked, every problem with its file, line and key."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from shuzhi.engine.data.contracts import keys
from shuzhi.engine.data.contracts.checking import Checking, Entries, Ignored
from shuzhi.engine.data.contracts.columns import read_column
from shuzhi.engine.data.contracts.model import Contract
from shuzhi.engine.data.contracts.nodes import Kind, Node, UnreadableError, read_tree
from shuzhi.engine.data.contracts.problems import ContractError, Problem
from shuzhi.engine.data.contracts.quality_entries import Place, plain_enum, read_quality
from shuzhi.engine.data.contracts.relationships import read_relationships
from shuzhi.engine.data.fields import Field
from shuzhi.engine.data.quality.rules import Rule
from shuzhi.engine.texts import N_

_EXTRAS = tuple(sorted(keys.ROOT.kept))


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
        root = read_tree(text)
    except UnreadableError as error:
        return Document(None, (Problem(name, error.line, "", error.code, error.values),))
    if root is None:
        return Document(None, (Problem(name, 1, "", "contract.empty"),))
    checking = Checking(name)
    contract = _contract(checking, root)
    problems = tuple(sorted(checking.problems, key=lambda problem: problem.line))
    return Document(None if problems else contract, problems, tuple(checking.ignored))


def validate(text: str, name: str = "contract") -> tuple[Problem, ...]:
    """Everything that is wrong with a contract, in the order of its lines; empty when it can be used."""
    return read_document(text, name).problems


def load_contract(text: str, *, name: str = "contract") -> Contract:
    """The contract in ``text``. Raises ContractError with all problems of the file."""
    document = read_document(text, name)
    if document.contract is None:
        raise ContractError(document.problems)
    return document.contract


def _contract(checking: Checking, root: Node) -> Contract:
    entries = checking.entries(root, keys.ROOT)
    _check_head(checking, root, entries)
    custom = checking.properties(entries)
    table = _table(checking, entries)
    parts = checking.entries(table, keys.TABLE) if table else {}
    fields, rules = _content(checking, table, parts) if table else ((), ())
    table_name = checking.text(parts, "name")
    return Contract(
        id=checking.text(entries, "id"),
        name=table_name,
        version=checking.text(entries, "version"),
        title=checking.text(entries, "name") or checking.text(parts, "businessName") or table_name,
        fields=fields,
        rules=rules,
        status=checking.choice(entries, "status", keys.STATUSES, "draft"),
        description=_description(checking, entries) or checking.text(parts, "description"),
        owner=checking.text(custom, "owner") or None,
        organisation_column=_organisation_column(checking, custom, fields),
        update_cycle=_update_cycle(checking, entries, custom),
        subject=checking.choice(custom, "subject", keys.SUBJECTS) or None,
        domain=checking.text(entries, "domain") or None,
        tags=checking.texts(entries, "tags"),
        extras=_extras(checking, entries, custom),
    )


def _check_head(checking: Checking, root: Node, entries: Entries) -> None:
    reasons = {
        "apiVersion": N_("it says which version of the standard this is: v3.1.0."),
        "kind": N_("it says what this file is: DataContract."),
        "id": N_("it tells this contract from all others."),
        "version": N_("it counts the contract's own changes, for example 1.0.0."),
        "status": N_("it is one of proposed, draft, active, deprecated, retired."),
        "schema": N_("it holds the table and its columns."),
    }
    for key, why in reasons.items():
        if key not in entries or not (entries[key].text or entries[key].items or entries[key].entries):
            checking.missing(root, key, why)
    version = checking.text(entries, "apiVersion")
    if version and version not in keys.API_VERSIONS:
        checking.note("contract.api_version", entries["apiVersion"], keys.API_VERSIONS, value=version)
    checking.choice(entries, "kind", ("DataContract",))


def _table(checking: Checking, entries: Entries) -> Node | None:
    tables = checking.items(entries, "schema")
    if len(tables) > 1:
        checking.note("contract.one_table", tables[1], count=len(tables))
    if not tables:
        return None
    if tables[0].kind is Kind.MAP and "name" not in tables[0].entries:
        checking.missing(tables[0], "name", N_("it is the dataset's code in the catalogue."))
    return tables[0]


def _description(checking: Checking, entries: Entries) -> str:
    node = entries.get("description")
    if node is None or node.kind is Kind.NOTHING:
        return ""
    if node.kind is Kind.TEXT:
        return node.text
    return checking.text(checking.entries(node, keys.DESCRIPTION), "purpose")


def _organisation_column(checking: Checking, custom: Entries, fields: tuple[Field, ...]) -> str | None:
    column = checking.text(custom, "organisationColumn")
    names = tuple(field.name for field in fields)
    if column and column not in names:
        checking.note("contract.unknown_column", custom["organisationColumn"], names, value=column)
    return column or None


def _update_cycle(checking: Checking, entries: Entries, custom: Entries) -> str:
    """From slaProperties.frequency (1 day, 3 months ...) or, where none fits, the custom property."""
    stated = checking.choice(custom, "updateCycle", keys.CYCLES)
    for item in checking.items(entries, "slaProperties"):
        cycle = _cycle_of(checking, checking.entries(item, keys.SERVICE_LEVEL))
        if cycle and stated and cycle != stated:
            checking.note("contract.cycle_conflict", custom["updateCycle"], one=stated, other=cycle)
        if cycle:
            return cycle
    return stated or "other"


def _cycle_of(checking: Checking, level: Entries) -> str | None:
    """The update cycle that a service level states; None where it is no frequency, or another one."""
    if checking.text(level, "property") != "frequency":
        return None
    value, unit = checking.text(level, "value"), checking.text(level, "unit").lower()
    cycles = {pair: cycle for cycle, pair in keys.FREQUENCIES.items()}
    return cycles.get((int(value), keys.UNITS.get(unit, ""))) if value.isdecimal() else None


def _extras(checking: Checking, entries: Entries, custom: Entries) -> dict[str, object]:
    """The top-level keys without a meaning here, as they came, so that writing loses none."""
    extras: dict[str, object] = {key: entries[key].plain() for key in _EXTRAS if key in entries}
    checking.ignored = [item for item in checking.ignored if item.key not in extras]
    others = {name: node.plain() for name, node in custom.items() if name not in keys.ROOT_PROPERTIES}
    if others:
        extras["customProperties"] = others
    levels = [
        item.plain()
        for item in checking.items(entries, "slaProperties")
        if not _cycle_of(checking, item.entries)
    ]
    if levels:
        extras["slaProperties"] = levels
    described = entries["description"].plain() if "description" in entries else None
    if isinstance(described, dict) and set(described) - {"purpose"}:
        extras["description"] = {key: value for key, value in described.items() if key != "purpose"}
    return extras


def _content(checking: Checking, table: Node, parts: Entries) -> tuple[tuple[Field, ...], tuple[Rule, ...]]:
    """The columns and the rules, those of columns first, each with its id."""
    read = [(node, *read_column(checking, node)) for node in checking.items(parts, "properties")]
    if not read:
        checking.note("contract.no_columns", parts.get("properties", table))
    columns = _unrepeated(checking, read)
    names = tuple(field.name for field, _, _ in columns)
    fields: list[Field] = []
    rules: list[tuple[Node, Rule]] = []
    for field, node, bounds in columns:
        rules += [(node, rule) for rule in bounds]
        place = Place(names, field.name)
        for item in checking.items(node.entries, "quality"):
            values = () if field.enum or item.kind is not Kind.MAP else plain_enum(checking, item)
            if values:
                field = replace(field, enum=values)  # noqa: PLW2901 - the field is being completed
            else:
                rules += [(item, rule) for rule in read_quality(checking, item, place)]
        rules += read_relationships(checking, node.entries, place)
        fields.append(field)
    for item in checking.items(parts, "quality"):
        rules += [(item, rule) for rule in read_quality(checking, item, Place(names))]
    rules += read_relationships(checking, parts, Place(names))
    return tuple(fields), _named(checking, rules)


def _unrepeated(
    checking: Checking, read: Iterable[tuple[Node, Field | None, list[Rule]]]
) -> list[tuple[Field, Node, list[Rule]]]:
    lines: dict[str, int] = {}
    kept = []
    for node, field, rules in read:
        if field is None:
            continue
        if field.name in lines:
            at = node.entries["name"]
            checking.note("contract.duplicate_column", at, value=field.name, first=lines[field.name])
            continue
        lines[field.name] = node.entries["name"].line
        kept.append((field, node, rules))
    return kept


def _named(checking: Checking, rules: list[tuple[Node, Rule]]) -> tuple[Rule, ...]:
    """Every rule with an id: its own, else made of its columns and kind, numbered where taken."""
    lines: dict[str, int] = {}
    for node, rule in rules:
        if rule.id in lines:
            checking.note("contract.duplicate_rule", node, value=rule.id, first=lines[rule.id])
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
