"""Rules in words: an order of two columns is said as an official would say it."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from shuzhi.apps.catalogue.models import ContractVersion, Finding, Run, Snapshot
from shuzhi.apps.catalogue.wording import finding_sentence, rule_sentence
from shuzhi.engine.data.contracts import Contract, dump_contract
from shuzhi.engine.data.fields import Field, FieldType
from shuzhi.engine.data.quality.rules import Rule


@pytest.mark.parametrize(
    ("columns", "operator", "said"),
    [
        (("开始日期", "结束日期"), "<=", "结束日期不早于开始日期"),
        (("开工日期", "竣工日期"), "<", "竣工日期晚于开工日期"),
        (("结束日期", "开始日期"), ">=", "结束日期不早于开始日期"),
        (("已用面积", "总面积"), "<=", "总面积不小于已用面积"),
        (("总价", "单价"), ">", "总价大于单价"),
        (("户主", "姓名"), "==", "户主与姓名一致"),
        (("户主", "姓名"), "!=", "户主与姓名不同"),
    ],
)
def test_an_order_is_said_by_its_columns_and_operator(
    columns: tuple[str, str], operator: str, said: str
) -> None:
    with override("zh-hans"):
        assert rule_sentence("compare", columns, operator) == said


def finding(operator: str | None, rule: str = "r") -> Finding:
    params = {"operator": operator} if operator else {}
    kind = FieldType.DATE
    fields = (Field("开始日期", kind), Field("结束日期", kind))
    contract = Contract(
        "c", "c", "1.0.0", "C", fields, (Rule("r", "compare", ("开始日期", "结束日期"), params),)
    )
    version = ContractVersion(text=dump_contract(contract))
    run = Run(snapshot=Snapshot(contract=version))
    return Finding(run=run, rule=rule, kind="compare", columns=["开始日期", "结束日期"])


def test_a_finding_takes_the_operator_from_the_contract_of_its_version() -> None:
    with override("en"):
        assert finding_sentence(finding(None)) == "结束日期 is not before 开始日期"
        assert finding_sentence(finding(">")) == "开始日期 is after 结束日期"
        assert finding_sentence(finding(None, "withdrawn")).startswith("开始日期、结束日期：")
