"""Entries get their places in batches; what waits is named; nothing is sealed twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from shuzhi.apps.journal import keys, merkle, sealing, services
from shuzhi.apps.journal.models import Entry, Head, Payload, Pending, Seal, Tile, microseconds, moment
from shuzhi.apps.journal.selectors import standing, timeline
from shuzhi.apps.records.actors import SYSTEM
from shuzhi.apps.records.refusals import ConflictError, ForbiddenError
from tests.apps.journal.conftest import CLERK

Write = Callable[[int], list[Entry]]


def test_an_entry_says_who_did_what_to_which_thing(write: Write) -> None:
    (entry,) = write(1)
    stored = Entry.objects.select_related("payload").get()
    assert (stored.act, stored.actor_name, stored.actor_duty) == ("dataset.read", "沈示例", "clerk")
    assert (stored.subject_kind, stored.subject_id, stored.request_id) == ("dataset", "ds_0", "req_1")
    assert stored.payload.body == '{"level":"L3","行数":0}'
    assert [e.pk for e in timeline("dataset", "ds_0")] == [entry.pk]


def test_the_digest_of_a_payload_cannot_be_guessed_from_a_likely_payload(write: Write) -> None:
    one, other = write(1)[0], write(1)[0]
    assert one.payload_digest != other.payload_digest


def test_an_act_that_is_rolled_back_leaves_no_entry(write: Write) -> None:
    with transaction.atomic():
        write(1)
        transaction.set_rollback(True)
    assert not Entry.objects.exists()
    assert not Pending.objects.exists()


def test_canonical_json_has_one_form() -> None:
    day = date(2026, 11, 23)
    assert services.canonical({"b": day, "a": ["是", 1.5, None]}) == '{"a":["是",1.5,null],"b":"2026-11-23"}'
    with pytest.raises(ValueError, match="not JSON compliant"):
        services.canonical({"a": float("nan")})
    with pytest.raises(TypeError, match="cannot hold bytes"):
        services.canonical({"a": b""})


def test_a_separator_in_a_name_cannot_move_text_between_columns(db: None, home: Path) -> None:
    entry = services.record(actor=replace(CLERK, name="a\x1fb"), act="x", subject=("k", "1"))
    assert entry.actor_name == "a b"


@pytest.mark.parametrize("batches", [[1], [1, 1, 1], [255, 1, 1], [256, 300], [700, 5, 90]])
def test_the_head_is_the_root_over_all_entries_whatever_the_batches(write: Write, batches: list[int]) -> None:
    leaves: list[bytes] = []
    for number in batches:
        leaves += [merkle.leaf_hash(e.sealed_text.encode()) for e in write(number)]
        assert services.seal_batch().entries == number
    frontier = merkle.Frontier()
    for leaf in leaves:
        frontier.push(leaf)
    head = Head.objects.latest("size")
    assert (head.size, head.root) == (sum(batches), frontier.root().hex())
    assert list(Seal.objects.order_by("sequence").values_list("sequence", flat=True)) == list(
        range(head.size)
    )
    report = services.verify()
    assert report.sound, report.problems
    assert (report.sealed, report.heads, report.unsealed) == (head.size, len(batches), 0)


def test_sealing_is_in_the_order_of_the_acts_and_bounded(write: Write) -> None:
    entries = write(5)
    assert services.seal_batch(limit=3).entries == 3
    assert services.seal_batch(limit=3).entries == 2
    assert services.seal_batch(limit=3).entries == 0
    sealed = list(Seal.objects.order_by("sequence").values_list("entry_id", flat=True))
    assert sealed == [e.pk for e in sorted(entries, key=lambda e: (e.at_us, e.pk))]


def test_an_entry_that_becomes_visible_late_is_sealed_all_the_same(write: Write) -> None:
    late = write(1)[0]
    waiting = Pending.objects.get(entry=late)
    Pending.objects.all().delete()  # as if its transaction had not committed yet
    write(3)
    services.seal_batch()
    waiting.save(force_insert=True)
    assert services.seal_batch().entries == 1
    assert Seal.objects.get(entry=late).sequence == 3
    assert services.verify().sound


def test_a_queue_that_names_a_sealed_entry_again_seals_nothing_twice(write: Write) -> None:
    entry = write(1)[0]
    services.seal_batch()
    Pending.objects.create(entry=entry, at_us=entry.at_us, leaf=entry.leaf.hex())
    assert services.seal_batch().entries == 0
    assert not Pending.objects.exists()


def test_an_idle_second_costs_two_reads_and_no_lock(write: Write) -> None:
    write(1)
    services.seal_batch()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        services.seal_batch()
    assert len(asked) == 2
    assert all(query["sql"].startswith("SELECT") for query in asked.captured_queries)


def test_a_batch_writes_the_same_number_of_rows_of_hashes_at_any_size(write: Write) -> None:
    def statements() -> int:
        write(10)
        with CaptureQueriesContext(connection) as asked:
            services.seal_batch()
        return len(asked)

    write(20)
    services.seal_batch()
    small = statements()
    write(900)
    services.seal_batch()
    assert statements() <= small + 6  # deeper by one row of hashes to read, never by the number of entries


def test_where_the_log_stands(write: Write) -> None:
    assert (standing().size, standing().waiting_since) == (0, None)
    entry = write(2)[0]
    assert (standing().waiting, standing().waiting_since) == (2, entry.at)
    services.seal_batch()
    assert (standing().size, standing().waiting) == (2, 0)


def test_the_key_is_readable_by_its_owner_only_and_made_once(write: Write, home: Path) -> None:
    write(1)
    services.seal_batch()
    assert (home / "journal.key").stat().st_mode & 0o777 == 0o600
    kept = (home / "journal.key").read_bytes()
    write(1)
    services.seal_batch()
    assert (home / "journal.key").read_bytes() == kept


def test_sealers_that_start_together_share_one_key(home: Path) -> None:
    for turn in range(20):
        fresh, together = home / str(turn), Barrier(4)

        def name(of: Path = fresh, together: Barrier = together) -> str:
            together.wait()
            return keys.key_name(keys.signing_key(of, may_make=True).public_key())

        with ThreadPoolExecutor(4) as sealers:
            names = {made.result() for made in [sealers.submit(name) for _sealer in range(4)]}
        assert len(names) == 1
        assert {path.name for path in fresh.iterdir()} == {keys.PRIVATE, keys.PUBLIC}


def test_a_running_log_never_gets_a_new_key_by_itself(write: Write, home: Path) -> None:
    write(1)
    services.seal_batch()
    (home / "journal.key").unlink()
    write(1)
    with pytest.raises(keys.KeyMissingError, match="backup"):
        services.seal_batch()
    with pytest.raises(keys.KeyMissingError):
        services.verify()
    (home / "journal.key").write_text("not a key")
    with pytest.raises(keys.KeyMissingError):
        services.seal_batch()


def test_the_newest_head_lies_beside_the_database(write: Write, home: Path) -> None:
    write(3)
    services.seal_batch()
    note = json.loads((home / "journal-head.json").read_text())
    head = Head.objects.get()
    assert note == services.head_note(head)
    assert services.read_head(json.dumps(note)).digest == head.digest
    with pytest.raises(ValueError, match="not the note"):
        services.read_head("{}x")


def test_moments_survive_the_microsecond() -> None:
    now = datetime(2026, 11, 23, 8, 0, 0, 123457, tzinfo=UTC)
    assert moment(microseconds(now)) == now


def test_payloads_expire_by_schedule_and_the_log_still_verifies(write: Write) -> None:
    write(4)
    services.record(actor=CLERK, act="case.opened", subject=("case", "c"), payload={"kept": True})
    services.seal_batch()
    later = datetime.now(UTC) + timedelta(days=400)
    assert (
        services.payloads_expire(actor=SYSTEM, acts="dataset.", before=later - timedelta(days=200), now=later)
        == 4
    )
    assert Payload.objects.filter(entry__act="case.opened").count() == 1
    services.seal_batch()
    report = services.verify()
    assert report.sound, report.problems
    assert (report.entries, report.payloads_removed) == (6, 4)
    Payload.objects.filter(entry__act="case.opened").delete()
    assert [p.code for p in services.verify().problems] == ["payload_missing"]


def test_payloads_stay_while_the_law_wants_them_and_nobody_chooses_which_go(write: Write) -> None:
    write(1)
    services.seal_batch()
    now = datetime.now(UTC)
    with pytest.raises(ConflictError, match="six months"):
        services.payloads_expire(actor=SYSTEM, acts="dataset.", before=now)
    with pytest.raises(ConflictError, match="own acts"):
        services.payloads_expire(actor=SYSTEM, acts="jour", before=now - timedelta(days=300))
    with pytest.raises(ForbiddenError):
        services.payloads_expire(actor=CLERK, acts="dataset.", before=now - timedelta(days=300))


def test_only_the_audit_administrator_reads_everything_and_that_is_journalled(write: Write) -> None:
    write(3)
    auditor = replace(CLERK, id="acc_2", duty="", administers="audit")
    found = services.entries_read(actor=auditor, query=services.EntryQuery(act="dataset.", subject_id="ds_1"))
    assert [e.subject_id for e in found] == ["ds_1"]
    older = services.entries_read(
        actor=auditor, query=services.EntryQuery(before=found[0].public_id, act="dataset.")
    )
    assert [e.subject_id for e in older] == ["ds_0"]
    assert Entry.objects.filter(act="journal.read", actor_id="acc_2").count() == 2
    for outsider in (CLERK, replace(auditor, administers="system"), replace(auditor, administers="security")):
        with pytest.raises(ForbiddenError):
            services.entries_read(actor=outsider, query=services.EntryQuery())
    assert Tile.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_entries_of_several_writers_and_two_sealers_are_each_sealed_once(home: Path) -> None:
    """Real connections, real commits: four writers, two sealers, nothing lost and nothing twice."""

    def act(name: str) -> None:
        try:
            for number in range(25):
                with transaction.atomic():
                    services.record(actor=CLERK, act="x", subject=(name, str(number)))
        finally:
            connection.close()

    def seal() -> None:
        try:
            for _turn in range(12):
                services.seal_batch(limit=20)
        finally:
            connection.close()

    threads = [Thread(target=act, args=(f"writer {n}",)) for n in range(4)]
    threads += [Thread(target=seal) for _sealer in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while services.seal_batch().entries:
        pass
    report = services.verify()
    assert report.sound, report.problems
    assert (report.entries, report.sealed) == (100, 100)


def test_an_older_head_never_replaces_a_newer_one_beside_the_database(write: Write, home: Path) -> None:
    write(1)
    services.seal_batch()
    older = Head.objects.latest("size")
    write(1)
    services.seal_batch()
    sealing.keep_head(home, older)  # a sealer that was held up between its commit and its note
    kept = sealing.kept_head(home)
    assert kept is not None
    assert kept.size == 2
    assert services.verify().sound


def test_the_public_key_is_shown_also_when_a_sealer_was_killed_before_it_could(
    write: Write, home: Path
) -> None:
    keys.signing_key(home, may_make=True)
    public = (home / keys.PUBLIC).read_bytes()
    (home / keys.PUBLIC).unlink()
    write(1)
    services.seal_batch()
    assert (home / keys.PUBLIC).read_bytes() == public
