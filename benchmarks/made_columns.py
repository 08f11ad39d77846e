"""Columns of known category for measuring the grader: makers dressed in formats, mixed with strangers."""

# ruff: noqa: E501 - one kind a line

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from benchmarks.column_formats import (
    Format,
    at_time,
    bracketed_pair,
    dot_day,
    dotted_plate,
    doubled_phone,
    extension,
    full_width,
    grouped,
    han_day,
    hyphen_code,
    labelled,
    lower,
    midnight,
    mixed_case,
    packed_day,
    padded,
    phone_86,
    phone_344,
    plain,
    quoted,
    remarked,
    slash_day,
    spaced_name,
    spaced_pair,
    ten_thousand,
    thousands,
    titled,
    with_area,
    yuan,
    yuan_mark,
)
from benchmarks.column_makers import (
    Maker,
    bank_card,
    birth,
    choice_of,
    coordinates,
    credit_code,
    diagnosis,
    digits,
    email,
    event_day,
    firm,
    foreign_id,
    grid_code,
    hk_mo,
    home_address,
    icd,
    identity,
    ip,
    landline,
    latitude,
    longitude,
    medical,
    minority_name,
    mobile,
    money,
    name,
    old_identity,
    organisation_code,
    passport,
    permit_hmt,
    plain_sentence,
    plate,
    postcode,
    region_code,
    region_name,
    sentence_with_person,
    street_place,
    town_code,
    tw,
    village_code,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A category with its makers and formats; ``headers`` only where values alone cannot tell."""

    category: str
    makers: Sequence[Maker]
    formats: Sequence[Format] = (plain,)
    headers: Sequence[str] = ()
    also: Sequence[str] = ()
    """Other answers that count as right."""


_ID_FORMATS = (
    plain,
    lower,
    full_width,
    padded,
    quoted,
    grouped(6),
    labelled("身份证号：", "身份证:", "证件号码 ", "身份证"),
    remarked("（本人）", "(户主)"),
)
KINDS: tuple[Kind, ...] = (
    Kind(
        "person.resident_id",
        (identity, lambda r: old_identity(r) if r.random() < 0.4 else identity(r)),
        _ID_FORMATS,
    ),
    Kind("person.residence_permit_hmt", (permit_hmt,), (plain, lower, full_width, padded)),
    Kind("person.foreign_permanent_id", (foreign_id,), (plain, lower, full_width, padded)),
    Kind("person.passport", (passport,), (plain, lower, full_width, padded, labelled("护照:", "护照号 "))),
    Kind("person.hk_mo_permit", (hk_mo,), (plain, lower, full_width, padded, labelled("通行证："))),
    Kind(
        "person.tw_permit", (tw,), (plain, full_width, padded), headers=("台胞证号", "台湾居民来往大陆通行证")
    ),
    Kind(
        "person.mobile",
        (mobile,),
        (
            plain,
            phone_86,
            phone_344,
            full_width,
            padded,
            quoted,
            doubled_phone,
            labelled("手机：", "电话:", "Tel: ", "手机"),
            remarked("（本人）", "(儿子)", " 微信同号"),
        ),
    ),
    Kind(
        "contact.landline",
        (landline,),
        (with_area, plain, extension, full_width, labelled("电话：", "办公室:")),
    ),
    Kind(
        "finance.bank_card",
        (bank_card,),
        (
            plain,
            grouped(4),
            grouped(4, "-"),
            full_width,
            padded,
            quoted,
            labelled("卡号：", "农行:"),
            remarked("(工行)", "（建设银行）"),
        ),
    ),
    Kind(
        "org.uscc",
        (credit_code,),
        (
            plain,
            lower,
            mixed_case,
            full_width,
            padded,
            labelled("统一社会信用代码：", "信用代码:"),
            grouped(6),
        ),
    ),
    Kind("org.org_code", (organisation_code,), (plain, hyphen_code, lower, full_width, padded)),
    Kind("org.medical_code", (medical,), (plain, lower, full_width, padded)),
    Kind(
        "vehicle.plate",
        (plate,),
        (plain, lower, dotted_plate, full_width, padded, labelled("车牌：", "车牌")),
    ),
    Kind("person.email", (email,), (plain, mixed_case, full_width, padded, labelled("邮箱：", "Email:"))),
    Kind("net.ip", (ip,), (plain, padded, labelled("IP："))),
    Kind(
        "person.name",
        (name, minority_name),
        (plain, spaced_name, padded, titled, labelled("姓名：", "联系人:"), remarked("（户主）", "(党员)")),
    ),
    Kind(
        "person.address",
        (home_address,),
        (plain, padded, full_width, labelled("地址：", "住址:"), remarked("（租住）")),
    ),
    Kind("place.address", (street_place,), (plain, padded, labelled("地点：")), also=("place.region_name",)),
    Kind("org.name", (firm,), (plain, padded, labelled("单位："), remarked("（萧山）", "(分公司)"))),
    Kind(
        "person.birth_date", (birth,), (plain, han_day, slash_day, dot_day, packed_day, midnight, full_width)
    ),
    Kind("time.date", (event_day,), (plain, han_day, slash_day, dot_day, packed_day, midnight)),
    Kind("time.timestamp", (event_day,), (at_time,)),
    Kind("person.sex", (choice_of("男 女"), choice_of("男性 女性")), (plain, padded)),
    Kind(
        "person.nation",
        (
            choice_of("汉族 汉族 汉族 汉族 畲族 回族 苗族 土家族 布依族 壮族"),
            choice_of("汉 汉 汉 畲 回 苗 土家"),
        ),
        (plain, padded),
    ),
    Kind("person.education", (choice_of("小学 初中 高中 中专 大专 本科 硕士研究生"),), (plain, padded)),
    Kind("person.political", (choice_of("群众 群众 中共党员 共青团员 中共预备党员"),), (plain, padded)),
    Kind("person.marital", (choice_of("未婚 已婚 离异 丧偶"),), (plain, padded)),
    Kind("place.region_code", (region_code, town_code, village_code), (plain, padded, full_width, quoted)),
    Kind("place.region_name", (region_name,), (plain, padded)),
    Kind("place.grid_id", (grid_code,), (plain, padded)),
    Kind("place.postcode", (postcode,), (plain, full_width, padded, labelled("邮编："))),
    Kind("place.longitude", (longitude,), (plain, padded)),
    Kind("place.latitude", (latitude,), (plain, padded)),
    Kind("place.coordinates", (coordinates,), (plain, spaced_pair, bracketed_pair)),
    Kind("money.amount", (money,), (yuan, yuan_mark, ten_thousand, thousands)),
    Kind("health.diagnosis", (diagnosis, icd), (plain, padded)),
    Kind("text.personal", (sentence_with_person,), (plain, padded)),
    Kind("text.free", (plain_sentence,), (plain,)),
)

FOREIGN: tuple[Maker, ...] = (
    name, mobile, identity, firm, home_address, event_day, money, landline, bank_card, email, plate, credit_code,
    choice_of("待核实 同上 见附件 外地 已迁出 不清楚 空号"), lambda r: digits(r, r.randint(2, 9)), plain_sentence,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One made column with its right answer; ``header`` is null where it must be hidden."""

    category: str
    cells: list[str]
    header: str | None = None
    also: Sequence[str] = ()


def make_column(kind: Kind, random: Random, *, rows: int, foreign: float) -> Column:
    """A column of ``rows`` cells: one format through most of it, sometimes two, ``foreign`` others."""
    maker = random.choice(list(kind.makers))
    formats = random.sample(list(kind.formats), k=min(len(kind.formats), random.choice((1, 1, 2))))
    strangers = random.sample(FOREIGN, k=random.choice((1, 2, 3)))
    cells = []
    for _ in range(rows):
        if random.random() < foreign:
            cells.append(random.choice(strangers)(random))
        else:
            cells.append(random.choice(formats)(maker(random), random))
    header = random.choice(list(kind.headers)) if kind.headers else None
    return Column(kind.category, cells, header, kind.also)


def make_columns(*, per_kind: int, rows: int, seed: int) -> list[Column]:
    """``per_kind`` columns of every kind; foreign shares 0, 10, 20, 30 % in turn."""
    random = Random(seed)
    shares = (0.0, 0.1, 0.2, 0.3)
    return [
        make_column(kind, random, rows=rows, foreign=shares[number % len(shares)])
        for kind in KINDS
        for number in range(per_kind)
    ]
