"""How rules are said to people, in the reader's language. Stores nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from shuzhi.engine.data.quality.compiling import KINDS
from shuzhi.engine.data.quality.promises import LOADS, PRESENT, ROWS_LOAD
from shuzhi.engine.texts import N_

if TYPE_CHECKING:
    from shuzhi.apps.catalogue.models import Finding

COMPARE = "compare"
_ABOUT_LOADING = {
    LOADS: N_("the cell could be read as what its column holds"),
    ROWS_LOAD: N_("the row has a key and could be loaded"),
    PRESENT: N_("every column that was agreed is there"),
}
_DAY = re.compile(r"日期|时间|日$|date|time|day$", re.IGNORECASE)
# by operator: of days and moments, and of anything else
_ORDERS: Mapping[str, tuple[str, str]] = {
    "<=": (N_("{second} is not before {first}"), N_("{second} is not below {first}")),
    "<": (N_("{second} is after {first}"), N_("{second} is above {first}")),
    ">=": (N_("{first} is not before {second}"), N_("{first} is not below {second}")),
    ">": (N_("{first} is after {second}"), N_("{first} is above {second}")),
    "==": (N_("{first} and {second} are the same"),) * 2,
    "!=": (N_("{first} and {second} differ"),) * 2,
}


def rule_sentence(kind: str, columns: Sequence[str], operator: str = "") -> str:
    """What a rule asks for; ``operator`` is that of a rule of order, where it is known."""
    if kind == COMPARE and operator in _ORDERS and len(columns) == 2:
        days = all(map(_DAY.search, columns))
        return _(_ORDERS[operator][0 if days else 1]).format(first=columns[0], second=columns[1])
    means = KINDS[kind].means if kind in KINDS else _ABOUT_LOADING.get(kind, kind)
    return f"{'、'.join(columns)}：{_(means)}" if columns else _(means)


def finding_sentence(finding: Finding) -> str:
    """What the rule of a finding asked for under the contract of its version."""
    operator = ""
    if finding.kind == COMPARE:
        operator = _operators(finding.run.snapshot.contract.text).get(finding.rule, "")
    return rule_sentence(finding.kind, finding.columns, operator)


@lru_cache(maxsize=64)
def _operators(contract: str) -> Mapping[str, str]:
    """The operators of a contract's rules of order by rule; none of a text that is no contract."""
    from shuzhi.engine.data.contracts import ContractError, load_contract

    try:
        rules = load_contract(contract).rules
    except ContractError:
        return {}
    return {rule.id: str(rule.params.get("operator", "<=")) for rule in rules if rule.kind == COMPARE}
