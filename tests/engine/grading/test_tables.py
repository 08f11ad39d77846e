"""A table's grade: columns recognised, combined, counted, rolled up."""

from __future__ import annotations

import pyarrow as pa

from shuzhi.engine.data.grading import GradeRequest, TableGrade, grade_table
from shuzhi.engine.data.tables import open_tables

PERSONS = {
    "姓名": ["王伟", "李娜", "张秀英", "刘洋", "陈静", "欧阳文杰"],
    "身份证号": [
        "11010519491231002X",
        "330109199003071233",
        "33010919850612234X",
        None,
        "",
        "330109200001015678",
    ],
    "手机号": ["13800138000", "13912345678", "+8615012345678", "186 1234 5678", "无", "17712345678"],
    "诊断": ["高血压", "2型糖尿病", "急性阑尾炎", "高血压", "肺结核", "骨折"],
}


def graded(columns: dict[str, list[object]], request: GradeRequest | None = None) -> TableGrade:
    with open_tables() as tables:
        return grade_table(tables, tables.arrow(pa.table(columns)), request=request)


def test_a_person_with_an_illness_is_the_highest_level() -> None:
    grade = graded(PERSONS)
    assert [c.category for c in grade.columns] == [
        "person.name",
        "person.resident_id",
        "person.mobile",
        "health.diagnosis",
    ]
    assert grade.level == "L4"
    assert grade.combinations[0].rule == "identifier_with_sensitive"
