"""``make bench``: every suite in turn, as one table of figures with their bars.

``python -m benchmarks.run [--write] [SUITE ...]`` runs some of them; ``--write`` puts each suite's table,
with the machine and the day, into its section of docs/benchmarks.md. A suite is a module with
``main() -> list[Row]`` (see ``figures``). Exit code 1 where a bar is missed.
"""

from __future__ import annotations

import sys
import time
from importlib import import_module
from pathlib import Path

from benchmarks.figures import Row, as_page, print_table

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
SUITES = (
    "starting",
    "reading",
    "quality",
    "planting",
    "grading",
    "journal",
    "pages",
    "crashing",
    "uploading",
    "restoring",
    "installing",
)


def main(chosen: list[str]) -> int:
    """Runs the suites named, or all."""
    write, chosen = "--write" in chosen, [name for name in chosen if name != "--write"]
    unknown = sorted(set(chosen) - set(SUITES))
    if unknown:
        print(f"no such suite: {', '.join(unknown)}; suites: {', '.join(SUITES)}", file=sys.stderr)
        return 2
    figures: list[Row] = []
    for suite in chosen or SUITES:
        started = time.perf_counter()
        measured = import_module(f"benchmarks.{suite}").main()
        print(f"{suite}: {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
        figures += measured
        if write:  # at once: a run that breaks off keeps what it has measured
            PAGE.write_text(as_page(PAGE.read_text("utf-8"), {suite: measured}, SUITES), "utf-8")
    return 0 if print_table(figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
