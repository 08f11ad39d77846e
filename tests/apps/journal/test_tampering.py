"""Whoever changes one byte of the journal's tables is found, the triggers being out of the way."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, models, transaction
from django.db.models import F

from shuzhi.apps.journal import services, triggers
from shuzhi.apps.journal.models import Entry, Head, Payload, Pending, Seal, Tile
from shuzhi.apps.journal.selectors import latest_head

Write = Callable[[int], list[Entry]]
MODELS: tuple[type[models.Model], ...] = (Entry, Payload, Seal, Tile, Head, Pending)
COLUMNS = [
    pytest.param(model, field, id=f"{model.__name__}.{field.attname}")
    for model in MODELS
    for field in model._meta.concrete_fields
]


@pytest.fixture
def log(write: Write) -> None:
    """Three batches, one of them over a row of hashes, and two entries that wait for their seal."""
    for number in (3, 300, 2):
        write(number)
        services.seal_batch()
    write(2)
    assert services.verify().sound


@pytest.fixture
def unguarded(log: None) -> Iterator[None]:
    """The log without its triggers, as its owner could have it."""
    with connection.cursor() as cursor:
        triggers.remove(connection.vendor, cursor.execute)
    yield
    with connection.cursor() as cursor:
        triggers.install(connection.vendor, cursor.execute)


def changed(value: Any) -> list[Any]:
    """The value with one bit, one character or one unit of it changed, at its beginning and at its end."""
    if isinstance(value, int):
        return [value ^ 1 << 14, -value - 1]
    if isinstance(value, memoryview | bytes):
        raw = bytes(value)
        return [bytes([raw[0] ^ 1]) + raw[1:], raw[:-1] + bytes([raw[-1] ^ 128]), raw[:-1], raw + b"\0" * 32]
    first = "b" if value[:1] != "b" else "c"
    last = "7" if value[-1:] != "7" else "8"
    spoiled = [first + value[1:], value[:-1] + last, value.swapcase()]
    return [text for text in spoiled if text != value]


@pytest.mark.parametrize(("model", "field"), COLUMNS)
def test_a_changed_byte_is_found_in_every_column(
    unguarded: None, model: type[models.Model], field: models.Field[Any, Any]
) -> None:
    rows = list(model._base_manager.order_by(*[f.attname for f in model._meta.pk_fields]))
    for row in {0: rows[0], 1: rows[len(rows) // 2], 2: rows[-1]}.values():
        for value in changed(getattr(row, field.attname)):
            with transaction.atomic():
                model._base_manager.filter(pk=row.pk).update(**{field.attname: value})
                report = services.verify()
                assert not report.sound, f"{field.attname}: {getattr(row, field.attname)!r} -> {value!r}"
                transaction.set_rollback(True)
    assert services.verify().sound


@pytest.mark.parametrize("model", MODELS)
def test_a_missing_row_is_found_in_every_table(unguarded: None, model: type[models.Model]) -> None:
    rows = list(model._base_manager.order_by(*[f.attname for f in model._meta.pk_fields]))
    for row in (rows[0], rows[len(rows) // 2], rows[-1]):
        with transaction.atomic():
            model._base_manager.filter(pk=row.pk)._raw_delete(connection.alias)
            assert not services.verify().sound
            transaction.set_rollback(True)


def test_the_report_names_what_was_changed(unguarded: None) -> None:
    seal = Seal.objects.select_related("entry").get(sequence=100)
    Entry.objects.filter(pk=seal.entry_id).update(actor_name="别人")
    problems = services.verify().problems
    assert {p.code for p in problems} == {"entry_changed", "head_changed"}
    assert any(p.values == {"entry": seal.entry.public_id, "place": 100} for p in problems)
    assert f"Entry {seal.entry.public_id} at place 100" in problems[0].text


def test_two_payloads_that_change_places_are_found(unguarded: None) -> None:
    one, other = Payload.objects.order_by("entry_id")[:2]
    Payload.objects.filter(pk=one.pk).update(body=other.body)
    assert [p.code for p in services.verify().problems] == ["payload_changed"]


def test_an_entry_that_was_changed_while_it_waited_is_not_sealed(unguarded: None) -> None:
    waiting = Pending.objects.select_related("entry").earliest("at_us")
    Entry.objects.filter(pk=waiting.entry_id).update(actor_name="别人")
    assert services.seal_batch().entries == 1
    assert not Seal.objects.filter(entry_id=waiting.entry_id).exists()
    assert [(p.code, p.values) for p in services.verify().problems] == [
        ("queue_changed", {"entry": waiting.entry.public_id})
    ]


def test_of_very_many_problems_the_first_thousand_are_named(unguarded: None, write: Write) -> None:
    write(1200)
    services.seal_batch()
    Payload.objects.update(salt="0")
    report = services.verify()
    assert (report.problems_found, len(report.problems)) == (1507, 1000)


def test_rows_that_were_slipped_in_are_found(unguarded: None) -> None:
    entry = Entry.objects.latest("pk")
    additions: list[models.Model] = [
        Seal(sequence=305, entry=entry),
        Tile(level=0, index=2, hashes=b"\1" * 32),
        Tile(level=1, index=1, hashes=b"\1" * 32),
        Tile(level=3, index=0, hashes=b"\1" * 32),
        Head(size=10, at_us=1, root="0" * 64, previous="0" * 64, key="0" * 64, signature="0" * 128),
        Head(size=400, at_us=1, root="0" * 64, previous="0" * 64, key="0" * 64, signature="0" * 128),
        Pending(entry_id=10**9, at_us=1, leaf="0" * 64),
    ]
    for addition in additions:
        with transaction.atomic():
            addition.save(force_insert=True)
            assert not services.verify().sound, addition
            transaction.set_rollback(True)


def test_a_rewritten_history_needs_the_key(unguarded: None, home: Path) -> None:
    """Somebody rewrites an entry, all hashes and all heads: without the key the signature gives it away."""
    key = (home / "journal.key").read_bytes()
    (home / "journal.key").unlink()
    (home / "journal-head.json").unlink()
    for model in (Seal, Tile, Head):
        model._base_manager.all()._raw_delete(connection.alias)
    Entry.objects.filter(subject_id="ds_0").update(actor_name="别人")
    for entry in Entry.objects.all():
        known = {"at_us": entry.at_us, "leaf": entry.leaf.hex()}
        Pending.objects.update_or_create(entry=entry, defaults=known)
    services.seal_batch()  # with the forger's own new key
    assert services.verify().sound
    (home / "journal.key").write_bytes(key)
    assert {p.code for p in services.verify().problems} == {"head_unsigned"}


def cut(size: int) -> None:
    """Takes away everything after the head over ``size`` entries, as if it had never been."""
    gone = list(Seal.objects.filter(sequence__gte=size).values_list("entry_id", flat=True))
    for table in (Entry.objects.filter(pk__in=gone), Payload.objects.filter(entry_id__in=gone)):
        table._raw_delete(connection.alias)
    Seal.objects.filter(sequence__gte=size)._raw_delete(connection.alias)
    Head.objects.filter(size__gt=size)._raw_delete(connection.alias)
    tile = Tile.objects.get(level=0, index=size // 256)
    Tile.objects.filter(pk=tile.pk).update(hashes=bytes(tile.hashes)[: size % 256 * 32])
    Tile.objects.filter(level=0, index__gt=size // 256)._raw_delete(connection.alias)


def test_a_log_cut_together_with_its_heads_is_seen_from_outside_only(unguarded: None, home: Path) -> None:
    sent_out = services.read_head(json.dumps(services.head_note(latest_head() or Head())))
    cut(303)
    assert {p.code for p in services.verify().problems} == {"log_cut"}
    (home / "journal-head.json").unlink()
    assert services.verify().sound  # inside the house nothing is left that could tell
    assert {p.code for p in services.verify(outside=sent_out).problems} == {"log_cut"}


def test_a_damaged_note_of_the_head_is_said(log: None, home: Path) -> None:
    note = home / "journal-head.json"
    kept = json.loads(note.read_text())
    for name in kept:
        value = kept[name] + 1 if isinstance(kept[name], int) else "0" + kept[name]
        note.write_text(json.dumps(kept | {name: value}))
        assert {p.code for p in services.verify().problems} == {"log_cut"}, name
    note.write_text("{")
    assert {p.code for p in services.verify().problems} == {"note_damaged"}


def test_an_entry_that_waits_too_long_is_an_alarm_and_says_since_when(log: None) -> None:
    oldest = Pending.objects.earliest("at_us")
    soon, late = datetime.now(UTC), datetime.now(UTC) + timedelta(minutes=2)
    assert services.verify(now=soon).unsealed == 2
    report = services.verify(now=late)
    assert [p.code for p in report.problems] == ["sealed_late"]
    assert report.unsealed_since == Entry.objects.get(pk=oldest.entry_id).at


@pytest.mark.parametrize("model", [Entry, Payload, Seal, Tile, Head])
def test_the_database_refuses_to_change_what_is_written(log: None, model: type[models.Model]) -> None:
    field = model._meta.concrete_fields[-1].attname
    for row in (model._base_manager.first(), model._base_manager.last()):
        assert row is not None
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            model._base_manager.filter(pk=row.pk).update(**{field: F(field)})
        if model is not Payload:
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                model._base_manager.filter(pk=row.pk)._raw_delete(connection.alias)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="INSERT OR REPLACE is SQLite's own")
@pytest.mark.parametrize("model", [Entry, Payload, Seal, Tile, Head])
def test_insert_or_replace_does_not_get_past_the_triggers(log: None, model: type[models.Model]) -> None:
    table = model._meta.db_table
    with (
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
    ):
        cursor.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="TRUNCATE is PostgreSQL's own")
@pytest.mark.parametrize("model", [Entry, Seal, Tile, Head])
def test_truncate_is_refused_too(log: None, model: type[models.Model]) -> None:
    with (
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
    ):
        cursor.execute(f"TRUNCATE {model._meta.db_table} CASCADE")
