"""Taking values out of a document key by key, while noting everything that is wrong with them.

Nothing here raises for bad content once a document is read: a wrong value is noted and its default goes
on, so that one reading finds all problems of a file. Knows nothing of what a document means: whoever
reads one describes its keys with ``Key`` and reads through ``Item`` and ``Keys``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from shuzhi.engine.documents.notes import TEXTS, Ignored, Key, Notes
from shuzhi.engine.documents.problems import DocumentError, Message, Problem, nearest
from shuzhi.engine.documents.tree import Kind, Manner, Node, UnreadableError, read_tree
from shuzhi.engine.texts import N_

_MISSING_WHY = N_("this key is missing; {why}")
_SCALARS = (Kind.TEXT, Kind.NUMBER, Kind.BOOLEAN)


@dataclass(frozen=True, slots=True)
class Item:
    """One place of a document. What is of another shape than asked for is noted and answered with nothing."""

    node: Node
    notes: Notes

    @property
    def kind(self) -> Kind:
        """What stands here."""
        return self.node.kind

    @property
    def line(self) -> int:
        """The line of its key, or on which it begins, from 1."""
        return self.node.line

    @property
    def key(self) -> str:
        """Its path: schema[0].name."""
        return self.node.path

    def note(self, message: Message, *, choice: Sequence[str] = (), **values: object) -> None:
        """Notes a problem here; ``choice`` is what would be right instead of ``value``, or of the key."""
        allowed = tuple(str(word) for word in choice)
        near = nearest(str(values.get("value", self.key.rpartition(".")[2])), allowed)
        place = (self.notes.file, self.line, self.key)
        self.notes.add(Problem(*place, message.code, message.text, values, allowed, near))

    def missing(self, key: str, why: str = "") -> None:
        """Notes that ``key`` should stand under this; ``why`` (a msgid) says what it is for."""
        path, code = f"{self.key}.{key}" if self.key else key, "document.missing_key"
        text, values = (_MISSING_WHY, {"why": why}) if why else (TEXTS[code], {})
        self.notes.add(Problem(self.notes.file, self.line, path, code, text, values))

    def ignore(self) -> None:
        """Remembers that this is legal and not used."""
        self.notes.ignored.append(Ignored(self.line, self.key))

    def mapping(self, keys: Sequence[Key]) -> Keys:
        """The entries of a mapping that may hold ``keys`` only; those not known are noted and left out."""
        known = {key.name: key for key in keys}
        found = self.entries()
        for name, item in found.items():
            if name not in known:
                item._told("document.unknown_key", choice=tuple(known))
            elif not known[name].used:
                item.ignore()
        if self.kind is Kind.MAP:
            for key in keys:
                if key.required and key.name not in found:
                    self.missing(key.name)
        return Keys({name: item for name, item in found.items() if name in known})

    def entries(self) -> Keys:
        """The entries of a mapping with free keys, in order."""
        if self.kind is not Kind.MAP:
            self.misshapen(Kind.MAP)
        self._note_own_flaws(self.node)
        return Keys({name: Item(node, self.notes) for name, node in self.node.entries.items()})

    def items(self) -> tuple[Item, ...]:
        """The members of a list."""
        if self.kind is not Kind.LIST:
            self.misshapen(Kind.LIST)
        return tuple(Item(node, self.notes) for node in self.node.items)

    def one_or_more(self) -> tuple[Item, ...]:
        """The members of a list; anything else counts as a list of one."""
        return self.items() if self.kind is Kind.LIST else (self,)

    def text(self, default: str = "") -> str:
        """The scalar as written (numbers and yes/no too: 1.0 stays "1.0")."""
        if self.kind not in _SCALARS and (self.kind is not Kind.NOTHING or self.notes.manner.empty_is_absent):
            self.misshapen(Kind.TEXT)
            return default
        if self.notes.manner.empty_is_absent:
            return self.node.text
        if not self.node.text.strip():
            self._told("document.empty")
            return default
        return self.node.text.strip()

    def choice(self, allowed: Sequence[str], default: str = "") -> str:
        """One of ``allowed``; anything else is noted with the allowed ones."""
        value = self.text(default)
        if value and value not in allowed:
            self.not_possible(allowed)
            return default
        return value

    def choices(self, allowed: Sequence[str]) -> tuple[str, ...]:
        """One or more of ``allowed``."""
        return tuple(value for item in self.one_or_more() if (value := item.choice(allowed)))

    def flag(self) -> bool:
        """True or false."""
        if self.kind is not Kind.BOOLEAN:
            self.choice(("true", "false"))
        return self.node.plain() is True

    def number(self) -> float | int | None:
        """A finite number; None where noted."""
        value = self.node.plain() if self.kind is Kind.NUMBER else None
        if isinstance(value, int | float) and math.isfinite(value):
            return value
        self.misshapen(Kind.NUMBER)
        return None

    def whole(self, minimum: int = 0) -> int | None:
        """A whole number of at least ``minimum``; None where noted."""
        value = self.node.plain() if self.kind is Kind.NUMBER else None
        if isinstance(value, int | float) and math.isfinite(value) and value == int(value) >= minimum:
            return int(value)
        self._told("document.number", value=self.node.text, minimum=minimum)
        return None

    def plain(self) -> object:
        """The value without its lines: dict, list, str, int, float, bool or None; its flaws are noted."""
        self._note_flaws(self.node)
        return self.node.plain()

    def at(self, path: Sequence[str | int]) -> Item:
        """What stands at ``path`` (keys and places in lists); as far as there is something."""
        node = self.node
        for part in path:
            inside = node.entries.get(part) if isinstance(part, str) else None
            if isinstance(part, int) and part < len(node.items):
                inside = node.items[part]
            if inside is None:
                break
            node = inside
        return Item(node, self.notes)

    def misshapen(self, expected: Kind) -> None:
        """Notes that something of another kind is needed here."""
        self._told("document.shape", expected=expected, found=self.kind)

    def not_possible(self, choice: Sequence[str] = ()) -> None:
        """Notes that the value is none that may stand here."""
        self._told("document.value", choice=choice, value=self.node.text)

    def repeats(self, first: int) -> None:
        """Notes that what stands here stood in the line ``first`` already."""
        self._told("document.repeated_key", first=first)

    def _note_flaws(self, node: Node) -> None:
        self._note_own_flaws(node)
        for child in (*node.entries.values(), *node.items):
            self._note_flaws(child)

    def _note_own_flaws(self, node: Node) -> None:
        for flaw in node.flaws:
            text = TEXTS[flaw.code]
            self.notes.add(Problem(self.notes.file, flaw.line, flaw.path, flaw.code, text, flaw.values))

    def _told(self, code: str, *, choice: Sequence[str] = (), **values: object) -> None:
        self.note(Message(code, TEXTS[code]), choice=choice, **values)


class Keys(Mapping[str, Item]):
    """The entries of a mapping by key, in order. What is asked for and absent is its default."""

    def __init__(self, items: Mapping[str, Item]) -> None:
        self._items = items

    def __getitem__(self, key: str) -> Item:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def given(self, key: str) -> Item | None:
        """The item; None where the key is absent, or empty in a manner in which that is the same."""
        item = self._items.get(key)
        empty = item is not None and item.kind is Kind.NOTHING and item.notes.manner.empty_is_absent
        return None if empty else item

    def text(self, key: str, default: str = "") -> str:
        """See ``Item.text``."""
        item = self.given(key)
        return item.text(default) if item else default

    def choice(self, key: str, allowed: Sequence[str], default: str = "") -> str:
        """See ``Item.choice``."""
        item = self.given(key)
        return item.choice(allowed, default) if item else default

    def choices(self, key: str, allowed: Sequence[str]) -> tuple[str, ...]:
        """See ``Item.choices``."""
        item = self.given(key)
        return item.choices(allowed) if item else ()

    def flag(self, key: str) -> bool:
        """True or false; absent is false."""
        item = self.given(key)
        return item.flag() if item else False

    def number(self, key: str) -> float | int | None:
        """See ``Item.number``; None where absent."""
        item = self.given(key)
        return item.number() if item else None

    def whole(self, key: str, minimum: int = 0) -> int | None:
        """See ``Item.whole``; None where absent."""
        item = self.given(key)
        return item.whole(minimum) if item else None

    def entries(self, key: str) -> Keys:
        """See ``Item.entries``."""
        item = self.given(key)
        return item.entries() if item else Keys({})

    def mapping(self, key: str, keys: Sequence[Key]) -> Keys:
        """See ``Item.mapping``; nothing where absent."""
        item = self.given(key)
        return item.mapping(keys) if item else Keys({})

    def items_of(self, key: str) -> tuple[Item, ...]:
        """See ``Item.items``."""
        item = self.given(key)
        return item.items() if item else ()

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of scalars as written; empty members are left out."""
        return tuple(item.text() for item in self.items_of(key) if item.kind is not Kind.NOTHING)

    def plain(self, key: str, default: object = None) -> object:
        """See ``Item.plain``."""
        return self._items[key].plain() if key in self._items else default


def read_item(text: str, file: str, manner: Manner) -> Item:
    """The root of the YAML document ``text``, whatever it is; DocumentError where it cannot be read."""
    try:
        return Item(read_tree(text, manner), Notes(file, manner))
    except UnreadableError as error:
        problem = Problem(file, error.line, "", error.code, TEXTS[error.code], error.values)
        raise DocumentError([problem]) from None


def read_document(text: str, file: str) -> Item:
    """The root of the YAML document ``text``. Raises DocumentError where it is no mapping."""
    root = read_item(text, file, Manner())
    if root.kind is not Kind.MAP:
        root.misshapen(Kind.MAP)
    root.notes.raise_any()
    return root


def lines_of(root: Item) -> dict[str, int]:
    """The line of each key of a document, by its path."""
    found = {root.key: root.line}
    if root.kind is Kind.MAP:
        for item in root.entries().values():
            found |= lines_of(item)
    return found
