"""The command line, called in this process as a shell would call it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from shuzhi.cli import main as command_line

Shuzhi = Callable[..., "Answer"]


@dataclass(frozen=True)
class Answer:
    """Exit code and what was printed."""

    code: int
    out: str
    err: str


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the command is called: an empty folder, with one beside it for temporary files."""
    (tmp_path / "scratch").mkdir()
    made = tmp_path / "here"
    made.mkdir()
    monkeypatch.chdir(made)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    return made


@pytest.fixture
def shuzhi(folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Shuzhi:
    """Runs the command with these arguments; whatever it does, no temporary file stays."""
    monkeypatch.setattr(command_line, "without_pandas", lambda: None)  # for a process of its own only

    def run(*arguments: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["shuzhi", *map(str, arguments)])
        code: object = 0
        try:
            command_line.main()
        except SystemExit as ended:
            code = ended.code
        printed = capfd.readouterr()
        assert not list((folder.parent / "scratch").iterdir())
        assert isinstance(code, int) or code is None
        return Answer(code or 0, printed.out, printed.err)

    return run
