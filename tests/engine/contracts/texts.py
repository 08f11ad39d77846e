"""Contract texts that the tests share."""

HEAD = """\
apiVersion: v3.1.0
kind: DataContract
id: c-1
version: 1.2.0
status: active
"""


def column(body: str, *, head: bool = True) -> str:
    """A table of one column with ``body``; without the table's own lines where ``head`` is false."""
    return ("schema:\n  - name: t\n    properties:\n" if head else "") + f"      - {body}\n"


def quality(*entries: str, where: str = "table") -> str:
    """A contract with columns a and b and quality entries at the table or at column a."""
    own = "".join(f"          - {entry}\n" for entry in entries) if where == "column" else ""
    shared = "".join(f"      - {entry}\n" for entry in entries) if where == "table" else ""
    return (
        HEAD
        + "schema:\n  - name: t\n    properties:\n      - name: a\n"
        + (f"        quality:\n{own}" if own else "")
        + "      - name: b\n"
        + (f"    quality:\n{shared}" if shared else "")
    )


def contract() -> str:
    """A contract that uses most of what can be said."""
    return (
        HEAD
        + """\
name: 常住人口
domain: population
tags: [人口]
description:
  purpose: 按月更新
team:
  name: 数据专班
slaProperties:
  - {property: frequency, value: 3, unit: month}
customProperties:
  - {property: owner, value: 区民政局}
  - {property: organisationColumn, value: 镇街}
  - {property: subject, value: private_person}
schema:
  - name: residents
    businessName: 常住人口
    properties:
      - name: 身份证号
        logicalType: string
        logicalTypeOptions: {format: resident_id, maxLength: 18}
        primaryKey: true
        required: true
        classification: L3
        customProperties:
          - {property: category, value: person.resident_id}
          - {property: aliases, value: [公民身份号码, 证件号码]}
      - name: 镇街
        quality:
          - metric: invalidValues
            arguments: {validValues: [城厢街道, 010, 是]}
            mustBe: 0
      - name: 年龄
        logicalType: integer
        logicalTypeOptions: {minimum: 0, maximum: 150}
        customProperties:
          - {property: unit, value: 岁}
"""
    )
