"""Seeded generators of synthetic tables with planted errors and known answers.

Nobody in them exists: names, numbers and addresses are drawn at random, only the places
are the district's. Each generator gives clean rows; ``plant`` then spoils some cells and
says which, so that a test can count what was found against what was planted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

Row = dict[str, str]
Places = Mapping[str, Sequence[str]]
"""Town -> its villages and communities."""

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国志文辉梅琳欣宇浩然子涵梓轩雨桐"
ROADS = ("金城路", "市心路", "建设路", "人民路", "文化路", "育才路", "通惠路", "萧绍路", "江东路", "永兴路")
TRADES = {
    "2821": "锦纶纤维制造",
    "2822": "涤纶纤维制造",
    "3670": "汽车零部件制造",
    "1751": "化纤织造加工",
}
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True, slots=True)
class Planted:
    """One spoiled cell: the row's key, the column, how it was spoiled, and both values."""

    key: str
    column: str
    operator: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SyntheticTable:
    """Rows in order with the same columns each, the key column, and what was planted in them."""

    title: str
    key: str
    rows: tuple[Row, ...]
    clean: tuple[Row, ...]
    planted: tuple[Planted, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The headers, in the order of the file."""
        return tuple(self.rows[0])


def resident_id(random: Random, born: dt.date, *, male: bool) -> str:
    """An 18-digit number with a valid check digit (GB 11643-1999) in the district's code."""
    sequence = random.randrange(1, 500) * 2 - (1 if male else 0)
    body = f"330109{born:%Y%m%d}{sequence:03d}"
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, ID_WEIGHTS, strict=True)) % 11]


def credit_code(random: Random) -> str:
    """An 18-character unified social credit code (GB 32100-2015): enterprise, both check digits valid."""
    organ = f"{random.randrange(10**8):08d}"
    weighted = 11 - sum(int(c) * w for c, w in zip(organ, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    body = "91330109" + organ + {10: "X", 11: "0"}.get(weighted, str(weighted))
    total = sum(USCC_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return body + USCC_ALPHABET[(31 - total) % 31]


def bank_card(random: Random) -> str:
    """A 19-digit card number with a valid Luhn digit."""
    body = "622848" + f"{random.randrange(10**12):012d}"
    total = sum(sum(divmod(int(d) * (2 - i % 2), 10)) for i, d in enumerate(reversed(body)))
    return body + str(-total % 10)


def person_name(random: Random) -> str:
    """Two or three characters, the surname first."""
    return random.choice(SURNAMES) + "".join(random.choice(GIVEN) for _ in range(random.choice((1, 2, 2))))


def mobile(random: Random) -> str:
    """Eleven digits in a segment that is issued."""
    return random.choice(("138", "139", "150", "159", "186", "188")) + f"{random.randrange(10**8):08d}"


def _address(random: Random, town: str, village: str) -> str:
    return f"杭州市萧山区{town}{village}{random.choice(ROADS)}{random.randrange(1, 400)}号"


def residents(random: Random, places: Places, count: int, today: dt.date) -> list[Row]:
    """A bureau's list of households on social assistance: one row per person, key 身份证号."""
    rows: list[Row] = []
    support = {"低保": 1_206, "低保边缘": 0, "特困供养": 1_809}
    for number in range(1, count + 1):
        male = random.random() < 0.5
        born = today - dt.timedelta(days=random.randrange(18 * 365, 90 * 365))
        town = random.choice(list(places))
        village = random.choice(places[town])
        kind = random.choice(list(support))
        rows.append(
            {
                "序号": str(number),
                "姓名": person_name(random),
                "性别": "男" if male else "女",
                "身份证号": resident_id(random, born, male=male),
                "出生日期": f"{born.year}年{born.month}月{born.day}日",
                "所属镇街": town,
                "所属村社": village,
                "家庭住址": _address(random, town, village),
                "联系电话": mobile(random),
                "救助类别": kind,
                "月救助金额（元）": str(support[kind]),
                "开户账号": bank_card(random),
                "纳入日期": (today - dt.timedelta(days=random.randrange(30, 2000))).isoformat(),
            }
        )
    return rows


def enterprises(random: Random, places: Places, count: int, today: dt.date) -> list[Row]:
    """The industrial enterprises above designated size: one row per firm, key 统一社会信用代码."""
    rows: list[Row] = []
    for number in range(1, count + 1):
        town = random.choice(list(places))
        code = random.choice(list(TRADES))
        area = random.randrange(8, 400)
        rows.append(
            {
                "序号": str(number),
                "统一社会信用代码": credit_code(random),
                "企业名称": f"杭州{random.choice(GIVEN)}{random.choice(GIVEN)}{TRADES[code][:2]}有限公司",
                "法定代表人": person_name(random),
                "行业代码": code,
                "行业名称": TRADES[code],
                "所属镇街": town,
                "成立日期": (today - dt.timedelta(days=random.randrange(700, 12_000))).isoformat(),
                "用地面积（亩）": f"{area}",
                "营业收入（万元）": f"{area * random.randrange(80, 600):,}",
                "实缴税金（万元）": f"{area * random.randrange(3, 40)}",
                "联系电话": mobile(random),
            }
        )
    return rows


def facilities(random: Random, places: Places, count: int, today: dt.date) -> list[Row]:
    """Sports facilities: one row per site, key 设施编号; coordinates are CGCS2000 degrees."""
    rows: list[Row] = []
    for number in range(1, count + 1):
        town = random.choice(list(places))
        village = random.choice(places[town])
        rows.append(
            {
                "设施编号": f"TY330109{number:05d}",
                "设施名称": f"{village}{random.choice(('健身苑', '篮球场', '门球场', '体育公园', '游泳池'))}",
                "所属镇街": town,
                "详细地址": _address(random, town, village),
                "经度": f"{120.05 + random.random() * 0.5:.6f}",
                "纬度": f"{29.85 + random.random() * 0.4:.6f}",
                "建成年份": str(random.randrange(1998, today.year)),
                "面积（㎡）": str(random.randrange(60, 4_000)),
                "开放时间": random.choice(("全天", "06:00-21:00", "08:30-17:30")),
                "管理单位电话": f"0571-{random.randrange(8_2000_000, 8_3999_999)}",
            }
        )
    return rows


Spoil = Callable[[Random, str], str]


def _swap(random: Random, value: str) -> str:
    places = [i for i in range(len(value) - 1) if value[i] != value[i + 1]]
    if not places:
        return value + value[-1:]
    at = random.choice(places)
    return value[:at] + value[at + 1] + value[at] + value[at + 2 :]


def _typo(random: Random, value: str) -> str:
    at = random.randrange(len(value) // 2, len(value))
    return value[:at] + str((int(value[at]) + 1) % 10 if value[at].isdigit() else 7) + value[at + 1 :]


OPERATORS: Mapping[str, Spoil] = {
    "typo": _typo,
    "swap": _swap,
    "short": lambda _random, value: value[:-2],
    "emptied": lambda _random, _value: "",
    "digits lost": lambda _random, value: f"{float(value):.2E}",
    "unit x10000": lambda _random, value: str(int(float(value.replace(",", "")) * 10_000)),
    "bad date": lambda _random, value: value[:-2] + "45" if value[-1].isdigit() else "2021年13月45日",
    "future date": lambda _random, _value: "2107-01-09",
}


def plant(
    random: Random, title: str, key: str, rows: Sequence[Row], errors: Sequence[tuple[str, str, int]]
) -> SyntheticTable:
    """Spoils ``count`` cells per (column, operator, count); each row is spoiled at most once."""
    spoiled = [dict(row) for row in rows]
    untouched = list(range(len(rows)))
    random.shuffle(untouched)
    planted: list[Planted] = []
    for column, operator, count in errors:
        for _ in range(count):
            row = spoiled[untouched.pop()]
            before = row[column]
            row[column] = OPERATORS[operator](random, before)
            planted.append(Planted(row[key], column, operator, before, row[column]))
    return SyntheticTable(title, key, tuple(spoiled), tuple(dict(r) for r in rows), tuple(planted))
