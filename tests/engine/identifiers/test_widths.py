"""An expression for texts of one width, told by bytes, matches what the regex engine matches."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuzhi.engine.data.identifiers.widths import classes_of, of_one_width
from shuzhi.engine.data.tables import Tables, open_tables
from tests.engine.identifiers.values import TRAPS

CLASSES = st.sampled_from(
    ["[0-9]", r"\d", "[1-9]", "[0-9X]", "[A-HJ-NP-Z]", "[a-c]", "7", "X", "-", r"\.", "[13579]"]
)
PARTS = st.tuples(CLASSES, st.sampled_from(["", "", "{1}", "{2}", "{6}", "{9}"])).map("".join)
PATTERNS = st.lists(PARTS, min_size=1, max_size=6).map(lambda parts: f"^{''.join(parts)}$")
SPOILERS = "09:/1234567abcdXxYZIO@[.-,é学１\0\n "


@pytest.fixture(scope="module")
def tables() -> Iterator[Tables]:
    with open_tables() as opened:
        yield opened


@settings(max_examples=60, deadline=None)
@given(PATTERNS, st.data())
def test_what_is_told_by_bytes_is_what_matches(tables: Tables, pattern: str, data: st.DataObject) -> None:
    right = st.from_regex(re.compile(pattern[:-1] + r"\Z", re.ASCII))
    place, character = st.integers(0, 60), st.sampled_from(SPOILERS)
    wrong = st.builds(lambda v, i, c: v[:i] + c + v[i + 1 :], right, place, character)
    longer = st.builds(lambda v, i, c: v[:i] + c + v[i:], right, place, character)
    values = data.draw(st.lists(right | wrong | longer | st.text(SPOILERS) | st.none(), max_size=20))
    values += [*TRAPS, None]
    told = of_one_width(pattern)
    assert told is not None
    table = tables.arrow(pa.table({"v": pa.array(values, pa.string())}))
    asked = table.select(told=told(table.v), matched=table.v.re_search(pattern))
    outside = pa.Table.from_batches(list(tables.batches(asked)))
    for found in (tables.collect(asked), outside):
        assert found.column("told").to_pylist() == found.column("matched").to_pylist()


@pytest.mark.parametrize(
    "pattern",
    [
        "[0-9]{6}", "^[0-9]{6}", "[0-9]{6}$", "^[0-9]+$", "^[0-9]{6,8}$", "^[0-9]?$", "^(?:12|13)[0-9]$",
        "^a|b$", "^[^0-9]$", "^[9-0]$", "^[0-9]{6}{2}$", r"^\w{6}$", r"^[\d]$", "^.$", "^$", "^学[0-9]$",
        "^[0-9]{65}$", "^[0-9-]$", r"^[0-9]\$", "^(?i)a$", "^a\n$", "^{2}$", "^[0-9]{0}$",
    ],
)  # fmt: skip
def test_an_expression_of_another_kind_is_left_to_the_engine(pattern: str) -> None:
    assert classes_of(pattern) is None
    assert of_one_width(pattern) is None


def test_the_classes_are_the_bytes_allowed_at_each_place() -> None:
    assert classes_of("^1[3-59]{2}$") == (frozenset(b"1"), frozenset(b"3459"), frozenset(b"3459"))
    assert classes_of(r"^\-\d$") == (frozenset(b"-"), frozenset(b"0123456789"))
