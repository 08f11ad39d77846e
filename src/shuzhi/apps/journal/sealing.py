"""The sealer: gives committed entries their places in the log and signs the new root.

It seals what is visible and not yet sealed, never a range of ids: a transaction may commit an
entry long after later ones. Any number of sealers may run; the database lets one of them win.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from shuzhi.apps.journal import keys, merkle, tiles
from shuzhi.apps.journal.models import Entry, Head, Pending, Seal, SealedText, microseconds
from shuzhi.crash_points import reached
from shuzhi.whole_files import one_at_a_time, write_whole

BATCH = 2_000
NO_HEAD = "0" * 64
KEPT_HEAD = "journal-head.json"


@dataclass(frozen=True)
class Sealed:
    """What one batch did: entries sealed by it, and the size of the log after it."""

    entries: int
    size: int


def home() -> Path:
    """The folder of the key and of the last head."""
    return Path(settings.CONFIGURATION.root)


def seal_batch(*, now: datetime | None = None, limit: int = BATCH) -> Sealed:
    """Seals up to ``limit`` waiting entries, oldest first, and signs the new head.

    A worker calls it each second, outside any transaction. It does nothing where nothing waits, or
    where another sealer was quicker. Raises KeyMissingError where the key of a running log is gone.
    """
    if not Pending.objects.exists():  # asked first, so that an idle second takes no write lock
        return Sealed(0, Head.objects.aggregate(size=Max("size"))["size"] or 0)
    try:
        with transaction.atomic():
            head = Head.objects.order_by("-size").first()
            waiting = _waiting(limit)
            size = head.size if head else 0
            if not waiting:
                return Sealed(0, size)
            reached("journal.before_seal")
            made = _seal(head, waiting, now or timezone.now())
            reached("journal.before_seal_commit")
    except IntegrityError:
        # Two sealers gave out the same places: the first to commit wins, this one tries again later.
        return Sealed(0, 0)
    reached("journal.after_seal_commit")
    keep_head(home(), made)
    return Sealed(len(waiting), made.size)


def _waiting(limit: int) -> dict[int, bytes]:
    """The next entries to seal, each with its leaf; changed or removed ones stay where they are.

    ``verify`` tells of them; sealing them would make the change look like the truth.
    """
    queue = dict(Pending.objects.order_by("at_us", "entry_id").values_list("entry_id", "leaf")[:limit])
    sealed = set(Seal.objects.filter(entry_id__in=list(queue)).values_list("entry_id", flat=True))
    Pending.objects.filter(entry_id__in=sealed).delete()
    texts = Entry.objects.filter(pk__in=list(queue)).annotate(text=SealedText()).values_list("pk", "text")
    leaves = {number: merkle.leaf_hash(text.encode()) for number, text in texts if number not in sealed}
    same = {number for number, leaf in leaves.items() if leaf.hex() == queue[number]}
    return {number: leaves[number] for number in queue if number in same}


def _seal(head: Head | None, waiting: dict[int, bytes], now: datetime) -> Head:
    size = head.size if head else 0
    key = keys.signing_key(home(), may_make=head is None)
    Seal.objects.bulk_create(Seal(sequence=size + n, entry_id=entry) for n, entry in enumerate(waiting))
    reached("journal.after_places")
    tiles.append(size, list(waiting.values()))
    reached("journal.after_tiles")
    Pending.objects.filter(entry_id__in=list(waiting)).delete()
    reached("journal.after_queue_emptied")
    grown = size + len(waiting)
    made = Head(
        size=grown,
        at_us=microseconds(now),
        root=merkle.root(grown, tiles.TileReader().node).hex(),
        previous=head.digest if head else NO_HEAD,
        key=keys.key_name(key.public_key()),
    )
    made.signature = key.sign(made.signed_text.encode()).hex()
    made.save(force_insert=True)
    return made


def head_note(head: Head) -> dict[str, str | int]:
    """A head as it is sent out: enough to notice later that the log was cut or rewritten before it."""
    names = ("size", "at_us", "root", "previous", "key", "signature")
    return {name: getattr(head, name) for name in names}


def keep_head(folder: Path, head: Head) -> None:
    """Writes the head beside the database in one step, unless a later one lies there already."""
    with one_at_a_time(folder):
        if _kept_size(folder) < head.size:
            write_whole(folder / KEPT_HEAD, (json.dumps(head_note(head)) + "\n").encode("ascii"))


def _kept_size(folder: Path) -> int:
    try:
        kept = kept_head(folder)
    except ValueError:  # damaged: ``verify`` has had its chance to tell
        return 0
    return kept.size if kept else 0


def kept_head(folder: Path) -> Head | None:
    """The head kept beside the database; None where there is none. Raises ValueError where it is damaged."""
    kept = folder / KEPT_HEAD
    if not kept.exists():
        return None
    return read_head(kept.read_text("ascii"))


def read_head(note: str) -> Head:
    """A head from the JSON of ``head_note``. Raises ValueError where it is not one."""
    try:
        return Head(**json.loads(note))
    except (TypeError, ValueError) as error:
        raise ValueError("this is not the note of a journal head") from error
