"""Patterns told in arithmetic say exactly what the expression says."""

import re

import ibis
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shuzhi.engine.data.quality.patterns import fixed_positions, matches
from shuzhi.engine.data.tables import open_tables

ARITHMETIC = [
    r"^[1-9][0-9]{16}[0-9X]$",
    r"^1[3-9][0-9]{9}$",
    r"^\d{6}$",
    r"^33\d{4}$",
    r"^[A-C]\d{3}[xX]\d$",
    r"^[135]00[0-9]$",
    r"^[0-9]{20}$",
    r"^0[0-4]\d{3}$",
]
# what a cast from text to integer takes beside digits
AWKWARD = "0123456789" * 2 + "eExXbB+-._ \n\t１X"
texts = st.lists(
    st.one_of(
        st.text(AWKWARD, max_size=20),
        *(st.from_regex(pattern, fullmatch=True) for pattern in ARITHMETIC),
        st.tuples(st.sampled_from("123456789"), st.text("0123456789e", min_size=2, max_size=16)).map("".join),
    ),
    max_size=60,
)


def found(pattern: str, values: list[str | None]) -> list[bool | None]:
    with open_tables() as tables:
        table = tables.arrow(pa.table({"t": pa.array(values, pa.string())}))
        column: list[bool | None] = (
            tables.collect(table.select(m=matches(table.t, pattern))).column("m").to_pylist()
        )
    return column


@pytest.mark.parametrize("pattern", ARITHMETIC)
@settings(max_examples=20, deadline=None)
@given(values=texts)
@example(
    values=["9e2", "1.00000000000e+16X", "0xFFFFFFFFFFFFFFFX", "99999999999999e03X", "12345678901234567X"]
)
@example(values=["13800138000", "+1380013800", "1_380013800", "1380013800e", "138001380 0", "１3800138000"])
def test_arithmetic_agrees_with_the_expression(pattern: str, values: list[str]) -> None:
    expected = [re.search(pattern.replace("$", r"\Z"), value, re.ASCII) is not None for value in values]
    assert found(pattern, [*values, None]) == [*expected, None]


@pytest.mark.parametrize("pattern", ARITHMETIC)
def test_no_expression_is_left_where_arithmetic_can_say_it(pattern: str) -> None:
    table = ibis.table({"t": "string"}, name="t")
    if pattern != r"^[0-9]{20}$":
        assert "REGEXP" not in str(ibis.to_sql(matches(table.t, pattern), dialect="duckdb"))


@pytest.mark.parametrize(
    "pattern", [r"\d{6}", r"^\d+$", r"^\d{3,6}$", r"^(a|b)\d{4}$", r"^[^0-9]{4}$", "^.{4}$", "^$"]
)
def test_other_patterns_are_left_to_the_engine(pattern: str) -> None:
    assert fixed_positions(pattern) is None
