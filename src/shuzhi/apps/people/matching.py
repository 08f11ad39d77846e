"""Which organisation a cell speaks of. Pure: knows names and days, no database.

Offices write 区民政局, 萧山区民政局, 杭州市萧山区民政局 and 民政 and mean one thing; 市民政局 and
民政厅 are others and must not match. So a name may lose the district's own prefix and the words
for an office's form, and nothing else is guessed: what fits two organisations fits none.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Generic, TypeVar

Unit = TypeVar("Unit", bound=Hashable)

_NOISE = re.compile(r"[\s·・,，、.。:：;；\"'“”‘’_—\-/\\]+")
_BRACKETS = re.compile(r"\([^()]*\)")
# The government of a town is the town, and a committee its village: 凤凰村委会 is 凤凰村.
_FORMS = ("人民政府", "政府", "办事处", "村民委员会", "居民委员会", "村委会", "居委会", "委会")
_LEVEL = re.compile(r"(?<=[省市])")
_SHORTEST = 2


class Standing(IntEnum):
    """How near a name stands to the organisation; the nearer wins over the farther."""

    NAME = 0
    SHORT = 1
    FORMER = 2


@dataclass(frozen=True)
class Named(Generic[Unit]):
    """An organisation with its names, its parent, and the one that answers for it today.

    ``answers`` is None where it is closed and nobody followed it.
    """

    unit: Unit
    names: tuple[tuple[str, Standing], ...]
    answers: Unit | None
    parent: Unit | None = None


@dataclass(frozen=True)
class Match(Generic[Unit]):
    """What a text was taken for: one unit, or None with the units it might mean (none or several)."""

    unit: Unit | None
    candidates: tuple[Unit, ...] = ()


def clean(text: str) -> str:
    """Full-width forms made plain, spaces and punctuation gone; brackets stay, as () ."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text))


def prefixes_of(names: Iterable[str]) -> tuple[str, ...]:
    """What may stand before a department's name in a district called ``names``, longest first.

    From 浙江省杭州市萧山区 and 萧山: with and without province and city, with and without the words for
    their levels, and 区 or 县 alone. Never a province or city without the district behind it.
    """
    found = set()
    for name in map(clean, names):
        parts = [part for part in _LEVEL.split(name) if part] or [""]
        for start in range(len(parts)):
            above, own = parts[start:-1], parts[-1]
            found |= {"".join([*above, own]), "".join([*(part[:-1] for part in above), own])}
        # 市 alone is the city above, even where the district was a city once.
        found |= {parts[-1][-1:]} & {"区", "县"}
    return tuple(sorted(filter(None, found), key=len, reverse=True))


@dataclass
class NameBook(Generic[Unit]):
    """Every name of every organisation of one district, ready to be looked up."""

    prefixes: Sequence[str]
    _known: dict[str, dict[Unit, Standing]] = field(default_factory=lambda: defaultdict(dict))
    _answers: dict[Unit, Unit | None] = field(default_factory=dict)
    _parents: dict[Unit, Unit | None] = field(default_factory=dict)

    def add(self, named: Named[Unit]) -> None:
        """Enters an organisation under all forms of all its names."""
        self._answers[named.unit] = named.answers
        self._parents[named.unit] = named.parent
        for name, standing in named.names:
            for form in self._forms(clean(name)):
                known = self._known[form]
                known[named.unit] = min(standing, known.get(named.unit, standing))

    def match(self, text: str) -> Match[Unit]:
        """The organisation that ``text`` names; the form as written first, shorter forms after."""
        whole = clean(text)
        for written in dict.fromkeys((whole, _BRACKETS.sub("", whole))):
            for form in self._forms(written):
                if form in self._known:
                    return self._decide(self._known[form])
            if within := self._match_within(written):
                return within
        return Match(None)

    def _match_within(self, written: str) -> Match[Unit] | None:
        """A place named with the town before it, 瓜沥镇东恩村: villages of two towns share a name."""
        for form in self._forms(written):
            for cut in range(len(form) - _SHORTEST, _SHORTEST - 1, -1):
                above = self._known.get(form[:cut], {})
                rest = self._known.get(form[cut:], {})
                below = {unit: rest[unit] for unit in rest if self._parents[unit] in above}
                if below:
                    return self._decide(below)
        return None

    def _decide(self, found: Mapping[Unit, Standing]) -> Match[Unit]:
        nearest = min(found.values())
        units = tuple(unit for unit, standing in found.items() if standing == nearest)
        answering = {self._answers[unit] for unit in units}
        if len(answering) == 1:
            return Match(answering.pop(), units)
        return Match(None, units)

    def _forms(self, name: str) -> list[str]:
        """The name, then without the district's prefix, then each without the words for its form."""
        prefix = next((p for p in self.prefixes if name.startswith(p)), "")
        forms = [name, name[len(prefix) :]]
        for form in forms[:2]:
            forms += [form.removesuffix(ending) for ending in _FORMS]
            if form.endswith("街道办"):
                forms.append(form[:-1])
        return [form for form in dict.fromkeys(forms) if len(form) >= _SHORTEST]
