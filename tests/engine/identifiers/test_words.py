"""Eight digits at a time give what one at a time gives."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.engine.data.identifiers import words
from shuzhi.engine.data.identifiers.packed import answers, of_width

CHARACTERS = st.binary(min_size=8, max_size=8) | st.from_regex(rb"[0-9]{8}", fullmatch=True)


def word_of(text: bytes) -> words.Words:
    return words.digits_of(np.frombuffer(text, "<u8"))


@given(CHARACTERS)
def test_what_is_no_digit_is_seen(text: bytes) -> None:
    assert (words.beyond_digits(word_of(text))[0] == 0) == text.isdigit()


@given(st.integers(0, 99_999_999))
def test_eight_digits_are_their_number(number: int) -> None:
    assert words.number_of(word_of(b"%08d" % number))[0] == number


@given(st.integers(0, 99_999_999), st.lists(st.integers(0, 60), min_size=8, max_size=8))
def test_digits_are_weighed(number: int, weights: list[int]) -> None:
    total = words.weighing(weights)(word_of(b"%08d" % number))[0] >> 48
    assert total == sum(int(d) * w for d, w in zip(f"{number:08d}", weights, strict=True))


@given(st.dates())
def test_a_day_is_written_as_its_number(day: date) -> None:
    number = words.day_numbers(np.array([day], "M8[D]"))[0]
    assert number == day.year * 10_000 + day.month * 100 + day.day
    assert words.is_day(np.array([number], np.uint64))[0] == (1900 <= day.year <= 2099)


@pytest.mark.parametrize("number", [0, 18991231, 19000100, 19000229, 19991301, 21000101, 99999999])
def test_what_is_no_day_of_the_years_held_is_none(number: int) -> None:
    assert not words.is_day(np.array([number], np.uint64))[0]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
@given(st.lists(st.none() | st.text("ab学", max_size=4)), st.integers(0, 5))
def test_texts_of_one_width_are_taken_out(kind: pa.DataType, values: list[str | None], cut: int) -> None:
    array = pa.array(values, kind).slice(cut)
    data, fitting = of_width(array, 3)
    wanted = [v is not None and len(v.encode()) == 3 for v in array.to_pylist()]
    chosen = [v for v in array.to_pylist() if v is not None and len(v.encode()) == 3]
    assert data.tobytes() == "".join(chosen).encode()
    assert (fitting.tolist() if fitting is not None else [True] * len(array)) == wanted


@given(st.lists(st.none() | st.booleans(), max_size=20), st.integers(0, 5))
def test_an_answer_is_null_where_the_value_is(values: list[bool | None], cut: int) -> None:
    array = pa.array(values, pa.bool_()).slice(cut)
    good = np.array([bool(value) for value in array.to_pylist()], np.bool_)
    assert answers(good, array).to_pylist() == array.to_pylist()


def test_more_texts_than_one_block_are_all_judged() -> None:
    numbers = range(3 * words.BLOCK_ROWS)
    array = pa.array([f"{n:010d}" if n % 7 else "short" for n in numbers])
    records = words.layout(10, last=2)
    found = words.judge(array, records, lambda rows: words.number_of(words.digits_of(rows["last"])) % 2 == 0)
    assert found.to_pylist() == [n % 7 > 0 and n % 2 == 0 for n in numbers]
