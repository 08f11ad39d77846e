"""The standard's ``relationships`` as foreign-key rules.

Under a column its own side is implied ("to: towns.code"); under the table both sides are
named, several columns at once for a composite key. References by stable id
("schema/towns/properties/code", other files) name no column and are left alone.
"""

from __future__ import annotations

from shuzhi.engine.data.contracts import keys
from shuzhi.engine.data.contracts.problems import note
from shuzhi.engine.data.contracts.quality_entries import Place
from shuzhi.engine.data.contracts.rule_kinds import RULE_KINDS
from shuzhi.engine.data.quality.rules import Rule
from shuzhi.engine.documents import Item, Keys, Kind
from shuzhi.engine.texts import N_

_KIND = "foreign_key"


def read_relationships(entries: Keys, place: Place) -> list[tuple[Item, Rule]]:
    """The rules of ``entries["relationships"]``, ids still empty, each with the node it comes from."""
    found = []
    for item in entries.items_of("relationships"):
        rule = _rule(item, place)
        if rule:
            found.append((item, rule))
    return found


def _rule(item: Item, place: Place) -> Rule | None:
    entries = item.mapping(keys.RELATIONSHIP)
    targets = [_split(name) for name in _names(entries, "to")]
    if any("/" in table for table, _ in targets):
        item.ignore()
        return None
    if place.column:
        columns: tuple[str, ...] = (place.column,)
    else:
        columns = tuple(_split(name)[1] for name in _names(entries, "from"))
    tables = {table for table, _ in targets}
    if len(tables) != 1 or not all(tables) or len(targets) != len(columns):
        why = N_("a reference names one table and as many of its columns as it has here: towns.code.")
        item.missing("to", why)
        return None
    for name in columns:
        if name not in place.columns:
            note("contract.unknown_column", entries["from"], place.columns, value=name)
    names = [column for _, column in targets]
    one: dict[str, object] = {"column": names[0]}
    params = {"table": tables.pop(), **(one if len(names) == 1 else {"columns": names})}
    return Rule("", _KIND, columns, params, RULE_KINDS[_KIND])


def _names(entries: Keys, key: str) -> tuple[str, ...]:
    node = entries.get(key)
    if node is not None and node.kind is Kind.LIST:
        return entries.texts(key)
    name = entries.text(key)
    return (name,) if name else ()


def _split(name: str) -> tuple[str, str]:
    """Table and column of "towns.code"; a path keeps its slashes in the table's part."""
    if "/" in name:
        return name, ""
    table, _, column = name.rpartition(".")
    return table, column
