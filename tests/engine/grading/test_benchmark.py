"""The benchmark of recognition, in small: every kind is found, few traps are sprung."""

from __future__ import annotations

from benchmarks import grading
from benchmarks.made_columns import KINDS, make_columns
from benchmarks.traps import TRAPS

from shuzhi.engine.data.tables import Tables


def test_every_kind_is_recognised_in_formats_no_test_holds(tables: Tables) -> None:
    rows, slips = grading.measure_kinds(tables, make_columns(per_kind=2, rows=60, seed=5))
    assert {str(row["figure"]).split()[-1] for row in rows} >= {kind.category for kind in KINDS}
    assert len(slips) <= 2, slips


def test_traps_are_not_sprung(tables: Tables) -> None:
    row, sprung = grading.measure_traps(tables, count=len(TRAPS))
    assert row["held"], sprung
