"""Nothing is lost: web and worker killed at every named point and at random moments (see tests/crashing).

Not timed. Held is that no answered act is missing, nothing is there twice, no version is half, nothing is
left over, the journal verifies, and the rows are those of an undisturbed run.
"""

from __future__ import annotations

from tests.crashing.installation import found, temporary_folder
from tests.crashing.points import names
from tests.crashing.walking import walk_at_random, walk_everywhere

from benchmarks.figures import Row, at_most

EACH = 4
RANDOM_KILLS = 50
SEED = 3


def main() -> list[Row]:
    """What is wrong after the kills."""
    with temporary_folder() as folder:
        pattern = found(folder / "pattern")
        walks = walk_everywhere(pattern, folder, [], EACH, lambda _name, _walk: None)
        by_chance = walk_at_random(pattern, folder / "random", RANDOM_KILLS, SEED)
    kills, acts = (sum(getattr(walked, name) for walked in walks.values()) for name in ("kills", "promised"))
    wrong = sum(len(walked.wrong) for walked in walks.values())
    return [
        at_most(
            "killed at every point: what is wrong afterwards",
            wrong,
            0,
            "",
            f"{len(names())} points, {kills} kills in {len(walks) - 1} runs, {acts} answered acts",
        ),
        at_most(
            "killed at random: what is wrong afterwards",
            len(by_chance.wrong),
            0,
            "",
            f"{by_chance.kills} kills of web and worker, three clerks, {by_chance.promised} answered acts",
        ),
    ]
