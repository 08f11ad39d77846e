"""YAML text as a tree that still knows its lines, within hard limits.

Knows nothing of contracts. Scalars keep the text as written, so a code such as 0571 loses
no zero. Anchors and aliases are read, but what they expand to is counted: a small file
that unfolds to a huge one is refused before it is unfolded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import yaml

from shuzhi.engine.texts import N_

MAX_BYTES = 2 * 1024 * 1024
MAX_NODES = 100_000
MAX_DEPTH = 24

_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Kind(StrEnum):
    """What stands at a place of the file; the words are those of the messages."""

    MAP = N_("mapping")
    LIST = N_("list")
    TEXT = N_("text")
    NUMBER = N_("number")
    BOOLEAN = N_("yes or no")
    NOTHING = N_("nothing")


_TAGS = {
    "tag:yaml.org,2002:int": Kind.NUMBER,
    "tag:yaml.org,2002:float": Kind.NUMBER,
    "tag:yaml.org,2002:bool": Kind.BOOLEAN,
    "tag:yaml.org,2002:null": Kind.NOTHING,
}


@dataclass(frozen=True, slots=True)
class Node:
    """One value: ``text`` for scalars, ``items`` for lists, ``entries`` for mappings, by key, in order.

    ``line`` (from 1) is that of its key, where it has one. ``repeated`` names keys that stood
    here more than once, each with the line of the first and of the later one.
    """

    kind: Kind
    line: int
    path: str = ""
    text: str = ""
    items: tuple[Node, ...] = ()
    entries: Mapping[str, Node] = field(default_factory=dict)
    repeated: tuple[tuple[str, int, int], ...] = ()

    def plain(self) -> object:
        """The value without its lines: dict, list, str, int, float, bool or None."""
        if self.kind is Kind.MAP:
            return {key: node.plain() for key, node in self.entries.items()}
        if self.kind is Kind.LIST:
            return [node.plain() for node in self.items]
        if self.kind is Kind.BOOLEAN:
            return yaml.SafeLoader.bool_values[self.text.lower()]
        if self.kind is Kind.NUMBER:
            return _number(self.text)
        return None if self.kind is Kind.NOTHING else self.text


class UnreadableError(Exception):
    """The text is no tree that may be read: ``code`` (of ``problems.TEXTS``), line, values."""

    def __init__(self, code: str, line: int, **values: object) -> None:
        super().__init__(code)
        self.code, self.line, self.values = code, line, values


def read_tree(text: str) -> Node | None:
    """The tree of the first document in ``text``; None where there is nothing. Raises UnreadableError."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise UnreadableError("contract.encoding", 1) from None
    if size > MAX_BYTES:
        raise UnreadableError("contract.too_large", 1, measure=N_("bytes"), limit=f"{MAX_BYTES:,}")
    try:
        _check_depth(text)
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise UnreadableError(
            "contract.syntax", mark.line + 1 if mark else 1, reason=_reason(error)
        ) from None
    except yaml.YAMLError as error:
        raise UnreadableError("contract.syntax", 1, reason=str(error).splitlines()[0]) from None
    return None if root is None else _Unfolding().node(root, "", root.start_mark.line + 1)


def _reason(error: yaml.MarkedYAMLError) -> str:
    return ", ".join(part for part in (error.context, error.problem) if part) or "unknown"


def _check_depth(text: str) -> None:
    """Walks the events, which needs no stack, before anything recursive touches the text."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                mark = event.start_mark
                line = mark.line + 1 if mark else 1
                raise UnreadableError("contract.too_large", line, measure=N_("levels"), limit=MAX_DEPTH)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


class _Unfolding:
    """Turns YAML nodes into ours, counting what aliases unfold to."""

    def __init__(self) -> None:
        self._count = 0
        self._open: set[int] = set()

    def node(self, node: yaml.Node, path: str, line: int) -> Node:
        self._count += 1
        if self._count > MAX_NODES:
            raise UnreadableError("contract.too_large", line, measure=N_("values"), limit=f"{MAX_NODES:,}")
        if isinstance(node, yaml.ScalarNode):
            return Node(_TAGS.get(node.tag, Kind.TEXT), line, path, node.value)
        if id(node) in self._open:
            raise UnreadableError("contract.endless", line)
        self._open.add(id(node))
        try:
            return self._collection(node, path, line)
        finally:
            self._open.discard(id(node))

    def _collection(self, node: yaml.Node, path: str, line: int) -> Node:
        if isinstance(node, yaml.SequenceNode):
            items = (
                self.node(child, f"{path}[{index}]", child.start_mark.line + 1)
                for index, child in enumerate(node.value)
            )
            return Node(Kind.LIST, line, path, items=tuple(items))
        entries: dict[str, Node] = {}
        repeated: list[tuple[str, int, int]] = []
        for key, child_path, key_line, child in self._pairs(node, path):
            if key in entries:
                repeated.append((child_path, entries[key].line, key_line))
            else:
                entries[key] = self.node(child, child_path, key_line)
        return Node(Kind.MAP, line, path, entries=entries, repeated=tuple(repeated))

    def _pairs(self, node: yaml.Node, path: str) -> Iterator[tuple[str, str, int, yaml.Node]]:
        for key_node, child in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                raise UnreadableError("contract.syntax", line, reason="a key must be a plain word")
            if key_node.tag == "tag:yaml.org,2002:merge":
                raise UnreadableError("contract.merge_key", line)
            yield key_node.value, f"{path}.{key_node.value}" if path else key_node.value, line, child


def _number(text: str) -> int | float | str:
    """``text`` as a number; as it is where YAML and Python differ (1:30)."""
    plain = text.replace("_", "")
    for convert in (int, float):
        try:
            return convert(plain)
        except ValueError:
            continue
    special = {".inf": float("inf"), "+.inf": float("inf"), "-.inf": float("-inf"), ".nan": float("nan")}
    return special.get(plain.lower(), text)
