"""What is backed up comes back as it was, or the command says in one sentence why not."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.operations.conftest import SERVER, Installation

Empty = Callable[[], Installation]


def contents(folder: Path) -> list[Path]:
    return sorted((folder / "files").glob("[0-9a-f][0-9a-f]/" + "[0-9a-f]" * 64))


def dated(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.name.startswith("20"))


def test_a_restored_installation_holds_what_was_backed_up(
    installation: Installation, empty: Empty, tmp_path: Path
) -> None:
    installation.act("grow")  # entries that wait for their seal are backed up too
    before = installation.look()
    assert (before["uploads"], before["lost"], before["problems"]) == (["done", "done"], 0, 0)
    assert before["files"] >= 6
    told = installation.shuzhi("backup", tmp_path / "backups")
    assert f"{before['files']} files ({before['files']} new" in told
    copy = empty()
    assert "0 problem(s)" in copy.shuzhi("restore", tmp_path / "backups")
    after = copy.look()
    assert (after["lost"], after["problems"], after["restored"]) == (0, 0, 1)
    for what in ("uploads", "datasets", "cases", "files"):
        assert after[what] == before[what]
    assert set(before["acts"]) <= set(after["acts"])
    assert len(after["acts"]) == len(before["acts"]) + 2, "the backup and the restore"
    for name in ("secret.key", "journal.key"):
        assert (copy.home / name).read_bytes() == (installation.home / name).read_bytes()
    copy.act("grow")


def test_only_its_owner_can_read_a_backup_and_what_is_restored(
    installation: Installation, empty: Empty, tmp_path: Path
) -> None:
    old = os.umask(0o000)
    try:
        installation.shuzhi("backup", tmp_path / "backups")
        copy = empty()
        copy.shuzhi("restore", tmp_path / "backups")
    finally:
        os.umask(old)
    (backup,) = dated(tmp_path / "backups")
    for folder in (tmp_path / "backups", backup, copy.home):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for part in [*backup.iterdir(), copy.home / "secret.key", copy.home / "journal.key"]:
        assert stat.S_IMODE(part.stat().st_mode) == 0o600, part


def test_the_next_backup_copies_only_what_is_new_and_old_ones_go_with_their_contents(
    installation: Installation, empty: Empty, tmp_path: Path
) -> None:
    to = tmp_path / "backups"
    installation.shuzhi("backup", to)
    first = {path.name for path in contents(to)}
    assert "(0 new, 0 MB)" in installation.shuzhi("backup", to)
    installation.act("grow")
    installation.shuzhi("backup", to)
    assert first < {path.name for path in contents(to)}
    oldest = dated(to)[0]
    smaller = empty()
    smaller.shuzhi("restore", oldest)
    assert smaller.look()["uploads"] == ["done"]
    shutil.rmtree(smaller.home)
    told = installation.shuzhi("backup", to, "--keep", 1)
    assert "3 older backups removed" in told
    assert len(dated(to)) == 1
    assert {p.name for p in contents(to)} == {p.name for p in contents(installation.home)}


def test_a_content_that_is_lost_or_damaged_is_told_by_the_backup(
    installation: Installation, empty: Empty, tmp_path: Path
) -> None:
    lost, damaged = contents(installation.home)[:2]
    lost.unlink()
    damaged.chmod(0o600)
    damaged.write_bytes(b"x" * damaged.stat().st_size)
    told = installation.shuzhi("backup", tmp_path / "backups", code=1)
    assert lost.name in told
    assert damaged.name in told
    (backup,) = dated(tmp_path / "backups")
    assert set(json.loads((backup / "manifest.json").read_text())["missing"]) == {lost.name, damaged.name}
    assert not [p for p in contents(tmp_path / "backups") if p.name in {lost.name, damaged.name}]
    assert damaged.name in empty().shuzhi("restore", backup, code=1)


def test_what_rotted_in_the_backup_is_found_by_a_check_and_copied_again(
    installation: Installation, tmp_path: Path
) -> None:
    to = tmp_path / "backups"
    installation.shuzhi("backup", to)
    rotten = contents(to)[0]
    sound = rotten.read_bytes()
    rotten.chmod(0o600)
    rotten.write_bytes(b"x" * len(sound))
    assert "(1 new" in installation.shuzhi("backup", to, "--check")
    assert rotten.read_bytes() == sound


@pytest.mark.parametrize("part", ["database", "contents.txt", "secret.key", "files"])
def test_a_damaged_part_is_named_and_nothing_is_served_from_what_was_begun(
    backups: Path, empty: Empty, part: str
) -> None:
    to = backups
    (backup,) = dated(to)
    path = contents(to)[-1] if part == "files" else next(backup.glob(f"{part}*"))
    path.chmod(0o600)
    sound = path.read_bytes()
    path.write_bytes(sound[:-1] + bytes([sound[-1] ^ 1]))
    copy = empty()
    assert path.name in copy.shuzhi("restore", backup, code=2)
    assert "restored" in copy.shuzhi("serve", "--port", 1, code=2)
    path.write_bytes(sound)
    copy.shuzhi("restore", backup)


def test_a_used_home_and_a_used_database_are_never_overwritten(
    founded: Installation, founded_backups: Path, tmp_path: Path
) -> None:
    assert "not empty" in founded.shuzhi("restore", founded_backups, code=2)
    if SERVER:
        other = Installation(tmp_path / "elsewhere", founded.database_url)
        assert "not empty" in other.shuzhi("restore", founded_backups, code=2)
        assert not other.home.exists()


def test_what_is_no_backup_or_one_of_a_newer_program_is_refused_before_anything_is_written(
    backups: Path, empty: Empty, tmp_path: Path
) -> None:
    copy = empty()
    assert "no complete backup" in copy.shuzhi("restore", tmp_path, code=2)
    (backup,) = dated(backups)
    kept = (backup / "manifest.json").read_text()
    for change in ({"format": 2}, {"migrations": ["cases.0099_later"], "product": "9.0"}, {"database": "x"}):
        (backup / "manifest.json").write_text(json.dumps(json.loads(kept) | change))
        copy.shuzhi("restore", backup, code=2)
        assert not copy.home.exists()
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[json.loads(kept)["database"]]
    (backup / "manifest.json").write_text(json.dumps(json.loads(kept) | {"database": other}))
    assert "SHUZHI_DATABASE_URL" in copy.shuzhi("restore", backup, code=2)


def test_a_backup_needs_an_installation_and_a_folder_outside_of_it(
    installation: Installation, empty: Empty, tmp_path: Path
) -> None:
    assert "SHUZHI_BACKUP" in installation.shuzhi("backup", code=2)
    assert "outside" in installation.shuzhi("backup", installation.home / "backups", code=2)
    if not SERVER:
        nowhere = empty()
        assert "no installation" in nowhere.shuzhi("backup", tmp_path / "backups", code=2)
        assert not nowhere.home.exists()
    installation.settings["SHUZHI_BACKUP"] = str(tmp_path / "set")
    installation.shuzhi("backup")
    assert len(dated(tmp_path / "set")) == 1


@pytest.mark.parametrize("point", ["before database", "before contents", "second content", "before manifest"])
def test_a_backup_that_is_killed_leaves_no_half_one_and_the_next_is_whole(
    installation: Installation, empty: Empty, tmp_path: Path, point: str
) -> None:
    to = tmp_path / "backups"
    installation.killed("back_up", to, point)
    assert "no complete backup" in empty().shuzhi("restore", to, code=2)
    installation.shuzhi("backup", to)
    assert len(dated(to)) == 1, "what was left of the first is gone"
    copy = empty()
    copy.shuzhi("restore", to)
    assert copy.look()["lost"] == 0


@pytest.mark.parametrize(
    "point",
    [
        "second content",
        "before keys",
        "before database",
        "after database",
        "before migrations",
        "before the last act",
    ],
)
def test_a_restore_that_is_killed_serves_nothing_and_goes_on(
    founded_holds: dict[str, Any], founded_backups: Path, empty: Empty, point: str
) -> None:
    before = founded_holds
    copy = empty()
    copy.killed("restore", founded_backups, point)
    assert "restored" in copy.shuzhi("serve", "--port", 1, code=2)
    copy.shuzhi("restore", founded_backups)
    after = copy.look()
    assert (after["lost"], after["problems"]) == (0, 0)
    assert after["files"] == before["files"]
    assert set(before["acts"]) <= set(after["acts"])


def test_a_sweep_waits_while_contents_are_copied(tmp_path: Path) -> None:
    from io import BytesIO

    from shuzhi.apps.files.contents import ContentStore

    store = ContentStore(tmp_path / "files")
    kept = store.put(BytesIO(b"unnamed"))
    later = (tmp_path / "files").stat().st_mtime + 10
    with store.held():
        assert store.sweep(lambda _sha256: False, before=later).contents == 0
    assert store.path(kept.sha256).is_file()
    assert store.sweep(lambda _sha256: False, before=later).contents == 1
