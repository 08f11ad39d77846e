"""What the journal stores. Triggers of the migration refuse every change that is not an addition.

An ``Entry`` is never changed or deleted. Its ``Payload`` may be removed when its retention ends;
the salted digest of it stays in the entry, so what remains is provable and tells nothing.
``Pending`` is the sealer's queue: written with the entry, emptied by sealing, worth nothing to
an auditor. ``Seal`` gives an entry its place, ``Tile`` keeps the tree's hashes, 256 to a row,
and ``Head`` the signed roots, each naming the digest of the head before it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import models

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HASH_HEX = 64


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970 UTC: the same number on every database, so that it can be hashed."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def moment(at_us: int) -> datetime:
    """The instant of ``microseconds``, in UTC."""
    return _EPOCH + timedelta(microseconds=at_us)


class Entry(models.Model):
    """One act: who did what to which thing, when. No column is ever null."""

    id = models.CharField(primary_key=True, max_length=40)
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


class Payload(models.Model):
    """What the act carried: ``body`` is canonical JSON of codes and values, never a rendered sentence."""

    entry_id = models.CharField(primary_key=True, max_length=40)
    salt = models.CharField(max_length=32)
    body = models.TextField()


class Pending(models.Model):
    """An entry that waits for its seal."""

    entry_id = models.CharField(primary_key=True, max_length=40)
    at_us = models.BigIntegerField()


class Seal(models.Model):
    """The place of one entry in the log; ``sequence`` counts from 0 without gaps."""

    sequence = models.BigIntegerField(primary_key=True)
    entry_id = models.CharField(max_length=40, unique=True)


class Tile(models.Model):
    """Up to 256 hashes of complete subtrees of 256 ** level leaves, joined; it only ever grows."""

    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["level", "index"], name="journal_tile_once"),)


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
