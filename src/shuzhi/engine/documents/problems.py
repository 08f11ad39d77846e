"""One mistake in a document, said so that its author can mend it; problems are values, found all at once."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from shuzhi.engine.documents.tree import Kind
from shuzhi.engine.errors import BadInputError
from shuzhi.engine.texts import N_, translate

_NEAR = N_("Did you mean {near}?")
_ALLOWED = N_("Allowed: {allowed}.")
_SHOWN = 40
_WORDS = ("why", "place", "measure")
"""Values that are msgids themselves; a ``Kind`` is one too, wherever it stands."""


@dataclass(frozen=True, slots=True)
class Message:
    """A stable code and the English template of its sentence."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where it is, which (code and values), what is allowed instead, what comes near.

    ``line`` counts from 1; ``key`` is the path of the place ("schema[0].properties[2].name"), empty at
    the top.
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
        """The whole message on one line in ``language``: file, line, key, what is wrong, what to do."""
        values = {
            name: translate(str(value), language) if isinstance(value, Kind) or name in _WORDS else value
            for name, value in self.values.items()
        }
        parts = [translate(self.text, language).format(**values)]
        if self.near is not None:
            parts.append(translate(_NEAR, language).format(near=self.near))
        if self.allowed:
            shown = ", ".join(self.allowed[:_SHOWN]) + (" …" if len(self.allowed) > _SHOWN else "")
            parts.append(translate(_ALLOWED, language).format(allowed=shown))
        where = f"{self.file}:{self.line}: " + (f"{self.key}: " if self.key else "")
        return where + " ".join(parts)

    def __str__(self) -> str:
        return self.sentence()


class DocumentError(BadInputError):
    """A document has mistakes; ``problems`` holds every one of them in the order of its lines."""

    code: ClassVar[str] = "document.invalid"
    text: ClassVar[str] = "{file} has {count} mistakes: {first}"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        first = str(problems[0])
        super().__init__(file=problems[0].file, count=len(problems), first=first)


def nearest(word: str, words: Sequence[str]) -> str | None:
    """The one of ``words`` a slip of the hand would have made ``word`` from, else None."""
    return next(iter(difflib.get_close_matches(word, words, n=1, cutoff=0.6)), None)
