"""Which errors tell of a full disk or an absent database, and which of a fault of our own."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection

from shuzhi.apps.records.outages import Outage, outage_of


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "outage"),
    [
        (OSError(errno.ENOSPC, "x"), Outage.DISK_FULL),
        (OSError(errno.EDQUOT, "x"), Outage.DISK_FULL),
        (caused(RuntimeError("load"), OSError(errno.ENOSPC, "x")), Outage.DISK_FULL),
        (OperationalError("database or disk is full"), Outage.DISK_FULL),
        (RuntimeError("IO Error: could not write: No space left on device"), Outage.DISK_FULL),
        (OperationalError("server closed the connection unexpectedly"), Outage.DATABASE_AWAY),
        (InterfaceError("connection already closed"), Outage.DATABASE_AWAY),
        (OSError(errno.ENOENT, "x"), None),
        (DatabaseError("x"), None),
        (caused(OperationalError("no such table"), sqlite3.OperationalError("no such table")), None),
        (ValueError("x"), None),
        (None, None),
    ],
)
def test_an_outage_is_told_from_a_fault_of_our_own(error: Exception | None, outage: Outage | None) -> None:
    assert outage_of(error) is outage


def test_a_database_that_another_process_has_locked_is_away(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    with sqlite3.connect(path, isolation_level=None) as holder:
        holder.execute("CREATE TABLE t (n)")
        holder.execute("BEGIN IMMEDIATE")
        other = sqlite3.connect(path, timeout=0)
        with pytest.raises(sqlite3.OperationalError) as caught:
            other.execute("INSERT INTO t VALUES (1)")
        other.close()
    holder.close()
    assert outage_of(caused(OperationalError("x"), caught.value)) is Outage.DATABASE_AWAY


@pytest.mark.django_db
def test_a_table_that_is_not_there_is_no_outage() -> None:
    with pytest.raises(DatabaseError) as caught, connection.cursor() as cursor:
        cursor.execute("SELECT * FROM there_is_no_such_table")
    assert outage_of(caught.value) is None
