"""Named points: found in the source, told apart by name, and of no use to anybody outside of the tests."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shuzhi import crash_points
from shuzhi.secret_files import keep_once
from shuzhi.whole_files import one_at_a_time, write_whole
from tests.crashing.points import SOURCE, names, points

Arm = Callable[[str], None]


class KilledError(Exception):
    """Stands for the end of the process."""


@pytest.fixture
def killed_at(monkeypatch: pytest.MonkeyPatch) -> Arm:
    """``killed_at("area.point")``: from now on this thread gets no further than the point."""

    def arm(name: str) -> None:
        def visit(reached: str) -> None:
            if reached == name:
                raise KilledError(name)

        monkeypatch.setattr(crash_points, "_visit", visit)

    return arm


def test_points_are_named_once_and_by_literals() -> None:
    found = points()
    assert len(found) > 50
    assert not [point for point in found if point.name is None]
    assert len(names()) == len(found), "two points bear one name"
    assert not [n for n in names() if not re.fullmatch(r"[a-z_]+\.(before|after)_[a-z_]+", n)]


def test_nothing_in_the_product_arms_a_point_and_no_setting_can() -> None:
    arming = [
        path
        for path in SOURCE.rglob("*.py")
        if re.search(r"crash_points\.arm|import .*\barm\b", path.read_text("utf-8"))
    ]
    assert arming == []
    code = "from shuzhi import crash_points; assert crash_points._visit is crash_points._pass_by"
    hostile = dict.fromkeys(("SHUZHI_CRASH_POINT", "SHUZHI_CRASHING", "CRASH_POINT"), "files.before_rename")
    subprocess.run([sys.executable, "-c", code], check=True, env=os.environ | hostile)


@pytest.mark.parametrize("point", ["before_write", "after_write", "before_rename", "after_rename"])
def test_a_small_file_is_the_old_one_or_the_new_one_and_nothing_gathers_beside_it(
    tmp_path: Path, killed_at: Arm, point: str
) -> None:
    path = tmp_path / "note"
    with one_at_a_time(tmp_path):
        write_whole(path, b"old")
    killed_at(f"whole_files.{point}")
    for _ in range(3):
        with pytest.raises(KilledError), one_at_a_time(tmp_path):
            write_whole(path, b"new")
    assert path.read_bytes() == (b"new" if point == "after_rename" else b"old")
    killed_at("")
    with one_at_a_time(tmp_path):
        write_whole(path, b"new")
    assert [p.name for p in tmp_path.iterdir()] == ["note"]
    assert path.read_bytes() == b"new"


def test_a_secret_is_kept_once_also_after_a_process_that_was_killed(tmp_path: Path, killed_at: Arm) -> None:
    killed_at("whole_files.before_rename")
    with pytest.raises(KilledError):
        keep_once(tmp_path / "secret.key", b"lost")
    killed_at("")
    assert keep_once(tmp_path / "secret.key", b"first")
    assert not keep_once(tmp_path / "secret.key", b"second")
    (kept,) = tmp_path.iterdir()
    assert (kept.read_bytes(), kept.stat().st_mode & 0o777) == (b"first", 0o600)
