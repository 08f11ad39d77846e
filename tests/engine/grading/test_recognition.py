"""What a column is: by its values alone, by its header alone, by both, by what stands beside it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from shuzhi.engine.data.identifiers.persons import check_character
from tests.engine.grading.conftest import Grade

NAMES = [
    "王伟",
    "李娜",
    "张秀英",
    "刘洋",
    "陈静",
    "杨磊",
    "赵敏",
    "黄丽华",
    "周涛",
    "吴军",
    "欧阳文杰",
    "徐明",
]


def identity(number: int) -> str:
    born = date(1940, 1, 1) + timedelta(days=number * 997 % 27_000)
    body = f"330109{born:%Y%m%d}{number % 1000:03}"
    return body + check_character(body)


def mobiles(count: int) -> list[str]:
    return [
        f"{(135, 138, 159, 186, 199)[n % 5]}{(n * 7_654_321 + 1_234_567) % 10**8:08}" for n in range(count)
    ]


BY_VALUES = [
    ("person.resident_id", [identity(n) for n in range(30)]),
    ("person.mobile", mobiles(30)),
    ("person.name", NAMES),
    ("org.uscc", ["91330100799655058B", "91350100M000100Y4Z"] * 3),
    ("vehicle.plate", ["浙A12345", "浙AD12345", "沪B8K123", "浙A1234学"]),
    ("person.email", ["a@b.cn", "zhang.san@xs.gov.cn"]),
    ("contact.landline", ["0571-82345678", "0571-83456789", "010-62345678"]),
    ("place.coordinates", ["120.153576,30.287459", "120.263576,30.187459"]),
    ("person.sex", ["男", "女", "男", "女"]),
    ("person.nation", ["汉族", "畲族", "汉族"]),
    ("org.name", ["杭州某某纺织有限公司", "萧山区第一中学", "城厢街道办事处"]),
    ("time.year", ["1998", "2004", "2021"]),
    ("health.diagnosis", ["高血压", "2型糖尿病", "急性阑尾炎"]),
    ("place.region_code", ["330109", "330102", "330106", "310104"]),
    ("money.amount", ["1,234.50元", "¥88.00", "3万元"]),
]


@pytest.mark.parametrize(("category", "cells"), BY_VALUES, ids=lambda v: v if isinstance(v, str) else "")
def test_values_tell_without_a_header(grade: Grade, category: str, cells: list[str]) -> None:
    column = grade({"c": cells}, hide_headers=True).columns[0]
    assert column.category == category
    assert column.state != "unsure"
    assert column.evidence[0].code.startswith("value.")


NUMBERS = [str(10_234_567 + n * 1_234_577) for n in range(12)]


@pytest.mark.parametrize(
    ("header", "category", "cells"),
    [
        ("宗教信仰", "person.religion", ["信", "不信"] * 6),
        ("登录密码", "secret.credential", NUMBERS),
        ("年收入（元）", "finance.income", NUMBERS),
        ("病历号", "health.record_no", NUMBERS),
        ("台胞证号", "person.tw_permit", NUMBERS),
        ("性别代码", "person.sex", ["1", "2"] * 6),
    ],
)
def test_what_values_cannot_prove_the_header_proposes(
    grade: Grade, header: str, category: str, cells: list[str]
) -> None:
    column = grade({header: cells}).columns[0]
    assert column.category == category
    assert column.state != "unsure"


def test_header_and_values_together_are_surer_than_either(grade: Grade) -> None:
    both = grade({"手机号": mobiles(30)}).columns[0]
    values = grade({"手机号": mobiles(30)}, hide_headers=True).columns[0]
    header = grade({"手机号": [None] * 3}).columns[0]
    assert both.confidence > values.confidence > header.confidence
    assert both.state == "accepted"
    assert header.category == "person.mobile"


def test_a_telling_header_does_not_make_years_into_bank_cards(grade: Grade) -> None:
    assert grade({"银行卡号": ["1999", "2003", "2021", "2014"]}).columns[0].category == "time.year"


def test_three_of_ten_values_may_be_strange(grade: Grade) -> None:
    cells = mobiles(70) + ["待核实", "0571-82345678", "王伟"] * 10
    column = grade({"c": cells}, hide_headers=True).columns[0]
    assert column.category == "person.mobile"
    assert column.state == "proposed", "a column so mixed is for a person to confirm"


def test_failed_check_digits_speak_against_the_kind(grade: Grade) -> None:
    wrong = [str(330_109_199_001_010_000 + n * 7_919) for n in range(200)]
    graded = grade({"c": wrong}, hide_headers=True).columns[0]
    assert graded.category not in ("person.resident_id", "finance.bank_card", "org.uscc")


def test_a_running_number_is_no_mobile(grade: Grade) -> None:
    column = grade({"c": [str(13_800_010_000 + n) for n in range(100)]}, hide_headers=True).columns[0]
    assert column.level == "L1"


def test_a_date_that_stands_in_the_identity_number_is_a_birth_date(grade: Grade) -> None:
    numbers = [identity(n) for n in range(12)]
    days = [date(int(i[6:10]), int(i[10:12]), int(i[12:14])) for i in numbers]
    column = grade({"a": numbers, "b": days}, hide_headers=True).column("b")
    assert column.category == "person.birth_date"
    assert column.evidence[0].code == "near.agrees"


def test_numbers_typed_as_numbers_are_recognised(grade: Grade) -> None:
    columns = {"a": [int(m) for m in mobiles(30)], "b": [float(m) for m in mobiles(30)]}
    assert {c.category for c in grade(columns, hide_headers=True).columns} == {"person.mobile"}


@pytest.mark.parametrize(
    ("category", "cells"),
    [
        ("person.name", ["张**", "李*", "欧阳**"]),
        ("person.mobile", ["138****8000", "139****1234"]),
        ("person.resident_id", ["330109********002X", "1****************X"]),
        ("person.email", ["z***@x.cn", "l***@163.com"]),
        ("person.address", ["浙江省杭州市萧山区北干街道****", "杭州市萧山区****"]),
    ],
)
def test_masked_values_keep_their_category_and_say_so(grade: Grade, category: str, cells: list[str]) -> None:
    column = grade({"c": cells}, hide_headers=True).columns[0]
    assert column.category == category
    assert "value.masked" in [e.code for e in column.evidence]


def test_sentences_with_a_number_in_them_are_not_that_number(grade: Grade) -> None:
    cells = [f"来电人反映道路积水严重，联系电话{m}，请尽快处理。" for m in mobiles(10)]
    assert grade({"c": cells}, hide_headers=True).columns[0].category == "text.personal"


def test_a_column_without_values_or_meaning_is_unknown_and_not_public(grade: Grade) -> None:
    column = grade({"c1": [None, "", "无"]}).columns[0]
    assert (column.category, column.level, column.state) == ("other.unknown", "L2", "unsure")


def test_all_kinds_of_cells_are_survived(grade: Grade) -> None:
    columns = {
        "flag": [True, None],
        "list": [[1], None],
        "bytes": [b"x", None],
        "none": [None, None],
        "infinite": [float("inf"), float("nan")],
        "long": ["长" * 100_000, "\n" * 1000],
    }
    assert [c.column for c in grade(columns).columns] == list(columns)
