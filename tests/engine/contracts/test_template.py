"""The workbook that a department fills."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from shuzhi.engine.data.contracts import Contract, load_contract
from shuzhi.engine.data.contracts.template import TooManyColumnsError, template_workbook
from shuzhi.engine.data.contracts.wishes import example, wishes
from shuzhi.engine.data.fields import Field, FieldType
from shuzhi.engine.data.identifiers import IDENTIFIERS
from tests.engine.contracts.texts import contract

FIELDS = (
    Field("编号", primary_key=True, max_length=6),
    Field("身份证号", format="resident_id", required=True),
    Field("镇街", enum=("城厢街道", "010,1", "是")),
    Field("道路"),
    Field("日期", FieldType.DATE),
    Field("人数", FieldType.INTEGER, minimum=0, maximum=99, unit="人"),
    Field("面积", FieldType.NUMBER, minimum=0.5),
    Field("启用", FieldType.BOOLEAN),
    Field("=危险", FieldType.STRING),
)


@pytest.fixture
def described() -> Contract:
    return replace(load_contract(contract()), title="常住[人口]", fields=FIELDS, organisation_column="镇街")


def test_headings_are_locked_and_cells_keep_what_is_typed(described: Contract, tmp_path: Path) -> None:
    to = tmp_path / "t.xlsx"
    template_workbook(described, to, language="en")
    book = openpyxl.load_workbook(to)
    assert book.sheetnames == ["常住 人口", "Example", "Choices"]
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == [field.name for field in FIELDS]
    assert sheet.max_row == 1
    assert sheet.protection.sheet
    assert all(cell.protection.locked for cell in sheet[1])
    assert all(cell.data_type == "s" for cell in sheet[1])
    formats = [sheet.column_dimensions[cell.column_letter].number_format for cell in sheet[1]]
    assert formats[0] == "@"
    assert formats[4] == "yyyy-mm-dd"
    styled = [each for each in sheet.column_dimensions.values() if each.has_style]
    assert sum(each.max - each.min + 1 for each in styled) == len(FIELDS)
    assert not any(each.protection.locked for each in styled)
    assert sheet.freeze_panes == "A2"
    assert "Must be filled." in sheet["B1"].comment.text


def test_choices_are_dropdowns_of_any_length_and_content(described: Contract, tmp_path: Path) -> None:
    roads = tuple(f"第{i}号路,东" for i in range(300))
    to = tmp_path / "t.xlsx"
    template_workbook(described, to, dictionaries={"道路": roads, "镇街": ["never"]}, language="en")
    book = openpyxl.load_workbook(to)
    rules = {
        str(rule.sqref).rstrip("0123456789").split(":")[0][0]: rule
        for rule in book.worksheets[0].data_validations.dataValidation
    }
    lists = {letter: rule for letter, rule in rules.items() if rule.type == "list"}
    assert set(lists) == {"C", "D", "H"}
    offered = {
        letter: [row[0].value for row in _cells(book, str(rule.formula1))] for letter, rule in lists.items()
    }
    assert offered["C"] == ["城厢街道", "010,1", "是"]
    assert offered["D"] == list(roads)
    assert offered["H"] == ["是", "否"]
    assert lists["C"].errorStyle in (None, "stop")
    assert lists["D"].errorStyle == "warning"
    assert (rules["F"].type, rules["F"].formula1, rules["F"].formula2) == ("whole", "0", "99")
    assert (rules["G"].type, rules["G"].operator) == ("decimal", "greaterThanOrEqual")
    assert (rules["A"].type, rules["A"].formula1) == ("textLength", "6")


def _cells(book: openpyxl.Workbook, reference: str) -> tuple[tuple[openpyxl.cell.Cell, ...], ...]:
    name, cells = re.fullmatch(r"'?([^'!]+)'?!(.+)", reference).groups()
    return book[name][cells.replace("$", "")]


def test_the_example_row_stands_apart_and_is_valid(described: Contract, tmp_path: Path) -> None:
    to = tmp_path / "t.xlsx"
    template_workbook(described, to, language="zh-hans", titled=True)
    book = openpyxl.load_workbook(to)
    data, shown = book.worksheets[:2]
    assert data["A1"].value == "常住[人口]"
    assert data.freeze_panes == "A3"
    assert data.max_row == 2
    assert shown.max_row == 2
    values = [cell.value for cell in shown[2]]
    assert IDENTIFIERS["resident_id"].problem(values[1]) is None
    assert values[2] == "城厢街道"
    assert values[4] == "2026-01-31"
    assert values[5] == "0"


@pytest.mark.parametrize("kind", FieldType)
def test_every_column_says_what_it_wants_and_shows_how(kind: FieldType) -> None:
    bare = Field("a", kind)
    assert wishes(bare, "en")[0] == "May stay empty."
    assert len(wishes(bare, "en")) == 2
    assert example(bare, "en")
    assert wishes(replace(bare, primary_key=True), "en")[:2] == (
        "Must be filled.",
        "No value may stand here twice.",
    )


def test_a_contract_wider_than_a_sheet_is_refused(described: Contract, tmp_path: Path) -> None:
    wide = replace(described, fields=tuple(Field(f"c{i}") for i in range(16_385)))
    with pytest.raises(TooManyColumnsError, match="16385"):
        template_workbook(wide, tmp_path / "t.xlsx")
    assert not (tmp_path / "t.xlsx").exists()
