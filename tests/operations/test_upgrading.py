"""An installation of an older version is brought to this one, and of a newer one left alone."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.operations.conftest import ROOT, Installation

SQL = """
import django; django.setup()
from django.db import connection
connection.cursor().execute({0!r})
"""


def make_older(installation: Installation) -> None:
    ended = installation.call("-m", "django", "migrate", "auth", "0011", "--settings", "shuzhi.settings")
    assert ended.returncode == 0, ended.stderr


def execute(installation: Installation, statement: str) -> None:
    installation.settings["DJANGO_SETTINGS_MODULE"] = "shuzhi.settings"
    ended = installation.call("-c", SQL.format(statement))
    assert ended.returncode == 0, ended.stderr


def test_an_older_database_is_upgraded_after_a_backup_and_by_nothing_else(
    installation: Installation, empty: Callable[[], Installation], tmp_path: Path
) -> None:
    make_older(installation)
    for command in ("serve", "worker"):
        assert "shuzhi upgrade" in installation.shuzhi(command, code=2)
    assert "--to" in installation.shuzhi("upgrade", code=2)
    assert "Say why" in installation.shuzhi("upgrade", "--no-backup", " ", code=2)
    told = installation.shuzhi("upgrade", "--to", tmp_path / "backups")
    assert "1 migrations" in told
    assert "0 problem(s)" in told
    assert "Nothing to do" in installation.shuzhi("upgrade")
    assert installation.look()["problems"] == 0
    copy = empty()
    copy.shuzhi("restore", tmp_path / "backups")  # of the older version: it is brought to this one
    assert "Nothing to do" in copy.shuzhi("upgrade")


def test_a_reason_for_no_backup_is_taken_into_the_journal(installation: Installation) -> None:
    make_older(installation)
    told = installation.shuzhi("upgrade", "--no-backup", "a snapshot of the disk was made")
    assert "Backup" not in told
    code = (
        "import django; django.setup()\n"
        "from shuzhi.apps.journal.models import Payload\n"
        "print(Payload.objects.get(entry__act='installation.upgraded').body)"
    )
    installation.settings["DJANGO_SETTINGS_MODULE"] = "shuzhi.settings"
    assert "a snapshot of the disk was made" in installation.call("-c", code).stdout


def test_a_newer_database_is_refused_by_every_command_that_would_change_it(
    installation: Installation, tmp_path: Path
) -> None:
    execute(
        installation,
        "INSERT INTO django_migrations (app, name, applied) VALUES ('cases', '0099_later', '2027-01-01')",
    )
    for command in (("upgrade", "--to", tmp_path / "backups"), ("serve",), ("journal", "verify")):
        assert "newer version" in installation.shuzhi(*command, code=2)
    assert not (tmp_path / "backups").exists()


def test_a_newer_home_is_refused(installation: Installation) -> None:
    (installation.home / "format.json").write_text('{"format": 2, "version": "9.0"}')
    for command in ("serve", "upgrade"):
        assert "9.0" in installation.shuzhi(command, code=2)


def test_nothing_is_upgraded_under_a_running_worker(installation: Installation, tmp_path: Path) -> None:
    make_older(installation)
    (installation.home / "workers").mkdir(exist_ok=True)
    (installation.home / "workers" / "elsewhere-12").touch()
    assert "elsewhere-12" in installation.shuzhi("upgrade", "--to", tmp_path / "backups", code=2)


def releases() -> list[str]:
    """Every tag of a release, and what SHUZHI_UPGRADE_FROM names beside them."""
    listed = subprocess.run(
        ["git", "tag", "--list", "v*"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return [*listed.stdout.split(), *os.environ.get("SHUZHI_UPGRADE_FROM", "").split()]


@pytest.mark.slow
@pytest.mark.parametrize("tag", releases() or [None])
def test_an_installation_of_every_release_is_upgraded(
    tag: str | None, empty: Callable[[], Installation], tmp_path: Path
) -> None:
    if tag is None:
        pytest.skip("no release is tagged yet (v*); SHUZHI_UPGRADE_FROM names any commit to try")
    source = tmp_path / "source"
    packed = subprocess.run(["git", "archive", tag], cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(source, filter="data")
    installation = empty()
    old = Installation(
        installation.home, installation.database_url, {"PYTHONPATH": f"{source / 'src'}:{source}"}
    )
    ended = subprocess.run(
        [sys.executable, "-m", "tests.operations.process", "found"],
        cwd=source,
        env=old.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    installation.shuzhi("upgrade", "--to", tmp_path / "backups")
    assert "Nothing to do" in installation.shuzhi("upgrade")
    seen = installation.look()
    assert (seen["uploads"], seen["lost"], seen["problems"]) == (["done"], 0, 0)
    installation.act("grow")
