"""The shape of a measured figure, the same for every suite, and how a table of them is printed."""

from __future__ import annotations

import os
import platform
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

Row = dict[str, object]
"""figure, value, unit, bar (null: none), held (null where there is no bar), note."""


def figure(name: str, value: object, unit: str = "", note: str = "") -> Row:
    """A figure that no bar judges."""
    return {"figure": name, "value": value, "unit": unit, "bar": None, "held": None, "note": note}


def at_most(name: str, value: float, bar: float, unit: str = "", note: str = "") -> Row:
    """A figure that may not be above ``bar``."""
    return {
        "figure": name,
        "value": value,
        "unit": unit,
        "bar": f"<= {bar}",
        "held": value <= bar,
        "note": note,
    }


def at_least(name: str, value: float, bar: float, unit: str = "", note: str = "") -> Row:
    """A figure that may not be below ``bar``."""
    return {**at_most(name, value, bar, unit, note), "bar": f">= {bar}", "held": value >= bar}


def print_table(rows: Iterable[Row]) -> bool:
    """Prints the figures; true where every bar is held."""
    cells = [("figure", "value", "bar", "", "note")]
    held = True
    for row in rows:
        mark = {True: "ok", False: "MISSED"}.get(row["held"], "")  # type: ignore[call-overload]
        held = held and row["held"] is not False
        value = f"{row['value']} {row['unit']}".strip()
        cells.append((str(row["figure"]), value, str(row["bar"] or ""), mark, str(row["note"])))
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    for line in cells:
        padded = (cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True))
        print("  ".join(padded).rstrip(), flush=True)
    return held


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


HEAD = """# Figures measured

By `make bench`; each suite says when, and on what. Ratios are against what ran beside it in the same run.
The machine was shared, so CPU seconds and ratios say more than wall seconds.
"""


def as_page(page: str, measured: Mapping[str, Iterable[Row]], order: Sequence[str]) -> str:
    """``page`` with the sections of the suites in ``measured`` made anew; the others stay as they were."""
    parts = page.split("\n## ")[1:]
    sections = {part.partition("\n")[0].strip(): part.partition("\n")[2].strip() for part in parts}
    sections |= {suite: _section(rows) for suite, rows in measured.items()}
    told = [f"\n## {suite}\n\n{sections[suite]}\n" for suite in order if suite in sections]
    return HEAD + "".join(told)


def _section(rows: Iterable[Row]) -> str:
    lines = [
        f"On {datetime.now().astimezone():%Y-%m-%d}: {machine()}.",
        "",
        "| figure | value | bar | | note |",
        "| --- | --: | --: | --- | --- |",
    ]
    for row in rows:
        mark = {True: "held", False: "**missed**"}.get(row["held"], "")  # type: ignore[call-overload]
        value = f"{row['value']} {row['unit']}".strip()
        lines.append(f"| {row['figure']} | {value} | {row['bar'] or ''} | {mark} | {row['note']} |")
    return "\n".join(lines)


def machine() -> str:
    """What the figures were measured on."""
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory_gb:.0f} GB, {platform.system()}, Python {platform.python_version()}"
    )
