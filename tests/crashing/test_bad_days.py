"""Faults of the machine: a full disk, an absent database, a clock set back, a worker that wakes too late.

Each on real processes: people are told what is the matter, work goes on by itself, nothing is lost or
done twice, and what there is in the end is what there is on a calm day.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from scripts.with_postgres import SERVER_USER, run_server_program, server_programs, start, stop

from tests.crashing.clerk import NO_ROOM, Clerk, NoAnswerError
from tests.crashing.installation import Installation, copied, found, running
from tests.crashing.walking import TITLE, Walk, differences, look, walk

pytestmark = pytest.mark.slow
PATIENCE_S = 90.0
AWAY_S = float(os.environ.get("SHUZHI_TESTS_AWAY_S", "5"))
HOUR_S = 3600


def wait_for(what: Callable[[], bool], why: str) -> None:
    until = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < until, why
        time.sleep(0.05)


def clerk_of(installation: Installation) -> Clerk:
    return Clerk(installation.address, *installation.people["owner"])


@contextmanager
def at_work(clerk: Clerk) -> Iterator[None]:
    """The clerk does the main job meanwhile, and has done it afterwards."""
    failures: list[Exception] = []

    def work() -> None:
        try:
            clerk.work(f"{TITLE}甲")
        except Exception as error:
            failures.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        thread.join(2 * PATIENCE_S)
    assert not failures


def as_on_a_calm_day(installation: Installation, clerk: Clerk, calm: Walk) -> None:
    seen = look(installation, clerk.ledger)
    assert seen["wrong"] == []
    assert differences(seen["rows"], calm.rows) == []


def log_of(installation: Installation, part: str) -> str:
    return (installation.folder / f"{part}.log").read_text("utf-8", "replace")


def page_of(clerk: Clerk, path: str) -> str:
    try:
        return clerk.get(path).text
    except NoAnswerError:
        return ""


def test_a_full_disk_is_told_and_work_goes_on_when_there_is_room(
    installed: Callable[..., Any], calm: Walk
) -> None:
    with installed() as installation:
        clerk = clerk_of(installation)
        for part in ("web", "worker"):
            installation.tell("full", part, "files.after_write")
        with at_work(clerk):
            wait_for(lambda: any(fault.startswith("507") for fault in clerk.faults), "the web did not tell")
            assert "磁盘已满" in clerk.faults[-1]
            assert "没有保存" in clerk.faults[-1]
            installation.untell("full", "web", "files.after_write")
            wait_for(lambda: bool(clerk.ledger), "the upload was not taken")
            (_, upload, _), *_ = clerk.ledger
            wait_for(
                lambda: "磁盘已满" in page_of(clerk, f"/uploads/{upload}/"), "the upload's page says nothing"
            )
            time.sleep(3)  # more attempts than a load has: those of a full disk do not count
            installation.untell("full", "worker", "files.after_write")
        as_on_a_calm_day(installation, clerk, calm)


def test_a_disk_that_is_really_full_loses_nothing(pattern: Installation, tmp_path: Path, calm: Walk) -> None:
    made = copied(pattern, tmp_path / "x")
    made.variables = {"SHUZHI_DISK_FREE_MB": "0"}  # else none would be let in, ballast or not
    with small_disk(made.home) as disk, running(made) as installation:
        clerk = clerk_of(installation)
        clerk.sign_in()
        ballast = disk / "ballast"
        fill_up(ballast)
        with at_work(clerk):
            wait_for(lambda: len(clerk.faults) > 2, "nothing was noticed")
            ballast.unlink()
        assert [fault for fault in clerk.faults if "磁盘已满" not in fault and NO_ROOM not in fault] == []
        as_on_a_calm_day(installation, clerk, calm)


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """The folder on a disk of its own with little room; skips where none may be mounted."""
    aside = folder.with_name("aside")
    shutil.copytree(folder, aside)
    mount = shutil.which("mount")
    options = ["-t", "tmpfs", "-o", "size=48m", "none", str(folder)]
    if not mount or subprocess.run([mount, *options], capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let us mount a small disk")
    try:
        shutil.copytree(aside, folder, dirs_exist_ok=True)
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill_up(ballast: Path) -> None:
    """Takes all room to the last byte."""
    with ballast.open("wb", buffering=0) as out:
        for block in (1024 * 1024, 4096, 1):
            try:
                while True:
                    out.write(b"x" * block)
            except OSError:
                continue


def test_a_locked_database_is_told_and_work_goes_on(installed: Callable[..., Any], calm: Walk) -> None:
    with installed(SHUZHI_TESTS_LOCK_S="1") as installation:
        clerk = clerk_of(installation)
        clerk.sign_in()
        other = sqlite3.connect(installation.home / "shuzhi.sqlite3", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with at_work(clerk):
            wait_for(lambda: any(fault.startswith("503") for fault in clerk.faults), "nobody was told")
            assert "暂时" in clerk.faults[-1]
            other.rollback()
            other.close()
        as_on_a_calm_day(installation, clerk, calm)


@pytest.mark.parametrize("moment", ["begun", "read"])
def test_a_clock_set_back_holds_nothing_up(installed: Callable[..., Any], calm: Walk, moment: str) -> None:
    """By two hours: the work in hand was leased, and the next was asked for, by the clock of before."""
    point = {"begun": "catalogue.before_reading", "read": "catalogue.after_contents"}[moment]
    with installed() as installation:
        clerk = clerk_of(installation)
        installation.tell("hold", "worker", point)
        with at_work(clerk):
            wait_for(lambda: point in installation.told("held", "worker"), "the load did not begin")
            for part in ("web", "worker"):
                installation.tell("clock", part, "offset_s", str(-2 * HOUR_S))
            installation.signal("worker", signal.SIGKILL)
            installation.untell("hold", "worker", point)
        as_on_a_calm_day(installation, clerk, calm)


def test_a_worker_that_wakes_after_its_lease_changes_nothing(
    installed: Callable[..., Any], calm: Walk
) -> None:
    point = "catalogue.after_contents"
    with installed() as installation:
        clerk = clerk_of(installation)
        installation.tell("hold", "worker", point)
        with at_work(clerk):
            wait_for(lambda: point in installation.told("held", "worker"), "the load did not begin")
            installation.signal("worker", signal.SIGSTOP)
            installation.start("worker", "worker-2")
            wait_for(lambda: "job.done" in log_of(installation, "worker-2"), "nobody took it over")
            installation.untell("hold", "worker", point)
            installation.signal("worker", signal.SIGCONT)
            wait_for(lambda: "job.lost_lease" in log_of(installation, "worker"), "the sleeper went on")
        as_on_a_calm_day(installation, clerk, calm)


def test_a_database_server_that_is_away_is_told_and_all_goes_on_when_it_is_back() -> None:
    programs = server_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="shuzhi-pg-"))
    url = f"postgresql://{SERVER_USER}@/{{}}?host={folder}"
    try:
        start(programs, folder)
        for name in ("calm", "bad"):
            run_on_server(folder, f"CREATE DATABASE {name}")
        undisturbed = walk(found_on(folder / "c", url.format("calm")), folder / "c-run")
        assert undisturbed.wrong == []
        with running(copied_on(found_on(folder / "b", url.format("bad")), folder / "b-run")) as installation:
            clerk = clerk_of(installation)
            installation.tell("hold", "worker", "catalogue.after_contents")
            with at_work(clerk):
                held = lambda: "catalogue.after_contents" in installation.told("held", "worker")  # noqa: E731
                wait_for(held, "the load did not begin")
                run_server_program(programs, folder, "pg_ctl", "-m", "fast", "-w", "stop")
                installation.untell("hold", "worker", "catalogue.after_contents")
                wait_for(lambda: any(fault.startswith("503") for fault in clerk.faults), "nobody was told")
                time.sleep(AWAY_S)
                restart(programs, folder)
            assert any("暂时" in fault for fault in clerk.faults)
            assert installation.starts["worker"] == installation.starts["web"] == 1, "a process gave up"
            as_on_a_calm_day(installation, clerk, undisturbed)
    finally:
        stop(programs, folder)
        shutil.rmtree(folder, ignore_errors=True)


def found_on(folder: Path, url: str) -> Installation:
    folder.mkdir()
    return found(folder, url)


def copied_on(pattern: Installation, folder: Path) -> Installation:
    return copied(pattern, folder, pattern.database_url)


def restart(programs: Path, folder: Path) -> None:
    options = f"-c listen_addresses='' -k {folder} -c fsync=off"
    run_server_program(programs, folder, "pg_ctl", "-l", str(folder / "log"), "-o", options, "-w", "start")


def run_on_server(folder: Path, statement: str) -> None:
    import psycopg

    with psycopg.connect(host=str(folder), user=SERVER_USER, dbname="postgres", autocommit=True) as server:
        server.execute(statement)
