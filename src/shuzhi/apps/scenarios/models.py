"""Installed packs. A version, once installed, never changes: records name the one they were made under."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from shuzhi.apps.records.models import PublicIdField


class InstalledPack(models.Model):
    """One version of one pack: ``files`` are its texts by path, ``digest`` SHA-256 over them."""

    id_prefix: ClassVar[str] = "pk"

    public_id = PublicIdField()
    urn = models.CharField(max_length=120)
    version = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    files = models.JSONField()
    installed_at = models.DateTimeField(default=timezone.now, editable=False)
    installed_by_name = models.CharField(max_length=120)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["urn", "version"], name="scenarios_version_once"),)

    def __str__(self) -> str:
        return f"{self.urn} {self.version}"

    def save(self, **options: Any) -> None:
        """Inserts; a row that is already there is never written again."""
        if self.pk is not None:
            raise TypeError("an installed pack version never changes; install a new version")
        super().save(**{**options, "force_insert": True})
