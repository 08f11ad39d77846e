"""CSV and TSV: encodings, delimiters, ragged rows, quotation marks, and the numbers of rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.reading.conftest import read

Write = Callable[..., Path]
PEOPLE = "姓名,人数,登记日期\n张三,12,2021-03-05\n李四,7,2021-03-06\n"


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gbk", "gb18030"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_encodings_give_the_same_table(write: Write, encoding: str, found: str) -> None:
    reading = read(write(PEOPLE, encoding=encoding))
    assert reading.reader.source.encoding == found
    assert reading.column("姓名") == ["张三", "李四"]
    assert reading.types == {"姓名": "string", "人数": "integer", "登记日期": "date"}


def test_encoding_is_judged_by_the_first_bytes_beyond_ascii(write: Write) -> None:
    rows = "".join(f"{n},x\n" for n in range(300_000))
    reading = read(write("id,name\n" + rows + "300000,萧山\n", encoding="gbk"))
    assert reading.reader.source.encoding == "gb18030"
    assert reading.rows[-1]["name"] == "萧山"


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|", "\x01", "||", "@@", "^", "\t,"])
def test_delimiters_are_found(write: Write, delimiter: str) -> None:
    reading = read(write(PEOPLE.replace(",", delimiter)))
    assert reading.reader.source.delimiter == delimiter
    assert reading.column("人数") == [12, 7]


def test_delimiter_inside_quotes_and_line_breaks_inside_cells_stay(write: Write) -> None:
    reading = read(write('a名,b值\r\n"x,y","第一行\r\n第二行"\r\n"说""好""",2\r\n'))
    assert reading.rows == [
        {"_row": 2, "a名": "x,y", "b值": "第一行\n第二行"},
        {"_row": 3, "a名": '说"好"', "b值": "2"},
    ]


def test_old_macintosh_line_breaks_are_line_breaks(write: Write) -> None:
    assert read(write("名,数\r甲,1\r乙,2\r")).column("数") == [1, 2]


def test_rows_keep_their_numbers_around_ragged_ones(write: Write) -> None:
    text = "编号,名称,数量\nA1,甲,1\nA2\nA3,丙,3,多余\n\nA4,丁,4\n"
    reading = read(write(text))
    assert [(row["_row"], row["编号"], row["数量"]) for row in reading.rows] == [
        (2, "A1", 1),
        (3, "A2", None),
        (4, "A3", 3),
        (6, "A4", 4),
    ]
    assert reading.aside() == [(4, "D", "多余", "beyond_header")]
    assert reading.frame == [(1, "header", "header"), (5, "blank", "blank")]
    assert reading.notes["short_rows"] == {"count": 1, "first": 3}


def test_a_quotation_mark_never_closed_swallows_no_row(write: Write) -> None:
    rows = [f"A{n},名{n},{n}" for n in range(50)]
    rows[20] = 'A20,"名20,20'
    reading = read(write("编号,名称,数量\n" + "\n".join(rows) + "\n"))
    assert reading.account.total == 51
    assert reading.column("数量") == list(range(50))
    assert reading.notes["stray_quotes"] == {"row": 22}


def test_inches_are_no_quotation_marks(write: Write) -> None:
    reading = read(write('编号,规格\nA1,5" 管\nA2,6" 管\nA3,x\n'))
    assert reading.column("规格") == ['5" 管', '6" 管', "x"]


def test_cells_of_another_encoding_are_set_aside_and_shown_readably(write: Write) -> None:
    lines = [f"编号{n},萧山区{n}".encode() for n in range(30)]
    lines[10] = "编号10,".encode() + "杭州市".encode("gbk")
    reading = read(write("编号,地区\n".encode() + b"\n".join(lines)))
    assert reading.aside() == [(12, "地区", "杭州市", "undecodable")]
    assert reading.rows[10] == {"_row": 12, "编号": "编号10", "地区": None}
    assert "encoding_mixed" in reading.notes


def test_nul_and_control_characters_in_a_cell_set_it_aside(write: Write) -> None:
    body = "".join(f"A{n},地址{n}\n" for n in range(40))
    reading = read(write("编号,地址\n" + body + "A40,地\x00址\nA41,\x1a\n"))
    assert [(row, reason) for row, _, _, reason in reading.aside()] == [
        (42, "control_character"),
        (43, "control_character"),
    ]


def test_rows_beyond_the_sample_follow_the_same_types(write: Write) -> None:
    body = "".join(f"{n},2021-03-05\n" for n in range(60_000))
    reading = read(write("序号,日期\n" + body + "x,2021-02-30\n"), sample_rows=100)
    assert reading.account.loaded == 60_001
    assert reading.aside() == [
        (60_002, "序号", "x", "not_an_integer"),
        (60_002, "日期", "2021-02-30", "no_such_date"),
    ]


def test_values_that_first_come_late_in_a_long_file_decide_too(write: Write) -> None:
    filler = "，" * 100
    body = [f"{n},{filler}" for n in range(40_000)]
    body[20_000:] = [f"X{n},{filler}" for n in range(20_000)]
    path = write("标识,说明\n" + "\n".join(body) + "\n")
    assert path.stat().st_size > 9 << 20
    assert read(path).types["标识"] == "string"


def test_the_callers_encoding_and_delimiter_are_believed(write: Write) -> None:
    reading = read(write("a;b\n1;2\n"), delimiter=",", encoding="gbk")
    assert reading.reader.source.delimiter == ","
    assert len(reading.reader.columns) == 1
