"""What the journal stores. Triggers of the migration refuse every change that is not an addition.

An ``Entry`` is never changed or deleted. Its ``Payload`` may be removed when its retention ends;
the salted digest of it stays in the entry, so what remains is provable and tells nothing.
``Pending`` is the sealer's queue: written with the entry, emptied by sealing, worth nothing to
an auditor. ``Seal`` gives an entry its place, ``Tile`` keeps the tree's hashes, 256 to a row,
and ``Head`` the signed roots, each naming the digest of the head before it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import models

from shuzhi.apps.journal.merkle import leaf_hash
from shuzhi.engine.digests import sm3

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HASH_HEX = 64
SEPARATOR = "\x1f"


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970 UTC: the same number on every database, so that it can be hashed."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def moment(at_us: int) -> datetime:
    """The instant of ``microseconds``, in UTC."""
    return _EPOCH + timedelta(microseconds=at_us)


class Entry(models.Model):
    """One act: who did what to which thing, when. No column is ever null.

    The row's number is the database's own business and joins it to its payload and its seal; what
    is sealed, shown and referred to is the random ``public_id``.
    """

    public_id = models.CharField(max_length=40, unique=True)
    at_us = models.BigIntegerField()
    act = models.CharField(max_length=80)
    actor_id = models.CharField(max_length=40)
    actor_name = models.CharField(max_length=120)
    actor_duty = models.CharField(max_length=40, default="", blank=True)
    organisation_id = models.CharField(max_length=40, default="", blank=True)
    request_id = models.CharField(max_length=64, default="", blank=True)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=80)
    payload_digest = models.CharField(max_length=HASH_HEX)

    class Meta:
        indexes = (
            models.Index(fields=["subject_kind", "subject_id", "at_us"], name="journal_by_subject"),
            models.Index(fields=["actor_id", "at_us"], name="journal_by_actor"),
            models.Index(fields=["act", "at_us"], name="journal_by_act"),
            models.Index(fields=["at_us"], name="journal_by_time"),
        )

    @property
    def at(self) -> datetime:
        """The instant of the act, in UTC."""
        return moment(self.at_us)

    @property
    def leaf(self) -> bytes:
        """The entry's hash as a leaf of the log."""
        return leaf_hash(self.sealed_text.encode())

    @property
    def sealed_text(self) -> str:
        """What the log's leaf is hashed over: every column, in order, joined by U+001F."""
        return SEPARATOR.join(str(getattr(self, name)) for name in SEALED_COLUMNS)


SEALED_COLUMNS = tuple(field.attname for field in Entry._meta.concrete_fields if not field.primary_key)


class SealedText(models.Func):
    """``Entry.sealed_text`` made by the database; ``relation`` leads to the entry, "" is the entry itself."""

    template = "(%(expressions)s)"
    output_field = models.TextField()

    def __init__(self, relation: str = "") -> None:
        super().__init__(*(f"{relation}__{name}" if relation else name for name in SEALED_COLUMNS))

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Joined by SQLite's own name of U+001F."""
        return self.as_sql(compiler, connection, arg_joiner=" || char(31) || ", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Joined by PostgreSQL's own name of U+001F."""
        return self.as_sql(compiler, connection, arg_joiner=" || chr(31) || ", **context)


class Payload(models.Model):
    """What the act carried: ``body`` is canonical JSON of codes and values, never a rendered sentence."""

    entry = models.OneToOneField(
        Entry, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="payload"
    )
    salt = models.CharField(max_length=32)
    body = models.TextField()


class Pending(models.Model):
    """An entry that waits for its seal; ``leaf`` is what the entry hashed to when it was written."""

    entry = models.OneToOneField(
        Entry, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="pending"
    )
    at_us = models.BigIntegerField()
    leaf = models.CharField(max_length=HASH_HEX)


class Seal(models.Model):
    """The place of one entry in the log; ``sequence`` counts from 0 without gaps."""

    sequence = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, models.DO_NOTHING, db_constraint=False, related_name="seal")


class Tile(models.Model):
    """Up to 256 hashes of complete subtrees of 256 ** level leaves, joined; it only ever grows."""

    pk = models.CompositePrimaryKey("level", "index")
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField()


class Head(models.Model):
    """A signed root over the first ``size`` entries; ``previous`` is the digest of the head before."""

    size = models.BigIntegerField(primary_key=True)
    at_us = models.BigIntegerField()
    root = models.CharField(max_length=HASH_HEX)
    previous = models.CharField(max_length=HASH_HEX)
    key = models.CharField(max_length=HASH_HEX)
    signature = models.CharField(max_length=128)

    @property
    def at(self) -> datetime:
        """The instant of sealing, in UTC."""
        return moment(self.at_us)

    @property
    def signed_text(self) -> str:
        """What the signature is over."""
        lines = ("shuzhi journal head 1", self.size, self.at_us, self.root, self.previous, self.key)
        return "\n".join(str(line) for line in lines) + "\n"

    @property
    def digest(self) -> str:
        """What the next head names as ``previous``: hex SM3 over the signed text and the signature."""
        return sm3(f"{self.signed_text}{self.signature}\n".encode()).hex()
