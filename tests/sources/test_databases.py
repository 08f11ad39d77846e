"""Rows of a database go through the same account as a file's; nothing can be written through a query."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import psycopg
import pytest

from shuzhi.engine.data.reading import read_arrow
from shuzhi.engine.data.reading.opening import write_load
from shuzhi.sources.databases import BATCH_ROWS, AddressError, QueryError, open_query, read_only


@pytest.fixture
def database(tmp_path: Path) -> str:
    """A small department's database; one date cannot exist."""
    path = tmp_path / "office.db"
    with sqlite3.connect(path) as writing:
        writing.execute("create table people (id text, name text, born text, amount real)")
        writing.executemany(
            "insert into people values (?, ?, ?, ?)",
            [(f"{n:04}", "张三", "2021-03-05" if n else "2021-13-45", n + 0.5) for n in range(25_000)],
        )
    writing.close()
    return f"sqlite://{path}"


def test_rows_of_a_query_are_typed_and_accounted_for(database: str, tmp_path: Path) -> None:
    with open_query(database, "select * from people") as result:
        reader = read_arrow(result.batches, schema=result.schema, name=result.name)
        load = write_load(reader, tmp_path)
    assert BATCH_ROWS < 25_000
    assert load.account.total == load.account.frame + load.account.loaded + load.account.set_aside
    assert load.account.loaded == 25_000
    assert load.account.set_aside_cells == 1
    assert {c.name: c.type.value for c in load.columns} == {
        "id": "string",
        "name": "string",
        "born": "date",
        "amount": "number",
    }


@pytest.mark.parametrize(
    "query",
    [
        "delete from people",
        "select 1; drop table people",
        "insert into people select * from people",
        "with gone as (delete from people returning *) select * from gone",
        "select * into other from people",
        "pragma writable_schema=1",
        "attach 'x' as y",
        "",
        "nonsense from",
    ],
)
def test_only_one_select_is_run(query: str) -> None:
    with pytest.raises(QueryError):
        read_only(query)


def test_the_session_itself_cannot_write(database: str) -> None:
    from shuzhi.sources.databases import _sqlite

    opened = _sqlite(Path(database.removeprefix("sqlite://")))
    with pytest.raises(sqlite3.OperationalError):
        opened.execute("delete from people")
    opened.close()


@pytest.mark.parametrize("address", ["sqlite:///nowhere/none.db", "mysql://a:b@c/d", "people.db", ""])
def test_a_wrong_address_is_one_sentence_without_a_password(address: str) -> None:
    with pytest.raises(AddressError) as refused, open_query(address, "select 1"):
        pass
    assert "a:b" not in str(refused.value)


def test_a_refused_query_says_why(database: str) -> None:
    with pytest.raises(QueryError, match="no such table"), open_query(database, "select * from absent"):
        pass


def test_a_query_on_postgresql_reads_and_cannot_write() -> None:
    address = os.environ.get("SHUZHI_DATABASE_URL", "")
    if not address.startswith("postgres"):
        pytest.skip("this run has no PostgreSQL server")
    with open_query(address, "select 1 as n, date '2021-03-05' as d, null as x") as result:
        rows = [row for batch in result.batches for row in batch.to_pylist()]
    assert rows == [{"n": "1", "d": "2021-03-05", "x": None}]
    with psycopg.connect(address) as writing:
        writing.execute("create sequence if not exists tickets")
    with pytest.raises(QueryError, match="read-only"), open_query(address, "select nextval('tickets')"):
        pass
