"""The twelve rules of the benchmark, as this product runs them and as SQL written by hand.

``python -m benchmarks.checking WHO TABLE TOWNS`` measures one of them in a process of its own:
``rules`` (counts), ``listed`` (counts, and every failing row as Parquet), ``spoilt`` (listed,
with a rule that every row fails), ``sql``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.peers.measuring import (
    CHECK_DIGITS,
    DIAGNOSES,
    FIRST_DAY,
    HIGHEST_INCOME,
    LAST_DAY,
    MOBILE,
    RESIDENT_ID,
    SEXES,
    WEIGHTS,
    measure,
)

Counts = dict[str, int]


def rules_of_the_benchmark(*, spoilt: bool = False) -> tuple[object, ...]:
    """The rules as data."""
    from shuzhi.engine.data.quality.rules import Rule

    rules = [
        Rule("name.filled", "not_null", ("name",)),
        Rule("id_no.filled", "not_null", ("id_no",)),
        Rule("id_no.shape", "pattern", ("id_no",), {"pattern": RESIDENT_ID}),
        Rule("mobile.shape", "pattern", ("mobile",), {"pattern": MOBILE}),
        Rule("income.range", "range", ("income",), {"min": 0, "max": HIGHEST_INCOME}),
        Rule("birth_date.range", "range", ("birth_date",), {"min": FIRST_DAY, "max": LAST_DAY}),
        Rule("gender.enum", "enum", ("gender",), {"values": SEXES}),
        Rule("diagnosis.enum", "enum", ("diagnosis",), {"values": DIAGNOSES}),
        # more than the SQL below: the day must exist too, and not lie ahead
        Rule("id_no.digit", "format", ("id_no",), {"format": "resident_id"}),
        Rule("id_no.day", "matches_birth_date", ("id_no", "birth_date")),
        Rule("person_id.unique", "unique", ("person_id",)),
        Rule("town.known", "reference", ("town",), {"table": "towns"}),
    ]
    if spoilt:
        rules += [Rule(f"spoilt{i}", "range", ("person_id",), {"max": -i}) for i in range(1, 4)]
    return tuple(rules)


def by_rules(table: Path, towns: Path, *, failing_to: Path | None = None, spoilt: bool = False) -> Counts:
    """Failing rows per rule, by the product."""
    from shuzhi.engine.data.contracts.model import Contract
    from shuzhi.engine.data.quality.running import CheckRequest, run_rules
    from shuzhi.engine.data.tables import open_tables

    rules = rules_of_the_benchmark(spoilt=spoilt)
    contract = Contract("persons", "persons", "1.0.0", "Persons", (), rules)  # type: ignore[arg-type]
    with open_tables() as tables:
        request = CheckRequest(
            references={"towns": tables.parquet(towns)}, today=date(2026, 11, 23), failing_to=failing_to
        )
        report = run_rules(tables, tables.parquet(table), contract, request=request)
    return {result.rule.id: result.failed or 0 for result in report.rules}


def listed(table: Path, towns: Path, *, spoilt: bool = False) -> Counts:
    """The same, with every failing row written."""
    with TemporaryDirectory() as folder:
        return by_rules(table, towns, failing_to=Path(folder) / "failing.parquet", spoilt=spoilt)


def spoilt(table: Path, towns: Path) -> Counts:
    """The same over rules of which three fail on every row."""
    return listed(table, towns, spoilt=True)


def by_sql(table: Path, towns: Path) -> Counts:
    """Failing rows per rule, by one aggregate in the cheapest spelling known."""
    import duckdb

    def one_of(values: tuple[str, ...]) -> str:
        return ", ".join(f"'{value}'" for value in values)

    total = " + ".join(f"(n // {10 ** (16 - i)}) % 10 * {weight}" for i, weight in enumerate(WEIGHTS))
    shape = (
        "length(id_no) = 18 and try_cast(id_no[1:17] as bigint) >= 10000000000000000"
        f" and id_no[18] in ({one_of(tuple('0123456789X'))})"
    )
    mobile = "length(mobile) = 11 and try_cast(mobile as bigint) between 13000000000 and 19999999999"
    day = "year(birth_date) * 10000 + month(birth_date) * 100 + day(birth_date)"
    failing = {
        "name.filled": "name is null",
        "id_no.filled": "id_no is null",
        "id_no.shape": f"not ({shape})",
        "mobile.shape": f"not ({mobile})",
        "income.range": f"not (income between 0 and {HIGHEST_INCOME})",
        "birth_date.range": f"not (birth_date between date '{FIRST_DAY}' and date '{LAST_DAY}')",
        "gender.enum": f"gender not in ({one_of(SEXES)})",
        "diagnosis.enum": f"diagnosis not in ({one_of(DIAGNOSES)})",
        "id_no.digit": f"not (substr('{CHECK_DIGITS}', ({total}) % 11 + 1, 1) = id_no[18])",
        "id_no.day": f"{day} <> try_cast(id_no[7:14] as int)",
        "town.known": f"town not in (select town from '{towns}')",
    }
    counted = ", ".join(f'count(*) filter (where {test}) as "{name}"' for name, test in failing.items())
    unique = 'count(person_id) - count(distinct person_id) as "person_id.unique"'
    connection = duckdb.connect()
    connection.execute("set threads = 2; set memory_limit = '1GB'")
    inner = f"(select *, try_cast(id_no[1:17] as bigint) as n from '{table}')"
    found = connection.execute(f"select {counted}, {unique} from {inner}")
    names = [column[0] for column in found.description]
    values = found.fetchone()
    return dict(zip(names, values or (), strict=True))


WHO: dict[str, Callable[[Path, Path], Counts]] = {
    "rules": by_rules,
    "listed": listed,
    "spoilt": spoilt,
    "sql": by_sql,
}


def _load(who: str) -> None:
    """Imports happen before the clock starts, here as for the peers."""
    if who == "sql":
        import duckdb  # noqa: F401

        return
    import pandas  # noqa: F401 - pyarrow loads it the first time it makes an array
    import pyarrow

    from shuzhi.engine.data.tables import open_tables

    with open_tables() as tables:  # the table engine loads its own modules when first asked
        tables.collect(tables.arrow(pyarrow.table({"n": [1]})).count())


if __name__ == "__main__":
    _load(sys.argv[1])
    measure(WHO[sys.argv[1]])
