"""A contract drafted from what a table shows."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from shuzhi.engine.data.contracts import dump_contract, load_contract
from shuzhi.engine.data.contracts.clues import names_a_number, organisation_worth
from shuzhi.engine.data.contracts.drafting import Draft, DraftRequest, as_lines, draft
from shuzhi.engine.data.fields import FieldType
from shuzhi.engine.data.grading.model import ColumnGrade
from shuzhi.engine.data.identifiers import IDENTIFIERS
from shuzhi.engine.data.profiling import profile_table
from shuzhi.engine.data.tables import open_tables

ROWS = 400
REQUEST = DraftRequest("facilities", title="设施台账", owner="区应急管理局")


@dataclass(frozen=True)
class Column:
    name: str
    header: str
    type: FieldType
    unit: str | None = None


def drafted(
    values: Mapping[str, Sequence[object]],
    grades: Sequence[ColumnGrade] = (),
    headers: Mapping[str, str] | None = None,
) -> Draft:
    table = pa.table(dict(values))
    types = {"string": FieldType.STRING, "int64": FieldType.INTEGER, "double": FieldType.NUMBER}
    columns = [
        Column(f.name, (headers or {}).get(f.name, f.name), types.get(str(f.type), FieldType.DATE))
        for f in table.schema
    ]
    with open_tables() as tables:
        profile = profile_table(tables, tables.arrow(table))
    return draft(columns, profile, grades, REQUEST)


def resident_ids(count: int) -> list[str]:
    found, number = [], 0
    while len(found) < count:
        number += 7
        start = f"330109{1950 + number % 60}{number % 12 + 1:02d}{number % 28 + 1:02d}{number % 1000:03d}"
        found += [start + c for c in "0123456789X" if IDENTIFIERS["resident_id"].problem(start + c) is None]
    return list(dict.fromkeys(found))[:count]


def facilities() -> dict[str, list[object]]:
    chance = random.Random(7)
    towns = [f"{name}街道" for name in ("城厢", "北干", "蜀山", "新塘")]
    return {
        "序号": list(range(1, ROWS + 1)),
        "设施编号": [f"SS{i:05d}" for i in range(ROWS)],
        "设施名称": [f"设施{chance.randrange(300)}" for _ in range(ROWS)],
        "所属镇街": [chance.choice(towns) for _ in range(ROWS)],
        "状态": [chance.choice(["正常", "损坏", "停用"]) for _ in range(ROWS)],
        "经度": [120.1 + chance.random() / 5 for _ in range(ROWS)],
        "面积": [chance.random() * 900 for _ in range(ROWS)],
        "温度": [chance.uniform(-9, 38) for _ in range(ROWS)],
        "县": ["萧山"] * ROWS,
        "备注": [None if i % 3 else f"说明{i}" for i in range(ROWS)],
        "登记日期": [date(2020, 1, 1 + i % 28) for i in range(ROWS)],
    }


def test_key_organisation_and_limits_are_proposed() -> None:
    contract = drafted(facilities()).contract
    assert contract.key == ("设施编号",)
    assert contract.organisation_column == "所属镇街"
    assert (contract.title, contract.owner, contract.status) == ("设施台账", "区应急管理局", "draft")
    assert contract.field("设施编号").required
    assert contract.field("所属镇街").required
    assert not contract.field("备注").required
    assert contract.field("状态").enum == ("停用", "损坏", "正常")
    assert contract.field("设施名称").enum == ()
    assert (contract.field("经度").minimum, contract.field("经度").maximum) == (73, 136)
    assert contract.field("面积").minimum == 0
    assert contract.field("温度").minimum is None
    assert contract.field("序号").minimum is None
    assert contract.field("县").enum == ()
    assert not contract.field("设施名称").unique


def test_every_proposal_has_evidence_in_words() -> None:
    made = drafted(facilities())
    lines = as_lines(made, "en")
    assert (
        "Key: The header names a number or code, and its 400 values are all different." in (lines["设施编号"])
    )
    assert "Permitted values: Only 3 different values stand in 400 rows." in lines["状态"]
    assert any(line.startswith("Column of the organisation: ") for line in lines[""])
    assert all("{" not in line for said in lines.values() for line in said)
    said = {(p.column, p.attribute) for p in made.proposals}
    assert len(said) == len(made.proposals)


def test_faults_in_the_data_do_not_hide_what_it_shows() -> None:
    table = facilities()
    table["设施编号"][3] = table["设施编号"][4]
    table["设施编号"][9] = None
    table["状态"][0] = "止常"
    table["登记日期"][5] = None
    contract = drafted(table).contract
    assert contract.key == ("设施编号",)
    assert contract.field("登记日期").required
    assert contract.field("状态").enum == ("停用", "损坏", "正常")


def test_a_rare_word_that_resembles_none_stays_in_the_list() -> None:
    table = facilities()
    table["状态"][0] = "已拆除"
    assert "已拆除" in drafted(table).contract.field("状态").enum


def test_a_running_number_is_the_key_only_where_nothing_better_is() -> None:
    table = facilities()
    del table["设施编号"]
    made = drafted(table)
    assert made.contract.key == ("序号",)
    assert any("changes when rows are inserted" in line for line in as_lines(made, "en")["序号"])
    del table["序号"]
    assert drafted(table).contract.key == ()


def test_identifiers_are_found_by_header_or_by_their_check_digit() -> None:
    numbers = resident_ids(ROWS)
    damaged = ["330109199001011111" if i % 20 == 0 else number for i, number in enumerate(numbers)]
    named = drafted({"身份证号": numbers}).contract
    assert named.field("身份证号").format == "resident_id"
    assert named.key == ("身份证号",)
    assert named.subject == "private_person"
    assert drafted({"c1": numbers}).contract.field("c1").format == "resident_id"
    assert drafted({"身份证号": damaged}).contract.field("身份证号").format == "resident_id"
    assert drafted({"身份证号": [f"无{i}" for i in range(ROWS)]}).contract.field("身份证号").format is None


def test_grades_become_category_and_grade() -> None:
    grade = ColumnGrade("c1", "person.resident_id", "L3", 0.97)
    doubtful = ColumnGrade("c2", "person.mobile", "L3", 0.3)
    made = drafted({"c1": resident_ids(50), "c2": ["a"] * 50}, [grade, doubtful])
    assert (made.contract.field("c1").category, made.contract.field("c1").grade) == (
        "person.resident_id",
        "L3",
    )
    assert made.contract.field("c1").format == "resident_id"
    assert made.contract.field("c2").category is None
    assert any("97 %" in line for line in as_lines(made, "en")["c1"])


def test_a_few_rows_prove_nothing() -> None:
    few = drafted({"设施编号": ["a", "b", "c"], "状态": ["正常", "正常", "损坏"]}).contract
    assert few.key == ()
    assert not any(field.required or field.unique or field.enum for field in few.fields)


def test_an_empty_table_is_drafted_with_names_and_types_only() -> None:
    empty = drafted({"编号": pa.array([], pa.string()), "年龄": pa.array([], pa.int64())}).contract
    assert [(field.name, field.type) for field in empty.fields] == [
        ("编号", FieldType.STRING),
        ("年龄", FieldType.INTEGER),
    ]


def test_a_header_other_than_the_name_is_kept_as_an_alias() -> None:
    made = drafted({"bh": ["a"] * 3}, headers={"bh": "编 号"})
    assert made.contract.field("bh").aliases == ("编 号",)


def test_a_draft_is_written_and_read_back() -> None:
    made = drafted(facilities()).contract
    assert load_contract(dump_contract(made)) == made


def test_headers_are_told_apart() -> None:
    assert all(map(names_a_number, ("设施编号", "证号", "person_id", "ID", "统一社会信用代码", "案件编号 *")))
    assert not any(map(names_a_number, ("编号规则说明", "序号", "idle", "代码行数", "单位")))
    assert organisation_worth("填报单位") > organisation_worth("部门") > 0
    assert not any(map(organisation_worth, ("工作单位", "计量单位", "单位地址", "单位代码", "姓名")))


def test_days_of_an_end_and_remarks_need_not_be_filled() -> None:
    days = [date(2024, 1, 1)] * ROWS
    found = drafted({"办结日期": days, "closed_date": days, "备注": ["x"] * ROWS, "开工日期": days})
    assert [field.name for field in found.contract.fields if field.required] == ["开工日期"]


def test_words_have_no_greatest_length() -> None:
    found = drafted(
        {"省份": ["浙江省", "江苏省"] * 5 + ["安徽省"] * 10, "代码": [f"A{n:02d}" for n in range(20)]}
    )
    assert {field.name: field.max_length for field in found.contract.fields} == {"省份": None, "代码": 3}


def test_a_list_is_not_drawn_where_several_values_stand_once() -> None:
    common = ["低保", "特困", "边缘"] * 100
    found = drafted({"complete": common, "open": [*common[:-3], "甲类对象", "乙种", "丙"]})
    assert found.contract.field("complete").enum == ("低保", "特困", "边缘")
    assert not found.contract.field("open").enum


def test_a_tail_over_the_usual_bound_is_no_slip() -> None:
    chance = random.Random(7)
    done = [round(chance.uniform(20, 99), 1) for _ in range(ROWS)]
    north = [round(chance.gauss(35, 7), 2) for _ in range(ROWS)]
    columns = {"完成率": [*done[:-2], 102.0, 110.0], "纬度": [*north[:-2], 54.8, 55.4]}
    fields = drafted(columns).contract.fields
    assert [field.maximum for field in fields] == [None, None]
    slipped = drafted({"纬度": [*north[:-1], 120.2]}).contract.field("纬度")
    assert (slipped.minimum, slipped.maximum) == (3, 54)


def test_a_column_of_towns_gets_the_districts_whole_list() -> None:
    chance = random.Random(3)
    seen = ["城厢街道", "北干街道", "瓜沥镇"]
    draft = drafted({"镇街": [chance.choice(seen) for _ in range(200)]})
    [field] = draft.contract.fields
    assert set(seen) < set(field.enum)
    assert {"楼塔镇", "临浦镇", "义桥镇"} < set(field.enum)
    assert len(field.enum) == len(set(field.enum)) > 20
    assert any("萧山区" in line for line in as_lines(draft, "en")["镇街"])
    mixed = drafted({"镇街": [chance.choice([*seen, "西湖街道", "双浦镇"]) for _ in range(200)]})
    assert mixed.contract.fields[0].enum == ()


def test_no_list_is_drafted_of_villages_and_of_values_seen_too_rarely() -> None:
    chance = random.Random(3)
    values = {
        "村社": [chance.choice(["群围村", "陈公桥社区", "东阳桥社区"]) for _ in range(300)],
        "类型": [*["甲类", "乙类"] * 148, "丙等", "丙等", "丁级", "丁级"],
        "状态": ["正常", "损坏", "停用"] * 100,
    }
    enums = {field.name: field.enum for field in drafted(values).contract.fields}
    assert enums == {"村社": (), "类型": (), "状态": ("停用", "损坏", "正常")}
