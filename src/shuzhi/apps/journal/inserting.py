"""An entry, its payload and its place in the sealer's queue, written by as few statements as there may be.

PostgreSQL takes the three rows of one act in one statement: what an act's entry costs beside the act
itself is measured by benchmarks/journal_writers.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from django.db import connection, models

from shuzhi.apps.journal.models import Entry, Payload, Pending
from shuzhi.apps.records.models import BATCH_ROWS
from shuzhi.crash_points import reached


def insert_all(entries: Sequence[Entry], bodies: Sequence[tuple[str, str]]) -> None:
    """Writes the entries with their payloads (salt, body), and has them wait for their seals.

    In the caller's transaction; the entries then have their keys.
    """
    reached("journal.before_entries")
    if len(entries) == 1 and connection.vendor == "postgresql":
        _insert_one(entries[0], *bodies[0])
    else:
        _insert_each(entries, bodies)
    reached("journal.after_queue")


def _insert_each(entries: Sequence[Entry], bodies: Sequence[tuple[str, str]]) -> None:
    Entry.objects.bulk_create(entries, batch_size=BATCH_ROWS)
    reached("journal.after_entries")
    pairs = zip(entries, bodies, strict=True)
    Payload.objects.bulk_create(
        (Payload(entry=entry, salt=salt, body=body) for entry, (salt, body) in pairs), batch_size=BATCH_ROWS
    )
    reached("journal.after_payloads")
    Pending.objects.bulk_create(
        (Pending(entry=entry, at_us=entry.at_us, leaf=entry.leaf.hex()) for entry in entries),
        batch_size=BATCH_ROWS,
    )


def _insert_one(entry: Entry, salt: str, body: str) -> None:
    values = [getattr(entry, column.attname) for column in _columns()]
    with connection.cursor() as cursor:
        cursor.execute(_statement(), [*values, salt, body, entry.leaf.hex()])
        (entry.pk,) = cursor.fetchone()
    entry._state.adding, entry._state.db = False, connection.alias


@cache
def _columns() -> tuple[models.Field[object, object], ...]:
    return tuple(column for column in Entry._meta.concrete_fields if not column.primary_key)


@cache
def _statement() -> str:
    """The three rows at once; the names are the models' own, the values all go in as parameters."""
    names = ", ".join(f'"{column.column}"' for column in _columns())
    marks = ", ".join(["%s"] * len(_columns()))
    entry, payload, pending = (f'"{model._meta.db_table}"' for model in (Entry, Payload, Pending))
    return (
        f"WITH made AS (INSERT INTO {entry} ({names}) VALUES ({marks}) RETURNING id, at_us), "  # noqa: S608
        f"held AS (INSERT INTO {payload} (entry_id, salt, body) SELECT id, %s, %s FROM made) "
        f"INSERT INTO {pending} (entry_id, at_us, leaf) SELECT id, at_us, %s FROM made RETURNING entry_id"
    )
