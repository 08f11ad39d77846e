"""Rows and contents together: what is named stays, what is not goes."""

from __future__ import annotations

import io
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from shuzhi.apps.files import services
from shuzhi.apps.files.errors import ContentMissingError, TooLargeError, UnknownKindError
from shuzhi.apps.files.kinds import kinds
from shuzhi.apps.files.models import StoredFile
from shuzhi.apps.journal.models import Entry
from shuzhi.apps.records.actors import SYSTEM, Actor
from shuzhi.engine.errors import SettingError

CLERK = Actor(id="acc_1", name="周敏", organisation_id="org_1", organisation_path="/org_1/", duty="clerk")
pytestmark = pytest.mark.django_db


def store(data: bytes, *, kind: str = "original", name: str = "养老机构.xlsx") -> StoredFile:
    return services.store(
        actor=CLERK, source=io.BytesIO(data), kind=kind, name=name, media_type="application/octet-stream"
    )


def age_all(home: Path) -> None:
    then = time.time() - 7200
    for path in (home / "files").rglob("*"):
        if path.is_file():
            os.utime(path, (then, then))


def test_a_stored_file_has_a_row_a_content_and_a_journal_entry(home: Path) -> None:
    stored = store(b"rows")
    assert services.path_of(stored).read_bytes() == b"rows"
    assert (stored.stored_by, stored.organisation, stored.size_bytes) == ("acc_1", "org_1", 4)
    entry = Entry.objects.get(subject_id=stored.public_id)
    assert (entry.act, entry.subject_kind, entry.actor_id) == ("file.store", "file", "acc_1")


def test_a_path_is_stored_as_a_stream_is_but_without_the_limit_for_uploads(
    home: Path, tmp_path: Path
) -> None:
    big = tmp_path / "table.parquet"
    big.write_bytes(b"x" * (2 * 1024 * 1024))
    stored = services.store(
        actor=SYSTEM, source=big, kind="snapshot", name="table.parquet", media_type="application/x-parquet"
    )
    assert stored.size_bytes == 2 * 1024 * 1024
    with pytest.raises(TooLargeError):
        store(b"x" * (2 * 1024 * 1024))


def test_a_transaction_that_fails_leaves_no_row_and_its_content_is_swept_later(home: Path) -> None:
    def fail_after_storing() -> None:
        with transaction.atomic():
            store(b"lost")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_storing()
    assert not StoredFile.objects.exists()
    assert services.sweep(now=timezone.now()).contents == 0, "young: a transaction may still be open"
    age_all(home)
    assert services.sweep(now=timezone.now()).contents == 1


def test_a_content_that_two_rows_name_stays_until_both_are_gone(home: Path) -> None:
    first, second = store(b"shared", name="a.csv"), store(b"shared", name="b.csv")
    services.file_remove(actor=CLERK, stored=first)
    age_all(home)
    assert services.sweep(now=timezone.now()).contents == 0
    services.file_remove(actor=CLERK, stored=second)
    assert services.sweep(now=timezone.now()).contents == 1


def test_a_content_lost_from_the_disk_is_said_to_be_lost(home: Path) -> None:
    stored = store(b"gone")
    services.path_of(stored).unlink()
    with pytest.raises(ContentMissingError, match=r"养老机构\.xlsx"):
        services.path_of(stored)


def test_an_export_expires_and_an_original_does_not(home: Path) -> None:
    original, export = store(b"original"), store(b"export", kind="export")
    assert services.expire(actor=SYSTEM, now=timezone.now() + timedelta(days=30)) == 0
    assert services.expire(actor=SYSTEM, now=timezone.now() + timedelta(days=31)) == 1
    assert list(StoredFile.objects.all()) == [original]
    assert Entry.objects.filter(act="file.remove", subject_id=export.public_id).exists()


def test_an_installation_may_set_its_own_retention(home: Path) -> None:
    (home / "retention.yaml").write_text("export: 7\n", "utf-8")
    assert kinds(home)["export"].days == 7
    assert store(b"e", kind="export").kept_until == timezone.localdate() + timedelta(days=7)


def test_a_wrong_retention_file_is_named_with_its_fault(home: Path) -> None:
    (home / "retention.yaml").write_text("exports: 7\n", "utf-8")
    with pytest.raises(SettingError, match=r"retention\.yaml.*exports"):
        kinds(home)


def test_an_unknown_kind_is_refused_before_anything_is_written(home: Path) -> None:
    with pytest.raises(UnknownKindError, match="attachment"):
        store(b"x", kind="photo")
    assert not (home / "files").exists()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\表格\\最终版3(改).xlsx", "最终版3(改).xlsx"),
        ("a\x00b\r\n.csv", "ab.csv"),
        (".htaccess", "htaccess"),
        ("", "file"),
        ("/", "file"),
        ("长" * 300 + ".xlsx", "长" * 246 + ".xlsx"),
    ],
)
def test_a_name_never_becomes_a_path(given: str, kept: str) -> None:
    assert services.plain_name(given) == kept


def test_a_content_put_long_ago_is_young_again_when_a_row_names_it(home: Path) -> None:
    """A sweep that runs before the row is visible, or by a clock that jumped ahead, must leave it."""
    content = services.put(io.BytesIO(b"rows"))
    age_all(home)
    named = {"actor": CLERK, "kind": "original", "name": "a.csv", "media_type": "text/csv"}
    with transaction.atomic():
        stored = services.store(source=content, **named)  # type: ignore[arg-type]
        unseen = services.contents().sweep(lambda _: False, before=time.time() - 3600)
    assert unseen.contents == 0
    assert services.path_of(stored).read_bytes() == b"rows"


def test_a_content_that_was_swept_before_its_row_is_missed_at_once(home: Path) -> None:
    content = services.put(io.BytesIO(b"rows"))
    age_all(home)
    assert services.sweep(now=timezone.now()).contents == 1
    named = {"actor": CLERK, "kind": "original", "name": "a.csv", "media_type": "text/csv"}
    with pytest.raises(ContentMissingError, match=r"a\.csv"):
        services.store(source=content, **named)  # type: ignore[arg-type]
    assert not StoredFile.objects.exists()
