"""The main job, ended by SIGKILL at named points: what was answered is there, once, and nothing beside it.

A part of the points, in the cheapest arrangement (see ``quick``). All of them, on web and worker as they
run in earnest, and fifty more at random: ``python -m tests.crashing``.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.crashing.installation import ROOT, found
from tests.crashing.points import names
from tests.crashing.walking import differences

POINTS = (
    "uploads.after_receive_commit",
    "journal.after_tiles",
    "catalogue.after_snapshot",
    "jobs.before_effect_commit",
    "jobs.after_effect_commit",
    "cases.after_state",
    "uploads.after_answer_commit",
)


@pytest.fixture(scope="module")
def walks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What each run came to, by its point; "" is the undisturbed one."""
    folder = tmp_path_factory.mktemp("crashing")
    found(folder / "pattern")
    command = [sys.executable, "-m", "tests.crashing.quick", str(folder), *POINTS]
    with Path(folder / "log").open("wb") as log:
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, check=False)
    assert done.returncode == 0, (folder / "log").read_text("utf-8")[-4000:]
    return {line["point"]: line for line in map(json.loads, done.stdout.decode("utf-8").splitlines())}


@pytest.mark.slow
def test_every_point_in_the_code_is_on_the_walk(walks: dict[str, dict[str, Any]]) -> None:
    missing = sorted(names() - set(walks[""]["passed"]))
    assert not missing, "have the clerk of tests/crashing do what leads there, or the worker"
    assert walks[""]["wrong"] == []


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS)
def test_killed_at_a_point_and_begun_anew_all_is_as_if_nothing_had_happened(
    walks: dict[str, dict[str, Any]], point: str
) -> None:
    walked = walks[point]
    assert walked["killed"], "it never got there"
    assert walked["wrong"] == []
    assert differences(walked["rows"], walks[""]["rows"]) == []
