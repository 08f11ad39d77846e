"""What single cells mean, and what a column is inferred to be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

import pytest

from shuzhi.engine.data.fields import FieldType
from shuzhi.engine.data.reading.inference import infer_column
from shuzhi.engine.data.reading.values import READERS, Manner
from tests.engine.reading.conftest import read

D, T, N, W, B, S = (
    FieldType.DATE,
    FieldType.TIMESTAMP,
    FieldType.NUMBER,
    FieldType.INTEGER,
    FieldType.BOOLEAN,
    FieldType.STRING,
)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (D, "2021-03-05", date(2021, 3, 5)),
        (D, "2021/3/5", date(2021, 3, 5)),
        (D, "2021.3.5", date(2021, 3, 5)),
        (D, "20210305", date(2021, 3, 5)),
        (D, "2021年3月5日", date(2021, 3, 5)),
        (D, " 2021 年 3 月 5 日 ", date(2021, 3, 5)),
        (D, "２０２１年３月５日", date(2021, 3, 5)),
        (D, "二〇二一年三月五日", date(2021, 3, 5)),
        (D, "二〇二一年十二月二十三日", date(2021, 12, 23)),
        (D, "2021-03-05 00:00:00", date(2021, 3, 5)),
        (T, "2021-03-05 08:09:10", datetime(2021, 3, 5, 8, 9, 10)),  # noqa: DTZ001
        (T, "2021/3/5 8:09", datetime(2021, 3, 5, 8, 9)),  # noqa: DTZ001
        (T, "2021年3月5日8时9分", datetime(2021, 3, 5, 8, 9)),  # noqa: DTZ001
        (T, "2021年3月5日 8时9分10秒", datetime(2021, 3, 5, 8, 9, 10)),  # noqa: DTZ001
        (T, "20210305080910", datetime(2021, 3, 5, 8, 9, 10)),  # noqa: DTZ001
        (T, "2021-03-05T08:09:10.5", datetime(2021, 3, 5, 8, 9, 10, 500_000)),  # noqa: DTZ001
        (T, "2021-03-05T08:09:10Z", datetime(2021, 3, 5, 16, 9, 10)),  # noqa: DTZ001
        (T, "2021-03-05T08:09:10+08:00", datetime(2021, 3, 5, 8, 9, 10)),  # noqa: DTZ001
        (N, "1,234.50", 1234.5),
        (N, "１２．５", 12.5),
        (N, "￥88", 88.0),
        (N, "12元", 12.0),
        (N, "(12.5)", -12.5),
        (N, "1.5e-05", 1.5e-05),
        (N, "1e+16", 1e16),
        (N, "1.2345E+4", 12345.0),
        (W, "1,234", 1234),
        (W, "12.0", 12),
        (W, "-7", -7),
        (W, "１２", 12),
        (B, "是", True),
        (B, "否", False),
        (B, "TRUE", True),
        (B, "0", False),
        (B, "√", True),
        (B, "×", False),
        (S, "　张三 ", "张三"),
        (S, "'0571", "0571"),
        (S, '="00012"', "00012"),
        (S, "\t330109", "330109"),
        (S, "O'Brien", "O'Brien"),
        (S, "ＡＢ", "ＡＢ"),
    ],
)
def test_cells_are_understood(kind: FieldType, text: str, value: object) -> None:
    assert READERS[kind](text, Manner()) == (value, None)


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        (D, "2021-02-30", "no_such_date"),
        (D, "2021-13-01", "no_such_date"),
        (D, "2021年3月", "incomplete_date"),
        (D, "2021", "incomplete_date"),
        (D, "3/5/2021", "ambiguous_date"),
        (D, "去年", "not_a_date"),
        (D, "44260", "not_a_date"),
        (D, "2021-03-05 08:00", "time_in_date"),
        (T, "2021-03-05 25:00", "no_such_date"),
        (N, "1.38E+10", "digits_lost"),
        (N, "12万", "unit_in_value"),
        (N, "12%", "percent_sign"),
        (N, "1,23", "not_a_number"),
        (N, "inf", "not_a_number"),
        (N, "0x1F", "not_a_number"),
        (N, "9" * 400, "number_too_large"),
        (W, "12.5", "not_an_integer"),
        (W, "五", "not_an_integer"),
        (W, "99999999999999999999", "number_too_large"),
        (W, "9" * 5000, "number_too_large"),
        (S, "1.38E+10", "digits_lost"),
        (S, "3.30109E+17", "digits_lost"),
        (S, "x" * 40_000, "too_long"),
        (B, "也许", "not_a_boolean"),
    ],
)
def test_cells_that_allow_no_one_reading_give_the_reason(kind: FieldType, text: str, reason: str) -> None:
    assert READERS[kind](text, Manner()) == (None, reason)


def test_excel_days_are_read_only_where_the_column_is_of_dates() -> None:
    assert READERS[D]("44260", Manner(serials=True)) == (date(2021, 3, 5), None)
    assert READERS[T]("44260.5", Manner(serials=True)) == (datetime(2021, 3, 5, 12), None)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("header", "sample", "kind", "why"),
    [
        ("手机号", ["13812345678", "13912345678"], S, "type_header_code"),
        ("区号", ["0571", "010"], S, "type_leading_zero"),
        ("标识", ["330109199001011234"] * 3, S, "type_long_number"),
        ("标识", ["330109", "330110", "330111", "330112", "330113"], S, "type_same_length"),
        ("金额", ["123456", "234567", "345678", "456789", "567890"], W, "type_share"),
        ("年份", ["2021", "2022", "2023", "2024", "2020"], W, "type_share"),
        ("序号", ["1", "2", "3"], W, "type_share"),
        ("数值", ["1.5", "2", "-3"], N, "type_share"),
        ("占比", ["12.5%", "3%"], N, "type_share"),
        ("日期", ["20210305", "20210306"], D, "type_share"),
        ("日期", ["44260", "44261"], D, "type_share"),
        ("编码", ["44260", "44261"], S, "type_header_code"),
        ("时间", ["2021-03-05 10:00:00", "2021-03-06 00:00:00"], T, "type_share"),
        ("日", ["13/02/2021", "01/02/2021"], D, "type_share"),
        ("日", ["01/02/2021", "03/04/2021"], S, "type_date_ambiguous"),
        ("月份", ["2021年3月", "2021年4月"], S, "type_text"),
        ("是否", ["是", "否"], S, "type_text"),
        ("标志", ["true", "false"], B, "type_share"),
        ("空", [], S, "type_empty"),
        ("混合", ["1", "2", "8-0762-6-012"], S, "type_text"),
    ],
)
def test_columns_are_inferred_with_evidence(
    header: str, sample: Sequence[str], kind: FieldType, why: str
) -> None:
    verdict = infer_column(header, sample)
    assert verdict.type is kind
    assert verdict.evidence[0].code == why


def test_tokens_for_no_value_load_as_null(write: Callable[..., Path]) -> None:
    tokens = ["null", "NULL", "—", "-", "无", "N/A", "", " ", "/", "\\N"]
    body = "".join(f"A{n},{token},{token}\n" for n, token in enumerate(tokens))
    reading = read(write("编号,数量,说明\n" + body + "A10,5,有话\n"))
    assert reading.column("数量") == [None] * 10 + [5]
    assert reading.column("说明") == [None] * 10 + ["有话"]
    assert reading.set_aside == []


def test_none_beside_some_is_a_value(write: Callable[..., Path]) -> None:
    reading = read(write("编号,有无车位\nA1,有\nA2,无\nA3,-\n"))
    assert reading.column("有无车位") == ["有", "无", None]


def test_lost_digits_are_told_and_not_guessed(write: Callable[..., Path]) -> None:
    reading = read(write("姓名,手机号\n张三,1.38E+10\n李四,13912345678\n"))
    assert reading.aside() == [(2, "手机号", "1.38E+10", "digits_lost")]
    assert reading.column("手机号") == [None, "13912345678"]


def test_a_percent_column_is_read_in_percent_and_strays_are_not(write: Callable[..., Path]) -> None:
    reading = read(write("项,占比\n甲,12.5%\n乙,3%\n丙,50%\n"))
    assert reading.column("占比") == [12.5, 3.0, 50.0]
