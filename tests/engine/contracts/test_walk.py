"""From a file to its contract, to a template, and back through the reader."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from shuzhi.engine.data.contracts import Contract, dump_contract, load_contract
from shuzhi.engine.data.contracts.drafting import DraftRequest, draft
from shuzhi.engine.data.contracts.template import template_workbook
from shuzhi.engine.data.fields import Field, FieldType
from shuzhi.engine.data.profiling import profile_table
from shuzhi.engine.data.reading import ReadOptions, load_file
from shuzhi.engine.data.tables import open_tables
from tests.engine.contracts.texts import contract


@pytest.mark.parametrize("titled", [False, True])
def test_a_template_comes_back_with_its_rows_loaded(tmp_path: Path, titled: bool) -> None:
    fields = (
        Field("编号", primary_key=True),
        Field("身份证号", format="resident_id"),
        Field("日期", FieldType.DATE),
        Field("人数", FieldType.INTEGER, minimum=0),
    )
    described = replace(load_contract(contract()), fields=fields, organisation_column=None)
    sent, back = tmp_path / "out.xlsx", tmp_path / "back.xlsx"
    template_workbook(described, sent, language="zh-hans", titled=titled)
    book = openpyxl.load_workbook(sent)
    example = [cell.value for cell in book.worksheets[1][2]]
    for number in ("00571", "00572"):
        book.worksheets[0].append([number, *example[1:]])
    book.save(back)
    loaded = load_file(back, contract=described, into=tmp_path, options=ReadOptions())
    assert (loaded.account.loaded, loaded.account.set_aside, loaded.account.set_aside_cells) == (2, 0, 0)
    with open_tables() as tables:
        rows = tables.collect(tables.parquet(loaded.table)).to_pylist()
    assert [row["编号"] for row in rows] == ["00571", "00572"]
    assert rows[0]["身份证号"] == example[1]
    assert rows[0]["日期"].isoformat() == "2026-01-31"


@pytest.mark.shared
def test_the_real_heritage_list_is_drafted(shared_data: Path, tmp_path: Path) -> None:
    made = _drafted(next((shared_data / "heritage").glob("*.xls")), tmp_path)
    assert made.key == ("序号",)
    assert made.field("类型（中文）").enum
    assert made.field("单位名称（中文）").required
    assert not any(field.enum for field in made.fields if "名称" in field.name)
    assert load_contract(dump_contract(made)) == made


@pytest.mark.shared
def test_the_real_division_codes_are_drafted(shared_data: Path, tmp_path: Path) -> None:
    made = _drafted(shared_data / "admin" / "division_streets.csv", tmp_path)
    assert made.key == ("code",)
    assert made.field("areaCode").format == "region"


def _drafted(path: Path, into: Path) -> Contract:
    loaded = load_file(path, contract=None, into=into, options=ReadOptions())
    with open_tables() as tables:
        profile = profile_table(tables, tables.parquet(loaded.table))
    return draft(loaded.columns, profile, (), DraftRequest(path.stem)).contract
