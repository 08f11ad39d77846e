"""The rule kinds a contract may name: how many columns each takes and where each counts in GB/T 36344.

Knows the names only; what a kind computes, and its parameters, are ``quality.compiling``'s.
The indicator is what a rule counts under where the contract names none: a default of this
product, since the standard assigns rules to indicators only by example.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class RuleKind:
    """``fewest`` to ``most`` columns (None: any number); ``indicator`` by default."""

    fewest: int
    most: int | None
    indicator: str


RULE_KINDS: Mapping[str, RuleKind] = MappingProxyType(
    {
        "not_null": RuleKind(1, 1, "0201"),
        "conditional_required": RuleKind(1, None, "0201"),
        "row_count": RuleKind(0, 0, "0202"),
        "unique": RuleKind(1, None, "0304"),
        "enum": RuleKind(1, 1, "0101"),
        "pattern": RuleKind(1, 1, "010102"),
        "length": RuleKind(1, 1, "010103"),
        "range": RuleKind(1, 1, "0301"),
        "format": RuleKind(1, 1, "0301"),
        "garbage": RuleKind(1, 1, "0305"),
        "compare": RuleKind(1, 2, "0104"),
        "matches_birth_date": RuleKind(2, 2, "0402"),
        "matches_sex": RuleKind(2, 2, "0402"),
        "depends": RuleKind(2, None, "0401"),
        "reference": RuleKind(1, None, "0105"),
        "foreign_key": RuleKind(1, None, "0402"),
        "freshness": RuleKind(1, 1, "0502"),
    }
)
_DIMENSIONS: Mapping[str, str] = MappingProxyType(
    {
        "01": "conformity",
        "02": "completeness",
        "03": "accuracy",
        "04": "consistency",
        "05": "timeliness",
        "0303": "uniqueness",
        "0304": "uniqueness",
        "0305": "uniqueness",
    }
)
# the indicator a rule counts under where a contract of another tool names only a dimension
INDICATORS: Mapping[str, str] = MappingProxyType(
    {
        "accuracy": "0301",
        "completeness": "0201",
        "conformity": "0104",
        "consistency": "0402",
        "coverage": "0202",
        "timeliness": "0502",
        "uniqueness": "0304",
    }
)


def dimension_of(indicator: str) -> str | None:
    """The ODCS dimension of a GB/T 36344 code; None for 06 (accessibility), which ODCS lacks."""
    return _DIMENSIONS.get(indicator[:4]) or _DIMENSIONS.get(indicator[:2])
