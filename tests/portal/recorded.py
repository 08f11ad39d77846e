"""The acts that the code writes to the journal, read from the code itself."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator, Mapping
from pathlib import Path

import shuzhi

SOURCE = Path(shuzhi.__file__).parent
RECORDING = {"record", "Note"}
"""What of the journal is handed an act, as ``act=``."""


def recorded_acts() -> dict[str, str]:
    """Each act with the place that records it; one made when it happens is given as ``case.*``.

    Also found are acts that a module hands to its own function with a parameter ``act``, where that
    one records. Raises ValueError at an act that cannot be read from the code.
    """
    found: dict[str, str] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        if path.parent.name == "journal" and path.name in {"recording.py", "services.py"}:
            continue  # the journal's own hand-over of what it is given
        for line, act in _acts(ast.parse(path.read_text("utf-8"))):
            found.setdefault(act, f"{path.relative_to(SOURCE)}:{line}")
    return found


def _acts(module: ast.Module) -> Iterator[tuple[int, str]]:
    constants = {
        target.id: node.value.value
        for node in module.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    handed_on = dict(_handing_on(module))
    inside = {id(call) for function in _functions(module, handed_on) for call in ast.walk(function)}
    for call in (node for node in ast.walk(module) if isinstance(node, ast.Call)):
        name = _called(call)
        if name not in RECORDING and name not in handed_on:
            continue
        given = _given(call, handed_on.get(name))
        if given is None or (isinstance(given, ast.Name) and given.id == "act" and id(call) in inside):
            continue
        yield call.lineno, _read(given, constants)


def _handing_on(module: ast.Module) -> Iterator[tuple[str, int]]:
    """Functions that record what they are handed as ``act``, and the place of that parameter."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef):
            names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
            calls = {_called(call) for call in ast.walk(node) if isinstance(call, ast.Call)}
            if "act" in names and calls & RECORDING:
                yield node.name, names.index("act")


def _functions(module: ast.Module, names: Container[str]) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef) and node.name in names]


def _called(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def _given(call: ast.Call, place: int | None) -> ast.expr | None:
    by_name = next((keyword.value for keyword in call.keywords if keyword.arg == "act"), None)
    if by_name or place is None or len(call.args) <= place:
        return by_name
    return call.args[place]


def _read(given: ast.expr, constants: Mapping[str, object]) -> str:
    if isinstance(given, ast.Constant):
        return str(given.value)
    if isinstance(given, ast.Name) and given.id in constants:
        return str(constants[given.id])
    if isinstance(given, ast.JoinedStr) and isinstance(given.values[0], ast.Constant):
        return str(given.values[0].value) + "*"
    raise ValueError(f"line {given.lineno}: no act can be read from {ast.unparse(given)}")
