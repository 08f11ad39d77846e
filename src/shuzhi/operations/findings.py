"""What a check found: a state, a sentence, and what to do. Carries counts and names of parts, no data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from shuzhi.engine.texts import translate

State = Literal["ok", "notice", "failed"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line. ``text`` and ``fix`` are msgids with ``values``; ``fix`` is empty where all is well."""

    check: str
    state: State
    text: str
    values: Mapping[str, object] = field(default_factory=dict)
    fix: str = ""

    def sentence(self, language: str | None = None) -> str:
        """What is so and, where something is to be done, what."""
        parts = [translate(part, language).format(**self.values) for part in (self.text, self.fix) if part]
        return " → ".join(parts)


def fine(check: str, text: str, **values: object) -> Finding:
    """All is well."""
    return Finding(check, "ok", text, values)


def notice(check: str, text: str, fix: str, **values: object) -> Finding:
    """Nothing is broken; somebody should know."""
    return Finding(check, "notice", text, values, fix)


def failed(check: str, text: str, fix: str, **values: object) -> Finding:
    """Something is wrong and must be mended."""
    return Finding(check, "failed", text, values, fix)
