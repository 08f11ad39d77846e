"""One row per file that a record may name. Knows its hash and its retention, not what it means."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shuzhi.apps.records.models import Record


class StoredFile(Record):
    """A file under a name and a kind; several may share one content on the disk.

    Whoever keeps a file refers to it by a protected foreign key, so that retention cannot take it away.
    """

    id_prefix = "fl"

    sha256 = models.CharField(max_length=64, db_index=True)
    size_bytes = models.BigIntegerField()
    kind = models.CharField(max_length=32)
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=127)
    stored_by = models.CharField(max_length=40)
    organisation = models.CharField(max_length=40, blank=True)
    kept_until = models.DateField(null=True, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(size_bytes__gte=0), name="files_size_is_a_count")
        ]
        indexes: ClassVar = [models.Index(fields=["stored_by", "created_at"], name="files_by_person")]

    def __str__(self) -> str:
        return self.name


class Reception(Record):
    """A file on its way in, part by part. How much of it has arrived is what lies on the disk, no column.

    ``modified`` is when the sender's own file was last changed, as the sender writes it: with name and
    size it tells that somebody goes on with the same file. ``sha256`` is set once the whole has arrived,
    ``stored`` once a record names it; the row then stays a while, so that an answer that got lost can
    be given again.
    """

    id_prefix = "rc"

    owner = models.CharField(max_length=40, db_index=True)
    name = models.CharField(max_length=255)
    size_bytes = models.BigIntegerField()
    kind = models.CharField(max_length=32)
    modified = models.CharField(max_length=32, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    stored = models.ForeignKey(StoredFile, null=True, on_delete=models.CASCADE, related_name="receptions")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(size_bytes__gt=0), name="files_reception_has_a_size")
        ]

    def __str__(self) -> str:
        return self.name
