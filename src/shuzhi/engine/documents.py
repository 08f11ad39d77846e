"""YAML documents read key by key, so that every mistake is told with its file, line, key and what is allowed.

Knows YAML and positions, nothing of what a document means: packs and lifecycles describe their keys with
``Key`` and read through ``Item``. All problems of a document are collected, not only the first.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, NoReturn

import yaml

from shuzhi.engine.errors import BadInputError
from shuzhi.engine.texts import N_, translate

MAX_CHARACTERS = 256 * 1024
"""Longest document that is read: the reader is pure Python and packs are written by hand."""

TEXTS: Mapping[str, str] = {
    "document.syntax": N_("This is not valid YAML: {problem}."),
    "document.long": N_("The file has {characters} characters; {limit} are read at most. Split it."),
    "document.alias": N_("Anchors and aliases are not read. Write the value out."),
    "document.shape": N_("{wanted} is expected here, not {found}."),
    "document.unknown_key": N_("The key {value} is not known here."),
    "document.missing_key": N_("The key {missing} is missing."),
    "document.repeated_key": N_("The key is written twice; keep one."),
    "document.value": N_("{value} is not allowed here."),
    "document.number": N_("{value} is not a whole number of at least {minimum}."),
    "document.empty": N_("A text is expected here; it is empty."),
    "document.date": N_("{value} is not a date; write 2026-11-23."),
}
_SHAPES = (N_("a mapping"), N_("a list"), N_("a text"), N_("a name"), N_("nothing"))
_ALLOWED = N_("Allowed: {allowed}.")
_NEAR = N_("Did you mean {near}?")


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a document: where it is, which (code and values), what is allowed instead.

    ``line`` counts from 1; ``key`` is the dotted path of the place, empty at the top.
    """

    file: str
    line: int
    key: str
    code: str
    text: str
    values: Mapping[str, object] = field(default_factory=dict)
    allowed: tuple[str, ...] = ()
    near: str | None = None

    def sentence(self, language: str | None = None) -> str:
        """What is wrong and what to do, in ``language``, without the place."""
        values = {
            name: translate(value, language) if value in _SHAPES else value
            for name, value in self.values.items()
        }
        parts = [translate(self.text, language).format(**values)]
        if self.near is not None:
            parts.append(translate(_NEAR, language).format(near=self.near))
        if self.allowed:
            parts.append(translate(_ALLOWED, language).format(allowed=", ".join(self.allowed)))
        return " ".join(parts)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key or '(document)'}: {self.sentence()}"


class DocumentError(BadInputError):
    """A document has mistakes; ``problems`` holds every one of them in the order of its lines."""

    code: ClassVar[str] = "document.invalid"
    text: ClassVar[str] = "{file} has {count} mistakes: {first}"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        first = str(problems[0])
        super().__init__(file=problems[0].file, count=len(problems), first=first)


@dataclass(frozen=True, slots=True)
class Message:
    """A stable code and the English template of its sentence."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Key:
    """One key a mapping may have; ``means`` is its line in the reference page."""

    name: str
    means: str
    required: bool = False


class Notes:
    """Collects the problems of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def raise_any(self) -> None:
        """Raises DocumentError where a problem was noted."""
        if self.problems:
            raise DocumentError(sorted(self.problems, key=lambda p: p.line))


@dataclass(frozen=True, slots=True)
class Item:
    """One node of a document. Each reader method notes a problem and answers with an empty value of its
    type where the node is of another shape, so that reading goes on and later mistakes are found too."""

    node: yaml.Node
    key: str
    notes: Notes

    @property
    def line(self) -> int:
        """The line on which the node begins, from 1."""
        return int(self.node.start_mark.line) + 1

    def note(self, message: Message, *, choice: Sequence[str] = (), **values: object) -> None:
        """Notes a problem at this node; ``choice`` is what would be right instead of ``value``."""
        near = nearest(str(values.get("value", "")), choice)
        self.notes.problems.append(
            Problem(
                self.notes.file, self.line, self.key, message.code, message.text, values, tuple(choice), near
            )
        )

    def _told(self, code: str, **values: object) -> None:
        self.note(Message(code, TEXTS[code]), choice=(), **values)

    def mapping(self, keys: Sequence[Key]) -> dict[str, Item]:
        """The items of a mapping that may hold ``keys`` only."""
        found = dict(self.entries())
        names = [k.name for k in keys]
        for name, item in found.items():
            if name not in names:
                code = "document.unknown_key"
                item.note(Message(code, TEXTS[code]), choice=names, value=name)
        for key in keys:
            if key.required and key.name not in found and isinstance(self.node, yaml.MappingNode):
                self._told("document.missing_key", missing=key.name)
        return {name: item for name, item in found.items() if name in names}

    def entries(self) -> list[tuple[str, Item]]:
        """Names and items of a mapping with free keys, in order."""
        if not isinstance(self.node, yaml.MappingNode):
            self._shape("a mapping")
            return []
        found: dict[str, Item] = {}
        for name_node, value_node in self.node.value:
            name = str(name_node.value) if isinstance(name_node, yaml.ScalarNode) else ""
            item = Item(value_node, f"{self.key}.{name}" if self.key else name, self.notes)
            if not name:
                Item(name_node, self.key, self.notes)._shape("a name")
            elif name in found:
                Item(name_node, item.key, self.notes)._told("document.repeated_key")
            else:
                found[name] = item
        return list(found.items())

    def items(self) -> list[Item]:
        """The items of a list; a single scalar or mapping counts as a list of one."""
        if isinstance(self.node, yaml.SequenceNode):
            return [Item(n, f"{self.key}[{i}]", self.notes) for i, n in enumerate(self.node.value)]
        return [self]

    def text(self) -> str:
        """The scalar as written; empty is a problem."""
        if not isinstance(self.node, yaml.ScalarNode):
            self._shape("a text")
            return ""
        value = str(self.node.value).strip()
        if not value:
            self._told("document.empty")
        return value

    def choice(self, allowed: Sequence[str]) -> str:
        """One of ``allowed``."""
        value = self.text()
        if value and value not in allowed:
            code = "document.value"
            self.note(Message(code, TEXTS[code]), choice=allowed, value=value)
            return ""
        return value

    def choices(self, allowed: Sequence[str]) -> tuple[str, ...]:
        """A list of values out of ``allowed``."""
        return tuple(value for item in self.items() if (value := item.choice(allowed)))

    def number(self, minimum: int = 0) -> int:
        """A whole number of at least ``minimum``."""
        value = self.text()
        if not value.isascii() or not value.lstrip("-").isdigit() or int(value) < minimum:
            if value:
                self._told("document.number", value=value, minimum=minimum)
            return minimum
        return int(value)

    def flag(self) -> bool:
        """true or false."""
        return self.choice(("true", "false")) == "true"

    def day(self) -> date | None:
        """A date as 2026-11-23."""
        value = self.text()
        try:
            return date.fromisoformat(value)
        except ValueError:
            self._told("document.date", value=value)
            return None

    def plain(self) -> Any:
        """The node as plain Python values (for free content such as a form's answers)."""
        if isinstance(self.node, yaml.MappingNode):
            return {name: item.plain() for name, item in self.entries()}
        if isinstance(self.node, yaml.SequenceNode):
            return [item.plain() for item in self.items()]
        value = str(self.node.value)
        if self.node.tag == "tag:yaml.org,2002:int" and value.lstrip("-").isdigit():
            return int(value)
        if self.node.tag == "tag:yaml.org,2002:bool":
            return value.lower() == "true"
        return None if self.node.tag == "tag:yaml.org,2002:null" else value

    def _shape(self, wanted: str) -> None:
        names = {yaml.MappingNode: "a mapping", yaml.SequenceNode: "a list", yaml.ScalarNode: "a text"}
        self._told("document.shape", wanted=wanted, found=names.get(type(self.node), "nothing"))


def nearest(word: str, words: Sequence[str]) -> str | None:
    """The one of ``words`` a slip of the hand would have made ``word`` from, else None."""
    return next(iter(difflib.get_close_matches(word, words, n=1, cutoff=0.6)), None)


def read_document(text: str, file: str) -> Item:
    """The root of the YAML document ``text``. Raises DocumentError where it is no YAML mapping at all."""
    notes = Notes(file)
    if len(text) > MAX_CHARACTERS:
        _fail(notes, 1, "document.long", characters=len(text), limit=MAX_CHARACTERS)
    try:
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            if isinstance(token, yaml.AliasToken | yaml.AnchorToken):
                # a few hundred bytes of nested aliases stand for billions of nodes
                _fail(notes, token.start_mark.line + 1, "document.alias")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        _fail(notes, mark.line + 1 if mark else 1, "document.syntax", problem=wrong.problem or wrong.context)
    except yaml.YAMLError as wrong:
        _fail(notes, 1, "document.syntax", problem=str(wrong).splitlines()[0])
    except RecursionError:
        _fail(notes, 1, "document.syntax", problem="nested too deeply")
    if not isinstance(node, yaml.MappingNode):
        _fail(notes, 1, "document.shape", wanted="a mapping", found="nothing" if node is None else "a list")
    return Item(node, "", notes)


def _fail(notes: Notes, line: int, code: str, **values: object) -> NoReturn:
    raise DocumentError([Problem(notes.file, line, "", code, TEXTS[code], values)])


def lines_of(root: Item) -> dict[str, int]:
    """The line of each key of a document, by its dotted path; the value's line, not the key's."""
    found = {root.key: root.line}
    if isinstance(root.node, yaml.MappingNode):
        for _name, item in root.entries():
            found |= lines_of(item)
    return found
