"""Finding the header under titles, joining its lines, and telling frame rows from records."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from shuzhi.engine.data.reading.refusals import NoRowsError
from tests.engine.reading.conftest import read

Write = Callable[..., Path]


def names(path: Path, **options: object) -> list[str]:
    return [column.name for column in read(path, **options).reader.columns]


def test_titles_and_blank_rows_stand_above_the_header(write: Write) -> None:
    reading = read(
        write(
            "2024年低保情况,,,\n填报单位：民政局,,,单位：元\n,,,\n序号,姓名,镇街,金额\n1,张三,城厢,900\n2,李四,北干,800\n"
        )
    )
    assert reading.frame == [
        (1, "title", "above_header"),
        (2, "title", "above_header"),
        (3, "blank", "blank"),
        (4, "header", "header"),
    ]
    assert reading.types == {"序号": "integer", "姓名": "string", "镇街": "string", "金额": "integer"}


def test_two_row_headers_are_joined(write: Write) -> None:
    text = "序号,单位,2023年,,2024年,\n,,收入,支出,收入,支出\n1,甲,10,5,11,6\n2,乙,20,6,21,7\n"
    assert names(write(text)) == ["序号", "单位", "2023年_收入", "2023年_支出", "2024年_收入", "2024年_支出"]


def test_a_heading_that_only_groups_is_left_out_of_the_names(write: Write) -> None:
    text = "序号,基本信息,,联系方式情况,\n,姓名,性别,电话,住址\n1,甲,男,85,城厢\n2,乙,女,86,北干\n"
    assert names(write(text)) == ["序号", "姓名", "性别", "电话", "住址"]


def test_a_heading_stays_where_names_would_be_the_same_without_it(write: Write) -> None:
    text = "序号,户主信息,,配偶信息,\n,姓名,年龄,姓名,年龄\n1,甲,30,丁,29\n2,乙,31,戊,30\n"
    assert names(write(text)) == ["序号", "户主信息_姓名", "户主信息_年龄", "配偶信息_姓名", "配偶信息_年龄"]


def test_names_in_two_languages_count_once_and_chinese_wins(write: Write) -> None:
    chinese_first = "编号,名称,金额\nid,name,amount\nA1,甲,1.5\nA2,乙,2\n"
    english_first = "id,name,amount\n编号,名称,金额\nA1,甲,1.5\nA2,乙,2\n"
    for text in (chinese_first, english_first):
        reading = read(write(text))
        assert list(reading.types) == ["编号", "名称", "金额"]
        assert reading.frame[1] == (2, "header", "header_language")
        assert reading.account.loaded == 2


def test_a_record_in_latin_letters_is_no_second_header(write: Write) -> None:
    reading = read(write("名称,品牌\nHuawei,Mate\nApple,iPhone\nXiaomi,Redmi\n"))
    assert reading.account.loaded == 3


def test_a_row_of_units_gives_the_columns_their_units(write: Write) -> None:
    reading = read(write("SID,WIND,PRES\n ,kts,mb\nA1,45,1008\nB2,50,1000\n"))
    assert [column.unit for column in reading.reader.columns] == [None, "kts", "mb"]
    assert reading.frame[1] == (2, "header", "header_units")


def test_a_unit_in_the_header_is_noticed(write: Write) -> None:
    reading = read(write("企业,产值（万元）\n甲,1.5\n乙,2\n"))
    assert reading.reader.columns[1].unit == "万元"


@pytest.mark.parametrize("numbering", ["1,2,3,4", "甲,乙,1,2", "(1),(2),(3),(4)"])
def test_a_row_that_numbers_the_columns_is_frame(write: Write, numbering: str) -> None:
    reading = read(write(f"指标,单位,本期,上期\n{numbering}\n产值,万元,12,11\n用电,度,4,5\n"))
    assert reading.frame[1] == (2, "header", "header_numbering")
    assert reading.account.loaded == 2


def test_years_may_be_column_names(write: Write) -> None:
    assert names(write("指标,2021,2022,2023\n产值,1,2,3\n税收,4,5,6\n")) == ["指标", "2021", "2022", "2023"]


def test_records_from_the_first_row_on_mean_no_header(write: Write) -> None:
    reading = read(write("2023-02-07 23:00:00\t0.0\t4.42\n2023-02-08 00:00:00\t0.5\tnull\n"))
    assert list(reading.types.values()) == ["timestamp", "number", "number"]
    assert reading.account.loaded == 2
    assert "no_header" in reading.notes


def test_text_that_comes_again_below_is_no_header(write: Write) -> None:
    reading = read(
        write("Bachelors;Undergraduate;Higher\nCollege;Undergraduate;Higher\nDoctor;Graduate;Higher\n")
    )
    assert reading.account.loaded == 3


def test_totals_notes_and_signatures_are_frame_with_their_reason(write: Write) -> None:
    text = (
        "序号,姓名,镇街,金额\n1,张三,城厢,900\n小计,,,900\n2,李四,北干,800\n合 计,,,1700\n"
        "备注：数据截至年底,,,\n填表人：某某,,审核人：某某,2026年3月\n,,,\n"
    )
    reading = read(write(text))
    assert reading.frame[1:] == [
        (3, "total", "total_word"),
        (5, "total", "total_word"),
        (6, "note", "note_word"),
        (7, "note", "note_word"),
        (8, "blank", "blank"),
    ]
    assert reading.column("姓名") == ["张三", "李四"]


def test_a_header_printed_on_every_page_is_frame(write: Write) -> None:
    reading = read(write("编号,名称\nA1,甲\n编号,名称\nA2,乙\n"))
    assert reading.frame[1] == (3, "header", "header_again")
    assert reading.account.loaded == 2


def test_a_record_with_one_filled_cell_stays_a_record(write: Write) -> None:
    reading = read(write("序号,姓名,电话\n1,张三,13812345678\n2,,\n3,李四,13912345678\n"))
    assert reading.column("序号") == [1, 2, 3]


def test_a_section_title_inside_the_table_is_frame(write: Write) -> None:
    reading = read(write("序号,姓名,金额\n一、城区,,\n1,张三,5\n二、镇街,,\n2,李四,6\n"))
    assert [why for _, _, why in reading.frame] == ["header", "section", "section"]


def test_a_company_called_total_is_a_record(write: Write) -> None:
    reading = read(write("编号,企业名称,产值\nA1,合计科技有限公司,5\nA2,道达尔,6\n"))
    assert reading.account.loaded == 2


def test_repeated_empty_and_starred_headers_get_usable_names(write: Write) -> None:
    reading = read(write("*姓名,电话,电话,,身份\n张三,1,2,x,a\n李四,3,4,y,b\n"))
    assert list(reading.types) == ["姓名", "电话", "电话_2", "列D", "身份"]
    assert reading.notes["header_unnamed"] == {"letter": "D", "column": "列D"}


def test_a_column_named_like_the_row_number_keeps_apart_from_it(write: Write) -> None:
    reading = read(write("_row,名\n7,甲\n8,乙\n"))
    assert reading.rows[0] == {"_row": 2, "_row_": 7, "名": "甲"}


def test_the_caller_may_name_the_header_row_or_say_there_is_none(write: Write) -> None:
    path = write("说明,x\n甲,乙\n编号,名称\n1,a\n")
    assert names(path, header_row=3) == ["编号", "名称"]
    assert read(path, header_row=0).account.loaded == 4


def test_a_header_below_the_searched_rows_is_found_when_named(write: Write) -> None:
    text = "".join(f"说明{n},\n" for n in range(80)) + "编号,名称\nA1,甲\n"
    assert names(write(text), header_row=81) == ["编号", "名称"]


@pytest.mark.parametrize("text", ["编号,名称\n", "2024年,\n编号,名称\n,\n备注：无,\n", "姓名\n"])
def test_a_header_without_records_is_refused_with_what_to_do(write: Write, text: str) -> None:
    with pytest.raises(NoRowsError, match="not one row of data below them"):
        read(write(text))


def test_times_of_day_in_the_first_column_are_records(write: Write) -> None:
    rows = "".join(f"{n % 24:02d}:30,注：{n},x\n" for n in range(500))
    assert read(write("时刻,内容,人\n" + rows)).account.loaded == 500
