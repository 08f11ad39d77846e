"""``python -m tests.crashing [POINT …] [--each N] [--random KILLS] [--seed N] [--list]``: kills at points.

Without points: at every point that the undisturbed run passes, in web and worker; a kill in ``--each`` N
places of either part in one run (1: slower, and a fault is told by its point). ``--random``: so many kills
at random moments while three clerks work.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.crashing.installation import PARTS, Installation, found, temporary_folder
from tests.crashing.points import names
from tests.crashing.walking import Place, Walk, walk, walk_at_random


def main(arguments: list[str]) -> int:
    """0 where nothing is wrong."""
    asked = _parser().parse_args(arguments)
    if asked.list:
        print("\n".join(sorted(names())))
        return 0
    with temporary_folder() as folder:
        pattern = found(folder / "pattern")
        if asked.random:
            return _told("random", walk_at_random(pattern, folder / "random", asked.random, asked.seed))
        return kill_at_points(pattern, folder, asked.points, asked.each)


def kill_at_points(pattern: Installation, folder: Path, points: list[str], each: int) -> int:
    """The number of runs in which something is wrong."""
    calm = walk(pattern, folder / "calm")
    wrong = _told("undisturbed", calm)
    if missing := sorted(names() - calm.seen["web"] - calm.seen["worker"]):
        print(f"not on the walk: {', '.join(missing)}")
        wrong += 1
    for number, places in enumerate(groups(calm, points, each)):
        killed = walk(pattern, folder / f"run{number}", places)
        killed.compare(calm)
        missed = set(places) - killed.killed
        killed.wrong += [f"never got there: {part} {point}" for part, point in sorted(missed)]
        wrong += _told(" ".join(f"{part}:{point}" for part, point in places), killed)
    return wrong


def groups(calm: Walk, points: list[str], each: int) -> list[list[Place]]:
    """The places to kill at, ``each`` of either part to a run, far apart from each other."""
    by_part = [
        [(part, point) for point in sorted(calm.seen[part]) if not points or point in points]
        for part in PARTS
    ]
    runs = max(-(-len(places) // each) for places in by_part)
    return [[place for places in by_part for place in places[number::runs]] for number in range(runs)]


def _told(name: str, walked: Walk) -> int:
    print(
        f"{'WRONG' if walked.wrong else 'ok':5} {walked.seconds:5.1f} s  {walked.kills:3} kills  {name}",
        flush=True,
    )
    for line in walked.wrong[:20]:
        print(f"      {line}")
    return int(bool(walked.wrong))


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
