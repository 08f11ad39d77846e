"""Proofs that can be checked elsewhere, with the public key and nothing of ours but the bytes.

A proof of one entry says: these columns are the leaf at this place of the log whose root this
head signs. It does not say that what the entry tells is true, nor that the log holds all there was.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from shuzhi.apps.journal import keys, merkle
from shuzhi.apps.journal.models import SEALED_COLUMNS, SEPARATOR, Entry, Head, Payload, Seal
from shuzhi.apps.journal.recording import payload_digest
from shuzhi.apps.journal.sealing import head_note
from shuzhi.apps.journal.tiles import TileReader
from shuzhi.apps.records.refusals import ConflictError, NotFoundError
from shuzhi.engine.texts import N_


@dataclass(frozen=True)
class Proof:
    """An entry's columns in their order, its place, the path to the root (hex), and the signed head.

    ``salt`` and ``body`` are the payload; both empty where it has expired.
    """

    entry: dict[str, str]
    place: int
    path: tuple[str, ...]
    head: dict[str, str | int]
    salt: str
    body: str

    def as_json(self) -> str:
        """The proof as a file to hand over."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n"


def prove(entry_id: str, *, size: int | None = None) -> Proof:
    """The proof of one sealed entry against the newest head, or the one over ``size`` entries.

    Raises NotFoundError for an unknown entry or head, ConflictError for one not yet sealed.
    """
    entry = Entry.objects.filter(public_id=entry_id).first()
    if entry is None:
        raise NotFoundError("entry", entry_id)
    seal = Seal.objects.filter(entry=entry).first()
    if seal is None:
        raise ConflictError(N_("this entry is not sealed yet; a worker does that within two seconds"))
    head = _head(size)
    if seal.sequence >= head.size:
        raise ConflictError(N_("this entry was sealed after that head"))
    payload = Payload.objects.filter(entry=entry).first()
    path = merkle.inclusion_proof(seal.sequence, head.size, TileReader().node)
    return Proof(
        entry={name: str(getattr(entry, name)) for name in SEALED_COLUMNS},
        place=seal.sequence,
        path=tuple(hash_.hex() for hash_ in path),
        head=head_note(head),
        salt=payload.salt if payload else "",
        body=payload.body if payload else "",
    )


def consistency(old: int, new: int | None = None) -> tuple[str, ...]:
    """The hashes (hex) that show that the log of ``new`` entries begins with that of ``old``."""
    head = _head(new)
    if not 0 < old <= head.size:
        raise NotFoundError("head", old)
    return tuple(h.hex() for h in merkle.consistency_proof(old, head.size, TileReader().node))


def _head(size: int | None) -> Head:
    heads = Head.objects.order_by("-size")
    head = (heads.filter(size=size) if size is not None else heads).first()
    if head is None:
        raise NotFoundError("head", size or 0)
    return head


def check_proof(proof: Proof, public: Ed25519PublicKey) -> bool:
    """Whether the proof holds: columns, payload, path, root, signature. Needs no database."""
    text = SEPARATOR.join(proof.entry.get(name, "") for name in SEALED_COLUMNS)
    if text.count(SEPARATOR) != len(SEALED_COLUMNS) - 1 or set(proof.entry) != set(SEALED_COLUMNS):
        return False
    if proof.body and payload_digest(proof.salt, proof.body) != proof.entry["payload_digest"]:
        return False
    head = Head(**proof.head)
    try:
        path = [bytes.fromhex(hash_) for hash_ in proof.path]
        root = bytes.fromhex(head.root)
    except ValueError:
        return False
    leaf = merkle.leaf_hash(text.encode())
    return (
        merkle.holds_inclusion(leaf, proof.place, head.size, path, root)
        and head.key == keys.key_name(public)
        and keys.holds(public, head.signature, head.signed_text)
    )


def read_proof(text: str) -> Proof:
    """A proof from its JSON. Raises ValueError where it is not one."""
    try:
        read = json.loads(text)
        return Proof(**(read | {"path": tuple(read["path"])}))
    except (TypeError, KeyError, ValueError) as error:
        raise ValueError("this is not a proof of the journal") from error
