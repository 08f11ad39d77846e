"""Workers that are killed, stopped and woken again: real processes on a real database file."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from tests.apps.jobs.process import LEASE_S

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_S = 60.0
# rolled back, the rows of this process would be invisible to the others
pytestmark = pytest.mark.django_db(transaction=True)


class Processes:
    """Starts this test's processes and ends those that are left."""

    def __init__(self, home: Path, database_url: str) -> None:
        self.home = home
        self._environment = {**os.environ, "SHUZHI_HOME": str(home), "SHUZHI_DATABASE_URL": database_url}
        self._started: list[subprocess.Popen[str]] = []

    def run(self, act: str) -> str:
        """Waits for the process; the last line that it printed."""
        process = self.start(act, stdout=subprocess.PIPE)
        printed, _ = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0
        return printed.strip().rpartition("\n")[2]

    def start(self, *act: str, stdout: int | None = subprocess.DEVNULL) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.apps.jobs.process", *act]
        process = subprocess.Popen(
            command, cwd=ROOT, env=self._environment, stdout=stdout, stderr=subprocess.DEVNULL, text=True
        )
        self._started.append(process)
        return process

    def end(self) -> None:
        for process in self._started:
            if process.poll() is None:
                process.kill()
            process.wait(PATIENCE_S)
            if process.stdout:
                process.stdout.close()


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an empty SQLite database, to be copied."""
    home = tmp_path_factory.mktemp("migrated")
    Processes(home, "").run("migrate")
    return home


@pytest.fixture
def processes(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Processes]:
    if connection.vendor == "postgresql":
        # the database of this test run, on the server that the run was given
        server = urlsplit(os.environ["SHUZHI_DATABASE_URL"])
        name = connection.settings_dict["NAME"]
        started = Processes(tmp_path, server._replace(path=f"/{name}").geturl())
    else:
        started = Processes(tmp_path, "")
        shutil.copytree(request.getfixturevalue("migrated"), tmp_path, dirs_exist_ok=True)
    try:
        yield started
    finally:
        started.end()


def wait_for(what: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)


@pytest.mark.parametrize("kind", ["test.before", "test.inside", "test.after"])
def test_a_job_whose_worker_is_killed_is_taken_up_again_and_does_its_work_once(
    processes: Processes, kind: str
) -> None:
    first = processes.start("begin", kind)
    wait_for((processes.home / "reached").exists)
    first.send_signal(signal.SIGKILL)
    first.wait(PATIENCE_S)
    assert processes.run("finish") == "done 2 1"


def test_a_worker_thought_dead_that_wakes_again_changes_nothing(processes: Processes) -> None:
    sleeper = processes.start("begin_mute", "test.before")
    wait_for((processes.home / "reached").exists)
    assert processes.run("finish") == "done 2 1"
    (processes.home / "go").touch()
    sleeper.send_signal(signal.SIGTERM)
    sleeper.wait(PATIENCE_S)
    assert processes.run("look") == "done 2 1"


def test_a_worker_that_is_busy_keeps_its_job_beyond_the_lease(processes: Processes) -> None:
    busy = processes.start("begin", "test.before")
    wait_for((processes.home / "reached").exists)
    other = processes.start("work")
    time.sleep(2.5 * LEASE_S)
    assert processes.run("look") == "running 1 0"
    (processes.home / "go").touch()
    assert processes.run("finish") == "done 1 1"
    for worker in (busy, other):
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(PATIENCE_S) == 0


def test_a_worker_told_to_end_gives_its_job_back_at_once(processes: Processes) -> None:
    worker = processes.start("begin", "test.endless")
    wait_for((processes.home / "reached").exists)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(PATIENCE_S) == 0
    assert processes.run("look") == "queued 0 0"
