"""pack check and list; journal verify and prove, on a home of their own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from shuzhi.engine.packs import built_in_packs
from tests.cli.conftest import Shuzhi


def test_the_packs_that_come_along_are_listed_and_sound(shuzhi: Shuzhi) -> None:
    listed = shuzhi("pack", "list")
    assert listed.code == 0
    assert "problem-data" in listed.out
    for folder in built_in_packs():
        assert shuzhi("pack", "check", folder).code == 0


def test_a_broken_pack_is_told_by_file_line_and_key(folder: Path, shuzhi: Shuzhi) -> None:
    pack = next(iter(built_in_packs()))
    shutil.copytree(str(pack), folder / "pack")
    text = (folder / "pack" / "pack.yaml").read_text("utf-8")
    (folder / "pack" / "pack.yaml").write_text(text + "colour: red\n", "utf-8")
    answer = shuzhi("pack", "check", folder / "pack")
    assert answer.code == 2
    assert "pack.yaml" in answer.out
    assert "colour" in answer.out


def command(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("SHUZHI_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-m", "shuzhi", *arguments, "--home", str(home)],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )


def test_a_journal_that_is_not_there_is_not_made_by_looking_at_it(tmp_path: Path) -> None:
    home = tmp_path / "nowhere"
    for arguments in (("journal", "verify"), ("journal", "prove", "je_1")):
        ended = command(home, *arguments)
        assert ended.returncode == 2, ended
        assert len(ended.stderr.strip().splitlines()) == 1, ended.stderr
        assert not home.exists()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prepared home, its journal holding the installation of the built-in packs, sealed."""
    folder = tmp_path_factory.mktemp("home")
    code = (
        "from pathlib import Path; from shuzhi.serving import prepare_home\n"
        f"prepare_home(Path({str(folder)!r}))\n"
        "from shuzhi.apps.journal.services import seal_batch\n"
        "from shuzhi.apps.journal.models import Entry\n"
        "seal_batch()\nprint(Entry.objects.first().public_id)"
    )
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("SHUZHI_", "DJANGO_"))}
    made = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment
    )
    assert made.returncode == 0, made.stderr
    (folder / "entry").write_text(made.stdout.strip().splitlines()[-1])
    return folder


def test_a_sound_journal_verifies_and_proves_an_entry(home: Path) -> None:
    verified = command(home, "journal", "verify")
    assert verified.returncode == 0, verified
    proved = command(home, "journal", "prove", (home / "entry").read_text())
    assert proved.returncode == 0, proved.stderr
    assert json.loads(proved.stdout)


def test_an_entry_that_is_not_there_is_said_in_one_sentence(home: Path) -> None:
    ended = command(home, "journal", "prove", "je_nothing")
    assert ended.returncode == 2
    assert len(ended.stderr.strip().splitlines()) == 1, ended.stderr
