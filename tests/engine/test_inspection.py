"""The walk of one file: a second file under the first one's contract loses nothing unsaid."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from random import Random

import pytest

from shuzhi.demo import synthetic, workbooks
from shuzhi.engine.data.inspection import Checked, InspectionRequest, check_file
from shuzhi.engine.data.tables import open_tables

TODAY = dt.date(2026, 11, 23)
PLACES = {"瓜沥镇": ["东恩村"], "城厢街道": ["回澜社区"]}
GROUPS = {
    "prefixes": [("基本信息", 5), ("住址", 3), ("救助", 5)],
    "left out": [("基本信息", 5), ("住址信息", 3), ("救助情况", 5)],
}


@pytest.fixture
def rows() -> list[synthetic.Row]:
    """A hundred synthetic people, all right."""
    return synthetic.residents(Random(3), PLACES, 100, TODAY)


def check(folder: Path, path: Path, contract: object = None) -> Checked:
    """The file checked under the contract, or a drafted one."""
    folder.mkdir()
    with open_tables() as tables:
        return check_file(tables, path, InspectionRequest(into=folder, today=TODAY, contract=contract))  # type: ignore[arg-type]


@pytest.mark.parametrize("groups", GROUPS.values(), ids=GROUPS)
def test_the_same_file_under_its_own_contract_is_read_the_same(
    tmp_path: Path, rows: list[synthetic.Row], groups: list[tuple[str, int]]
) -> None:
    path = tmp_path / "roster.xlsx"
    workbooks.write_department_workbook(path, title="名册", sent_by="民政局", rows=rows, groups=groups)
    first = check(tmp_path / "one", path)
    again = check(tmp_path / "two", path, first.contract)
    assert not first.report.failed
    assert not again.report.failed
    assert first.load
    assert again.load
    assert [c.name for c in again.load.columns] == [c.name for c in first.load.columns]


def test_a_column_that_the_file_lacks_is_a_finding_and_lowers_the_score(
    tmp_path: Path, rows: list[synthetic.Row]
) -> None:
    path, short = tmp_path / "roster.xlsx", tmp_path / "short.xlsx"
    workbooks.write_department_workbook(
        path, title="名册", sent_by="民政局", rows=rows, groups=GROUPS["left out"]
    )
    first = check(tmp_path / "one", path)
    fewer = [{name: value for name, value in row.items() if name != "联系电话"} for row in rows]
    groups = [("基本信息", 5), ("住址信息", 3), ("救助情况", 4)]
    workbooks.write_department_workbook(short, title="名册", sent_by="民政局", rows=fewer, groups=groups)
    again = check(tmp_path / "two", short, first.contract)
    present = next(result for result in again.report.rules if result.rule.id == "present")
    assert (present.failed, present.evaluated) == (1, 13)
    assert again.report.scores.dataset is not None
    assert first.report.scores.dataset is not None
    assert again.report.scores.dataset < first.report.scores.dataset


def test_parquet_with_the_contracts_columns_is_checked_as_it_lies(
    tmp_path: Path, rows: list[synthetic.Row]
) -> None:
    path = tmp_path / "roster.xlsx"
    workbooks.write_department_workbook(
        path, title="名册", sent_by="民政局", rows=rows, groups=GROUPS["left out"]
    )
    first = check(tmp_path / "one", path)
    assert first.load
    direct = check(tmp_path / "two", first.load.table, first.contract)
    assert direct.load is None
    assert not direct.report.failed
    assert direct.report.rows == 100
