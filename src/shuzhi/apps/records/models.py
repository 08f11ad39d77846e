"""The abstract base of every mutable record, and the only way to change one.

``compare_and_set`` is that way: a plain ``save()`` would overwrite what somebody else wrote
since the row was read.
"""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from django.db import models
from django.db.models import F
from django.utils import timezone

from shuzhi.apps.records.ids import MAX_LENGTH, new_id
from shuzhi.apps.records.refusals import StaleError


class PublicIdField(models.CharField):  # type: ignore[type-arg]  # the stubs' parameters are the plain field's
    """A unique id made at the first save, from the model's ``id_prefix``; works in bulk_create too."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": MAX_LENGTH, "unique": True, "editable": False, **options})

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: ARG002 - the framework's signature
        value = getattr(model_instance, self.attname)
        if not value:
            value = new_id(model_instance.id_prefix, timezone.now())  # type: ignore[attr-defined]
            setattr(model_instance, self.attname, value)
        return value


class Record(models.Model):
    """A mutable record with a public id, a version and its two instants (UTC)."""

    id_prefix: ClassVar[str]

    public_id = PublicIdField()
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True


Kept = TypeVar("Kept", bound=Record)


def compare_and_set(instance: Kept, **changes: Any) -> Kept:
    """Writes ``changes`` if nobody wrote since ``instance`` was read; the instance then holds them.

    Raises StaleError otherwise, and leaves the instance as it was.
    """
    model = type(instance)
    now = timezone.now()
    written = model._base_manager.filter(pk=instance.pk, version=instance.version).update(
        **changes, version=F("version") + 1, updated_at=now
    )
    if not written:
        raise StaleError(model._meta.model_name or "", instance.public_id)
    for name, value in changes.items():
        setattr(instance, name, value)
    instance.version += 1
    instance.updated_at = now
    return instance
