"""What is gathered while a document is read: its problems, in whose words, and the keys that are not used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from shuzhi.engine.documents.problems import DocumentError, Problem
from shuzhi.engine.documents.tree import Manner
from shuzhi.engine.texts import N_

TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "document.syntax": N_("this is not readable YAML: {reason}."),
        "document.encoding": N_("the text is not UTF-8; save the file as UTF-8."),
        "document.too_large": N_("the file is too large ({measure}: at most {limit}); shorten it."),
        "document.alias": N_("anchors and aliases are not read; write the value out."),
        "document.endless": N_("an alias here refers to what contains it; write the value out."),
        "document.merge_key": N_("YAML merge keys (<<) are not read here; write the keys out."),
        "document.shape": N_("needed here: {expected}; found: {found}."),
        "document.unknown_key": N_("no such key is known here."),
        "document.missing_key": N_("this key is missing."),
        "document.repeated_key": N_("this key stands here twice (first in line {first}); keep one."),
        "document.value": N_("the value {value} is not possible here."),
        "document.number": N_("{value} is not a whole number of at least {minimum}."),
        "document.empty": N_("a text is needed here; it is empty."),
    }
)


@dataclass(frozen=True, slots=True)
class Key:
    """One key a mapping may have; ``means`` is its line in the reference page.

    One that is not ``used`` is legal and means nothing to this product.
    """

    name: str
    means: str = ""
    required: bool = False
    used: bool = True


@dataclass(frozen=True, slots=True)
class Ignored:
    """A key that is legal where it stands and not used."""

    line: int
    key: str


class Notes:
    """Collects the problems of one file, and the keys that are not used."""

    def __init__(self, file: str, manner: Manner) -> None:
        self.file = file
        self.manner = manner
        self.problems: list[Problem] = []
        self.ignored: list[Ignored] = []

    def add(self, problem: Problem) -> None:
        """Notes ``problem``, once however often its place is read."""
        if problem not in self.problems:
            self.problems.append(problem)

    def in_order(self) -> tuple[Problem, ...]:
        """The problems in the order of their lines."""
        return tuple(sorted(self.problems, key=lambda problem: problem.line))

    def raise_any(self) -> None:
        """Raises DocumentError where a problem was noted."""
        if self.problems:
            raise DocumentError(self.in_order())
