"""Taking a database out whole and putting it back, for SQLite and PostgreSQL. Knows no table's meaning.

A copy is of one instant while the platform goes on writing: SQLite's own backup of one read, or
pg_dump under a snapshot in which the account of the rows is taken too.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from shuzhi.configuration import DATABASE_FILE
from shuzhi.operations.errors import DamagedDatabaseError, ProgramFailedError, ProgramMissingError
from shuzhi.operations.folders import flush_file

COPY = "copy"
Told = TypeVar("Told")
# What libpq understands of Django's parameters; the password goes by the environment, never by argument.
_LIBPQ = ("host", "port", "user", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey", "service")


def vendor() -> str:
    """The kind of the installation's database: "sqlite" or "postgresql"."""
    return connections[DEFAULT_DB_ALIAS].vendor


def copy_database(target: Path, describe: Callable[[str], Told]) -> Told:
    """Writes the whole database to ``target`` (mode 0600, flushed) and returns what ``describe`` says.

    ``describe`` is called with the alias of a connection that sees exactly what was copied.
    Raises DamagedDatabaseError, ProgramMissingError and ProgramFailedError.
    """
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    told = (_copy_postgresql if vendor() == "postgresql" else _copy_sqlite)(target, describe)
    flush_file(target)
    return told


def _copy_sqlite(target: Path, describe: Callable[[str], Told]) -> Told:
    source = str(connections[DEFAULT_DB_ALIAS].settings_dict["NAME"])
    with closing(sqlite3.connect(source)) as kept, closing(sqlite3.connect(target)) as copy:
        kept.backup(copy)  # all pages under one read: writers go on, in the log
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, whoever opens it
        said = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
        if said != "ok":
            raise DamagedDatabaseError(problem=said)
    with _opened(target) as alias:
        return describe(alias)


@contextmanager
def _opened(path: Path) -> Iterator[str]:
    """A connection to a SQLite file beside the installation's own, that cannot write."""
    known: dict[str, Any] = connections[DEFAULT_DB_ALIAS].settings_dict
    connections.settings[COPY] = known | {
        "NAME": str(path),
        "OPTIONS": {"init_command": "PRAGMA query_only=ON;"},
    }
    try:
        yield COPY
    finally:
        connections[COPY].close()
        del connections[COPY]
        del connections.settings[COPY]


def _copy_postgresql(target: Path, describe: Callable[[str], Told]) -> Told:
    with transaction.atomic(), connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = str(cursor.fetchone()[0])
        told = describe(DEFAULT_DB_ALIAS)
        options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
        _run("pg_dump", *options, f"--file={target}")
    return told


def put_database(source: Path, home: Path) -> None:
    """Puts the copy where the installation looks for its database; it appears whole or not at all.

    Of SQLite the file at ``source`` is taken away, not copied. Raises as ``copy_database``.
    """
    if vendor() == "postgresql":
        options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
        _run("pg_restore", *options, str(source))
    else:
        flush_file(source)
        source.replace(home / DATABASE_FILE)


def tables(alias: str = DEFAULT_DB_ALIAS) -> list[str]:
    """The names of all tables, ordered; a SQLite file that is not there is not made by asking."""
    connection = connections[alias]
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).is_file():
        return []
    return sorted(connection.introspection.table_names())


def row_counts(alias: str) -> dict[str, int]:
    """The number of rows of every table, by name: also of those that no model of this program knows."""
    connection = connections[alias]
    counts: dict[str, int] = {}
    with connection.cursor() as cursor:
        for table in tables(alias):
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608
            counts[table] = cursor.fetchone()[0]
    return counts


def find_program(name: str) -> str:
    """Where PostgreSQL's program lies: on the PATH, else Debian's newest. Raises ProgramMissingError."""
    packaged = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    found = str(packaged[-1]) if packaged else shutil.which(name)
    if not found:
        raise ProgramMissingError(program=name)
    return found


def _run(name: str, *options: str) -> None:
    from psycopg.conninfo import make_conninfo

    given = connections[DEFAULT_DB_ALIAS].get_connection_params()
    address = make_conninfo(**{key: given[key] for key in _LIBPQ if given.get(key)})
    environment = os.environ | ({"PGPASSWORD": given["password"]} if given.get("password") else {})
    command = [find_program(name), "--no-password", f"--dbname={address}", *options]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if ran.returncode:
        said = [line for line in ran.stderr.splitlines() if line.strip()]
        raise ProgramFailedError(program=name, problem=f"{said[0] if said else ran.returncode}.")
