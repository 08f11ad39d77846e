"""How sensitive a category is: levels, defaults, subject, combination and volume rules, as data.

Knows no way to recognise a column. A scheme is a YAML file; two are shipped, and any other
can be loaded from its text. Every rule in it carries the mark of where it comes from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from shuzhi.engine.data.grading.categories import load_categories, packaged
from shuzhi.engine.documents import TOLERANT, DocumentError, Item, read_item
from shuzhi.engine.errors import BadInputError

DEFAULT_SCHEME = "DB33-2351"


class SchemeError(BadInputError):
    """A grading scheme cannot be used."""

    code = "input.scheme"
    text = "The grading scheme {name} cannot be used: {problem}."


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Level(_Strict):
    """A level of the scheme; the higher ``rank``, the more sensitive. Ranks count from 1."""

    code: str
    rank: int = Field(ge=1, le=9)
    names: dict[str, str]
    sharing: dict[str, str] = {}
    opening: dict[str, str] = {}
    mark: str


class AtLeast(_Strict):
    """At least ``count`` columns of a role."""

    role: str
    count: int = Field(ge=1)


class Combination(_Strict):
    """Columns that together ask for ``level``.

    Each group of ``all_of`` must be met by a column with one of its roles, a column counting
    once; ``none_of`` must have no column. A column counts for a role from the level that
    ``counts_from`` names (one for all roles, or by role), after the subject's rules.
    """

    id: str
    mark: str
    note: str = ""
    all_of: tuple[tuple[str, ...], ...] = ()
    none_of: tuple[str, ...] = ()
    at_least: AtLeast | None = None
    counts_from: str | dict[str, str] | None = None
    level: str


class Volume(_Strict):
    """From ``subjects`` persons on, the table rises by ``raise_by`` levels and asks for ``flag``.

    ``sensitive`` counts only tables with personal data from the scheme's ``sensitive_from``.
    """

    id: str
    mark: str
    note: str = ""
    sensitive: bool
    subjects: int = Field(ge=1)
    raise_by: int = Field(ge=0, alias="raise")
    flag: str | None = None


class _Subject(_Strict):
    mark: str
    note: str = ""
    levels: dict[str, str] = {}


class _Default(_Strict):
    level: str
    mark: str
    note: str = ""


class _Display(_Strict):
    full_from_gap: int = Field(ge=1)
    mark: str
    note: str = ""


class _Document(_Strict):
    id: str
    names: dict[str, str]
    source: dict[str, str]
    levels: tuple[Level, ...]
    unknown: _Default
    display: _Display
    defaults: dict[str, Any]
    subjects: dict[str, _Subject]
    combinations: tuple[Combination, ...] = ()
    volumes: tuple[Volume, ...] = ()
    sensitive_from: str

    @model_validator(mode="after")
    def _names_known(self) -> _Document:
        known = {level.code for level in self.levels}
        used = [self.unknown.level, self.sensitive_from, *(c.level for c in self.combinations)]
        used += [level for subject in self.subjects.values() for level in subject.levels.values()]
        used += [key for key in self.defaults if key not in ("mark", "note")]
        for level in used:
            if level not in known:
                raise ValueError(f"the level {level!r} is not one of {', '.join(sorted(known))}")
        self._categories_known()
        return self

    def _categories_known(self) -> None:
        categories = set(load_categories())
        groups = {code.split(".")[0] for code in categories}
        used = [c for key, codes in self.defaults.items() if key not in ("mark", "note") for c in codes]
        used += [code for subject in self.subjects.values() for code in subject.levels]
        for code in used:
            if code not in categories and code not in groups:
                raise ValueError(f"the category {code!r} does not exist; see categories.yaml")


@dataclass(frozen=True, slots=True)
class Scheme:
    """A grading scheme, ready to be asked."""

    id: str
    names: Mapping[str, str]
    levels: tuple[Level, ...]
    unknown: str
    full_from_gap: int
    defaults: Mapping[str, str]
    subjects: Mapping[str, Mapping[str, str]]
    combinations: tuple[Combination, ...]
    volumes: tuple[Volume, ...]
    sensitive_from: str

    def rank(self, level: str) -> int:
        """The rank of a level; raises SchemeError where the scheme has no such level."""
        for known in self.levels:
            if known.code == level:
                return known.rank
        problem = f"it has no level {level!r}, only {', '.join(k.code for k in self.levels)}"
        raise SchemeError(name=self.id, problem=problem)

    def at(self, rank: int) -> str:
        """The level of a rank, the highest where there are not so many."""
        return max((k for k in self.levels if k.rank <= rank), key=lambda k: k.rank).code

    def highest(self, levels: list[str]) -> str:
        """The highest of some levels; the lowest of the scheme where there are none."""
        return max(levels, key=self.rank, default=self.at(1))

    def level(self, category: str, subject: str | None = None) -> tuple[str, str]:
        """The level of a category for rows about ``subject``, and why: subject, default, unknown."""
        by_subject = self.subjects.get(subject or "", {})
        if category in by_subject:
            return by_subject[category], "subject"
        for key in (category, category.split(".", maxsplit=1)[0]):
            if key in self.defaults:
                return self.defaults[key], "default"
        return self.unknown, "unknown"


def scheme_names() -> tuple[str, ...]:
    """The ids of the schemes that are shipped."""
    return tuple(sorted(_shipped()))


@cache
def load_scheme(name: str = DEFAULT_SCHEME) -> Scheme:
    """A shipped scheme by its id; raises SchemeError with the ids there are."""
    if name not in _shipped():
        raise SchemeError(
            name=name, problem=f"there is none of that name; shipped: {', '.join(scheme_names())}"
        )
    text = files("shuzhi.engine.data.grading").joinpath("schemes", _shipped()[name]).read_text("utf-8")
    return read_scheme(text, name)


def read_scheme(text: str, name: str) -> Scheme:
    """A scheme from the text of its YAML; ``name`` says in errors which file it was.

    Raises SchemeError with every mistake, its line and its key.
    """
    try:
        root = read_item(text, name, TOLERANT)
        document = root.plain()
        root.notes.raise_any()
        read = _Document.model_validate(document)
    except DocumentError as error:
        raise SchemeError(name=name, problem="; ".join(map(str, error.problems))) from None
    except ValidationError as error:
        found = "; ".join(_told(root, wrong["loc"], wrong["msg"]) for wrong in error.errors())
        raise SchemeError(name=name, problem=found) from None
    return _scheme(read)


def _told(root: Item, path: tuple[str | int, ...], wrong: str) -> str:
    return f"{root.notes.file}:{root.at(path).line}: {'.'.join(map(str, path)) or 'file'}: {wrong}"


@cache
def _shipped() -> Mapping[str, str]:
    folder = files("shuzhi.engine.data.grading").joinpath("schemes")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    return {str(packaged(f"schemes/{name}")["id"]): name for name in names}


def _scheme(read: _Document) -> Scheme:
    defaults = {
        c: level for level, codes in read.defaults.items() if level not in ("mark", "note") for c in codes
    }
    return Scheme(
        id=read.id,
        names=read.names,
        levels=read.levels,
        unknown=read.unknown.level,
        full_from_gap=read.display.full_from_gap,
        defaults=defaults,
        subjects={subject: rule.levels for subject, rule in read.subjects.items()},
        combinations=read.combinations,
        volumes=read.volumes,
        sensitive_from=read.sensitive_from,
    )
