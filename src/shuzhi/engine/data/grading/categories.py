"""The categories a column may be of, and the facets they are described by. Knows no level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

UNKNOWN = "other.unknown"


@dataclass(frozen=True, slots=True)
class Category:
    """What a column is about; the fields are explained at the head of categories.yaml."""

    code: str
    names: Mapping[str, str]
    object: str
    roles: tuple[str, ...]
    headers: tuple[str, ...]
    near: tuple[str, ...]
    mask: str
    shapes: tuple[str, ...]
    identifier: str | None

    def name(self, language: str = "zh-hans") -> str:
        """What people read; the code where there is no name in ``language``."""
        return self.names.get(language, self.code)


@dataclass(frozen=True, slots=True)
class Facet:
    """One value of one facet: ``parent`` is a code of the same facet, null at the top."""

    facet: str
    code: str
    parent: str | None
    names: Mapping[str, str]

    def name(self, language: str = "zh-hans") -> str:
        """What people read; the code where there is no name in ``language``."""
        return self.names.get(language, self.code)


class _CategoryEntry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    names: dict[str, str]
    object: str
    mask: str
    headers: tuple[str, ...]
    roles: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    shapes: tuple[str, ...] = ()
    identifier: str | None = None


def packaged(name: str) -> Any:
    """A YAML file of this package, parsed."""
    text = files("shuzhi.engine.data.grading").joinpath(name).read_text("utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(text, Loader=loader)  # noqa: S506 - both are safe loaders


@cache
def load_categories() -> Mapping[str, Category]:
    """All categories by code, in the order of the file."""
    entries = packaged("categories.yaml")["categories"]
    return {code: _category(code, _CategoryEntry.model_validate(entry)) for code, entry in entries.items()}


def _category(code: str, entry: _CategoryEntry) -> Category:
    return Category(code=code, **entry.model_dump())


@cache
def load_facets() -> tuple[Facet, ...]:
    """All facet values, in the order of the file: a facet's top values before those below them."""
    found: list[Facet] = []
    for facet, body in packaged("facets.yaml")["facets"].items():
        found.append(Facet(facet, facet, None, body["names"]))
        found += [
            Facet(facet, str(value["code"]), value.get("parent", facet), value["names"])
            for value in body["values"]
        ]
    return tuple(found)
