"""Every named crash point of the product, as found in its source. Knows where they stand, no more."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import shuzhi

SOURCE = Path(shuzhi.__file__).parent


@dataclass(frozen=True, slots=True)
class Point:
    """A point and where it stands; ``name`` is None where it is no literal."""

    name: str | None
    module: str
    line: int


def points() -> list[Point]:
    """Every call of ``reached`` in the source."""
    return [point for path in sorted(SOURCE.rglob("*.py")) for point in _of(path)]


def names() -> frozenset[str]:
    """The names of all points."""
    return frozenset(point.name for point in points() if point.name)


def _of(path: Path) -> Iterator[Point]:
    text = path.read_text("utf-8")
    if "reached(" not in text:
        return
    module = str(path.relative_to(SOURCE))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "reached":
            (given,) = node.args
            name = given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else None
            yield Point(name, module, node.lineno)
