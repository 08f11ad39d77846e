"""A header is read from its end."""

from __future__ import annotations

import pytest

from shuzhi.engine.data.grading.headers import read_header


@pytest.mark.parametrize(
    ("header", "category"),
    [
        ("身份证号", "person.resident_id"),
        ("法定代表人身份证号码", "person.resident_id"),
        ("企业联系人手机号码*", "person.mobile"),
        ("联系电话1", "person.mobile"),
        ("身份证地址", "person.address"),
        ("姓名（必填）", "person.name"),
        ("idCardNo", "person.resident_id"),
        ("USER_MOBILE", "person.mobile"),
        ("ＩＰ地址", "net.ip"),
        ("出生日期", "person.birth_date"),
        ("统一社会信用代码", "org.uscc"),
        ("sfzh", "person.resident_id"),
    ],
)
def test_the_noun_at_the_end_counts(header: str, category: str) -> None:
    assert category in read_header(header)


@pytest.mark.parametrize(
    ("header", "category"),
    [
        ("身份证办理数量", "person.resident_id"),
        ("手机品牌", "person.mobile"),
        ("电话费", "person.mobile"),
        ("银行卡数量", "finance.bank_card"),
        ("bank_card_fee", "finance.bank_card"),
        ("姓名牌尺寸", "person.name"),
        ("monotonic", "code.sequence"),
    ],
)
def test_a_noun_in_front_does_not(header: str, category: str) -> None:
    assert category not in read_header(header)


@pytest.mark.parametrize("header", ["", "字段3", "f1", "——", "1", "(", "列"])
def test_a_header_that_says_nothing_says_nothing(header: str) -> None:
    assert read_header(header) == {}
