"""What each area of the portal adds to the whole: addresses, menu entries, faces of background work.

An area is a package of the portal with a module ``urls`` (``app_name`` and ``urlpatterns``, served
below ``/<package>/``) and, where it has a menu entry or work of its own, a module ``area`` with
``ENTRIES: tuple[Entry, ...]`` and ``FACES: dict[str, Face]``. Nothing is listed anywhere else.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

import shuzhi.portal
from shuzhi.apps.jobs.models import Job
from shuzhi.apps.records.actors import Actor
from shuzhi.engine.texts import N_

# The groups of the menu in their order; an entry names one of them.
GROUPS = {
    "work": N_("My work"),
    "data": N_("Data"),
    "people": N_("People and duties"),
    "system": N_("System"),
}


def everybody(_actor: Actor) -> bool:
    """Shown to whoever is signed in."""
    return True


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu. ``order`` counts within the group; ``shown`` hides, it does not protect."""

    title: str
    url_name: str
    icon: str
    group: str
    order: int = 50
    shown: Callable[[Actor], bool] = everybody


@dataclass(frozen=True, slots=True)
class Face:
    """How background work of one kind looks to people: its title and, once done, where its result is."""

    title: str
    link: Callable[[Job], str] | None = None


def area_names() -> list[str]:
    """The packages of the portal that have addresses."""
    found = (m.name for m in pkgutil.iter_modules(shuzhi.portal.__path__) if m.ispkg)
    return [name for name in found if find_spec(f"shuzhi.portal.{name}.urls")]


@cache
def entries() -> tuple[Entry, ...]:
    """Every entry of every area, in the order of the menu."""
    found = [entry for module in _modules() for entry in getattr(module, "ENTRIES", ())]
    groups = list(GROUPS)
    return tuple(sorted(found, key=lambda entry: (groups.index(entry.group), entry.order, entry.title)))


@cache
def faces() -> dict[str, Face]:
    """The face of each kind of background work that an area knows."""
    return {kind: face for module in _modules() for kind, face in getattr(module, "FACES", {}).items()}


def _modules() -> Iterator[ModuleType]:
    for name in area_names():
        if find_spec(f"shuzhi.portal.{name}.area"):
            yield import_module(f"shuzhi.portal.{name}.area")
