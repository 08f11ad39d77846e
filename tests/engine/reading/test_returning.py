"""The department's own file on its way back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from shuzhi.engine.data.reading import Flag, ReadOptions, load_file, return_workbook, safe_cell
from shuzhi.engine.data.reading.refusals import ReturnTooLongError
from shuzhi.engine.data.reading.returning import FILL


def returned(path: Path, into: Path, **more: Any) -> Any:
    load = load_file(path, into=into, options=ReadOptions(name="原表"))
    return_workbook(path, load, into / "back.xlsx", language="en", **more)
    return openpyxl.load_workbook(into / "back.xlsx")


def red(sheet: Any) -> set[str]:
    return {
        cell.coordinate
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fill_type == "solid" and cell.fill.start_color.rgb.endswith(FILL)
    }


def test_a_workbook_comes_back_in_its_own_form_with_bad_cells_red(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "低保"
    sheet["A1"] = "情况表"
    sheet.merge_cells("A1:C1")
    for row in [("编号", "手机号", "数"), ("A1", "1.38E+10", 1), ("A2", "13812345678", "二")]:
        sheet.append(row)
    for n in range(3, 40):
        sheet.append((f"A{n}", f"138{n:08d}", n))
    sheet["A5"].font = openpyxl.styles.Font(bold=True)
    book.create_sheet("别的")["A1"] = "留着"
    book.save(tmp_path / "in.xlsx")
    back = returned(tmp_path / "in.xlsx", tmp_path, flags=[Flag(5, "编号", "twice in the table")])
    assert red(back["低保"]) == {"B3", "C4", "A5"}
    assert "last digits are lost" in back["低保"]["B3"].comment.text
    assert back["低保"]["A5"].comment.text == "twice in the table"
    assert back["低保"]["A5"].font.bold
    assert back["低保"].merged_cells.ranges
    assert back["别的"]["A1"].value == "留着"
    listed = list(back["Not loaded"].iter_rows(values_only=True))
    assert listed[0] == ("Row", "Column", "Value", "Reason")
    assert listed[1][:3] == (3, "手机号", "1.38E+10")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_text_file_comes_back_as_a_workbook_with_the_same_rows(
    write: Callable[..., Path], tmp_path: Path, encoding: str
) -> None:
    body = "".join(f"A{n},{n},x\n" for n in range(30))
    path = write(f"标题,,\n编号,数,说明\n{body}=1+1,二,y,多\n", encoding=encoding)
    back = returned(path, tmp_path)
    sheet = back.worksheets[0]
    assert [cell.value for cell in sheet[2]][:3] == ["编号", "数", "说明"]
    assert (sheet["A33"].value, sheet["A33"].data_type) == ("=1+1", "s")
    assert red(sheet) == {"B33", "D33"}
    assert "not a whole number" in sheet["B33"].comment.text


def test_json_lines_come_back_with_their_keys_as_header(write: Callable[..., Path], tmp_path: Path) -> None:
    lines = "\n".join(f'{{"编号": "A{n}", "数": {n}}}' for n in range(30))
    back = returned(write(lines + '\n{"编号": "A30", "数": "x"}\n', "t.jsonl"), tmp_path)
    sheet = back.worksheets[0]
    assert [cell.value for cell in sheet[1]] == ["编号", "数"]
    assert red(sheet) == {"B32"}


def test_more_rows_than_a_sheet_holds_are_refused(write: Callable[..., Path], tmp_path: Path) -> None:
    path = write("编号\n" + "A\n" * 1_048_577)
    with pytest.raises(ReturnTooLongError):
        returned(path, tmp_path)
    assert not (tmp_path / "back.xlsx").exists()


@pytest.mark.parametrize("text", ["=1+1", "+8613800000000", "-2", "@x", "\t=1", "\r=1", "＝1", "＋1"])
def test_what_begins_a_formula_leaves_as_text(text: str) -> None:
    assert safe_cell(text) == "'" + text


@pytest.mark.parametrize("text", ["", "张三", "1+1", "a=b", "'=1"])
def test_other_text_leaves_as_it_is(text: str) -> None:
    assert safe_cell(text) == text
