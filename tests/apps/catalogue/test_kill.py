"""A load or a request that is killed half-way: nothing is lost, nothing done twice, nothing stays behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_S = 90.0
# rolled back, the rows of this process would be invisible to the others
pytestmark = pytest.mark.django_db(transaction=True)


class Installation:
    """A home and a database, and the processes that work on them."""

    def __init__(self, home: Path, database_url: str = "") -> None:
        self.home = home
        self._environment = {**os.environ, "SHUZHI_HOME": str(home), "SHUZHI_DATABASE_URL": database_url}

    def start(self, *act: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.apps.catalogue.process", *act]
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def run(self, act: str) -> list[dict[str, Any]]:
        """What the process saw; it must end well."""
        process = self.start(act)
        try:
            printed, _ = process.communicate(timeout=PATIENCE_S)
        finally:
            process.kill()
        assert process.returncode == 0
        return [json.loads(line) for line in printed.splitlines() if line.startswith("{")]

    def kill_at(self, act: str, point: str) -> None:
        """Starts the process and ends it, without warning, where it stops."""
        process = self.start(act, point)
        try:
            until = time.monotonic() + PATIENCE_S
            while not (self.home / "reached").exists():
                assert process.poll() is None, "it ended before it got there"
                assert time.monotonic() < until, "it did not get there in time"
                time.sleep(0.05)
        finally:
            process.send_signal(signal.SIGKILL)
            process.communicate(timeout=PATIENCE_S)


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the named world in its SQLite database, to be copied."""
    home = tmp_path_factory.mktemp("founded")
    Installation(home).run("found")
    return home


@pytest.fixture
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Installation:
    if connection.vendor == "postgresql":
        # the database of this test run, on the server that the run was given
        server = urlsplit(os.environ["SHUZHI_DATABASE_URL"])
        name = connection.settings_dict["NAME"]
        made = Installation(tmp_path, server._replace(path=f"/{name}").geturl())
        made.run("found")
    else:
        made = Installation(tmp_path)
        shutil.copytree(request.getfixturevalue("founded"), tmp_path, dirs_exist_ok=True)
    return made


@pytest.mark.parametrize("point", ["files put", "before the effect", "inside the effect"])
def test_a_load_whose_worker_is_killed_is_done_once_by_the_next(
    installation: Installation, point: str
) -> None:
    installation.kill_at("work", point)
    assert [path for path in (installation.home / "work").iterdir() if path.is_dir()], "killed too late"
    (seen,) = installation.run("finish")
    assert seen["uploads"] == ["done"]
    assert (seen["datasets"], seen["snapshots"], seen["runs"], seen["commits"]) == (1, 1, 1, 1)
    assert seen["rows"] == 60
    assert seen["cases"] == seen["keys"] > 0
    assert seen["files"] == 4, "the original, the table, what was set aside, what fails"
    assert (seen["orphans"], seen["lost"]) == (0, 0)
    assert (seen["swept"], seen["folders"]) == (1, [".turn"])


def test_a_request_killed_before_its_commit_leaves_neither_row_nor_file(installation: Installation) -> None:
    installation.kill_at("receive", "before the commit")
    assert any((installation.home / "files").rglob("[0-9a-f]" * 64)), "killed too early"
    before, after = installation.run("again")
    assert (before["uploads"], before["files"], before["datasets"], before["orphans"]) == ([], 0, 0, 0)
    assert after["uploads"] == ["done"]
