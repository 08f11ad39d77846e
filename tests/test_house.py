"""The rules of the house that a linter does not know: sizes, purity, names."""

from __future__ import annotations

import ast
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import shuzhi

SOURCE = Path(shuzhi.__file__).parent
MODULES = sorted(p for p in SOURCE.rglob("*.py") if "migrations" not in p.parts)
VAGUE = {"core", "common", "utils", "util", "helpers", "misc", "base"}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_a_module_is_short_enough_to_read(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    assert len(lines) < 600, f"{path.name} has {len(lines)} lines: split it by what it knows"
    too_long = [f"{name} ({size} lines)" for name, size in functions(path) if size > 50]
    assert not too_long, f"{path.name}: {', '.join(too_long)}: a function over 50 lines does two things"


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Name and length in lines of each function of a module."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_module_has_a_name_that_says_nothing() -> None:
    named = {p.stem for p in MODULES} | {p.parent.name for p in MODULES}
    assert not named & VAGUE


def test_every_module_says_what_it_knows() -> None:
    silent = [
        str(p.relative_to(SOURCE))
        for p in MODULES
        if p.read_text("utf-8").strip() and not ast.get_docstring(ast.parse(p.read_text("utf-8")))
    ]
    assert not silent


def test_the_whole_engine_loads_without_the_web_framework() -> None:
    names = [m.name for m in pkgutil.walk_packages([str(SOURCE / "engine")], "shuzhi.engine.")]
    code = (
        "import importlib, sys\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'django', 'psycopg', 'sqlite3'}))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"
