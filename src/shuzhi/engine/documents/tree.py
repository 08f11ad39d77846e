"""YAML text as a tree that still knows its lines, within hard limits.

Knows nothing of what a document means. Scalars keep the text as written, so a code such as 0571
loses no zero. Where aliases are read, what they expand to is counted: a small file that unfolds to
a huge one is refused before it is unfolded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import yaml

from shuzhi.engine.texts import N_

MAX_CHARACTERS = 256 * 1024
"""Longest document written by hand for this product."""
MAX_NODES = 100_000
MAX_DEPTH = 24


@dataclass(frozen=True, slots=True)
class Manner:
    """How a document is read: how long it may be, whether with anchors, whether an empty value is none."""

    characters: int = MAX_CHARACTERS
    aliases: bool = False
    empty_is_absent: bool = False


TOLERANT = Manner(2 * 1024 * 1024, aliases=True, empty_is_absent=True)
"""For documents that other tools write."""

_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Kind(StrEnum):
    """What stands at a place of the file; the words are those of the messages."""

    MAP = N_("mapping")
    LIST = N_("list")
    TEXT = N_("text")
    NUMBER = N_("number")
    BOOLEAN = N_("yes or no")
    NOTHING = N_("nothing")
    NAME = N_("a name")


_TAGS = {
    "tag:yaml.org,2002:int": Kind.NUMBER,
    "tag:yaml.org,2002:float": Kind.NUMBER,
    "tag:yaml.org,2002:bool": Kind.BOOLEAN,
    "tag:yaml.org,2002:null": Kind.NOTHING,
}


@dataclass(frozen=True, slots=True)
class Flaw:
    """A key that cannot be read as it stands; ``code`` is of ``notes.TEXTS``."""

    code: str
    line: int
    path: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Node:
    """One value: ``text`` for scalars, ``items`` for lists, ``entries`` for mappings, by key, in order.

    ``line`` (from 1) is that of its key, where it has one. ``flaws`` are what no mapping should hold: a key
    that stands twice, one that is no word; only the first of a key is among the entries.
    """

    kind: Kind
    line: int
    path: str = ""
    text: str = ""
    items: tuple[Node, ...] = ()
    entries: Mapping[str, Node] = field(default_factory=dict)
    flaws: tuple[Flaw, ...] = ()

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


_KINDS: Mapping[type, Kind] = {yaml.MappingNode: Kind.MAP, yaml.SequenceNode: Kind.LIST}


class UnreadableError(Exception):
    """The text is no tree that may be read: ``code`` (of ``notes.TEXTS``), line, values."""

    def __init__(self, code: str, line: int, **values: object) -> None:
        super().__init__(code)
        self.code, self.line, self.values = code, line, values


def read_tree(text: str, manner: Manner) -> Node:
    """The tree of the one document in ``text``; NOTHING where there is none. Raises UnreadableError."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UnreadableError("document.encoding", 1) from None
    if len(text) > manner.characters:
        limit = f"{manner.characters:,}"
        raise UnreadableError("document.too_large", 1, measure=N_("characters"), limit=limit)
    try:
        _walk(text, manner)
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise UnreadableError("document.syntax", line, reason=_reason(error)) from None
    except yaml.YAMLError as error:
        raise UnreadableError("document.syntax", 1, reason=str(error).splitlines()[0]) from None
    return Node(Kind.NOTHING, 1) if root is None else _Unfolding().node(root, "", root.start_mark.line + 1)


def _reason(error: yaml.MarkedYAMLError) -> str:
    return ", ".join(part for part in (error.context, error.problem) if part) or "unknown"


def _walk(text: str, manner: Manner) -> None:
    """Walks the events, which needs no stack, before anything recursive touches the text."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if not manner.aliases and getattr(event, "anchor", None):
            raise UnreadableError("document.alias", line)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise UnreadableError("document.too_large", line, measure=N_("levels"), limit=MAX_DEPTH)
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
            raise UnreadableError("document.too_large", line, measure=N_("values"), limit=f"{MAX_NODES:,}")
        if isinstance(node, yaml.ScalarNode):
            return Node(_TAGS.get(node.tag, Kind.TEXT), line, path, node.value)
        if id(node) in self._open:
            raise UnreadableError("document.endless", line)
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
        flaws: list[Flaw] = []
        for key_node, child in node.value:
            key_line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode) or not key_node.value:
                found = _KINDS.get(type(key_node), Kind.NOTHING)
                flaws.append(Flaw("document.shape", key_line, path, {"expected": Kind.NAME, "found": found}))
                continue
            if key_node.tag == "tag:yaml.org,2002:merge":
                raise UnreadableError("document.merge_key", key_line)
            key = key_node.value
            child_path = f"{path}.{key}" if path else key
            if key in entries:
                first = {"first": entries[key].line}
                flaws.append(Flaw("document.repeated_key", key_line, child_path, first))
            else:
                entries[key] = self.node(child, child_path, key_line)
        return Node(Kind.MAP, line, path, entries=entries, flaws=tuple(flaws))


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
