"""The kinds of case that are installed, and their words. Read once a minute: packs change by installation."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import lru_cache

from django.utils.translation import get_language

from shuzhi.apps.scenarios.selectors import latest_versions, pack_of
from shuzhi.engine.packs import Pack

_KEPT_S = 60


def kind_choices() -> list[tuple[str, str]]:
    """Each kind with its title."""
    language = get_language() or "zh-hans"
    return [(kind, pack.word(f"{kind}.title", language)) for pack in _packs() for kind in pack.lifecycles]


def state_choices() -> list[tuple[str, str]]:
    """Each state with its word; states of one name are one choice."""
    return _words("states")


def step_words() -> dict[str, str]:
    """The word of each step by its name."""
    return dict(_words("steps"))


def _words(group: str) -> list[tuple[str, str]]:
    language = get_language() or "zh-hans"
    found: dict[str, str] = {}
    for pack in _packs():
        for kind, lifecycle in pack.lifecycles.items():
            names = lifecycle.states if group == "states" else lifecycle.steps
            found |= {name: pack.word(f"{kind}.{group}.{name}", language) for name in names}
    return list(found.items())


def _packs() -> Sequence[Pack]:
    return _read(int(time.monotonic()) // _KEPT_S)


@lru_cache(maxsize=1)
def _read(_minute: int) -> Sequence[Pack]:
    return tuple(pack_of(installed) for installed in latest_versions())
