"""Errors planted by operators that know no rule, and what of them the drafted rules find.

The table is clean and seeded: persons with a region, a diagnosis and its name, a stay with a
bill. Rules are drafted from its first half alone. In the second half each operator spoils
cells chosen at random, any column, and says which. A spoilt cell is found where a rule that
reads it fails on its row; a failing rule none of whose cells was touched is a false alarm. Of
two rows that share a value no rule can say which one is wrong: a repeated value is no false
alarm where either row's was planted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.figures import Row, at_most, figure, print_table
from benchmarks.peers.measuring import DIAGNOSES
from benchmarks.persons import NO_FAULTS, REGIONS, make_chunk
from shuzhi.engine.data.contracts.drafting import DraftRequest, draft_contract
from shuzhi.engine.data.contracts.model import Contract
from shuzhi.engine.data.fields import FieldType
from shuzhi.engine.data.grading import GradeRequest, grade_table
from shuzhi.engine.data.profiling import profile_table
from shuzhi.engine.data.quality import CheckRequest, draft_relations, draft_rules, run_rules
from shuzhi.engine.data.tables import Tables, open_tables

ROWS, EACH, SEED = 20_000, 150, 20260101
NAMES = (
    "原发性高血压", "2型糖尿病", "急性上呼吸道感染", "慢性胃炎", "下背痛", "冠心病", "哮喘",
    "慢性肾脏病", "肺癌", "抑郁发作", "慢性乙型肝炎", "老年性白内障", "胆囊结石", "失眠",
    "特应性皮炎", "高脂血症", "肺炎", "肺结核", "艾滋病", "健康检查",
)  # fmt: skip
Record = dict[str, Any]
Cells = set[str]
Operator = Callable[[Random, list[Record], int], Cells]
"""Spoils the row at an index; gives the columns it touched (a new row is appended whole)."""


@dataclass(frozen=True, slots=True)
class Column:
    """What drafting is told of a column: what a reader would know."""

    name: str
    header: str
    type: FieldType
    unit: str | None = None


HEADERS = {
    "person_id": "序号", "name": "姓名", "id_no": "身份证号", "mobile": "联系电话", "bank_card": "银行卡号",
    "address": "家庭住址", "birth_date": "出生日期", "gender": "性别", "town": "镇街代码", "income": "年收入",
    "diagnosis": "诊断编码", "note": "备注", "region": "区划代码", "region_name": "区划名称",
    "diagnosis_name": "诊断名称", "admitted": "入院日期", "discharged": "出院日期", "bill": "费用",
}  # fmt: skip


def make_rows(rows: int, seed: int) -> pa.Table:
    """The clean table."""
    random = np.random.default_rng(seed)
    people = make_chunk(random, 1, rows, NO_FAULTS)
    _, first = np.unique(people["id_no"].to_numpy(), return_index=True)
    people = people.take(np.sort(first))  # two people got one number by chance: that is not clean
    rows = people.num_rows
    towns = people["town"].to_pylist()
    regions = dict(REGIONS)
    admitted = np.datetime64("2024-01-01") + random.integers(0, 900, rows).astype("timedelta64[D]")
    days = random.integers(0, 40, rows)
    names = dict(zip(DIAGNOSES, NAMES, strict=True))
    added = {
        "region": pa.array([town[:6] for town in towns]),
        "region_name": pa.array([regions[town[:6]] for town in towns]),
        "diagnosis_name": pa.array([names[code] for code in people["diagnosis"].to_pylist()]),
        "admitted": pa.array(admitted),
        "discharged": pa.array(admitted + days.astype("timedelta64[D]")),
        "bill": pa.array(np.round(300 + days * random.uniform(400, 900, rows), 2)),
    }
    for name, values in added.items():
        people = people.append_column(name, values)
    return people


# ---- operators: each knows the rows, none knows a rule


def _texts(row: Record) -> list[str]:
    return [name for name, value in row.items() if isinstance(value, str) and len(value) > 1]


def typo(random: Random, rows: list[Record], at: int) -> Cells:
    """A character replaced, dropped, doubled, or exchanged with its neighbour."""
    name = random.choice(_texts(rows[at]))
    text, place = rows[at][name], random.randrange(len(rows[at][name]) - 1)
    other = random.choice([row[name] for row in random.sample(rows, 5) if row[name]])
    rows[at][name] = random.choice(
        (
            text[:place] + random.choice(other) + text[place + 1 :],
            text[:place] + text[place + 1 :],
            text[:place] + text[place] + text[place:],
            text[:place] + text[place + 1] + text[place] + text[place + 2 :],
        )
    )
    return {name} if rows[at][name] != text else typo(random, rows, at)


def swap(random: Random, rows: list[Record], at: int) -> Cells:
    """Two cells of one type exchanged."""
    row = rows[at]
    first = random.choice([name for name in row if name != "person_id"])
    alike = [n for n in row if n not in (first, "person_id") and type(row[n]) is type(row[first])]
    second = random.choice(alike)
    if row[first] == row[second]:
        return swap(random, rows, at)
    row[first], row[second] = row[second], row[first]
    return {first, second}


def shift(random: Random, rows: list[Record], at: int) -> Cells:
    """The texts from one column on moved one column to the right, the last one lost."""
    names = _texts(rows[at])
    start = random.randrange(len(names) - 1)
    values = [rows[at][name] for name in names]
    moved = [*values[:start], values[start], *values[start:-1]]
    touched = {name for name, old, new in zip(names, values, moved, strict=True) if old != new}
    rows[at].update(zip(names, moved, strict=True))
    return touched


def near_duplicate(random: Random, rows: list[Record], at: int) -> Cells:
    """The row once more at the end, under a new number, with one typing error."""
    rows.append({**rows[at], "person_id": max(row["person_id"] for row in rows[-EACH - 1 :]) + 1})
    typo(random, rows, len(rows) - 1)
    return set(rows[-1])


def broken_dependency(random: Random, rows: list[Record], at: int) -> Cells:
    """A cell that got the value of another row's."""
    name = random.choice([n for n in rows[at] if n != "person_id"])
    other = random.choice(rows)[name]
    if other == rows[at][name]:
        return broken_dependency(random, rows, at)
    rows[at][name] = other
    return {name}


def unit_times_10(random: Random, rows: list[Record], at: int) -> Cells:
    """A number in the wrong unit."""
    name = random.choice([n for n, v in rows[at].items() if isinstance(v, float) and v])
    rows[at][name] *= 10
    return {name}


OPERATORS: tuple[Operator, ...] = (typo, swap, shift, near_duplicate, broken_dependency, unit_times_10)


@dataclass(slots=True)
class Outcome:
    """What was planted, found and missed."""

    planted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    missed: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    false: Counter[str] = field(default_factory=Counter)


def draft_from(tables: Tables, clean: pa.Table) -> Contract:
    """Contract and rules drafted from ``clean`` alone, as for a department's file."""
    table = tables.arrow(clean)
    profile = profile_table(tables, table)
    grades = grade_table(tables, table, headers=HEADERS, request=GradeRequest())
    types = {"int64": FieldType.INTEGER, "double": FieldType.NUMBER, "date32[day]": FieldType.DATE}
    columns = [
        Column(each.name, HEADERS[each.name], types.get(str(each.type), FieldType.STRING))
        for each in clean.schema
    ]
    contract = draft_contract(columns, profile, grades.columns, DraftRequest(name="persons"))
    contract = replace(contract, rules=(*contract.rules, *draft_rules(profile, contract)))
    related = draft_relations(tables, table, profile, contract)
    return replace(contract, rules=(*contract.rules, *related))


def plant(clean: pa.Table, each: int, seed: int) -> tuple[pa.Table, dict[int, tuple[str, Cells]]]:
    """The table with errors, and per row (from 1) the operator and the columns it touched."""
    random, rows = Random(seed), clean.to_pylist()
    chosen = random.sample(range(len(rows)), each * len(OPERATORS))
    touched: dict[int, tuple[str, Cells]] = {}
    for number, at in enumerate(chosen):
        operator = OPERATORS[number % len(OPERATORS)]
        cells = operator(random, rows, at)
        place = len(rows) - 1 if operator is near_duplicate else at
        touched[place + 1] = (operator.__name__, cells)
    return pa.Table.from_pylist(rows, clean.schema), touched


def failing_cells(tables: Tables, spoilt: pa.Table, contract: Contract) -> dict[int, list[tuple[str, Cells]]]:
    """Per row (from 1) the rules that fail on it, with the columns they read."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "failing.parquet"
        report = run_rules(tables, tables.arrow(spoilt), contract, request=CheckRequest(failing_to=path))
        listed = pq.read_table(path)
    reads = {result.rule.id: set(result.rule.columns) for result in report.rules}
    found: dict[int, list[tuple[str, Cells]]] = defaultdict(list)
    for rule, row in zip(listed["rule"].to_pylist(), listed["row"].to_pylist(), strict=True):
        found[row].append((rule, reads[rule]))
    return found


def evaluate(rows: int = ROWS, each: int = EACH, seed: int = SEED) -> Outcome:
    """Drafts from the first half, plants in the second, counts what is found."""
    clean = make_rows(rows, seed)
    half = clean.num_rows // 2
    outcome = Outcome()
    with open_tables() as tables:
        contract = draft_from(tables, clean.slice(0, half))
        spoilt, touched = plant(clean.slice(half), each, seed)
        found = failing_cells(tables, spoilt, contract)
    for row, (operator, cells) in touched.items():
        outcome.planted[operator] += 1
        if any(reads & cells for _, reads in found.get(row, ())):
            outcome.found[operator] += 1
        else:
            outcome.missed[operator][" ".join(sorted(cells))] += 1
    repeated = planted_values(spoilt, touched)
    for row, failures in found.items():
        _, cells = touched.get(row, ("", set()))
        for rule, reads in failures:
            shared = rule.endswith(".unique") and any(
                spoilt[name][row - 1].as_py() in repeated[name] for name in reads
            )
            if not (reads & cells or shared):
                outcome.false[rule] += 1
    return outcome


def planted_values(spoilt: pa.Table, touched: dict[int, tuple[str, Cells]]) -> dict[str, set[Any]]:
    """Per column the values that stand in touched cells."""
    values: dict[str, set[Any]] = defaultdict(set)
    for row, (_, cells) in touched.items():
        for name in cells:
            values[name].add(spoilt[name][row - 1].as_py())
    return values


def main() -> list[Row]:
    """Recall per operator with the columns most missed, and false alarms on untouched cells."""
    outcome = evaluate()
    figures = []
    for operator, planted in outcome.planted.items():
        recall = round(outcome.found[operator] / planted, 3)
        worst = ", ".join(f"{name} {count}" for name, count in outcome.missed[operator].most_common(5))
        figures.append(figure(f"planted: recall {operator}", recall, "", f"of {planted}; missed: {worst}"))
    named = ", ".join(f"{rule} {count}" for rule, count in outcome.false.most_common(5))
    false = sum(outcome.false.values())
    return [*figures, at_most("planted: false alarms on untouched cells", false, 0, "", named)]


if __name__ == "__main__":
    print_table(main())
