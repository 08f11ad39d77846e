"""The abstract base of every mutable record, and the only way to change one, or many.

``compare_and_set`` is that way: a plain ``save()`` would overwrite what somebody else wrote
since the row was read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, ClassVar, TypeVar

from django.db import connection, models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Cast
from django.utils import timezone

from shuzhi.apps.records.ids import MAX_LENGTH, new_id
from shuzhi.apps.records.refusals import StaleError

BATCH_ROWS = 200
"""Rows written by one statement: few statements for many rows, and none longer than any database takes."""


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


Row = TypeVar("Row")
Kept = TypeVar("Kept", bound=Record)


def compare_and_set(instance: Kept, **changes: Any) -> Kept:
    """Writes ``changes`` if nobody wrote since ``instance`` was read; the instance then holds them.

    Raises StaleError otherwise, and leaves the instance as it was.
    """
    compare_and_set_all([(instance, changes)])
    return instance


def compare_and_set_all(changed: Sequence[tuple[Kept, Mapping[str, Any]]]) -> None:
    """Writes to each record its changes if nobody wrote since it was read; the instances then hold them.

    The records are of one model and change the same columns. One statement for each batch; call it
    inside a transaction where there are more records than one. Raises StaleError, which names the first
    that somebody else wrote, and leaves the instances as they were; the transaction must not commit then.
    """
    now = timezone.now()
    for batch in batches(changed):
        _write(batch, now)
    for instance, changes in changed:
        for name, value in changes.items():
            setattr(instance, name, value)
        instance.version += 1
        instance.updated_at = now


def batches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """The rows in order, at most BATCH_ROWS at a time."""
    for start in range(0, len(rows), BATCH_ROWS):
        yield rows[start : start + BATCH_ROWS]


def _write(batch: Sequence[tuple[Kept, Mapping[str, Any]]], now: datetime) -> None:
    model = type(batch[0][0])
    keys_by_version: dict[int, list[int]] = defaultdict(list)
    for instance, _ in batch:
        keys_by_version[instance.version].append(instance.pk)
    as_read = reduce(or_, (Q(version=version, pk__in=keys) for version, keys in keys_by_version.items()))
    columns = {name: _column(model, name, batch) for name in batch[0][1]}
    written = model._base_manager.filter(as_read).update(**columns, version=F("version") + 1, updated_at=now)
    if written != len(batch):
        raise StaleError(model._meta.model_name or "", _stale(batch, now).public_id)


def _column(model: type[Record], name: str, batch: Sequence[tuple[Kept, Mapping[str, Any]]]) -> Any:
    """What the column is set to: the value of all, or each record's own."""
    if len(batch) == 1:
        return batch[0][1][name]
    field: models.Field[Any, Any] = model._meta.get_field(name)  # type: ignore[assignment]  # no relation
    chosen = Case(
        *(When(pk=instance.pk, then=Value(changes[name], output_field=field)) for instance, changes in batch),
        output_field=field,
    )
    needs_type = connection.features.requires_casted_case_in_updates
    return Cast(chosen, output_field=field) if needs_type else chosen


def _stale(batch: Sequence[tuple[Kept, Mapping[str, Any]]], now: datetime) -> Kept:
    """One of the batch that was not written at ``now``."""
    ours = type(batch[0][0])._base_manager.filter(pk__in=[one.pk for one, _ in batch], updated_at=now)
    written = set(ours.values_list("pk", "version"))
    left = (one for one, _ in batch if (one.pk, one.version + 1) not in written)
    return next(left, batch[0][0])
