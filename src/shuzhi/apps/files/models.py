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

    def __str__(self) -> str:
        return self.name
