"""Reading the whole journal again: is every byte what it was when its head was signed?

A row that disappeared before it was sealed cannot be noticed. A log that was cut together with
its newest heads is noticed only from outside: by the head kept beside the database, or better
by one that was sent to somebody else. Either may be handed in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from shuzhi.apps.journal import keys
from shuzhi.apps.journal.merkle import EMPTY, Frontier, fold
from shuzhi.apps.journal.models import (
    HASH_HEX,
    SEALED_COLUMNS,
    SEPARATOR,
    Entry,
    Head,
    Pending,
    Seal,
    SealedText,
)
from shuzhi.apps.journal.recording import payload_digest
from shuzhi.apps.journal.retention import Retention
from shuzhi.apps.journal.sealing import NO_HEAD, home, kept_head
from shuzhi.apps.journal.tiles import WIDTH, WIDTH_BITS, TileCheck
from shuzhi.engine.digests import sm3
from shuzhi.engine.texts import N_

PAGE = 64 * WIDTH
LATE = timedelta(minutes=1)
MOST_PROBLEMS = 1_000

TEXTS = {
    "entry_missing": N_("The entry sealed at place {place} is gone."),
    "entry_changed": N_("Entry {entry} at place {place} and the hash kept of it differ: one was changed."),
    "payload_changed": N_("The payload of entry {entry} is not what was recorded."),
    "payload_missing": N_("The payload of entry {entry} is gone, and no retention explains it."),
    "hashes_changed": N_("The stored hashes of level {level}, row {index} are not those of the entries."),
    "head_changed": N_("The head over {size} entries does not fit them."),
    "head_unchained": N_("The head over {size} entries does not follow from the one before it."),
    "head_unsigned": N_("The head over {size} entries does not bear the signature of the journal's key."),
    "places_missing": N_("The head over {size} entries signs {number} places that are not there."),
    "head_missing": N_("{number} places are given out beyond the last head."),
    "log_cut": N_("A head over {size} entries was seen before, and this log does not contain it."),
    "note_damaged": N_("The head kept beside the database cannot be read."),
    "queue_changed": N_("Entry {entry} waits for its seal, but not as it was recorded."),
    "sealed_late": N_("{number} entries have waited for their seal since {since}. Is a worker running?"),
}


@dataclass(frozen=True)
class Problem:
    """One thing that is not as it should be: a code of ``TEXTS`` and its values."""

    code: str
    values: dict[str, object]

    @property
    def text(self) -> str:
        """The English sentence."""
        return TEXTS[self.code].format(**self.values)


@dataclass(frozen=True)
class Verification:
    """What was read and what was found; ``unsealed_since`` is None where nothing waits for its seal.

    ``payloads_removed`` counts payloads that a recorded retention took away. Of all problems found
    the first thousand are in ``problems``.
    """

    entries: int
    sealed: int
    heads: int
    unsealed: int
    unsealed_since: datetime | None
    payloads_removed: int
    problems_found: int
    problems: tuple[Problem, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong. Entries that have waited for less than a minute are not wrong."""
        return not self.problems


@dataclass
class _Found:
    """What the passes gather."""

    problems: list[Problem] = field(default_factory=list)
    number: int = 0
    entries: int = 0
    removed: int = 0

    def add(self, code: str, **values: object) -> None:
        self.number += 1
        if self.number <= MOST_PROBLEMS:
            self.problems.append(Problem(code, values))


_Row = tuple[int, str, str | None, str | None]
"""Place, sealed text as the database makes it now, salt and body; the last two None where they are gone."""


def verify(
    *, outside: Head | None = None, public: Ed25519PublicKey | None = None, now: datetime | None = None
) -> Verification:
    """Reads every entry, payload, stored hash and head again. Writing and sealing may go on meanwhile.

    ``outside`` is a head that was sent out earlier, ``public`` the key to check with (the home's
    where None). Raises KeyMissingError where there are heads and no key.
    """
    found = _Found()
    signed = Head.objects.aggregate(size=Max("size"))["size"] or 0
    # A forged head over a million entries that are not there must not cost a million steps.
    size = min(signed, Seal.objects.count())
    if size < signed:
        found.add("places_missing", size=signed, number=signed - size)
    notes = [note for note in (outside, _kept(found)) if note is not None]
    roots = _read_log(size, found)
    heads = _check_heads(signed, roots, public, found)
    for note in notes:
        stored = Head.objects.filter(size=note.size).first()
        if stored is None or stored.digest != note.digest:
            found.add("log_cut", size=note.size)
    beyond = Seal.objects.filter(sequence__gte=signed).count()
    if beyond and not _grew(signed):
        found.add("head_missing", number=beyond)
    unsealed, since = _check_queue(now or timezone.now(), found)
    counts = found.entries + unsealed, size, heads, unsealed, since, found.removed
    return Verification(*counts, found.number, tuple(found.problems))


def _grew(size: int) -> bool:
    return Head.objects.filter(size__gt=size).exists()


def _kept(found: _Found) -> Head | None:
    try:
        return kept_head(home())
    except ValueError:
        found.add("note_damaged")
        return None


def _read_log(size: int, found: _Found) -> dict[int, str]:
    """The root (hex) at each head's size, computed from the entries alone."""
    heads = Head.objects.filter(size__gt=0, size__lte=size).order_by("-size").values_list("size", flat=True)
    growth = _Growth(wanted=list(heads))
    retention = Retention()
    for start, rows in _pages(size):
        leaves = []
        for place in range(start, min(size, start + PAGE)):
            row = rows.get(place)
            leaves.append(EMPTY if row is None else sm3(b"\x00" + row[1].encode()))
            if row is None:
                found.add("entry_missing", place=place)
            else:
                _check_row(row, retention, found)
        growth.extend(leaves)
        for place in growth.tiles.changed_leaves(grew=_grew(size)):
            if place in rows:
                found.add("entry_changed", entry=_columns(rows[place])[0], place=place)
            elif place >= size:
                found.add("hashes_changed", level=0, index=place // WIDTH)
    if not found.number:  # else the hashes above a changed entry differ because of it
        for level, index in growth.tiles.changed_rows(grew=_grew(size)):
            found.add("hashes_changed", level=level, index=index)
    return growth.roots


@dataclass
class _Growth:
    """The tree as it grows again from the entries; ``wanted`` are the sizes to note a root at, falling."""

    wanted: list[int]
    roots: dict[int, str] = field(default_factory=dict)
    tiles: TileCheck = field(default_factory=TileCheck)
    _frontier: Frontier = field(default_factory=Frontier)

    def extend(self, leaves: list[bytes]) -> None:
        """Adds leaves: 256 at a time where no head lies between them, which takes a third of the time."""
        frontier, at = self._frontier, 0
        self.tiles.push_leaves(leaves)
        while at < len(leaves):
            stop = self.wanted[-1] if self.wanted else frontier.size + WIDTH
            whole = frontier.size % WIDTH == 0 and at + WIDTH <= len(leaves) and stop >= frontier.size + WIDTH
            step, level = (WIDTH, WIDTH_BITS) if whole else (1, 0)
            self.tiles.push_upper(frontier.push(fold(leaves[at : at + step]), level))
            at += step
            if frontier.size == stop and self.wanted:
                self.roots[self.wanted.pop()] = frontier.root().hex()


def _pages(size: int) -> Iterator[tuple[int, dict[int, _Row]]]:
    """The sealed entries by their places, page by page; a place without its entry is left out."""
    joined = Seal.objects.annotate(text=SealedText("entry")).values_list(
        "sequence", "text", "entry__payload__salt", "entry__payload__body"
    )
    for start in range(0, size, PAGE):
        page = joined.filter(sequence__gte=start, sequence__lt=min(size, start + PAGE))
        yield start, {row[0]: row for row in page.order_by("sequence")}


def _columns(row: _Row) -> list[str]:
    return row[1].split(SEPARATOR)


def _check_row(row: _Row, retention: Retention, found: _Found) -> None:
    place, text, salt, body = row
    found.entries += 1
    # A separator inside a column would let text move from one column to the next.
    if text.count(SEPARATOR) != len(SEALED_COLUMNS) - 1:
        found.add("entry_changed", entry=_columns(row)[0], place=place)
    elif body is not None:
        if payload_digest(salt or "", body) != text[-HASH_HEX:]:
            found.add("payload_changed", entry=_columns(row)[0])
    elif retention.explains(*_columns(row)[1:3]):
        found.removed += 1
    else:
        found.add("payload_missing", entry=_columns(row)[0])


def _check_heads(size: int, roots: dict[int, str], public: Ed25519PublicKey | None, found: _Found) -> int:
    """Checks chain and roots of all heads; the newest signature covers the older ones by the chain."""
    number, previous, last = 0, NO_HEAD, None
    for head in Head.objects.filter(size__lte=size).order_by("size").iterator():
        if head.previous != previous:
            found.add("head_unchained", size=head.size)
        if roots.get(head.size) != head.root:
            found.add("head_changed", size=head.size)
        number, previous, last = number + 1, head.digest, head
    if last is not None:
        key = public or keys.public_key(home())
        if last.key != keys.key_name(key) or not keys.holds(key, last.signature, last.signed_text):
            found.add("head_unsigned", size=last.size)
    return number


def _check_queue(now: datetime, found: _Found) -> tuple[int, datetime | None]:
    """How many entries have no seal, and since when; each must be as the sealer's queue knows it."""
    queue = {row.entry_id: row for row in Pending.objects.all()}
    unsealed = Entry.objects.filter(~Exists(Seal.objects.filter(entry_id=OuterRef("pk"))))
    waiting = {entry.pk: entry for entry in unsealed.select_related("payload")}
    for number in sorted(waiting.keys() | queue.keys()):
        entry = waiting.get(number)
        as_written = _waits_as_written(entry, queue.get(number))
        if not as_written and not Seal.objects.filter(entry_id=number).exists():  # sealed in this moment
            found.add("queue_changed", entry=entry.public_id if entry else number)
    if not waiting:
        return 0, None
    since = min(entry.at for entry in waiting.values())
    if now - since > LATE:
        found.add("sealed_late", number=len(waiting), since=since.isoformat(timespec="seconds"))
    return len(waiting), since


def _waits_as_written(entry: Entry | None, queued: Pending | None) -> bool:
    if entry is None or queued is None:
        return False
    payload = getattr(entry, "payload", None)
    digest = payload_digest(payload.salt, payload.body) if payload else ""
    same = (queued.leaf, queued.at_us) == (entry.leaf.hex(), entry.at_us)
    return same and digest == entry.payload_digest
