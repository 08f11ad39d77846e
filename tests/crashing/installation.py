"""An installation in a temporary home: its processes, started, killed and started again."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.crashing.arming import CONTROL, SUITE

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 90.0
PARTS = ("web", "worker")


@dataclass
class Installation:
    """A home, its database and its control folder (see ``arming``); ``log`` holds what the processes said."""

    folder: Path
    database_url: str = ""
    port: int = 0
    variables: dict[str, str] = field(default_factory=dict)
    starts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PARTS, 0))
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _watching: threading.Event = field(default_factory=threading.Event)
    _turn: threading.RLock = field(default_factory=threading.RLock)

    @property
    def home(self) -> Path:
        """The folder of records, files and keys."""
        return self.folder / "home"

    @property
    def control(self) -> Path:
        """What is to happen at which point."""
        return self.folder / "control"

    @property
    def address(self) -> str:
        """Where the portal answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def people(self) -> dict[str, tuple[str, str]]:
        """Login and password by part in the named world."""
        known = json.loads((self.folder / "people.json").read_text("utf-8"))
        return {part: (login, password) for part, (login, password) in known.items()}

    def command(self, *act: str) -> list[str]:
        """One of the processes of ``process``."""
        return [sys.executable, "-m", "tests.crashing.process", *act]

    @property
    def environment(self) -> dict[str, str]:
        """What the processes are told by variables."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SHUZHI_")}
        kept.pop("DJANGO_SETTINGS_MODULE", None)
        return kept | {
            "SHUZHI_HOME": str(self.home),
            "SHUZHI_DATABASE_URL": self.database_url,
            "DJANGO_SETTINGS_MODULE": "tests.crashing.settings",
            CONTROL: str(self.control),
            "TMPDIR": str(self.folder / "tmp"),
            **self.variables,
        }

    def run(self, *act: str) -> str:
        """Waits for the process, which must end well; what it printed."""
        (self.folder / "tmp").mkdir(exist_ok=True)
        done = subprocess.run(
            self.command(*act),
            check=False,
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            timeout=PATIENCE_S * 2,
        )
        if done.returncode:
            raise AssertionError(done.stderr.decode("utf-8", "replace")[-4000:])
        return done.stdout.decode("utf-8")

    def tell(self, what: str, part: str, point: str, text: str = "") -> None:
        """Has ``what`` (see ``arming``) happen to the part's process at the point."""
        told = self.control / what / part / point
        told.parent.mkdir(parents=True, exist_ok=True)
        told.write_text(text, "ascii")

    def untell(self, what: str, part: str, point: str) -> None:
        """Has it happen no more."""
        (self.control / what / part / point).unlink(missing_ok=True)

    def told(self, what: str, part: str) -> set[str]:
        """The points under ``what`` for the part: ``seen``, ``killed``, ``held``."""
        folder = self.control / what / part
        return {path.name for path in folder.iterdir()} if folder.is_dir() else set()

    def start(self, part: str, name: str = "") -> subprocess.Popen[bytes]:
        """Starts the part's process in a group of its own, so that all of it can be killed."""
        with self._turn:
            arguments = [str(self.port)] if part == "web" else [name or part]
            (self.folder / "tmp").mkdir(exist_ok=True)
            with (self.folder / f"{name or part}.log").open("ab") as log:
                process = subprocess.Popen(
                    self.command(part, *arguments),
                    cwd=ROOT,
                    env=self.environment,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            self._running[name or part] = process
            self.starts[name or part] = self.starts.get(name or part, 0) + 1
            return process

    def signal(self, part: str, number: int) -> None:
        """Sends a signal to the whole of the part's process."""
        with self._turn:
            process = self._running.get(part)
            if process is not None and process.poll() is None:
                os.killpg(process.pid, number)

    def watch(self) -> None:
        """What a service manager does: starts again what has ended. Until ``end``."""
        while not self._watching.wait(0.1):
            with self._turn:
                ended = [name for name, process in self._running.items() if process.poll() is not None]
                for name in ended:
                    if not self._watching.is_set():
                        self.start(name.partition("-")[0], name)

    def end(self) -> None:
        """Ends everything that was started here."""
        self._watching.set()
        with self._turn:
            for process in self._running.values():
                _kill_group(process)
            self._running.clear()

    def stop(self, part: str) -> None:
        """Ends the part and does not start it again."""
        with self._turn:
            process = self._running.pop(part, None)
            if process is not None:
                _kill_group(process)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(PATIENCE_S)


def found(folder: Path, database_url: str = "") -> Installation:
    """A new installation, whose folder may be copied (on SQLite) and whose processes are not started."""
    made = Installation(folder, database_url)
    for name in SUITE:
        (made.control / name).mkdir(parents=True, exist_ok=True)
    made.run("found", str(folder / "people.json"))
    return made


def copied(pattern: Installation, folder: Path, database_url: str = "") -> Installation:
    """The installation once more, with work left behind by a process that was killed long ago."""
    shutil.copytree(pattern.folder, folder, dirs_exist_ok=True)
    made = Installation(folder, database_url)
    _leave_behind(made.home)
    return made


def _leave_behind(home: Path) -> None:
    """A content that no row names, half a content, and a scratch folder: all two days old."""
    left = {
        home / "files" / "ab" / ("ab" + "0" * 62): b"nobody's",
        home / "files" / "temporary" / "tmpleft": b"half",
        home / "work" / "left" / "table.parquet": b"half",
    }
    then = time.time() - 2 * 24 * 3600
    for path, content in left.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (then, then))


@contextmanager
def running(installation: Installation) -> Iterator[Installation]:
    """Web and worker at work, and started again whenever they end."""
    installation.port = _free_port()
    watcher = threading.Thread(target=installation.watch, daemon=True)
    try:
        watcher.start()
        installation.start("web")
        secret = installation.home / "secret.key"
        until = time.monotonic() + PATIENCE_S
        while not secret.exists() and time.monotonic() < until:  # the web makes it
            time.sleep(0.05)
        installation.start("worker")
        yield installation
    finally:
        installation.end()
        watcher.join(PATIENCE_S)


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="shuzhi-crash-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port: Any = tried.getsockname()[1]
        return int(port)
