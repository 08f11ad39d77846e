"""Reading by a contract: which column is which, what is missing, and rows without a key."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from shuzhi.engine.data.contracts.model import Contract
from shuzhi.engine.data.fields import Field, FieldType
from shuzhi.engine.data.reading.refusals import KeyColumnMissingError
from tests.engine.reading.conftest import read

Write = Callable[..., Path]


def contract(*fields: Field) -> Contract:
    return Contract(id="urn:test", name="t", version="1.0.0", title="t", fields=fields)


PEOPLE = contract(
    Field("id_no", title="身份证号", primary_key=True),
    Field("name", title="姓名", aliases=("名字",)),
    Field("born", FieldType.DATE, title="出生日期"),
    Field("income", FieldType.NUMBER, title="收入", unit="元"),
    Field("poor", FieldType.BOOLEAN, title="是否低保"),
)


def test_headers_are_matched_by_title_alias_and_loose_form(write: Write) -> None:
    text = (
        "姓 名,身份证号：,出生日期（年月日）,收入(元),是否低保\n"
        '张三,330109199001011234,1990年1月1日,"1,200",是\n'
    )
    reading = read(write(text), PEOPLE)
    assert reading.rows == [
        {
            "_row": 2,
            "name": "张三",
            "id_no": "330109199001011234",
            "born": date(1990, 1, 1),
            "income": 1200.0,
            "poor": True,
        }
    ]
    assert reading.notes["column_renamed"]


def test_missing_columns_are_empty_and_extra_ones_are_kept_both_told(write: Write) -> None:
    reading = read(write("身份证号,名字,电话\n330109199001011234,张三,13812345678\n"), PEOPLE)
    assert reading.types["电话"] == "string"
    assert reading.rows[0]["income"] is None
    missing = [n.args["column"] for n in reading.reader.source.notes if n.code == "column_missing"]
    extra = [n.args["column"] for n in reading.reader.source.notes if n.code == "column_extra"]
    assert (missing, extra) == (["born", "income", "poor"], ["电话"])


def test_a_header_known_to_the_contract_is_found_below_full_title_rows(write: Write) -> None:
    text = (
        "区,镇,村,组,户\n说明,表,一,二,三\n身份证号,姓名,出生日期,收入,是否低保\n"
        "330109199001011234,张三,19900101,5,否\n"
    )
    reading = read(write(text), PEOPLE)
    assert reading.account.loaded == 1
    assert [role for _, role, _ in reading.frame] == ["title", "title", "header"]


def test_a_file_without_header_follows_the_contract_s_order(write: Write) -> None:
    reading = read(
        write("330109199001011234,张三,1990-01-01,5,否\n330109199001011235,李四,1991-01-01,6,是\n"), PEOPLE
    )
    assert reading.column("name") == ["张三", "李四"]
    assert "no_header_by_position" in reading.notes


def test_rows_whose_key_cannot_be_read_are_set_aside_whole(write: Write) -> None:
    text = (
        "身份证号,姓名,出生日期,收入,是否低保\n"
        "330109199001011234,张三,1990-01-01,5,否\n"
        ",李四,不详,六,是\n"
        "3.30109E+17,王五,1990-01-01,7,是\n"
        "330109199001011237,赵六,不详,8,也许\n"
    )
    reading = read(write(text), PEOPLE)
    assert reading.account.set_aside == 2
    whole = [cell for cell in reading.set_aside if cell["column"] is None]
    assert [(cell["row"], cell["reason"]) for cell in whole] == [(3, "key_missing"), (4, "key_unreadable")]
    assert json.loads(whole[0]["raw"]) == ["", "李四", "不详", "六", "是"]
    cells = [cell for cell in reading.set_aside if cell["column"] is not None]
    assert [(c["row"], c["column"], c["raw"], c["reason"], c["key"]) for c in cells] == [
        (5, "born", "不详", "not_a_date", '["330109199001011237"]'),
        (5, "poor", "也许", "not_a_boolean", '["330109199001011237"]'),
    ]


def test_a_key_of_several_columns_is_one_array(write: Write) -> None:
    double = contract(
        Field("town", primary_key=True),
        Field("year", FieldType.INTEGER, primary_key=True),
        Field("n", FieldType.NUMBER),
    )
    reading = read(write('town,year,n\n"甲""镇",2021,x\n'), double)
    assert reading.set_aside[0]["key"] == json.dumps(['甲"镇', "2021"], ensure_ascii=False)


def test_what_the_contract_s_dictionary_lists_is_a_value(write: Write) -> None:
    listed = contract(Field("编号"), Field("车位", enum=("无", "地上", "地下")))
    reading = read(write("编号,车位\nA1,无\nA2,地上\nA3,-\n"), listed)
    assert reading.column("车位") == ["无", "地上", None]


def test_the_contract_s_type_stands_whatever_the_values_look_like(write: Write) -> None:
    typed = contract(
        Field("编号", FieldType.INTEGER), Field("金额", FieldType.STRING), Field("日", FieldType.DATE)
    )
    reading = read(write("编号,金额,日\n007,12,44260\nx,13,2021-03-06\n"), typed)
    assert reading.column("编号") == [7, None]
    assert reading.column("金额") == ["12", "13"]
    assert reading.column("日") == [date(2021, 3, 5), date(2021, 3, 6)]


def test_percent_follows_the_contract_s_unit(write: Write) -> None:
    percent = contract(Field("项"), Field("占比", FieldType.NUMBER, unit="%"))
    assert read(write("项,占比\n甲,12.5%\n乙,3\n丙,4\n"), percent).column("占比") == [12.5, 3.0, 4.0]


def test_a_file_without_the_key_column_is_refused_with_what_it_has(write: Write) -> None:
    with pytest.raises(KeyColumnMissingError, match=r"身份证号.*姓名, 电话"):
        read(write("姓名,电话\n张三,13812345678\n"), PEOPLE)
