"""pointblank on Polars: twelve steps, extracts off."""

from datetime import date
from pathlib import Path

import pointblank as pb
import polars as pl
from measuring import (
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


def check(table: Path, towns: Path) -> dict[str, int]:
    number = pl.col("id_no").str.head(17).cast(pl.UInt64, strict=False)
    total = pl.sum_horizontal(
        ((number // 10 ** (16 - place)) % 10).cast(pl.UInt16) * weight for place, weight in enumerate(WEIGHTS)
    )
    digit = (total % 11).replace_strict(dict(enumerate(CHECK_DIGITS))) == pl.col("id_no").str.slice(17, 1)
    day = pl.col("birth_date").dt.strftime("%Y%m%d") == pl.col("id_no").str.slice(6, 8)
    known = pl.read_parquet(towns)["town"].to_list()
    run = (
        pb.Validate(pl.read_parquet(table))
        .col_vals_not_null("name")
        .col_vals_not_null("id_no")
        .rows_distinct("person_id")
        .col_vals_regex("id_no", RESIDENT_ID)
        .col_vals_regex("mobile", MOBILE)
        .col_vals_between("income", 0, HIGHEST_INCOME)
        .col_vals_between("birth_date", date.fromisoformat(FIRST_DAY), date.fromisoformat(LAST_DAY))
        .col_vals_in_set("gender", SEXES)
        .col_vals_in_set("diagnosis", DIAGNOSES)
        .col_vals_in_set("town", known)
        .col_vals_expr(digit)
        .col_vals_expr(day)
        .interrogate(collect_extracts=False)
    )
    return {str(step): int(run.n_failed(i=step, scalar=True)) for step in range(1, 13)}


measure(check)
