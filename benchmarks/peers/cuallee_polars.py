"""cuallee on Polars: ten checks; it has no way to say the check digit and the day of birth there."""

import datetime as dt
from pathlib import Path

import polars as pl
from cuallee import Check, CheckLevel
from measuring import DIAGNOSES, FIRST_DAY, HIGHEST_INCOME, LAST_DAY, MOBILE, RESIDENT_ID, SEXES, measure


def check(table: Path, towns: Path) -> dict[str, int]:
    rules = Check(CheckLevel.WARNING, "persons")
    rules.is_complete("name").is_complete("id_no").is_unique("person_id")
    rules.has_pattern("id_no", RESIDENT_ID).has_pattern("mobile", MOBILE)
    rules.is_between("income", (0.0, HIGHEST_INCOME))
    rules.is_between("birth_date", (dt.date.fromisoformat(FIRST_DAY), dt.date.fromisoformat(LAST_DAY)))
    rules.is_contained_in("gender", SEXES).is_contained_in("diagnosis", DIAGNOSES)
    rules.is_contained_in("town", tuple(pl.read_parquet(towns)["town"].to_list()))
    found = rules.validate(pl.read_parquet(table))
    names = zip(found["column"], found["rule"], found["violations"], strict=True)
    return {f"{column}.{rule}": int(count) for column, rule, count in names}


measure(check)
