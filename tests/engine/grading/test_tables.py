"""A whole table: subject, volume, minors, sampling, real files, hostile cells."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from benchmarks.grading import REAL_FILES, read_delimited

from shuzhi.engine.data.grading import GradeRequest, grade_table, sentence
from shuzhi.engine.data.grading.evidence import SENTENCES
from shuzhi.engine.data.tables import Tables
from tests.engine.grading.conftest import Grade
from tests.engine.grading.test_recognition import NAMES, identity, mobiles

PERSONS = {"姓名": NAMES, "身份证号": [identity(n) for n in range(12)], "手机号": mobiles(12)}


def test_every_grade_gives_its_reasons_in_both_languages(grade: Grade) -> None:
    graded = grade(PERSONS | {"诊断": ["高血压", "肺结核"] * 6})
    assert graded.level == "L4"
    for evidence in (*graded.reasons, *(e for c in graded.columns for e in c.evidence)):
        assert evidence.code in SENTENCES
        assert sentence(evidence, "en")
        assert sentence(evidence, "zh-hans")


@pytest.mark.parametrize(
    ("subject", "level"),
    [
        (None, "L3"),
        ("private_person", "L3"),
        ("public_officer", "L1"),
        ("sole_trader", "L2"),
        ("enterprise", "L2"),
    ],
)
def test_whom_the_rows_are_about_counts(grade: Grade, subject: str | None, level: str) -> None:
    column = grade({"姓名": NAMES}, subject=subject).columns[0]
    assert (column.category, column.level) == ("person.name", level)
    codes = [e.code for e in column.evidence]
    assert ("level.subject" in codes) is (subject not in (None, "private_person"))


def test_children_are_of_the_highest_level(grade: Grade) -> None:
    births = [f"{2014 + n % 8}-0{n % 9 + 1}-1{n % 10}" for n in range(20)]
    without = grade({"出生日期": births}).columns[0]
    column = grade({"出生日期": births}, today=date(2026, 1, 1)).columns[0]
    assert (without.level, without.minors) == ("L3", None)
    assert (column.level, column.minors) == ("L4", 1.0)


def test_the_same_table_gives_the_same_sample_whatever_the_size(tables: Tables) -> None:
    table = tables.arrow(pa.table({"n": [f"码{n}" for n in range(50_000)]}))
    first = grade_table(tables, table, request=GradeRequest(seed=3))
    assert first == grade_table(tables, table, request=GradeRequest(seed=3))
    assert first.rows == 50_000
    assert 1_000 <= first.sampled <= 2_000


def test_a_nearly_empty_column_is_looked_at_again(tables: Tables) -> None:
    rare = [identity(n) if n % 500 == 0 else None for n in range(20_000)]
    table = tables.arrow(pa.table({"a": list(range(20_000)), "b": pa.array(rare, pa.string())}))
    grade = grade_table(tables, table, request=GradeRequest(hide_headers=True))
    assert grade.column("b").category == "person.resident_id"
    assert "value.few" not in [e.code for e in grade.column("b").evidence]


def test_the_row_number_is_no_column(tables: Tables) -> None:
    table = tables.arrow(pa.table({"_row": [1, 2], "姓名": ["王伟", "李娜"]}))
    assert [c.column for c in grade_table(tables, table).columns] == ["姓名"]


def test_a_table_without_columns_or_rows_is_graded(grade: Grade, tables: Tables) -> None:
    assert grade({"a": []}).columns[0].category == "other.unknown"
    assert grade_table(tables, tables.arrow(pa.table({"_row": [1]}))).level == "L1"


@pytest.mark.parametrize(
    "cell",
    [
        "1" * 1_000_000,
        "省" * 1_000_000,
        "a@" * 500_000,
        "(" * 1_000_000,
        "1," * 500_000,
        "12:" * 333_333,
        "张·" * 500_000,
    ],
    ids=["digits", "han", "mail", "brackets", "parts", "colons", "dots"],
)
def test_a_hostile_cell_costs_less_than_a_second(grade: Grade, cell: str) -> None:
    start = time.process_time()
    grade({"c": [cell, cell[1:], cell[2:]]})
    assert time.process_time() - start < 1.5


@pytest.mark.shared
@pytest.mark.parametrize("hidden", [False, True], ids=["headers", "hidden"])
@pytest.mark.parametrize("pattern", REAL_FILES)
def test_public_files_hold_nothing_of_the_third_level(
    tables: Tables, shared_data: Path, pattern: str, hidden: bool
) -> None:
    for path in sorted(shared_data.glob(pattern)):
        request = GradeRequest(hide_headers=hidden)
        grade = grade_table(tables, tables.arrow(read_delimited(path)), request=request)
        high = [(c.column, c.category) for c in grade.columns if c.level >= "L3"]
        assert not high, path.name
        assert grade.level <= "L2", path.name


@pytest.mark.parametrize("rows", [40, 5_000])
def test_an_empty_column_raises_no_level_by_its_header_alone(grade: Grade, rows: int) -> None:
    things = {"设施编号": [f"TY{n:05d}" for n in range(rows)], "备注": [None] * rows}
    graded = grade(things | {"诊断": [None] * rows})
    assert graded.level == "L2"
    for name in ("备注", "诊断"):
        column = graded.column(name)
        assert column.level == "L2"
        assert {"value.none", "level.empty"} <= {e.code for e in column.evidence}


def test_one_value_far_down_keeps_the_level_of_its_header(grade: Grade) -> None:
    notes = [None] * 4_999 + ["患病，生活困难，子女在外地务工，多年无人照料"]
    empty = {f"列{n}": [None] * 5_000 for n in range(20)}
    column = grade(empty | {"备注": notes}).column("备注")
    assert column.level == "L3"
