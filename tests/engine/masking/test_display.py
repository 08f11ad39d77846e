"""Masks for display: expression and value agree, nothing that does not fit comes through."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shuzhi.engine.data.grading import SchemeError, load_categories, load_scheme
from shuzhi.engine.data.masking import (
    HIDDEN,
    MaskSpec,
    is_masked,
    mask_for,
    mask_kinds,
    masked,
    masked_value,
    masked_view,
)
from shuzhi.engine.data.tables import Tables, open_tables

SHOWN = [
    ("name", "张三", "张**"),
    ("name", "欧阳娜娜", "欧阳**"),
    ("name", "阿卜杜拉·买买提", "阿**"),
    ("name", "张 三", "张**"),
    ("name", "张**", "张**"),
    ("name", "*三", "*三"),
    ("name", "13800138000", HIDDEN),
    ("name", "Zhang San", HIDDEN),
    ("resident_id", "11010519491231002X", "110105********002X"),
    ("resident_id", "110105 19491231 002X", "110105********002X"),
    ("resident_id", "110105491231002", "110105******002"),
    ("resident_id", "张三110105", HIDDEN),
    ("resident_id", "110105********002X", "110105********002X"),
    ("resident_id", "110105194912310021*****", HIDDEN),
    ("mobile", "13800138000", "138****8000"),
    ("mobile", "+86 138-0013-8000", "+86138****8000"),
    ("mobile", "138001380001", HIDDEN),
    ("mobile", "0571-82345678", HIDDEN),
    ("landline", "0571-82345678", "0571-******78"),
    ("landline", "82345678", "******78"),
    ("landline", "13800138000", HIDDEN),
    ("bank_card", "6222020000000000000", "6222 **** **** 0000"),
    ("bank_card", "6222 0200 0000 0000 000", "6222 **** **** 0000"),
    ("address", "浙江省杭州市西湖区古荡街道文三路1号", "浙江省杭州市西湖区古荡街道****"),
    ("address", "河上镇凤凰坞村5组12号", "河上镇****"),
    ("address", "浙江省杭州市萧山区市心路100号", "浙江省杭州市萧山区****"),
    ("address", "张三的手机是13800138000", HIDDEN),
    ("plate", "浙A12345", "浙A1***5"),
    ("plate", "浙A·D12345", "浙AD1****5"),
    ("uscc", "91330100799655058B", "9133************8B"),
    ("email", "zhang.san@x.cn", "z***@x.cn"),
    ("email", "zhang.san", HIDDEN),
    ("birth_date", date(1990, 5, 6), "1990-**-**"),
    ("birth_date", "1990年5月6日", "1990-**-**"),
    ("birth_date", "19900506", "1990-**-**"),
    ("birth_date", datetime(1990, 5, 6, 1, 2, 3), "1990-**-**"),  # noqa: DTZ001 - a cell has no zone
    ("birth_date", "昨天", HIDDEN),
    ("coordinate", 120.153576, "120.15"),
    ("coordinate", "120.153576,30.287459", "120.15,30.28"),
    ("coordinate", "120°9′12″", "120°"),
    ("ip", "192.168.1.20", "192.*.*.*"),
    ("passport", "E12345678", "E*****78"),
    ("passport", "12345678", "1*****78"),
    ("amount", 12345.6, "10000-50000"),
    ("amount", "¥1,234.50元", "1000-5000"),
    ("amount", -3, "<0"),
    ("amount", "1亿", HIDDEN),
    ("full", "甲", HIDDEN),
]


@pytest.mark.parametrize(("kind", "value", "shown"), SHOWN)
def test_a_value_is_shown_as_the_table_of_masks_says(kind: str, value: object, shown: str) -> None:
    assert masked_value(value, MaskSpec(kind)) == shown


@pytest.fixture(scope="module")
def tables() -> Iterator[Tables]:
    with open_tables() as session:
        yield session


WORDS = ("张三", "欧阳", "杭州市", "萧山区", "街道", "**", "****", "138", "0571", "6222", "1990", "05")
CODES = ("a.b", ".cn", "浙A", "D1", "2345678", "１３８", "<0", "500")
PIECES = st.sampled_from([*"省镇·*- 年@EXx.,元￥万\né", *WORDS, *CODES])
TEXTS = st.lists(PIECES, max_size=7).map("".join) | st.text(max_size=20) | st.from_regex("[0-9*X.-]{0,20}")


@pytest.mark.parametrize("kind", mask_kinds())
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.none() | TEXTS, min_size=150, max_size=300))
def test_column_and_value_are_masked_alike_and_null_stays_null(
    tables: Tables, kind: str, values: list[str | None]
) -> None:
    values = [v if v is None else v.replace("\0", "") for v in values]
    table = tables.arrow(pa.table({"v": pa.array(values, pa.string())}))
    shown = tables.collect(table.select(v=masked(table.v, MaskSpec(kind)))).column("v").to_pylist()
    assert shown == [masked_value(value, MaskSpec(kind)) for value in values]
    assert [s is None for s in shown] == [v is None for v in values]


@settings(max_examples=300, deadline=None)
@given(kind=st.sampled_from(mask_kinds()), text=TEXTS)
def test_masking_what_is_masked_changes_nothing(kind: str, text: str) -> None:
    once = masked_value(text, MaskSpec(kind))
    assert masked_value(once, MaskSpec(kind)) == once


@settings(max_examples=200, deadline=None)
@given(kind=st.sampled_from([k for k in mask_kinds() if k not in ("coordinate", "amount")]), text=TEXTS)
def test_no_mask_shows_a_whole_value(kind: str, text: str) -> None:
    shown = masked_value(text, MaskSpec(kind))
    assert shown is not None
    assert "*" in shown
    assert shown != text or "*" in text


@pytest.mark.parametrize("column", [[1.5, None, 120.123456, -0.0, 1e300], [7, None, -3, 10**15, 0]])
@pytest.mark.parametrize("kind", ["coordinate", "amount", "full", "mobile"])
def test_numbers_are_masked_as_their_text(tables: Tables, column: list[float | None], kind: str) -> None:
    table = tables.arrow(pa.table({"v": column}))
    shown = tables.collect(table.select(v=masked(table.v, MaskSpec(kind)))).column("v").to_pylist()
    assert shown == [masked_value(value, MaskSpec(kind)) for value in column]


def test_clearance_decides_what_is_seen() -> None:
    assert mask_for("person.name", "L3", 3) is None
    assert mask_for("person.name", "L3", 2) == MaskSpec("name")
    assert mask_for("org.name", "L1", 0) is None
    assert mask_for("health.diagnosis", "L4", 3) == MaskSpec("full")
    assert mask_for("finance.bank_card", "L4", 3) == MaskSpec("bank_card")
    assert mask_for("finance.bank_card", "L4", 1) == MaskSpec("full"), "three levels below sees none of it"
    assert mask_for("org.name", "L3", 2) == MaskSpec("full"), "raised by hand, and no mask of its own"
    assert mask_for("no.such", "L3", 2) == MaskSpec("full")
    with pytest.raises(SchemeError):
        mask_for("person.name", "L9", 2)


def test_every_category_has_a_mask_that_exists() -> None:
    known = {*mask_kinds(), "none"}
    assert {category.mask for category in load_categories().values()} <= known


def test_a_view_hides_what_nobody_has_graded(tables: Tables) -> None:
    rows = {"_row": [1], "姓名": ["张三"], "手机": [13800138000], "街道": ["北干街道"], "备注": ["内部"]}
    grades = {
        "姓名": ("person.name", "L3"),
        "手机": ("person.mobile", "L3"),
        "街道": ("place.region_name", "L1"),
    }
    view = masked_view(tables.arrow(pa.table(rows)), grades, 2, scheme=load_scheme())
    assert tables.collect(view).to_pylist() == [
        {"_row": 1, "姓名": "张**", "手机": "138****8000", "街道": "北干街道", "备注": HIDDEN}
    ]


def test_masked_texts_are_recognised() -> None:
    assert is_masked("138****8000")
    assert is_masked("张＊＊")
    assert not is_masked("3*4")
