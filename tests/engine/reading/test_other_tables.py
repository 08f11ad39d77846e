"""A second table in one sheet is told and left out; what only looks like one is read as ever."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from shuzhi.engine.data.contracts.model import Contract
from shuzhi.engine.data.fields import Field
from shuzhi.engine.data.reading import describe
from tests.engine.reading.conftest import Reading, read

Write = Callable[..., Path]
PEOPLE = "序号,姓名,镇街,金额\n" + "".join(f"{n},张{n},城厢,{900 + n}\n" for n in range(1, 7))
PROJECTS = "编号,项目名称,开工日期,\n" + "".join(f"A{n},工程{n},2024-01-0{n},\n" for n in range(1, 4))


def others(reading: Reading) -> list[int]:
    return [row for row, role, _ in reading.frame if role == "other_table"]


@pytest.mark.parametrize(
    ("between", "second", "begins"),
    [
        (",,,\n", PROJECTS, 9),
        (",,,\n,,,\n", PROJECTS, 10),
        (",,,\n2024年项目,,,\n", PROJECTS, 9),
        ("2024年项目,,,\n", PROJECTS, 8),
        ("合计,,,5421\n", PROJECTS, 9),
        ("", "序号,单位,联系电话,地址\n1,民政局,82730001,人民路1号\n2,财政局,82730002,人民路2号\n", 8),
        (",,,\n镇街汇总,,,\n", "序号,镇街,人数,金额\n1,城厢,3,10\n2,北干,4,11\n", 9),
        (",,,\n", "镇街,村社,户数,人口数\n城厢,湘湖,30,102\n北干,金家,14,51\n", 9),
    ],
)
def test_a_table_below_is_frame_from_its_title_on(
    write: Write, between: str, second: str, begins: int
) -> None:
    reading = read(write(PEOPLE + between + second))
    assert reading.types == {"序号": "integer", "姓名": "string", "镇街": "string", "金额": "integer"}
    assert reading.account.loaded == 6
    assert reading.account.set_aside_cells == 0
    assert others(reading)[0] == begins == reading.notes["other_table"]["row"]
    assert len(others(reading)) == reading.notes["other_table"]["count"]
    [told] = [describe(n, "en") for n in reading.reader.source.notes if n.code == "other_table"]
    assert f"begins in row {begins}" in told
    assert "file of its own" in told


def test_a_wider_table_below_gives_the_first_no_columns(write: Write) -> None:
    wide = "编号,类别,单位,规格,数量,负责人\n" + "".join(f"B{n},甲,局,大,{n},李四\n" for n in range(90))
    narrow = PEOPLE.replace("\n", ",,\n")
    reading = read(write(narrow + ",,,,,\n" + wide))
    assert list(reading.types) == ["序号", "姓名", "镇街", "金额"]
    assert (reading.account.loaded, len(others(reading))) == (6, 91)


def test_the_table_above_a_larger_one_is_told_too(write: Write) -> None:
    wide = "编号,类别,单位,规格,数量,负责人\n" + "".join(f"B{n},甲,局,大,{n},李四\n" for n in range(40))
    reading = read(write("单位,人数,,,,\n城厢,3,,,,\n北干,4,,,,\n,,,,,\n" + wide))
    assert reading.account.loaded == 40
    assert others(reading) == [1, 2, 3]
    assert reading.notes["other_table"]["row"] == 1


def test_the_first_table_goes_on_where_its_header_comes_again(write: Write) -> None:
    reading = read(write(PEOPLE + ",,,\n" + PROJECTS + ",,,\n" + PEOPLE))
    assert reading.column("_row") == [*range(2, 8), *range(15, 21)]
    assert reading.notes["other_table"]["count"] == 4


def test_another_table_stays_left_out_over_many_blocks(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    from shuzhi.engine.data.reading import text_files

    monkeypatch.setattr(text_files, "BLOCK_BYTES", 2048)
    far = "编号,项目名称,开工日期,\n" + "".join(f"A{n},工程{n},2024-01-02,\n" for n in range(400))
    reading = read(write(PEOPLE + ",,,\n" + far + PEOPLE))
    assert reading.account.loaded == 12
    assert len(others(reading)) == 401


@pytest.mark.parametrize(
    "rows",
    [
        # printed pages: title and header again, blank rows between
        f"{PEOPLE},,,\n{PEOPLE}",
        f"2024年低保,,,\n{PEOPLE}2024年低保,,,\n{PEOPLE}",
        f"{PEOPLE},,,\n序 号,姓  名,镇街,金额\n7,李四,北干,5\n",
        # sections and subtotals, and a record all of text after them
        PEOPLE.replace("3,张3", "一、城区,,,\n3,张3").replace("5,张5", "小计,,,2706\n二、镇,,,\n5,张5"),
        "姓名,镇街\n张三,城厢\n,\n李四,北干\n王五,蜀山\n",
        "姓名,镇街,职务\n张三,城厢,主任\n一、镇,,\n李四,北干,负责人\n王五,蜀山,委员\n",
        # a record whose numbers are words
        f"{PEOPLE},,,\n,李四,北干,待核\n8,王五,北干,7\n",
        # a list of column names is data
        "字段名,中文名,类型\nname,姓名,文本\n,,\ncode,编号,文本\n,,\ndate,日期,时间\n,,\ntype,类型,文本\n",
    ],
)
def test_what_looks_like_a_header_starts_no_table(write: Write, rows: str) -> None:
    reading = read(write(rows))
    assert others(reading) == []
    assert "other_table" not in reading.notes
    headed = sum(role in ("header", "title", "blank", "note", "total") for _, role, _ in reading.frame)
    assert reading.account.loaded == reading.account.total - headed


def test_the_lines_of_a_grouped_header_come_again_on_each_page(write: Write) -> None:
    header = "序号,单位,2023年,,2024年,\n,,收入,支出,收入,支出\n"
    pages = (f"{header}{n},甲{n},1,2,3,4\n{n + 1},乙{n},5,6,7,8\n" for n in (1, 3, 5))
    reading = read(write("".join(pages)))
    assert reading.account.loaded == 6
    assert [why for _, _, why in reading.frame] == ["header", "header_second", *["header_again"] * 4]


def side_by_side(left: Sequence[str], right: Sequence[str], width: int) -> str:
    lines = max(len(left), len(right))
    cells = [
        f"{left[n] if n < len(left) else ',' * (width - 1)},,{right[n] if n < len(right) else ','}\n"
        for n in range(lines)
    ]
    return "".join(cells)


@pytest.mark.parametrize(
    "right",
    [
        ["指标,数值", *[f"第{n}项,{n}" for n in range(12)]],
        ["指标,数值", "户数,3", "人数,9"],
        [",", ",", "指标,数值", "户数,3", "人数,9"],
        ["序号,姓名", *[f"{n},李{n}" for n in range(6)]],
    ],
)
def test_a_table_beside_is_left_out_and_told(write: Write, right: Sequence[str]) -> None:
    reading = read(write(side_by_side(PEOPLE.splitlines(), right, 4)))
    assert list(reading.types) == ["序号", "姓名", "镇街", "金额"]
    assert reading.account.loaded == 6
    assert reading.account.set_aside_cells == 0
    assert reading.notes["table_beside"]["letter"] == "F"
    assert others(reading) == list(range(8, len(right) + 1))


def test_an_empty_column_alone_parts_no_table(write: Write) -> None:
    right = ["电话,备注", *[f"8273{n},{'x' if n % 3 else ''}" for n in range(6)]]
    reading = read(write(side_by_side(PEOPLE.splitlines(), right, 4)))
    assert list(reading.types) == ["序号", "姓名", "镇街", "金额", "电话", "备注"]
    assert "table_beside" not in reading.notes


def test_columns_that_a_contract_knows_are_of_its_table(write: Write) -> None:
    right = ["指标,数值", *[f"第{n}项,{n}" for n in range(12)]]
    names = ("序号", "姓名", "镇街", "金额", "指标", "数值")
    contract = Contract("c", "c", "1.0.0", "C", tuple(Field(name) for name in names))
    reading = read(write(side_by_side(PEOPLE.splitlines(), right, 4)), contract)
    assert list(reading.types) == list(names)
    assert reading.account.loaded == 12
