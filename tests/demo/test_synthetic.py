"""The synthetic district: the same for the same seed, and its answers are true."""

import datetime as dt
from pathlib import Path
from random import Random

import python_calamine

from shuzhi.demo import synthetic, workbooks

PLACES = {"瓜沥镇": ["东恩村", "航民村"], "城厢街道": ["回澜社区"]}
TODAY = dt.date(2026, 11, 23)


def test_the_same_seed_gives_the_same_people() -> None:
    first = synthetic.residents(Random(7), PLACES, 50, TODAY)
    assert first == synthetic.residents(Random(7), PLACES, 50, TODAY)
    assert first != synthetic.residents(Random(8), PLACES, 50, TODAY)


def test_every_planted_error_is_in_the_rows_and_nothing_else_changed() -> None:
    rows = synthetic.residents(Random(7), PLACES, 200, TODAY)
    table = synthetic.plant(
        Random(1),
        "名册",
        "身份证号",
        rows,
        [("身份证号", "typo", 5), ("联系电话", "short", 4), ("姓名", "emptied", 3)],
    )
    changed = [
        (index, column)
        for index, (now, was) in enumerate(zip(table.rows, table.clean, strict=True))
        for column in table.columns
        if now[column] != was[column]
    ]
    assert len(changed) == len(table.planted) == 12
    assert {p.operator for p in table.planted} == {"typo", "short", "emptied"}


def test_the_workbook_has_the_mess_of_a_real_one(tmp_path: Path) -> None:
    rows = synthetic.enterprises(Random(3), PLACES, 10, TODAY)
    path = tmp_path / "名录.xlsx"
    groups = [("基本信息", 8), ("经营情况", 4)]
    workbooks.write_department_workbook(path, title="企业名录", sent_by="经信局", rows=rows, groups=groups)
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    cells = book.get_sheet_by_name("汇总表").to_python()
    assert cells[0][0] == "企业名录"
    assert cells[3] == list(rows[0])
    assert len(cells) == 4 + 10 + 2


def test_the_heritage_workbook_keeps_every_row_of_the_sample(tmp_path: Path) -> None:
    count = workbooks.write_heritage_workbook(tmp_path / "heritage.xlsx")
    book = python_calamine.CalamineWorkbook.from_path(str(tmp_path / "heritage.xlsx"))
    cells = book.get_sheet_by_name("Tab.1").to_python()
    assert count == 279
    assert sum(1 for row in cells if row[13] == "浙江省") == 279
