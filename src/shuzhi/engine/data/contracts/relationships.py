"""The standard's ``relationships`` as foreign-key rules.

Under a column its own side is implied ("to: towns.code"); under the table both sides are
named, several columns at once for a composite key. References by stable id
("schema/towns/properties/code", other files) name no column and are left alone.
"""

from __future__ import annotations

from shuzhi.engine.data.contracts import keys
from shuzhi.engine.data.contracts.checking import Checking, Entries, Ignored
from shuzhi.engine.data.contracts.nodes import Kind, Node
from shuzhi.engine.data.contracts.quality_entries import Place
from shuzhi.engine.data.contracts.rule_kinds import RULE_KINDS
from shuzhi.engine.data.quality.rules import Rule
from shuzhi.engine.texts import N_

_KIND = "foreign_key"


def read_relationships(checking: Checking, entries: Entries, place: Place) -> list[tuple[Node, Rule]]:
    """The rules of ``entries["relationships"]``, ids still empty, each with the node it comes from."""
    found = []
    for item in checking.items(entries, "relationships"):
        rule = _rule(checking, item, place)
        if rule:
            found.append((item, rule))
    return found


def _rule(checking: Checking, item: Node, place: Place) -> Rule | None:
    entries = checking.entries(item, keys.RELATIONSHIP)
    targets = [_split(name) for name in _names(checking, entries, "to")]
    if any("/" in table for table, _ in targets):
        checking.ignored.append(Ignored(item.line, item.path))
        return None
    if place.column:
        columns: tuple[str, ...] = (place.column,)
    else:
        columns = tuple(_split(name)[1] for name in _names(checking, entries, "from"))
    tables = {table for table, _ in targets}
    if len(tables) != 1 or not all(tables) or len(targets) != len(columns):
        why = N_("a reference names one table and as many of its columns as it has here: towns.code.")
        checking.missing(item, "to", why)
        return None
    for name in columns:
        if name not in place.columns:
            checking.note("contract.unknown_column", entries["from"], place.columns, value=name)
    names = [column for _, column in targets]
    one: dict[str, object] = {"column": names[0]}
    params = {"table": tables.pop(), **(one if len(names) == 1 else {"columns": names})}
    return Rule("", _KIND, columns, params, RULE_KINDS[_KIND])


def _names(checking: Checking, entries: Entries, key: str) -> tuple[str, ...]:
    node = entries.get(key)
    if node is not None and node.kind is Kind.LIST:
        return checking.texts(entries, key)
    name = checking.text(entries, key)
    return (name,) if name else ()


def _split(name: str) -> tuple[str, str]:
    """Table and column of "towns.code"; a path keeps its slashes in the table's part."""
    if "/" in name:
        return name, ""
    table, _, column = name.rpartition(".")
    return table, column
