"""Every kind of rule as the query it becomes, and what all kinds have in common."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import ibis
import pytest

from shuzhi.engine.data.contracts.model import Contract
from shuzhi.engine.data.contracts.rule_kinds import RULE_KINDS
from shuzhi.engine.data.quality.compiling import KINDS
from shuzhi.engine.data.quality.kinds import Scope
from shuzhi.engine.data.quality.rules import Rule
from shuzhi.engine.data.quality.running import CheckRequest, Run
from shuzhi.engine.data.quality.sharing import select_shared

SNAPSHOTS = Path(__file__).parent / "snapshots"
TABLE = ibis.table(
    {"id_no": "string", "name": "string", "born": "date", "died": "date", "age": "int64", "town": "string"},
    name="persons",
)
EXAMPLES = {
    "not_null": Rule("r", "not_null", ("name",), {"missing": ["无"]}),
    "enum": Rule("r", "enum", ("town",), {"values": ["a", "b"]}),
    "pattern": Rule("r", "pattern", ("id_no",), {"pattern": "^1[3-9][0-9]{9}$"}),
    "length": Rule("r", "length", ("name",), {"min": 2, "max": 8}),
    "range": Rule("r", "range", ("born",), {"min": "1900-01-01", "max": "today"}),
    "format": Rule("r", "format", ("id_no",), {"format": "uscc"}),
    "garbage": Rule("r", "garbage", ("name",)),
    "conditional_required": Rule("r", "conditional_required", ("died", "town"), {"values": ["x"]}),
    "compare": Rule("r", "compare", ("born", "died")),
    "matches_birth_date": Rule("r", "matches_birth_date", ("id_no", "born")),
    "matches_sex": Rule("r", "matches_sex", ("id_no", "name")),
    "reference": Rule("r", "reference", ("town",), {"table": "towns"}),
    "foreign_key": Rule("r", "foreign_key", ("town", "age"), {"table": "towns", "columns": ["town", "n"]}),
    "unique": Rule("r", "unique", ("id_no", "born")),
    "depends": Rule("r", "depends", ("town", "name")),
    "row_count": Rule("r", "row_count", (), {"min": 1}),
    "freshness": Rule("r", "freshness", ("born",), {"cycle": "yearly"}),
}


def compiled(*rules: Rule) -> str:
    towns = ibis.table({"town": "string", "n": "int64"}, name="towns")
    request = CheckRequest(references={"towns": towns}, today=date(2026, 11, 23))
    contract = Contract("c", "c", "1.0.0", "C", (), rules)
    query = str(ibis.to_sql(Run(TABLE, contract, request).statement(), dialect="duckdb"))
    # functions over arrays are numbered as they are made
    query = re.sub(r"([A-Z])_\d+\(", r"\1(", query)
    return query.replace("\r", "\\r").replace("\x1f", "\\x1f") + "\n"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_kind_compiles_to_the_query_that_was_reviewed(kind: str) -> None:
    """A change of the engine or of a rule shows here as a difference; delete the file to accept it."""
    path = SNAPSHOTS / f"{kind}.sql"
    query = compiled(EXAMPLES[kind])
    if not path.exists():
        path.write_text(query, "utf-8")
        pytest.fail(f"{path.name} was missing and is written: review and commit it")
    assert query == path.read_text("utf-8")


def test_parts_that_rules_share_are_computed_once() -> None:
    query = compiled(
        Rule("a", "length", ("id_no",), {"max": 18}),
        Rule("b", "matches_sex", ("id_no", "name")),
        Rule("c", "matches_sex", ("id_no", "town")),
    )
    rules, shared = query.split("FROM (", 1)
    assert "SUBSTRING" not in rules
    assert shared.count('LENGTH("t0"."id_no") AS') == 1


def test_nothing_that_can_fail_is_computed_where_a_rule_would_not_have() -> None:
    """A plain cast stays behind the condition that guards it."""
    guarded = ibis.ifelse(TABLE.town.length() == 1, TABLE.town.cast("int64"), 0)
    lifted = select_shared(TABLE, {"a": guarded > 1, "b": guarded + TABLE.town.cast("int64")})
    assert "shared" not in str(ibis.to_sql(lifted, dialect="duckdb"))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_kind_says_what_it_means_and_the_contract_knows_it(kind: str) -> None:
    declared = KINDS[kind]
    assert declared.means
    assert all(param.means for param in declared.params)
    assert declared.indicator == RULE_KINDS[kind]


def test_the_contract_names_no_kind_that_is_not_there() -> None:
    assert set(RULE_KINDS) == set(KINDS)


def test_every_row_kind_can_be_compiled() -> None:
    assert all(kind.failing for kind in KINDS.values() if kind.scope is Scope.ROW)
