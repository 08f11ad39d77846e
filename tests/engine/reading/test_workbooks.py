"""Workbooks: what a sheet shows, hides, merges and calculates."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from shuzhi.engine.data.reading.refusals import NoSuchSheetError
from shuzhi.engine.data.reading.sheet_facts import xls_facts
from tests.engine.reading.conftest import read


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Path]:
    """Saves what ``fill`` does to the first sheet of a new workbook."""

    def make(fill: Callable[[Any], None], name: str = "book.xlsx") -> Path:
        workbook = openpyxl.Workbook()
        workbook.active.title = "甲表"
        fill(workbook.active)
        workbook.save(tmp_path / name)
        return tmp_path / name

    return make


def test_a_department_form_is_read_whole(book: Callable[..., Path]) -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"] = "2024年低保发放情况表"
        sheet.merge_cells("A1:G1")
        sheet["A2"], sheet["F2"] = "填报单位：民政局", "单位：元"
        for column, header in enumerate(["序号", "镇街", "姓名", "金额", None, "日期", "备注"], 1):
            sheet.cell(3, column, header)
        sheet["D4"], sheet["E4"] = "应发", "实发"
        sheet.merge_cells("D3:E3")
        for letter in "ABCFG":
            sheet.merge_cells(f"{letter}3:{letter}4")
        rows = [
            (1, "城厢街道", "张三", 1000, 900, date(2024, 1, 5), None),
            (2, None, "李四", 1200, 1100, "2024年1月6日", "x"),
            (3, None, "王五", 1300, "九百", 45298, None),
            (4, "北干街道", "赵六", 1400, 800, "2024/1/8", None),
        ]
        for number, row in enumerate(rows, 5):
            for column, value in enumerate(row, 1):
                sheet.cell(number, column, value)
        sheet.merge_cells("B5:B7")
        sheet["A9"], sheet["D9"] = "合 计", 4900
        sheet["A10"], sheet["C10"] = "填表人：某某", "审核人：某某"

    reading = read(book(fill))
    assert [column.name for column in reading.reader.columns] == [
        *("序号", "镇街", "姓名", "金额_应发", "金额_实发", "日期", "备注")
    ]
    assert reading.column("镇街") == ["城厢街道", "城厢街道", "城厢街道", "北干街道"]
    assert reading.column("日期") == [date(2024, 1, day) for day in (5, 6, 7, 8)]
    assert [role for _, role, _ in reading.frame] == ["title", "title", "header", "header", "total", "note"]
    assert reading.reader.source.sheet == "甲表"


def test_a_merged_amount_is_not_multiplied(book: Callable[..., Path]) -> None:
    def fill(sheet: Any) -> None:
        for row in [("户", "人", "金额"), ("甲", "张", 900), ("甲", "王", None), ("乙", "李", 800)]:
            sheet.append(row)
        sheet.merge_cells("C2:C3")

    assert read(book(fill)).column("金额") == [900, None, 800]


def test_hidden_parts_are_read_and_told(book: Callable[..., Path]) -> None:
    def fill(sheet: Any) -> None:
        for row in [("编号", "名称", "数"), ("A1", "甲", 1), ("A2", "乙", 2), ("A3", "丙", 3)]:
            sheet.append(row)
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["C"].hidden = True
        sheet.parent.create_sheet("旧表").sheet_state = "hidden"
        sheet.parent.create_sheet("说明")["A1"] = "x"

    reading = read(book(fill))
    source = reading.reader.source
    assert (source.hidden_rows, source.hidden_columns, source.hidden_sheets) == ((3,), ("C",), ("旧表",))
    assert reading.column("数") == [1, 2, 3]
    assert reading.notes["other_sheets"] == {"sheet": "甲表", "sheets": "说明"}


def test_a_hidden_first_sheet_is_passed_over_and_read_when_asked_for(book: Callable[..., Path]) -> None:
    def fill(sheet: Any) -> None:
        sheet.append(("旧", "数"))
        sheet.append(("a", 1))
        sheet.sheet_state = "hidden"
        other = sheet.parent.create_sheet("新表")
        other.append(("新", "数"))
        other.append(("b", 2))
        sheet.parent.active = 1

    path = book(fill)
    assert read(path).reader.source.sheet == "新表"
    assert read(path, sheet="甲表").column("旧") == ["a"]
    with pytest.raises(NoSuchSheetError, match="甲表, 新表"):
        read(path, sheet="丙表")


def test_a_cover_sheet_is_passed_over(book: Callable[..., Path]) -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"] = "填表说明：请逐项填写"
        data = sheet.parent.create_sheet("数据")
        for row in [("编号", "数"), *[(f"A{n}", n) for n in range(20)]]:
            data.append(row)

    assert read(book(fill)).reader.source.sheet == "数据"


def test_formulas_give_their_value_and_those_never_calculated_are_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "formulas.xlsx"
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet("表")
    sheet.write_row(0, 0, ["编号", "数"])
    for row, (formula, value) in enumerate([("=1+1", 2), ("=2+2", 4), ("=1/0", "#DIV/0!"), ("=3+3", 6)], 1):
        sheet.write(row, 0, f"A{row}")
        sheet.write_formula(row, 1, formula, None, value)
    workbook.close()
    reading = read(path)
    assert reading.column("数") == [2, 4, None, 6]
    assert reading.aside() == [(4, "数", "#DIV/0!", "cell_error")]
    assert reading.reader.source.formula_cells == 4


def test_a_formula_without_a_stored_value_is_no_empty_cell(book: Callable[..., Path]) -> None:
    def fill(sheet: Any) -> None:
        for row in [("编号", "数"), ("A1", 1), ("A2", "=B2*2"), ("A3", 3)]:
            sheet.append(row)

    assert read(book(fill)).aside() == [(3, "数", "=B2*2", "formula_without_value")]


def test_numbers_come_as_the_office_wrote_them(book: Callable[..., Path]) -> None:
    def fill(sheet: Any) -> None:
        sheet.append(("身份证号", "电话", "数", "时间", "开关"))
        sheet.append((330109199001011234, 13812345678, 0.1 + 0.2, datetime(2024, 1, 5, 8, 30), True))  # noqa: DTZ001
        sheet.append(("330109199001011235", 13912345678, 2, datetime(2024, 1, 6), False))  # noqa: DTZ001

    reading = read(book(fill))
    assert [reason for *_, reason in reading.aside()] == ["digits_lost"]
    assert reading.rows[0] == {
        "_row": 2,
        "身份证号": None,
        "电话": "13812345678",
        "数": 0.3,
        "时间": datetime(2024, 1, 5, 8, 30),  # noqa: DTZ001
        "开关": True,
    }


def test_chinese_date_formats_are_dates(book: Callable[..., Path]) -> None:
    def fill(sheet: Any) -> None:
        sheet.append(("名", "日子"))
        for row, form in enumerate(['yyyy"年"m"月"d"日"', "[$-F800]dddd\\,\\ mmmm\\ dd", "yyyy/m/d"], 2):
            sheet.cell(row, 1, "x")
            sheet.cell(row, 2, 44260).number_format = form

    assert read(book(fill)).column("日子") == [date(2021, 3, 5)] * 3


def test_a_table_that_begins_further_in_keeps_its_addresses(book: Callable[..., Path]) -> None:
    def fill(sheet: Any) -> None:
        sheet["C4"], sheet["D4"] = "编号", "数"
        sheet["C5"], sheet["D5"] = "A1", 1
        sheet["C6"], sheet["D6"] = "A2", "x1"
        for row in range(7, 30):
            sheet[f"C{row}"], sheet[f"D{row}"] = f"A{row}", row

    reading = read(book(fill))
    assert [column.letter for column in reading.reader.columns] == ["C", "D"]
    assert reading.aside() == [(6, "数", "x1", "not_an_integer")]
    assert reading.account.total == 29


def test_macros_are_told_and_left_alone(book: Callable[..., Path], tmp_path: Path) -> None:
    path = book(lambda sheet: [sheet.append(row) for row in [("a名", "数"), ("x", 1)]])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"Sub Auto_Open()")
    assert "macros" in read(path, name="带宏.xlsm").notes


def test_a_workbook_under_a_text_name_is_read_as_what_it_is(book: Callable[..., Path]) -> None:
    path = book(lambda sheet: [sheet.append(row) for row in [("名", "数"), ("x", 1)]], "wrong.csv")
    reading = read(path)
    assert reading.account.loaded == 1
    assert reading.notes["suffix"] == {"suffix": ".csv", "format": "xlsx"}


def test_leaving_a_workbook_half_read_ends_its_process(book: Callable[..., Path]) -> None:
    from shuzhi.engine.data.reading import open_file

    path = book(
        lambda sheet: [sheet.append(row) for row in [("名", "数"), *[("x", n) for n in range(20_000)]]]
    )
    with open_file(path) as reader:
        next(iter(reader))
    with pytest.raises(RuntimeError):
        _ = reader.account


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def test_old_workbooks_show_their_hidden_and_merged_parts_and_errors() -> None:
    begin, end = _record(0x809, struct.pack("<HH", 0x600, 0x10)), _record(0x0A, b"")
    sheet = (
        begin
        + _record(0x208, struct.pack("<8H", 3, 0, 4, 255, 0, 0, 0x20, 0))
        + _record(0x208, struct.pack("<8H", 4, 0, 4, 255, 0, 0, 0, 0))
        + _record(0x7D, struct.pack("<5H", 1, 2, 0, 0, 1))
        + _record(0xE5, struct.pack("<5H", 1, 0, 1, 0, 3))
        + _record(0x06, struct.pack("<3H", 5, 1, 0) + bytes([2, 0, 0x07, 0, 0, 0, 0xFF, 0xFF]))
        + _record(0x06, struct.pack("<3Hd", 6, 1, 0, 2.5))
        + _record(0x205, struct.pack("<3HBB", 7, 2, 0, 0x2A, 1))
        + end
    )
    name = "表".encode("utf-16-le")
    head = begin + _record(0x85, struct.pack("<IBBBB", 0, 0, 0, 1, 1) + name) + end
    stream = (
        head.replace(struct.pack("<IBBBB", 0, 0, 0, 1, 1), struct.pack("<IBBBB", len(head), 0, 0, 1, 1))
        + sheet
    )
    facts = xls_facts(stream, "表")
    assert (facts.hidden_rows, facts.hidden_columns, facts.merges) == ([3], [1, 2], [(0, 0, 1, 3)])
    assert facts.formulas == 2
    assert facts.marked == {(5, 1): "\x1aE#DIV/0!", (7, 2): "\x1aE#N/A"}
    assert xls_facts(stream, "别的").formulas == 0
    assert xls_facts(stream[:40], "表").formulas == 0
