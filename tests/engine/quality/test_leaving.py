"""Which failing keys a newer table no longer holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuzhi.engine.data.contracts.model import Contract
from shuzhi.engine.data.fields import Field, FieldType
from shuzhi.engine.data.quality import CheckRequest, run_rules
from shuzhi.engine.data.quality.leaving import LEFT_SCHEMA, left_behind
from shuzhi.engine.data.quality.rules import Rule
from shuzhi.engine.data.tables import open_tables

AWKWARD = ['say "no"', "back\\slash", "line\nbreak", "tab\there", "\x01", "单位，甲", "", "null", "[1]"]


def left_of(tmp_path: Path, before: pa.Table, after: pa.Table, key: Sequence[str]) -> list[str]:
    """Keys that fail (no ``name``) in ``before`` and are not in ``after``."""
    fields = tuple(Field(n, FieldType.STRING, primary_key=n in key) for n in before.column_names)
    contract = Contract("t", "t", "1.0.0", "t", fields, (Rule("r", "not_null", ("name",)),))
    failing = tmp_path / "failing.parquet"
    with open_tables() as tables:
        run_rules(tables, tables.arrow(before), contract, request=CheckRequest(failing_to=failing))
        lines = tables.parquet(failing)
        found = tables.collect(left_behind(lines.filter(lines["rule"] == "r"), tables.arrow(after), key))
    assert found.schema.names == LEFT_SCHEMA.names
    return sorted(found.column("key").to_pylist())


def test_what_is_back_is_not_gone_whatever_it_says_now(tmp_path: Path) -> None:
    before = pa.table({"id": ["a", "b", "c"], "name": [None, None, "x"]})
    assert left_of(tmp_path, before, pa.table({"id": ["b", "z"], "name": [None, "y"]}), ["id"]) == ['["a"]']


@pytest.mark.parametrize(
    "values",
    [[1.5, 2.0, 1e20], [date(2021, 3, 5), date(1990, 1, 1)], [10**17 + 1, 7], [True, False], AWKWARD],
)
def test_a_key_of_any_type_is_found_again(tmp_path: Path, values: list[object]) -> None:
    both = pa.table({"id": values, "part": ["一"] * len(values), "name": pa.nulls(len(values), pa.string())})
    assert left_of(tmp_path, both, both, ["id", "part"]) == []
    gone = left_of(tmp_path, both, both.slice(1), ["id", "part"])
    assert len(gone) == 1


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=6), min_size=1, max_size=12, unique=True), st.data())
def test_gone_is_what_was_taken_out(
    tmp_path_factory: pytest.TempPathFactory, keys: list[str], data: st.DataObject
) -> None:
    kept = data.draw(st.lists(st.sampled_from(keys), unique=True))
    before = pa.table({"id": keys, "name": pa.nulls(len(keys), pa.string())})
    after = pa.table({"id": pa.array(kept, pa.string()), "name": pa.nulls(len(kept), pa.string())})
    assert len(left_of(tmp_path_factory.mktemp("left"), before, after, ["id"])) == len(keys) - len(kept)
