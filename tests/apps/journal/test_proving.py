"""A proof holds by itself, away from the database; a changed one does not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from shuzhi.apps.journal import keys, merkle, services
from shuzhi.apps.journal.models import Entry, Head, Payload
from shuzhi.apps.journal.proving import Proof, check_proof, read_proof
from shuzhi.apps.records.refusals import ConflictError, NotFoundError

Write = Callable[[int], list[Entry]]


@pytest.fixture
def entries(write: Write) -> list[Entry]:
    """Two batches of sealed entries over two rows of hashes."""
    made = write(5)
    services.seal_batch()
    made += write(300)
    services.seal_batch()
    return made


def test_every_entry_can_be_proved_with_the_public_key_alone(entries: list[Entry], home: Path) -> None:
    public = keys.read_public_key((home / "journal.pub").read_bytes())
    for entry in entries[::37]:
        proof = services.prove(entry.public_id)
        assert check_proof(read_proof(proof.as_json()), public)
        assert proof.entry["subject_id"] == entry.subject_id
        assert json.loads(proof.body)["level"] == "L3"


def test_a_proof_against_an_older_head(entries: list[Entry], home: Path) -> None:
    proof = services.prove(entries[2].public_id, size=5)
    assert check_proof(proof, keys.public_key(home))
    with pytest.raises(ConflictError, match="after that head"):
        services.prove(entries[9].public_id, size=5)
    with pytest.raises(NotFoundError):
        services.prove(entries[2].public_id, size=6)


def spoiled(proof: Proof) -> list[Proof]:
    other = "0" * 64
    return [
        *(replace(proof, entry=proof.entry | {name: proof.entry[name] + "x"}) for name in proof.entry),
        replace(proof, entry=proof.entry | {"more": "x"}),
        replace(proof, place=proof.place + 1),
        replace(proof, path=proof.path[1:]),
        replace(proof, path=("zz", *proof.path)),
        replace(proof, body=proof.body + " "),
        replace(proof, salt="0"),
        *(replace(proof, head=proof.head | {name: other}) for name in ("root", "previous", "key")),
        replace(proof, head=proof.head | {"signature": "0" * 128}),
        replace(proof, head=proof.head | {"size": 306}),
        replace(proof, head=proof.head | {"at_us": 1}),
    ]


def test_a_changed_proof_does_not_hold(entries: list[Entry], home: Path) -> None:
    public = keys.public_key(home)
    for number, wrong in enumerate(spoiled(services.prove(entries[100].public_id))):
        assert not check_proof(wrong, public), number
    with pytest.raises(ValueError, match="not a proof"):
        read_proof("{}")


def test_a_proof_without_its_expired_payload_still_holds(entries: list[Entry], home: Path) -> None:
    Payload.objects.filter(entry=entries[0]).delete()
    proof = services.prove(entries[0].public_id)
    assert proof.body == ""
    assert check_proof(proof, keys.public_key(home))


def test_the_newer_log_begins_with_the_older(entries: list[Entry]) -> None:
    old, new = Head.objects.order_by("size")
    path = [bytes.fromhex(h) for h in services.consistency(old.size)]
    old_root, new_root = bytes.fromhex(old.root), bytes.fromhex(new.root)
    assert merkle.holds_consistency(old.size, new.size, path, old_root, new_root)
    assert not merkle.holds_consistency(old.size, new.size, path, new_root, new_root)
    with pytest.raises(NotFoundError):
        services.consistency(0)


def test_what_is_unknown_or_unsealed_has_no_proof(write: Write) -> None:
    entry = write(1)[0]
    with pytest.raises(ConflictError, match="not sealed yet"):
        services.prove(entry.public_id)
    with pytest.raises(NotFoundError):
        services.prove("je_nobody")


def test_only_a_public_key_of_the_right_kind_is_read() -> None:
    with pytest.raises(keys.KeyMissingError):
        keys.read_public_key(b"none")
