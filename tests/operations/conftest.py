"""Installations as operators have them: a home and a database, looked after by the command line."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVER = os.environ.get("SHUZHI_DATABASE_URL", "")
PATIENCE_S = 120.0


@dataclass
class Installation:
    """A home, its database, and the processes that look after it."""

    home: Path
    database_url: str = ""
    settings: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """What a process of this installation is given, and nothing of the test run's own."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("SHUZHI_", "DJANGO_"))}
        own = {"SHUZHI_HOME": str(self.home), "SHUZHI_DATABASE_URL": self.database_url, "SHUZHI_LANG": "en"}
        return {**kept, **own, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", **self.settings}

    def call(self, *command: object) -> subprocess.CompletedProcess[str]:
        """Runs Python with these arguments, whatever comes of it."""
        return subprocess.run(
            [sys.executable, *map(str, command)],
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )

    def shuzhi(self, *arguments: object, code: int = 0) -> str:
        """What the command printed; it must end with this exit code, and a refusal be one sentence."""
        ended = self.call("-m", "shuzhi", *arguments)
        assert ended.returncode == code, (ended.returncode, ended.stdout, ended.stderr)
        if code == 2:
            assert len(ended.stderr.strip().splitlines()) == 1, ended.stderr
        return ended.stdout + ended.stderr

    def act(self, *arguments: object) -> None:
        """Runs an act of tests.operations.process; it must end well."""
        ended = self.call("-m", "tests.operations.process", *arguments)
        assert ended.returncode == 0, ended.stderr

    def killed(self, *arguments: object) -> None:
        """Runs an act that must be killed where it says."""
        ended = self.call("-m", "tests.operations.process", *arguments)
        assert ended.returncode == -9, (ended.returncode, ended.stderr)

    def look(self) -> dict[str, Any]:
        """What it holds."""
        ended = self.call("-m", "tests.operations.process", "look")
        assert ended.returncode == 0, ended.stderr
        seen: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
        return seen


def make_database(template: str = "") -> str:
    """A new database on the server of the test run; its address. Empty where the run is on SQLite."""
    if not SERVER:
        return ""
    import psycopg
    from psycopg import sql

    name = f"op_{secrets.token_hex(6)}"
    like = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}{}").format(sql.Identifier(name), like))
    return urlsplit(SERVER)._replace(path=f"/{name}").geturl()


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation in use, to be copied."""
    made = Installation(tmp_path_factory.mktemp("founded") / "home", make_database())
    made.act("found")
    return made


@pytest.fixture(scope="session")
def founded_holds(founded: Installation) -> dict[str, Any]:
    """What the founded installation holds."""
    return founded.look()


@pytest.fixture(scope="session")
def founded_backups(
    founded: Installation, founded_holds: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The folder of one backup of the founded installation; to be copied by who changes it."""
    to = tmp_path_factory.mktemp("founded-backups") / "backups"
    founded.shuzhi("backup", to)
    return to


@pytest.fixture
def backups(founded_backups: Path, tmp_path: Path) -> Path:
    """A copy of it, of this test's own."""
    return Path(shutil.copytree(founded_backups, tmp_path / "backups"))


@pytest.fixture
def installation(founded: Installation, tmp_path: Path) -> Installation:
    """A copy of the founded one, of this test's own."""
    shutil.copytree(founded.home, tmp_path / "home")
    return Installation(tmp_path / "home", make_database(urlsplit(founded.database_url).path.strip("/")))


@pytest.fixture
def empty(tmp_path: Path) -> Callable[[], Installation]:
    """A place for an installation: a home that is not there, a database with nothing in it."""
    return lambda: Installation(tmp_path / f"new-{secrets.token_hex(3)}", make_database())
