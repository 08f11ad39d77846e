"""The benchmark's table: seeded synthetic persons, 12 columns, with planted faults of known share.

Every value is made up. The table is written chunk by chunk, so that any number of rows can
be made in the memory of one chunk. Same seed, same rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.peers.measuring import DIAGNOSES

CHUNK_ROWS = 122_880
SURNAMES = list("王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜")
GIVEN = list("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国志文辉梅琳欣宇浩然子涵梓轩雨桐思远")
REGIONS = (
    ("110101", "北京市东城区"), ("110105", "北京市朝阳区"), ("120101", "天津市和平区"),
    ("310104", "上海市徐汇区"), ("310115", "上海市浦东新区"), ("320102", "江苏省南京市玄武区"),
    ("320505", "江苏省苏州市虎丘区"), ("330102", "浙江省杭州市上城区"), ("330106", "浙江省杭州市西湖区"),
    ("330109", "浙江省杭州市萧山区"), ("330110", "浙江省杭州市余杭区"), ("330203", "浙江省宁波市海曙区"),
    ("340104", "安徽省合肥市蜀山区"), ("350203", "福建省厦门市思明区"), ("360102", "江西省南昌市东湖区"),
    ("370202", "山东省青岛市市南区"), ("410105", "河南省郑州市金水区"), ("420106", "湖北省武汉市武昌区"),
    ("430104", "湖南省长沙市岳麓区"), ("440106", "广东省广州市天河区"), ("440305", "广东省深圳市南山区"),
    ("450103", "广西南宁市青秀区"), ("500103", "重庆市渝中区"), ("510104", "四川省成都市锦江区"),
    ("610113", "陕西省西安市雁塔区"),
)  # fmt: skip
ROADS = ("人民路", "中山路", "解放路", "建设路", "和平街", "文化路", "新华街", "市心路", "通惠路", "滨江大道")
MOBILE_SEGMENTS = (
    "130", "131", "133", "135", "136", "137", "138", "139", "150", "151",
    "153", "158", "159", "176", "177", "180", "186", "187", "188", "198",
)  # fmt: skip
CARD_PREFIXES = ("622202", "622848", "621700", "621661", "622588", "622260")
TOWNS_PER_REGION = 40
FIRST_BIRTHDAY, LAST_BIRTHDAY = np.datetime64("1940-01-01"), np.datetime64("2007-12-31")


@dataclass(frozen=True, slots=True)
class Faults:
    """Share of rows that carry each planted fault."""

    name_missing: float = 0.01
    check_digit: float = 0.01
    mobile_short: float = 0.005
    income_negative: float = 0.002


NO_FAULTS = Faults(0, 0, 0, 0)


def _text(values: np.ndarray, width: int = 0) -> np.ndarray:
    texts = values.astype("U")
    return np.char.zfill(texts, width) if width else texts


def _join(*parts: np.ndarray | str) -> np.ndarray:
    joined = np.asarray(parts[0])
    for part in parts[1:]:
        joined = np.char.add(joined, part)
    return joined


def _digits(texts: np.ndarray, width: int) -> np.ndarray:
    return texts.astype(f"U{width}").view("U1").reshape(len(texts), width).astype(np.int64)


def _resident_ids(regions: np.ndarray, birthdays: np.ndarray, sequence: np.ndarray) -> np.ndarray:
    body = _join(regions, np.char.replace(_text(birthdays), "-", ""), _text(sequence, 3))
    weights = np.array([pow(2, 17 - i, 11) for i in range(17)])
    return _join(body, np.array(list("10X98765432"))[_digits(body, 17) @ weights % 11])


def _cards(random: np.random.Generator, rows: int) -> np.ndarray:
    body = _join(random.choice(CARD_PREFIXES, rows), _text(random.integers(0, 10**12, rows), 12))
    digits = _digits(body, 18)
    digits[:, 1::2] *= 2
    total = np.where(digits > 9, digits - 9, digits).sum(axis=1)
    return _join(body, _text(-total % 10))


def _notes(random: np.random.Generator, people: dict[str, np.ndarray]) -> np.ndarray:
    rows = len(people["name"])
    name = people["name"]
    kinds = [
        _join("申请人", name, "，身份证号", people["id_no"], "，申请低保复核，材料齐全。"),
        _join("来电人", name, "，联系电话", people["mobile"], "，反映小区停水，要求尽快回复。"),
        _join("已核实户籍，现住", people["address"], "，无异常情况。"),
        np.full(rows, "经走访核实，情况属实，建议按规定受理，无需补充材料。"),
        _join("退款至银行卡", people["bank_card"], "，户名", name, "，邮箱li.si@example.com。"),
    ]
    return np.choose(random.integers(0, len(kinds), rows), kinds)


def _people(random: np.random.Generator, rows: int) -> dict[str, np.ndarray]:
    place = random.integers(0, len(REGIONS), rows)
    region = np.array([code for code, _ in REGIONS])[place]
    span_days = (LAST_BIRTHDAY - FIRST_BIRTHDAY).astype(int)
    birthday = FIRST_BIRTHDAY + random.integers(0, span_days, rows).astype("timedelta64[D]")
    sequence = random.integers(1, 1000, rows)
    second = np.where(random.random(rows) < 0.75, random.choice(GIVEN, rows), "")
    house = random.integers([[1], [1], [101]], [[999], [30], [3301]], (3, rows))
    city = np.array([name for _, name in REGIONS])[place]
    address = _join(city, random.choice(ROADS, rows), _text(house[0]), "号", _text(house[1]), "幢")
    return {
        "name": _join(random.choice(SURNAMES, rows), random.choice(GIVEN, rows), second),
        "id_no": _resident_ids(region, birthday, sequence),
        "mobile": _join(random.choice(MOBILE_SEGMENTS, rows), _text(random.integers(0, 10**8, rows), 8)),
        "bank_card": _cards(random, rows),
        "address": _join(address, _text(house[2]), "室"),
        "birth_date": birthday,
        "gender": np.where(sequence % 2 == 1, "男", "女"),
        "town": _join(region, _text(random.integers(1, TOWNS_PER_REGION + 1, rows), 3)),
        "income": np.round(np.exp(random.normal(10.8, 0.6, rows)), 2),
        "diagnosis": random.choice(DIAGNOSES, rows),
    }


def make_chunk(random: np.random.Generator, first: int, rows: int, faults: Faults) -> pa.Table:
    """``rows`` persons numbered from ``first``; faults are planted after the notes are written."""
    people = _people(random, rows)
    people["note"] = _notes(random, people)
    wrong = random.random(rows) < faults.check_digit
    last = people["id_no"][wrong].astype("U18").view("U1").reshape(-1, 18)
    last[:, 17] = np.where(last[:, 17] == "5", "6", "5")
    people["id_no"][wrong] = last.view("U18").ravel()
    people["mobile"][random.random(rows) < faults.mobile_short] = "123"
    people["income"][random.random(rows) < faults.income_negative] = -1.0
    missing = random.random(rows) < faults.name_missing
    columns: dict[str, pa.Array] = {"person_id": pa.array(np.arange(first, first + rows))}
    for name, values in people.items():
        columns[name] = pa.array(values)
    columns["name"] = pa.array(people["name"].astype(object), type=pa.string(), mask=missing)
    return pa.table(columns)


def write_persons(path: Path, rows: int, *, seed: int = 20260101, faults: Faults = Faults()) -> None:
    """Writes ``rows`` persons as Parquet (zstd, row groups of 122,880)."""
    random = np.random.default_rng(seed)
    writer: pq.ParquetWriter | None = None
    for first in range(1, rows + 1, CHUNK_ROWS):
        chunk = make_chunk(random, first, min(CHUNK_ROWS, rows + 1 - first), faults)
        writer = writer or pq.ParquetWriter(path, chunk.schema, compression="zstd")
        writer.write_table(chunk)
    if writer is not None:
        writer.close()


def write_towns(path: Path, *, seed: int = 20260101, absent: float = 0.01) -> None:
    """Writes the reference list of towns, from which a share ``absent`` is missing."""
    random = np.random.default_rng(seed)
    codes = [f"{region}{i:03d}" for region, _ in REGIONS for i in range(1, TOWNS_PER_REGION + 1)]
    pq.write_table(pa.table({"town": [c for c in codes if random.random() >= absent]}), path)
