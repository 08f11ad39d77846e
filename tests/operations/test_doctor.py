"""The doctor finds what was planted, and nothing in an installation that is well."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from shuzhi.apps.files.contents import ContentStore
from shuzhi.apps.files.services import store
from shuzhi.apps.jobs import heartbeats
from shuzhi.apps.journal.models import Entry, Head, Pending, microseconds
from shuzhi.apps.journal.recent import verify_recent
from shuzhi.apps.journal.services import seal_batch
from shuzhi.apps.people.models import Account
from shuzhi.apps.records.actors import SYSTEM
from shuzhi.apps.scenarios.models import InstalledPack
from shuzhi.apps.scenarios.services import built_in_install
from shuzhi.demo.world import World
from shuzhi.operations.backing_up import LAST_BACKUP
from shuzhi.operations.doctor import examine
from shuzhi.operations.findings import Finding
from shuzhi.operations.folders import write_note
from tests.operations.conftest import SERVER

pytestmark = pytest.mark.django_db
NOT_OURS = {"program", "pages", "calendar", *(["database"] if SERVER else [])}
"""What depends on the checkout and on today; and the server of a test run flushes nothing (fsync=off)."""


@pytest.fixture
def well(world: World, home: Path) -> Path:
    """The home of an installation with nothing wrong."""
    home.chmod(0o700)
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(
        update={"secret_key": "k7Qz-" * 3 + "aB9xYtR4wM2pLs8v-Hd6"}
    )
    built_in_install(actor=SYSTEM)
    store(actor=SYSTEM, source=BytesIO(b"kept"), kind="original", name="a.csv", media_type="text/csv")
    while seal_batch().entries:
        pass
    heartbeats.beat()
    write_note(home / LAST_BACKUP, {"at": timezone.now().isoformat(), "to": "/b/x", "missing": 0})
    return home


def wrong(**options: object) -> dict[str, Finding]:
    found = examine(**options)  # type: ignore[arg-type]
    return {f.check: f for f in found if f.state != "ok" and f.check not in NOT_OURS}


@pytest.mark.parametrize("everything", [False, True])
def test_nothing_is_wrong_with_an_installation_that_is_well(well: Path, everything: bool) -> None:
    assert wrong(everything=everything) == {}
    assert len(list(examine())) == 16


def lose_a_file(home: Path) -> None:
    next(path for path in (home / "files").rglob("*") if len(path.name) == 64).unlink()


def open_home(home: Path) -> None:
    home.chmod(0o755)


def silence_the_worker(home: Path) -> None:
    long_ago = time.time() - 120
    for path in (home / "workers").iterdir():
        os.utime(path, (long_ago, long_ago))


def kill_the_worker(home: Path) -> None:
    (name,) = (path.name for path in (home / "workers").iterdir())
    (home / "workers" / name).rename(home / "workers" / f"{name.rpartition('-')[0]}-4194304")


def stop_sealing(_home: Path) -> None:
    entry = Entry.objects.latest("pk")
    Pending.objects.create(
        entry=entry, at_us=microseconds(timezone.now() - timedelta(minutes=5)), leaf="0" * 64
    )


def set_the_clock_back(_home: Path) -> None:
    later = microseconds(timezone.now() + timedelta(hours=1))
    Entry.objects.bulk_create([Entry(public_id="je_later", at_us=later, act="x", payload_digest="0" * 64)])


def forget_a_migration(_home: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'auth' AND name LIKE '0012%%'")


def come_from_the_future(_home: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('cases', '0099_later', %s)",
            [datetime(2027, 1, 1, tzinfo=UTC)],
        )


def cut_the_log(_home: Path) -> None:
    Head.objects.bulk_create(
        [
            Head(
                size=Head.objects.latest("size").size + 1,
                at_us=1,
                root="0" * 64,
                previous="",
                key="",
                signature="",
            )
        ]
    )


def forget_the_pack(_home: Path) -> None:
    InstalledPack.objects.all().delete()


def back_up_long_ago(home: Path) -> None:
    old = timezone.now() - timedelta(days=3)
    write_note(home / LAST_BACKUP, {"at": old.isoformat(), "to": "/b/x", "missing": 0})


def lack_a_file_in_the_backup(home: Path) -> None:
    write_note(home / LAST_BACKUP, {"at": timezone.now().isoformat(), "to": "/b/x", "missing": 1})


def never_back_up(home: Path) -> None:
    (home / LAST_BACKUP).unlink()


def weaken_the_secret(_home: Path) -> None:
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"secret_key": "changeme"})


def answer_any_name(_home: Path) -> None:
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"allowed_hosts": "*"})


def fill_the_disk(_home: Path) -> None:
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"upload_mb": 2**40})


@pytest.mark.parametrize(
    ("plant", "check"),
    [
        (lose_a_file, "files"),
        (open_home, "home"),
        (silence_the_worker, "worker"),
        (kill_the_worker, "worker"),
        (stop_sealing, "sealing"),
        (set_the_clock_back, "clock"),
        (forget_a_migration, "migrations"),
        (come_from_the_future, "migrations"),
        (cut_the_log, "journal"),
        (forget_the_pack, "packs"),
        (back_up_long_ago, "backup"),
        (lack_a_file_in_the_backup, "backup"),
        (never_back_up, "backup"),
        (weaken_the_secret, "configuration"),
        (answer_any_name, "configuration"),
        (fill_the_disk, "disk"),
    ],
)
def test_what_is_wrong_is_found_and_said_with_what_to_do(
    well: Path, plant: Callable[[Path], None], check: str
) -> None:
    plant(well)
    found = wrong()
    assert set(found) == {check}
    assert found[check].state == "failed"
    for language in ("en", "zh-hans"):
        assert len(found[check].sentence(language)) > 10
    assert found[check].fix or check == "configuration", "a setting's own error says what to do"


def test_an_account_that_nobody_uses_is_told_by_its_number_alone(well: Path, world: World) -> None:
    Account.objects.filter(pk=world.owner.account.pk).update(last_login=timezone.now() - timedelta(days=91))
    said = wrong()["accounts"]
    assert said.state == "notice"
    assert said.values["number"] == 1
    assert world.owner.account.name not in said.sentence("zh-hans")


def test_a_damaged_file_of_the_right_size_is_found_when_all_is_read(well: Path) -> None:
    path = next(path for path in (well / "files").rglob("*") if len(path.name) == 64)
    path.chmod(0o600)
    path.write_bytes(b"KEPT")
    assert wrong() == {}
    assert set(wrong(everything=True)) == {"files"}


def test_a_check_that_breaks_is_a_finding_too(well: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_store: ContentStore, _sha256: str) -> Path:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(ContentStore, "path", gone)
    assert "Input/output error" in wrong()["files"].sentence("en")


def test_the_newest_part_of_the_journal_is_told_from_a_changed_one(well: Path) -> None:
    number, problems = verify_recent(3)
    assert (number, problems) == (3, ())
    (well / "journal-head.json").write_text("{")
    assert [problem.code for problem in verify_recent(3)[1]] == ["note_damaged"]
