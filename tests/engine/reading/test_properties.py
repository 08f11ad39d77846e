"""What holds for every file: the account adds up, values come back, nothing crashes."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from shuzhi.engine.data.fields import FieldType
from shuzhi.engine.data.reading.model import NULL_TOKENS
from shuzhi.engine.data.reading.typing_columns import Plan, type_column
from shuzhi.engine.data.reading.values import READERS, Manner
from shuzhi.engine.errors import BadInputError
from tests.engine.reading.conftest import read

FAST = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))

# characters a cell may hold and keep: none that is trimmed, marks a formula or cannot be typed
PLAIN = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=12)
NASTY = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "1.38E+10",
            "2021年3月5日",
            "2021-02-30",
            "１２",
            "1,234",
            "—",
            "无",
            "合计",
            "备注：x",
            '"',
            ",",
            "\n",
            "\r\n",
            "\x00",
            "=1",
        ]
    ),
)


def refusal(data: bytes, name: str) -> str | None:
    """The sentence with which the file was refused, null where it was read."""
    try:
        read_bytes(data, name)
    except BadInputError as error:
        return str(error)
    return None


def read_bytes(data: bytes, name: str) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        return read(path)


def as_csv(rows: list[list[str]], delimiter: str = ",") -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return buffer.getvalue()


@FAST
@given(
    st.integers(2, 6).flatmap(
        lambda w: st.lists(st.lists(PLAIN, min_size=w, max_size=w), min_size=1, max_size=20)
    ),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_text_comes_back_as_it_went_in(rows: list[list[str]], delimiter: str, encoding: str) -> None:
    keyed = [[f"行{n}x", *row] for n, row in enumerate(rows)]
    header = [f"栏目{chr(97 + n)}" for n in range(len(keyed[0]))]
    reading = read_bytes(as_csv([header, *keyed], delimiter).encode(encoding), "t.csv")
    assert reading.account.loaded == len(rows)
    refused = {(cell["row"], cell["column"]) for cell in reading.set_aside}
    for got, sent in zip(reading.rows, keyed, strict=True):
        for name, text in zip(header, sent, strict=True):
            if reading.types[name] == "string" and (got["_row"], name) not in refused:
                assert got[name] == text or text in NULL_TOKENS or text.startswith(("'", '="'))


@FAST
@given(st.lists(st.lists(NASTY, max_size=7), max_size=25), st.sampled_from(["utf-8", "gb18030"]))
def test_the_account_adds_up_for_any_rows(rows: list[list[str]], encoding: str) -> None:
    data = as_csv(rows).encode(encoding, "replace")
    try:
        reading = read_bytes(data, "t.csv")
    except BadInputError:
        return
    assert reading.account.total >= 1


@FAST
@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.xlsx", "a.xls", "a.jsonl", "a.parquet", "a"]))
def test_random_bytes_are_read_or_refused_but_never_crash(data: bytes, name: str) -> None:
    assert refusal(data, name) != ""


@FAST
@given(
    st.sampled_from([b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b'{"', b"\xff\xfe"]),
    st.binary(max_size=2000),
)
def test_random_bytes_behind_a_known_beginning_do_not_crash_either(magic: bytes, data: bytes) -> None:
    assert refusal(magic + data, "a.xlsx") != ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda v: st.lists(v, max_size=3),
    max_leaves=4,
)


@FAST
@given(
    st.lists(
        st.one_of(
            st.dictionaries(st.text(max_size=4), JSON, max_size=4).map(json.dumps), st.text(max_size=9)
        ),
        max_size=12,
    )
)
def test_any_lines_of_json_are_accounted_for(lines: list[str]) -> None:
    try:
        reading = read_bytes("\n".join(lines).encode("utf-8", "replace"), "t.jsonl")
    except BadInputError:
        return
    assert reading.account.total >= 1


@FAST
@given(
    st.lists(st.none() | st.integers(-(2**63), 2**63 - 1), max_size=9),
    st.lists(st.none() | st.datetimes(), max_size=9),
)
def test_parquet_comes_back_as_it_went_in(numbers: list[int | None], times: list[datetime | None]) -> None:
    rows = max(len(numbers), len(times))
    table = pa.table(
        {
            "n": pa.array(numbers + [None] * (rows - len(numbers)), pa.int64()),
            "t": pa.array(times + [None] * (rows - len(times)), pa.timestamp("us")),
        }
    )
    buffer = io.BytesIO()
    parquet.write_table(table, buffer)
    reading = read_bytes(buffer.getvalue(), "t.parquet")
    assert reading.column("n") == table["n"].to_pylist()
    assert reading.column("t") == table["t"].to_pylist()


DAYS = st.dates(date(1000, 1, 1), date(2999, 12, 31))
TEXTS = st.one_of(
    DAYS.map(str),
    DAYS.map(lambda d: f"{d.year}年{d.month}月{d.day}日"),
    DAYS.map(lambda d: f"{d:%Y%m%d}"),
    st.integers(-(10**20), 10**20).map(str),
    st.floats(allow_nan=False).map(repr),
    st.integers(0, 10**9).map("{:,}".format),
    st.datetimes(datetime(1000, 1, 1), datetime(2999, 1, 1)).map(lambda t: t.isoformat(" ", "seconds")),  # noqa: DTZ001
    st.sampled_from(
        [
            "2021-02-30",
            "2021-02-29",
            "2020-02-29",
            "2021-04-31",
            "0000-01-01",
            "inf",
            "nan",
            "0x1F",
            "1e5",
            "是",
            "x",
        ]
    ),
    NASTY,
)


@FAST
@given(st.lists(TEXTS, max_size=30), st.sampled_from(list(FieldType)), st.booleans())
def test_whole_columns_and_single_cells_agree(texts: list[str], kind: FieldType, serials: bool) -> None:
    manner = Manner(serials=serials)
    texts = [text.encode("utf-8", "replace").decode() for text in texts]
    typed = type_column(Plan(kind, NULL_TOKENS, manner), pa.array(texts, pa.string()))
    bad = dict(zip(typed.bad.tolist(), typed.reasons, strict=True))
    for place, text in enumerate(texts):
        got = typed.values[place].as_py()
        clean = text.strip(" \t\n\v\f\r")
        if clean in NULL_TOKENS:
            assert got is None
            assert place not in bad
            continue
        value, reason = READERS[kind](clean, manner)
        assert bad.get(place) == reason
        assert got == (None if isinstance(value, str) and value in NULL_TOKENS else value)
