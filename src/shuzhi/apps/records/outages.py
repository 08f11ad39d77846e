"""Faults of the machine rather than of the product or its input: a full disk, a database that is away.

They pass by themselves or by an administrator's hand, so work waits for it instead of failing.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from enum import StrEnum

from django.db import InterfaceError, OperationalError

_DISK_ERRORS = {errno.ENOSPC, errno.EDQUOT}
_DISK_STATE = "53100"  # PostgreSQL: disk_full
_DISK_WORDS = ("No space left on device", "database or disk is full")
# SQLite's other operational errors (no such table …) are faults of the product.
_SQLITE_AWAY = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
}
_PRIMARY_CODE = 0xFF


class Outage(StrEnum):
    """What is missing."""

    DISK_FULL = "disk_full"
    DATABASE_AWAY = "database_away"


def outage_of(error: BaseException | None) -> Outage | None:
    """The outage that the error tells of, itself or by what caused it; None for any other error."""
    chain = list(_chain(error))
    if any(_is_disk_full(one) for one in chain):
        return Outage.DISK_FULL
    return Outage.DATABASE_AWAY if any(_is_away(one) for one in chain) else None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    met: set[int] = set()
    while error is not None and id(error) not in met:
        met.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _is_disk_full(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in _DISK_ERRORS:
        return True
    # DuckDB and the drivers say it in words or in a state of their own.
    return getattr(error, "sqlstate", None) == _DISK_STATE or any(w in str(error) for w in _DISK_WORDS)


def _is_away(error: BaseException) -> bool:
    if isinstance(error, sqlite3.OperationalError):
        return getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE in _SQLITE_AWAY
    if isinstance(error, InterfaceError | OperationalError):
        return not isinstance(error.__cause__, sqlite3.Error)
    return False
