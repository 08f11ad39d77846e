"""``python -m tests.crashing [POINT …] [--each N] [--random KILLS] [--seed N] [--list]``: kills at points.

Without points: at every point that the undisturbed run passes, in web and worker; a kill in ``--each`` N
places of either part in one run (1: slower, and a fault is told by its point). ``--random``: so many kills
at random moments while three clerks work.
"""

from __future__ import annotations

import argparse
import signal
import sys

from tests.crashing.installation import found, temporary_folder
from tests.crashing.points import names
from tests.crashing.walking import Walk, walk_at_random, walk_everywhere


def main(arguments: list[str]) -> int:
    """0 where nothing is wrong."""
    asked = _parser().parse_args(arguments)
    # a terminated run must take its processes with it
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    if asked.list:
        print("\n".join(sorted(names())))
        return 0
    with temporary_folder() as folder:
        pattern = found(folder / "pattern")
        if asked.random:
            walks = {"random": walk_at_random(pattern, folder / "random", asked.random, asked.seed)}
            _tell(*next(iter(walks.items())))
        else:
            walks = walk_everywhere(pattern, folder, asked.points, asked.each, _tell)
        return sum(bool(walked.wrong) for walked in walks.values())


def _tell(name: str, walked: Walk) -> None:
    said = "WRONG" if walked.wrong else "ok"
    print(
        f"{said:5} {walked.seconds:5.1f} s  {walked.kills:3} kills  {walked.promised:3} acts  {name}",
        flush=True,
    )
    for line in walked.wrong[:20]:
        print(f"      {line}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.crashing", description=__doc__)
    parser.add_argument("points", nargs="*")
    parser.add_argument("--each", type=int, default=2)
    parser.add_argument("--random", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--list", action="store_true")
    return parser


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
