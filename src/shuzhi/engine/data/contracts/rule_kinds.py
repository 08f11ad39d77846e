"""The rule kinds a contract may name, and where each counts in GB/T 36344.

Knows the names only, so that reading a contract without rules loads no table engine; what a
kind takes and computes is ``quality.compiling``'s. The indicator is what a rule counts under
where the contract names none: a default of this product, since the standard assigns rules to
indicators only by example.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

RULE_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "not_null": "0201",
        "conditional_required": "0201",
        "row_count": "0202",
        "unique": "0304",
        "enum": "0101",
        "pattern": "010102",
        "length": "010103",
        "range": "0301",
        "format": "0301",
        "garbage": "0305",
        "compare": "0104",
        "matches_birth_date": "0402",
        "matches_sex": "0402",
        "depends": "0401",
        "reference": "0105",
        "foreign_key": "0402",
        "freshness": "0502",
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
