"""Taking values out of a tree while noting everything that is wrong with them.

Nothing here raises for bad content: a wrong value is noted and its default goes on, so that
one reading finds all problems of a file.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shuzhi.engine.data.contracts.keys import CUSTOM_PROPERTY, Part
from shuzhi.engine.data.contracts.nodes import Kind, Node
from shuzhi.engine.data.contracts.problems import Problem
from shuzhi.engine.texts import N_

Entries = Mapping[str, Node]
_SCALARS = (Kind.TEXT, Kind.NUMBER, Kind.BOOLEAN)


@dataclass(frozen=True, slots=True)
class Ignored:
    """A key that the standard allows and this product does not use."""

    line: int
    key: str


class Checking:
    """The problems and the ignored keys of one file, gathered while it is read."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.ignored: list[Ignored] = []

    def note(self, code: str, node: Node, allowed: Sequence[str] = (), **values: object) -> None:
        """Notes a problem at ``node``."""
        self.problems.append(Problem(self.file, node.line, node.path, code, values, tuple(allowed)))

    def entries(self, node: Node, part: Part) -> Entries:
        """The mapping's entries; unknown and repeated keys are noted, legal unused ones remembered."""
        if node.kind is not Kind.MAP:
            self._wrong(node, Kind.MAP)
            return {}
        for path, first, line in node.repeated:
            self.problems.append(Problem(self.file, line, path, "contract.duplicate_key", {"first": first}))
        for key, child in node.entries.items():
            if key in part.kept:
                self.ignored.append(Ignored(child.line, child.path))
            elif key not in part.used:
                self.note("contract.unknown_key", child, part.legal)
        return node.entries

    def missing(self, parent: Node, key: str, why: str) -> None:
        """Notes that ``key`` should stand under ``parent``; ``why`` says what it is for."""
        path = f"{parent.path}.{key}" if parent.path else key
        self.problems.append(Problem(self.file, parent.line, path, "contract.missing_key", {"why": why}))

    def text(self, entries: Entries, key: str, default: str = "") -> str:
        """The scalar under ``key`` as written (numbers and yes/no too: 1.0 stays "1.0")."""
        node = entries.get(key)
        if node is None or node.kind is Kind.NOTHING:
            return default
        return self.scalar(node, default)

    def scalar(self, node: Node, default: str = "") -> str:
        """The scalar ``node`` as written; anything else is noted."""
        if node.kind in _SCALARS:
            return node.text
        self._wrong(node, Kind.TEXT)
        return default

    def choice(self, entries: Entries, key: str, allowed: Sequence[str], default: str = "") -> str:
        """One of ``allowed``; anything else is noted with the allowed ones, and ``default`` goes on."""
        value = self.text(entries, key, default)
        if key in entries and value and value not in allowed:
            self.note("contract.not_allowed", entries[key], allowed, value=value)
            return default
        return value

    def flag(self, entries: Entries, key: str) -> bool:
        """True or false; absent is false."""
        node = entries.get(key)
        if node is None or node.kind is Kind.NOTHING:
            return False
        if node.kind is not Kind.BOOLEAN:
            self._wrong(node, Kind.BOOLEAN)
            return False
        return node.plain() is True

    def number(self, entries: Entries, key: str) -> float | int | None:
        """A finite number; None where absent or noted."""
        node = entries.get(key)
        if node is None or node.kind is Kind.NOTHING:
            return None
        value = node.plain() if node.kind is Kind.NUMBER else None
        if not isinstance(value, int | float) or not math.isfinite(value):
            self._wrong(node, Kind.NUMBER)
            return None
        return value

    def whole(self, entries: Entries, key: str) -> int | None:
        """A whole number of at least 0; None where absent or noted."""
        value = self.number(entries, key)
        if value is None:
            return None
        if value < 0 or value != int(value):
            self.note("contract.not_allowed", entries[key], ("0, 1, 2 …",), value=value)
            return None
        return int(value)

    def items(self, entries: Entries, key: str) -> tuple[Node, ...]:
        """The members of a list; none where absent or noted."""
        node = entries.get(key)
        if node is None or node.kind is Kind.NOTHING:
            return ()
        if node.kind is not Kind.LIST:
            self._wrong(node, Kind.LIST)
            return ()
        return node.items

    def texts(self, entries: Entries, key: str) -> tuple[str, ...]:
        """A list of scalars as written; nulls are left out."""
        return tuple(self.scalar(item) for item in self.items(entries, key) if item.kind is not Kind.NOTHING)

    def properties(self, entries: Entries) -> dict[str, Node]:
        """``customProperties`` by name: the node of each value; a name given twice is noted."""
        found: dict[str, Node] = {}
        for item in self.items(entries, "customProperties"):
            parts = self.entries(item, CUSTOM_PROPERTY)
            name = self.text(parts, "property")
            if not name or "value" not in parts:
                why = N_("a custom property has a name and a value.")
                self.missing(item, "value" if name else "property", why)
            elif name in found:
                self.note("contract.duplicate_key", parts["property"], first=found[name].line)
            else:
                found[name] = parts["value"]
        return found

    def _wrong(self, node: Node, expected: Kind) -> None:
        self.note("contract.wrong_kind", node, expected=expected.value, found=node.kind.value)
