"""A query on somebody's SQLite or PostgreSQL database, as Arrow batches of text.

Only one SELECT is run, in a session that cannot write, and rows are fetched a batch at a time. Values
come as text, in ISO 8601 where they are dates, so that a database's rows are typed and accounted for
exactly as a file's are. Addresses carry passwords: no message and no log repeats one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pyarrow as pa

from shuzhi.engine.errors import BadInputError

BATCH_ROWS = 20_000
TIMEOUT_S = 600
"""How long one query may run on the other side (default, not a regulation)."""


class AddressError(BadInputError):
    """The address names no database that can be opened here."""

    code = "source.address"
    text = (
        "{kind} is not an address of a database. Write sqlite:///path/to/file.db or "
        "postgresql://user:password@host:5432/name."
    )


class QueryError(BadInputError):
    """The database refused the query; ``problem`` is what it said."""

    code = "source.query"
    text = "The database refused the query: {problem} Correct it, then try again."


class NotOneSelectError(QueryError):
    """The query is something other than a single SELECT."""

    code = "source.not_one_select"
    text = "The query is not a single SELECT. Write one SELECT that names the columns you need."


@dataclass(frozen=True, slots=True)
class Result:
    """A running query: ``name`` is what messages call it; ``batches`` can be read once."""

    name: str
    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]


@contextmanager
def open_query(address: str, query: str) -> Iterator[Result]:
    """Runs ``query`` and yields its rows; the connection is closed at the end of the block.

    Every column is text, null where the database has null. Raises AddressError and QueryError.
    """
    checked = read_only(query)
    parts = urlsplit(address)
    if parts.scheme == "sqlite":
        with closing(_sqlite(Path(unquote(parts.path)))) as connection:
            yield _sqlite_result(connection, checked)
    elif parts.scheme in {"postgresql", "postgres"}:
        with _postgresql(address, checked) as result:
            yield result
    else:
        raise AddressError(kind=parts.scheme or "This")


def read_only(query: str) -> str:
    """The query without a trailing semicolon; NotOneSelectError unless it is one SELECT or a union."""
    import sqlglot
    from sqlglot import exp

    try:
        statements = [s for s in sqlglot.parse(query, read="postgres") if s is not None]
    except sqlglot.errors.SqlglotError as error:
        raise NotOneSelectError from error
    allowed = len(statements) == 1 and isinstance(statements[0], exp.Select | exp.SetOperation)
    changes = (exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Into, exp.Lock)
    if not allowed or statements[0].find(*changes):
        raise NotOneSelectError
    return query.strip().rstrip(";")


def _sqlite(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        raise AddressError(kind=path.name or "This")
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    connection.execute("PRAGMA query_only=ON")
    return connection


def _sqlite_result(connection: sqlite3.Connection, query: str) -> Result:
    try:
        cursor = connection.execute(query)
        first = cursor.fetchmany(BATCH_ROWS)
    except sqlite3.Error as error:
        raise QueryError(problem=f"{error}.") from error
    names = _apart([column[0] for column in cursor.description])

    def fetched() -> Iterator[Sequence[Sequence[object]]]:
        rows = first
        while rows:
            yield rows
            rows = cursor.fetchmany(BATCH_ROWS)

    return _result("SQLite", names, fetched())


@contextmanager
def _postgresql(address: str, query: str) -> Iterator[Result]:
    import psycopg

    options = f"-c default_transaction_read_only=on -c statement_timeout={TIMEOUT_S}s"
    try:
        connection = psycopg.connect(address, options=options, connect_timeout=15)
    except psycopg.Error as error:
        raise AddressError(kind="PostgreSQL") from error
    with connection, connection.cursor(name="shuzhi") as cursor:
        try:
            cursor.execute(query.encode("utf-8"))
            first = cursor.fetchmany(BATCH_ROWS)
        except psycopg.Error as error:
            raise QueryError(problem=f"{str(error).splitlines()[0]}.") from error
        names = _apart([column.name for column in cursor.description or ()])

        def fetched() -> Iterator[Sequence[Sequence[object]]]:
            rows = first
            while rows:
                yield rows
                rows = cursor.fetchmany(BATCH_ROWS)

        yield _result("PostgreSQL", names, fetched())


def _result(name: str, names: list[str], parts: Iterator[Sequence[Sequence[object]]]) -> Result:
    schema = pa.schema([pa.field(column, pa.string()) for column in names])

    def batches() -> Iterator[pa.RecordBatch]:
        for rows in parts:
            columns = [pa.array(list(map(_text, column)), pa.string()) for column in zip(*rows, strict=True)]
            yield pa.RecordBatch.from_arrays(columns, schema=schema)

    return Result(name, schema, batches())


def _apart(names: list[str]) -> list[str]:
    """The names, each but the first of equal ones numbered: a join may give two columns one name."""
    seen: dict[str, int] = {}
    apart = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        apart.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return apart


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):  # is a date too
        return value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return str(value)
