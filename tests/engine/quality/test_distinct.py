"""Which numbers come more than once, however they lie and in whatever order they come."""

from collections import Counter
from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.engine.data.quality.distinct import Repeats

EDGES = [-(2**63), 2**63 - 1, 0, -1, 1]
batches = st.lists(st.lists(st.one_of(st.integers(-20, 60), st.sampled_from(EDGES)), max_size=12), max_size=6)


@given(batches)
def test_repeats_are_found(parts: list[list[int]]) -> None:
    repeats = Repeats(np.int64)
    for part in parts:
        repeats.add(np.array(part, np.int64))
    expected = sorted(value for value, count in Counter(chain.from_iterable(parts)).items() if count > 1)
    assert repeats.finish().tolist() == expected


@given(st.lists(st.lists(st.integers(2**63, 2**64 - 1), max_size=8), max_size=4))
def test_repeats_are_found_among_fingerprints(parts: list[list[int]]) -> None:
    repeats = Repeats(np.uint64)
    for part in [*parts, *parts[:1]]:
        repeats.add(np.array(part, np.uint64))
    counted = Counter(chain.from_iterable([*parts, *parts[:1]]))
    assert repeats.finish().tolist() == sorted(value for value, count in counted.items() if count > 1)


@pytest.mark.parametrize("reverse", [False, True])
def test_running_numbers_need_few_bytes(reverse: bool) -> None:
    repeats, size = Repeats(np.int64), 100_000
    starts = range(0, 3_000_000, size)
    for start in reversed(starts) if reverse else starts:
        repeats.add(np.arange(start, start + size) + 10**12)
    assert repeats._seen is not None
    assert len(repeats._seen) < 2 * 3_000_000
    repeats.add(np.array([10**12 + 5]))
    assert repeats.finish().tolist() == [10**12 + 5]
