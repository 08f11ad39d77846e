"""Rules over tables: what is counted, what is listed, in how many statements."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shuzhi.engine.data.contracts.model import Contract
from shuzhi.engine.data.fields import Field, FieldType
from shuzhi.engine.data.quality.failing import FailingRows
from shuzhi.engine.data.quality.kinds import RuleError
from shuzhi.engine.data.quality.reports import CheckReport, RuleResult
from shuzhi.engine.data.quality.rules import Rule
from shuzhi.engine.data.quality.running import CheckRequest, run_rules
from shuzhi.engine.data.quality.sets import numbered
from shuzhi.engine.data.tables import ROW_GROUP, Tables, open_tables

TODAY = date(2026, 11, 23)


class CountingTables(Tables):
    """Counts what is asked of the engine."""

    statements = 0

    def batches(self, expression: ir.Table, *, rows: int = 122_880) -> Iterator[pa.RecordBatch]:
        self.statements += 1
        return super().batches(expression, rows=rows)

    def collect(self, expression: ir.Expr) -> pa.Table:
        self.statements += 1
        return super().collect(expression)


@pytest.fixture
def tables() -> Iterator[CountingTables]:
    with open_tables() as opened:
        yield CountingTables(opened._connection)


def contract(*rules: Rule, fields: tuple[Field, ...] = (), owner: str | None = None) -> Contract:
    return Contract("c", "c", "1.0.0", "C", fields, rules, organisation_column=owner)


def check(tables: Tables, columns: dict[str, Any], *rules: Rule, **request: Any) -> dict[str, RuleResult]:
    table = tables.arrow(pa.table(columns))
    references = {n: tables.arrow(pa.table(t)) for n, t in request.pop("references", {}).items()}
    asked = CheckRequest(today=TODAY, references=references, **request)
    report = run_rules(tables, table, contract(*rules), request=asked)
    return {result.rule.id: result for result in report.rules}


def counts(result: RuleResult) -> tuple[str, int | None, int | None]:
    return (result.status.value, result.evaluated, result.failed)


def test_an_empty_cell_fails_not_null_and_is_not_evaluated_by_the_others(tables: CountingTables) -> None:
    found = check(
        tables,
        {"age": [1, None, 200], "sex": ["男", None, "?"]},
        Rule("age.filled", "not_null", ("age",)),
        Rule("age.range", "range", ("age",), {"min": 0, "max": 120}),
        Rule("sex.enum", "enum", ("sex",), {"values": ["男", "女"]}),
        Rule("sex.length", "length", ("sex",), {"max": 1}),
        Rule("sex.pattern", "pattern", ("sex",), {"pattern": "^[男女]$"}),
    )
    assert counts(found["age.filled"]) == ("failed", 3, 1)
    assert counts(found["age.range"]) == ("failed", 2, 1)
    assert counts(found["sex.enum"]) == ("failed", 2, 1)
    assert counts(found["sex.length"]) == ("passed", 2, 0)
    assert counts(found["sex.pattern"]) == ("failed", 2, 1)


def test_two_hundred_rules_are_one_statement(tables: CountingTables) -> None:
    rules = [Rule(f"r{i}", "range", ("n",), {"min": 0, "max": i}) for i in range(200)]
    found = check(tables, {"n": list(range(100))}, *rules)
    assert tables.statements == 1
    assert [found[f"r{i}"].failed for i in (0, 50, 99, 199)] == [99, 49, 0, 0]


def test_a_duplicate_fails_from_its_second_row_on(tables: CountingTables, tmp_path: Path) -> None:
    path = tmp_path / "failing.parquet"
    columns = {"id": ["a", "b", "a", None, "a", "c", None], "n": [1, 2, 1, 4, 1, 5, 4]}
    found = check(
        tables, columns, Rule("id", "unique", ("id",)), Rule("n", "unique", ("n",)), failing_to=path
    )
    assert counts(found["id"]) == ("failed", 5, 2)
    assert counts(found["n"]) == ("failed", 7, 3)
    listed = pq.read_table(path).to_pylist()
    assert sorted((line["rule"], line["row"]) for line in listed) == [
        ("id", 3), ("id", 5), ("n", 3), ("n", 5), ("n", 7),
    ]  # fmt: skip
    assert tables.statements == 2


def test_unique_columns_that_hold_need_no_second_statement(tables: CountingTables) -> None:
    found = check(tables, {"a": [1, 1, 2], "b": ["x", "y", "x"]}, Rule("ab", "unique", ("a", "b")))
    assert counts(found["ab"]) == ("passed", 3, 0)
    assert tables.statements == 1


def test_the_rarer_of_two_names_of_one_code_fails(tables: CountingTables, tmp_path: Path) -> None:
    path = tmp_path / "failing.parquet"
    columns = {
        "code": ["1", "1", "1", "2", "2", None, "3"],
        "name": ["甲", "乙", "甲", "丙", "丁", "戊", None],
    }
    found = check(tables, columns, Rule("d", "depends", ("code", "name")), failing_to=path)
    assert counts(found["d"]) == ("failed", 5, 2)
    assert [line["row"] for line in pq.read_table(path).to_pylist()] == [2, 5]


def test_values_are_looked_up_alone_and_together(tables: CountingTables) -> None:
    columns = {"town": ["t1", "t9", None], "name": ["one", "two", "one"]}
    references = {"towns": {"town": ["t1", "t2", None], "name": ["one", "two", "?"]}}
    together = {"table": "towns", "columns": ["town", "name"]}
    found = check(
        tables,
        columns,
        Rule("one", "reference", ("town",), {"table": "towns"}),
        Rule("both", "foreign_key", ("town", "name"), together),
        Rule("gone", "reference", ("town",), {"table": "no such table"}),
        references=references,
    )
    assert counts(found["one"]) == ("failed", 2, 1)
    assert counts(found["both"]) == ("failed", 2, 1)
    assert counts(found["gone"]) == ("unassessable", None, None)
    assert found["gone"].reason == "reference_missing"


def test_an_empty_reference_table_knows_no_value_and_judges_no_null(tables: CountingTables) -> None:
    empty = {"towns": {"town": pa.array([], pa.string())}}
    rule = Rule("r", "reference", ("town",), {"table": "towns"})
    found = check(tables, {"town": ["t1", None]}, rule, references=empty)
    assert counts(found["r"]) == ("failed", 1, 1)


def test_columns_are_held_against_each_other(tables: CountingTables) -> None:
    day = date(1990, 1, 1)
    columns = {
        "id": ["330109199001010016", "330109199001010024", "330109900101001", None],
        "born": [day, date(1990, 1, 2), day, day],
        "sex": ["男", "男", "女", "女"],
        "died": [None, date(1980, 1, 1), date(2000, 1, 1), day],
        "reason": [None, "x", None, None],
    }
    found = check(
        tables,
        columns,
        Rule("born", "matches_birth_date", ("id", "born")),
        Rule("sex", "matches_sex", ("id", "sex")),
        Rule("order", "compare", ("born", "died"), {"operator": "<="}),
        Rule("reason", "conditional_required", ("reason", "died")),
        Rule("women", "conditional_required", ("died", "sex"), {"values": ["男"]}),
        Rule("mixed", "compare", ("born", "sex")),
    )
    assert counts(found["born"]) == ("failed", 2, 1)
    assert counts(found["sex"]) == ("failed", 2, 1)
    assert counts(found["order"]) == ("failed", 3, 1)
    assert counts(found["reason"]) == ("failed", 3, 2)
    assert counts(found["women"]) == ("failed", 2, 1)
    assert found["mixed"].reason == "wrong_type"


def test_the_table_as_a_whole_is_judged_once(tables: CountingTables) -> None:
    columns = {"day": [date(2026, 10, 1), date(2026, 11, 1), None]}
    found = check(
        tables,
        columns,
        Rule("month", "freshness", ("day",), {"cycle": "monthly"}),
        Rule("week", "freshness", ("day",), {"max_age_days": 7}),
        Rule("few", "row_count", (), {"min": 10}),
        Rule("past", "range", ("day",), {"max": "today", "min": "2026-10-15"}),
    )
    assert counts(found["month"]) == ("passed", 1, 0)
    assert counts(found["week"]) == ("failed", 1, 1)
    assert counts(found["few"]) == ("failed", 1, 1)
    assert counts(found["past"]) == ("failed", 2, 1)


def test_what_has_no_basis_is_null_with_a_reason(tables: CountingTables) -> None:
    empty = pa.array([None, None], pa.string())
    found = check(
        tables,
        {"a": empty},
        Rule("empty", "enum", ("a",), {"values": ["x"]}),
        Rule("gone", "not_null", ("b",)),
        Rule("type", "range", ("a",), {"min": 0}),
    )
    assert {k: found[k].reason for k in ("empty", "gone", "type")} == {
        "empty": "no_values",
        "gone": "column_missing",
        "type": "wrong_type",
    }
    assert all(found[k].rate is None for k in ("empty", "gone", "type"))


def test_a_table_without_rows_scores_nothing(tables: CountingTables) -> None:
    table = tables.arrow(pa.table({"a": pa.array([], pa.string())}))
    report = run_rules(tables, table, contract(Rule("a", "not_null", ("a",))))
    assert report.rules[0].reason == "no_rows"
    assert report.scores.by_rule["a"] is None


def test_some_failures_may_be_allowed(tables: CountingTables) -> None:
    found = check(
        tables,
        {"a": ["x", None, None, "x"]},
        Rule("two", "not_null", ("a",), {"max_failed": 2}),
        Rule("one", "not_null", ("a",), {"max_failed": 1}),
        Rule("half", "not_null", ("a",), {"max_failed_percent": 50}),
    )
    assert [found[k].status.value for k in ("two", "one", "half")] == ["passed", "failed", "passed"]
    assert found["two"].rate == 0.5


def test_failing_rows_carry_row_key_and_organisation(tables: CountingTables, tmp_path: Path) -> None:
    path = tmp_path / "failing.parquet"
    table = tables.arrow(
        pa.table(
            {
                "_row": [4, 5, 9],
                "code": ['a"b', "c\n", "d"],
                "year": [2020, None, 2022],
                "unit": ["甲局", "乙局", "甲局"],
                "n": [1, 200, 300],
            }
        )
    )
    fields = (
        Field("code", primary_key=True),
        Field("year", FieldType.INTEGER, primary_key=True),
        Field("unit"),
        Field("n", FieldType.INTEGER, maximum=120),
    )
    run_rules(tables, table, contract(fields=fields, owner="unit"), request=CheckRequest(failing_to=path))
    lines = [tuple(line.values()) for line in pq.read_table(path).to_pylist()]
    assert ("n.range", 5, '["c\\n", null]', "乙局") in lines
    assert ("n.range", 9, '["d", "2022"]', "甲局") in lines
    assert ("year.not_null", 5, '["c\\n", null]', "乙局") in lines
    assert len(lines) == 3


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (Rule("x", "no such kind", ("a",)), "no such kind"),
        (Rule("x", "enum", ("a",)), "values is missing"),
        (Rule("x", "enum", ("a",), {"values": "abc"}), "must be a list"),
        (Rule("x", "range", ("n",), {"min": 0, "step": 1}), "step is no parameter"),
        (Rule("x", "range", ("n",)), "needs min, max or both"),
        (Rule("x", "range", ("n",), {"min": "low"}), "'low' is no number"),
        (Rule("x", "range", ("d",), {"min": "1.1."}), "is no day"),
        (Rule("x", "compare", ("n",)), "takes 2 column(s) and names 1"),
        (Rule("x", "compare", ("n", "n"), {"operator": "~"}), "must be one of"),
        (Rule("x", "format", ("a",), {"format": "klingon"}), "'klingon' is not known"),
    ],
)
def test_a_rule_that_is_written_wrongly_says_what_to_correct(
    tables: CountingTables, rule: Rule, said: str
) -> None:
    with pytest.raises(RuleError, match="The rule x ") as error:
        check(tables, {"a": ["x"], "n": [1], "d": [TODAY]}, rule)
    assert said in str(error.value)


def test_two_rules_cannot_share_an_id(tables: CountingTables) -> None:
    with pytest.raises(RuleError, match="same id"):
        check(tables, {"a": ["x"]}, Rule("x", "not_null", ("a",)), Rule("x", "unique", ("a",)))


def results_of(report: CheckReport) -> dict[str, RuleResult]:
    return {result.rule.id: result for result in report.rules}


def test_a_set_aside_cell_is_reported_once_and_counts_everywhere(
    tables: CountingTables, tmp_path: Path
) -> None:
    path = tmp_path / "failing.parquet"
    table = tables.arrow(
        pa.table({"_row": [2, 3, 4, 6], "id": ["a", "b", "c", "d"], "age": [30, None, None, 200]})
    )
    set_aside = tables.arrow(
        pa.table(
            {
                "sheet": ["S"] * 2,
                "row": [3, 5],
                "column": ["age", None],
                "raw": ["thirty", "?"],
                "reason": ["number.text", "key.unreadable"],
                "key": ['["b"]', None],
            }
        )
    )
    fields = (
        Field("id", primary_key=True),
        Field("age", FieldType.INTEGER, required=True, minimum=0, maximum=120),
    )
    request = CheckRequest(set_aside=set_aside, failing_to=path)
    report = run_rules(tables, table, contract(fields=fields), request=request)
    found = results_of(report)
    assert counts(found["age.loads"]) == ("failed", 3, 1)
    assert counts(found["id.loads"]) == ("passed", 4, 0)
    assert counts(found["rows_load"]) == ("failed", 5, 1)
    assert counts(found["age.not_null"]) == ("failed", 3, 1)
    assert counts(found["age.range"]) == ("failed", 2, 1)
    assert found["age.range"].unread == 2
    assert found["age.range"].rate == 1 / 4
    assert found["age.not_null"].rate == 2 / 5
    lines = sorted((line["rule"], line["row"]) for line in pq.read_table(path).to_pylist())
    assert lines == [("age.loads", 3), ("age.not_null", 4), ("age.range", 6), ("rows_load", 5)]


def test_rows_count_from_one_in_the_order_of_the_table(tables: CountingTables, tmp_path: Path) -> None:
    rows = 400_000
    source, path = tmp_path / "source.parquet", tmp_path / "failing.parquet"
    bad = {1, 122_880, 122_881, 300_000, rows}
    pq.write_table(
        pa.table({"n": [-1 if i + 1 in bad else i for i in range(rows)]}), source, row_group_size=50_000
    )
    rule = Rule("n", "range", ("n",), {"min": 0})
    run_rules(tables, tables.parquet(source), contract(rule), request=CheckRequest(failing_to=path))
    assert pq.read_table(path).column("row").to_pylist() == sorted(bad)


def test_what_waits_to_be_written_is_bounded_however_much_fails() -> None:
    written: list[int] = []
    sink = FailingRows(lambda table: written.append(table.num_rows))
    rows = numbered(np.arange(ROW_GROUP))
    nothing = pa.nulls(ROW_GROUP, pa.string())
    for rule in range(40):
        sink.add(f"r{rule}", rows, nothing, nothing)
        sink.add(f"s{rule}", rows[:7], nothing[:7], nothing[:7])
        assert sink._size < ROW_GROUP
    sink.flush()
    assert sum(written) == 40 * (ROW_GROUP + 7)
    assert max(written) < 2 * ROW_GROUP


def test_a_table_in_which_every_row_fails_is_listed_whole(tables: CountingTables, tmp_path: Path) -> None:
    path, rows = tmp_path / "failing.parquet", 200_000
    rules = [Rule(f"r{i}", "range", ("n",), {"max": -1 - i}) for i in range(5)]
    table = tables.arrow(pa.table({"n": np.arange(rows)}))
    run_rules(tables, table, contract(*rules), request=CheckRequest(failing_to=path))
    listed = pq.ParquetFile(path)
    assert listed.metadata.num_rows == 5 * rows
    assert listed.metadata.num_row_groups < 10
    assert tables.statements == 1
