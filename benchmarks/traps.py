"""Three hundred columns that look like something sensitive and are not: years, amounts, order
numbers, codes, counts, flags. Seeded; every value is made up. A trap is sprung when the grader
names a personal or secret category, or asks for the third level or more.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

from benchmarks.column_makers import digits, event_day

Cells = Callable[[Random, int], list[str]]


def each(maker: Callable[[Random], str]) -> Cells:
    return lambda random, rows: [maker(random) for _ in range(rows)]


def counting(start: str) -> Cells:
    """Numbers upward from ``start``, with small gaps."""

    def cells(random: Random, rows: int) -> list[str]:
        number, found = int(start) + random.randint(0, 900), []
        for _ in range(rows):
            number += random.choice((1, 1, 1, 2, 3))
            found.append(str(number).zfill(len(start)))
        return found

    return cells


def prefixed(prefix: str, start: str) -> Cells:
    inner = counting(start)
    return lambda random, rows: [prefix + cell for cell in inner(random, rows)]


def dated(form: str, tail: int) -> Cells:
    """Numbers that begin with a day of recent years and end in a serial."""

    def cells(random: Random, rows: int) -> list[str]:
        days = [
            datetime(2021, 1, 1, tzinfo=UTC) + timedelta(days=random.randint(0, 1500)) for _ in range(rows)
        ]
        return [f"{d.strftime(form)}{random.randint(1, 10**tail - 1):0{tail}}" for d in days]

    return cells


def epoch(unit: int) -> Cells:
    return each(lambda r: str((1_600_000_000 + r.randint(0, 100_000_000)) * unit + r.randint(0, unit - 1)))


def stamp(random: Random) -> str:
    return (
        event_day(random).replace("-", "")
        + f"{random.randint(0, 23):02}{random.randint(0, 59):02}{random.randint(0, 59):02}"
    )


def words(text: str) -> Cells:
    options = text.split()
    return each(lambda r: r.choice(options))


def number(low: float, high: float, decimals: int) -> Cells:
    return each(lambda r: f"{r.uniform(low, high):.{decimals}f}")


def letters(pattern: str) -> Cells:
    """A: a letter, 9: a digit, the rest as it stands."""
    return each(
        lambda r: "".join(
            r.choice("ABCDEFGHJKLMNPQRSTUVWXYZ") if c == "A" else r.choice("0123456789") if c == "9" else c
            for c in pattern
        )
    )


TRAPS: tuple[tuple[str, Cells], ...] = (
    ("years", each(lambda r: str(r.randint(1990, 2025)))),
    ("years of dynasties", each(lambda r: str(r.randint(1368, 1949)) + "年")),
    ("months", each(lambda r: f"{r.randint(2015, 2025)}{r.randint(1, 12):02}")),
    ("order numbers like mobiles, running", counting("13800010001")),
    ("order numbers like mobiles, running, 15…", counting("15012345678")),
    ("order numbers of eleven digits from 1", each(lambda r: "1" + digits(r, 10))),
    ("order numbers of eleven digits from 2", each(lambda r: "2" + digits(r, 10))),
    ("serials 1yyMMdd + 4", dated("1%y%m%d", 4)),
    ("eighteen digits at random", each(lambda r: r.choice("123456") + digits(r, 17))),
    (
        "eighteen digits: region, day, serial",
        each(lambda r: "330109" + event_day(r).replace("-", "") + digits(r, 4)),
    ),
    (
        "fifteen digits: region, yyMMdd, serial",
        each(lambda r: "330109" + event_day(r).replace("-", "")[2:] + digits(r, 3)),
    ),
    ("fifteen digits at random", each(lambda r: r.choice("123456") + digits(r, 14))),
    ("snowflake ids", each(lambda r: "1" + digits(r, 18))),
    ("sixteen digits of an order", each(lambda r: r.choice("3456") + digits(r, 15))),
    ("nineteen digits of an order", each(lambda r: "6" + digits(r, 18))),
    ("order numbers of sixteen digits, day first", dated("%Y%m%d", 8)),
    ("order numbers of nineteen digits, 62…", each(lambda r: "62" + digits(r, 17))),
    ("seconds since 1970", epoch(1)),
    ("milliseconds since 1970", epoch(1000)),
    ("microseconds since 1970", epoch(1_000_000)),
    ("packed moments", each(stamp)),
    ("packed days", each(lambda r: event_day(r).replace("-", ""))),
    ("eight digits at random", each(lambda r: r.choice("123456789") + digits(r, 7))),
    ("eight digits running", counting("82340001")),
    ("seven digits at random", each(lambda r: r.choice("2345678") + digits(r, 6))),
    ("nine digits at random", each(lambda r: digits(r, 9))),
    ("nine letters and digits", letters("AA9999999")),
    ("passports? equipment E + year + serial", prefixed("E2021", "0001")),
    ("passports? G + running", prefixed("G", "20230001")),
    ("passports? EA + running", prefixed("EA", "1200001")),
    ("permits? H + region", prefixed("H330109", "001")),
    ("permits? M + day", dated("M%Y%m%d", 2)),
    ("contract numbers", letters("HT-2023-9999")),
    (
        "project codes",
        each(lambda r: f"2{r.randint(18, 25)}0-330109-{r.randint(1, 99):02}-01-{digits(r, 6)}"),
    ),
    ("part numbers", letters("A99-9999-A")),
    ("zones like ICD", letters("A99")),
    ("seats", each(lambda r: r.choice("ABCD") + f"{r.randint(1, 40):02}")),
    (
        "versions",
        each(lambda r: f"{r.randint(1, 9)}.{r.randint(0, 20)}.{r.randint(0, 12)}.{r.randint(0, 30)}"),
    ),
    ("versions of three", each(lambda r: f"v{r.randint(1, 9)}.{r.randint(0, 20)}.{r.randint(0, 12)}")),
    ("amounts", number(1, 90000, 2)),
    ("amounts in whole yuan", each(lambda r: str(int(r.lognormvariate(10, 2))))),
    ("large amounts", number(1e10, 9.9e10, 0)),
    ("amounts of eleven digits", each(lambda r: str(r.randint(13_000_000_000, 19_999_999_999)))),
    ("amounts with currency", each(lambda r: f"¥{r.lognormvariate(9, 2):,.2f}")),
    ("percentages", each(lambda r: f"{r.uniform(0, 100):.1f}%")),
    ("water levels", number(2.0, 8.5, 2)),
    ("temperatures", number(-5, 41, 1)),
    ("pressures", each(lambda r: str(r.randint(940, 1015)))),
    ("measures in the range of latitudes", number(21, 40, 3)),
    ("measures in the range of longitudes", number(100, 130, 1)),
    ("areas", each(lambda r: f"{r.uniform(10, 900):.2f}平方米")),
    ("counts", each(lambda r: str(r.randint(0, 500)))),
    ("ages of buildings", each(lambda r: str(r.randint(1, 99)))),
    ("flags", words("0 1")),
    ("yes and no", words("是 否")),
    ("states", words("已完成 办理中 待受理 已退回 超时")),
    ("kinds of firms", words("有限责任公司 个人独资 股份制 国有独资 合伙")),
    ("grades", words("A B C D")),
    ("grades and O", words("A B O X")),
    ("products", words("纺织品 化纤布 塑料粒子 水泥 钢材 羽绒 花木 茶叶 黄酒 卫浴")),
    (
        "fruits and vegetables",
        words("白菜 黄瓜 毛豆 金针菇 马铃薯 石榴 柳橙 杨梅 方糖 梅干菜 高粱 米粉 花菜 牛肉"),
    ),
    ("colours", words("白色 黑色 红色 金色 蓝色 银灰")),
    ("brands", words("金龙 安踏 江铃 方太 华为 双鹿 康师傅 白象 马可波罗")),
    ("schools of style", words("明清 宋元 汉唐 秦汉 金元 唐宋")),
    ("trades", words("房地产业 制造业 建筑业 金融业 住宿餐饮业 采矿业")),
    ("posts and desks", words("安监科 办公室 党政办 社事办 城建办 农业科")),
    (
        "village names without 村",
        words("王家 李家桥 张神殿 马谷 方家埭 陈家园 何家桥 许贤 田家 朱家坛 沈家里 汪家埭"),
    ),
    ("stations", words("闸口 仓前 盐官 澉浦 桐庐 金桥 乍浦 岱山 定海 泗礁 衢山")),
    ("roads", words("金城路 建设路 萧绍路 市心路 永久路 江东大道 高新大道")),
    ("weekdays", words("周一 周二 周三 周四 周五")),
    ("units", words("元 万元 吨 平方米 公里 人")),
    ("hashes", each(lambda r: "".join(r.choice("0123456789abcdef") for _ in range(32)))),
    ("barcodes", each(lambda r: "69" + digits(r, 11))),
    ("fourteen digits from 3", each(lambda r: "3" + digits(r, 13))),
    ("tracking numbers", letters("SF9999999999999")),
    ("invoice numbers", each(lambda r: "0" + digits(r, 7))),
    ("invoice codes", each(lambda r: "033002" + digits(r, 6))),
    ("zero-led codes of eleven", each(lambda r: "000" + digits(r, 8))),
    ("room numbers", each(lambda r: f"{r.randint(1, 30)}{r.randint(1, 4):02}")),
    (
        "days of set-up of firms",
        each(lambda r: f"{r.choice(range(1999, 2025))}-{r.randint(1, 12):02}-{r.randint(1, 28):02}"),
    ),
)


def make_traps(*, count: int, rows: int, seed: int) -> list[tuple[str, list[str]]]:
    """``count`` trap columns as (what it is, cells), every kind in turn."""
    random = Random(seed)
    return [(TRAPS[i % len(TRAPS)][0], TRAPS[i % len(TRAPS)][1](random, rows)) for i in range(count)]
