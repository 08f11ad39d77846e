"""The newest part of the journal read again, in a moment: for a look each day, not for an auditor.

Entries are compared with the stored hashes, these with the signed head, the head with its signature and
with the note beside the database. What lies before them is for ``verifying``.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from shuzhi.apps.journal import keys, merkle
from shuzhi.apps.journal.models import HASH_HEX, Head, Seal, SealedText
from shuzhi.apps.journal.recording import payload_digest
from shuzhi.apps.journal.sealing import home, kept_head
from shuzhi.apps.journal.tiles import TileReader
from shuzhi.apps.journal.verifying import Problem

Row = tuple[int, str, str | None, str | None]


def verify_recent(limit: int = 1_000) -> tuple[int, tuple[Problem, ...]]:
    """How many of the newest sealed entries were read, and what does not fit.

    Raises KeyMissingError where there are heads and no key.
    """
    head = Head.objects.order_by("-size").first()
    if head is None:
        return 0, ()
    tiles = TileReader()
    start = max(0, head.size - limit)
    rows = _rows(start, head.size)
    problems = _head_problems(head, tiles, keys.public_key(home()))
    for place in range(start, head.size):
        if place not in rows:
            problems.append(Problem("entry_missing", {"place": place}))
        else:
            problems += _row_problems(rows[place], tiles)
    return len(rows), tuple(problems)


def _rows(start: int, end: int) -> dict[int, Row]:
    joined = Seal.objects.filter(sequence__gte=start, sequence__lt=end).annotate(text=SealedText("entry"))
    values = joined.values_list("sequence", "text", "entry__payload__salt", "entry__payload__body")
    return {row[0]: row for row in values if row[1] is not None}


def _row_problems(row: Row, tiles: TileReader) -> list[Problem]:
    place, text, salt, body = row
    entry = text.split("\x1f", 1)[0]
    try:
        if tiles.node(0, place) != merkle.leaf_hash(text.encode()):
            return [Problem("entry_changed", {"entry": entry, "place": place})]
    except LookupError:
        return [Problem("hashes_changed", {"level": 0, "index": place // 256})]
    if body is not None and payload_digest(salt or "", body) != text[-HASH_HEX:]:
        return [Problem("payload_changed", {"entry": entry})]
    return []


def _head_problems(head: Head, tiles: TileReader, key: Ed25519PublicKey) -> list[Problem]:
    problems = []
    try:
        same = merkle.root(head.size, tiles.node).hex() == head.root
    except LookupError:
        same = False
    if not same:
        problems.append(Problem("head_changed", {"size": head.size}))
    if head.key != keys.key_name(key) or not keys.holds(key, head.signature, head.signed_text):
        problems.append(Problem("head_unsigned", {"size": head.size}))
    try:
        note = kept_head(home())
    except ValueError:
        return [*problems, Problem("note_damaged", {})]
    if note is not None and not Head.objects.filter(size=note.size, signature=note.signature).exists():
        problems.append(Problem("log_cut", {"size": note.size}))
    return problems
