"""The journal's pages: whose they are, what they cost, that looking leaves a trace, that a proof holds."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shuzhi.apps.journal import keys
from shuzhi.apps.journal.models import Entry
from shuzhi.apps.journal.proving import check_proof, read_proof
from shuzhi.apps.journal.services import record, seal_batch
from shuzhi.apps.records.actors import SYSTEM
from shuzhi.demo.world import World
from tests.visits import SignIn

pytestmark = pytest.mark.django_db
PARTS = [name for name, kind in World.__annotations__.items() if kind == "Person"]


def write(count: int) -> None:
    for number in range(count):
        record(actor=SYSTEM, act="file.store", subject=("file", f"fl_{number}"), payload={"n": number})


def rows(page: str) -> int:
    return page.count("<tr>") - 1


@pytest.mark.parametrize("part", [part for part in PARTS if part != "audit_admin"])
def test_nobody_but_the_audit_administrator_reads_the_journal(
    world: World, signed_in: SignIn, part: str
) -> None:
    seal_batch()
    entry = Entry.objects.first()
    assert entry
    client = signed_in(world.people[part])
    for path in ("/journal/", f"/journal/{entry.public_id}/", f"/journal/{entry.public_id}/proof.json"):
        assert client.get(path).status_code == 403
    assert not Entry.objects.filter(act="journal.read").exists()
    assert "/journal/" not in client.get("/jobs/").content.decode()


def test_looking_at_the_journal_is_in_the_journal(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.audit_admin)
    client.get("/journal/?act=account.")
    entry = Entry.objects.get(act="journal.read")
    client.get(f"/journal/{entry.public_id}/")
    seal_batch()
    client.get(f"/journal/{entry.public_id}/proof.json")
    assert entry.actor_id == world.audit_admin.actor.id
    assert Entry.objects.filter(act="journal.read", subject_id=entry.public_id).count() == 1
    assert Entry.objects.filter(act="journal.prove", subject_id=entry.public_id).count() == 1


def test_entries_are_narrowed_by_act_person_day_and_subject(world: World, signed_in: SignIn) -> None:
    write(3)
    client = signed_in(world.audit_admin)

    def found(query: str) -> int:
        return rows(client.get(f"/journal/?{query}").content.decode())

    assert found("act=file.") == found("actor=system&act=file.") == 3
    assert found("q=fl_1") == 1
    assert found(f"actor={world.audit_admin.actor.id}") >= 3
    today = timezone.localdate()
    assert found(f"act=file.&since={today}&until={today}") == 3
    assert found(f"act=file.&since={today + timedelta(days=1)}") == -1
    assert found(f"act=file.&until={today - timedelta(days=1)}") == -1


def test_older_entries_follow_without_a_gap(world: World, signed_in: SignIn) -> None:
    write(130)
    client = signed_in(world.audit_admin)
    first = client.get("/journal/?act=file.").content.decode()
    assert rows(first) == 100
    oldest = list(Entry.objects.filter(act="file.store").order_by("-at_us", "-id"))[99]
    assert f"before={oldest.public_id}" in first
    second = client.get(f"/journal/?act=file.&before={oldest.public_id}").content.decode()
    assert rows(second) == 30
    assert 'rel="next"' not in second


def test_a_page_of_the_journal_costs_the_same_for_ten_entries_and_for_a_thousand(
    world: World, signed_in: SignIn
) -> None:
    client = signed_in(world.audit_admin)
    client.get("/journal/")
    counts = []
    for more in (10, 990):
        write(more)
        with CaptureQueriesContext(connection) as statements:
            client.get("/journal/")
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert counts[0] <= 12, "\n".join(s["sql"][:90] for s in statements)


def test_an_entry_shows_its_content_and_its_proof_holds_elsewhere(
    world: World, home: Path, signed_in: SignIn
) -> None:
    write(3)
    entry = Entry.objects.filter(act="file.store").first()
    assert entry
    client = signed_in(world.audit_admin)
    address = f"/journal/{entry.public_id}/"
    page = client.get(address).content.decode()
    assert "&quot;n&quot;: 0" in page
    assert "proof.json" not in page
    assert client.get(f"{address}proof.json").status_code == 409
    seal_batch()
    assert "proof.json" in client.get(address).content.decode()
    answer = client.get(f"{address}proof.json")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    proof = read_proof(answer.content.decode())
    assert check_proof(proof, keys.read_public_key((home / "journal.pub").read_bytes()))


def test_an_entry_that_is_not_there_is_not_found(world: World, signed_in: SignIn) -> None:
    assert signed_in(world.audit_admin).get("/journal/je_nothing/").status_code == 404
