"""pandera on Polars: twelve checks, all collected."""

import datetime as dt
import warnings
from pathlib import Path

import pandera.polars as pa
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

warnings.simplefilter("ignore")


def valid_check_digit(data: pa.PolarsData) -> pl.LazyFrame:
    column = pl.col(data.key)
    number = column.str.head(17).cast(pl.UInt64, strict=False)
    total = pl.sum_horizontal(
        ((number // 10 ** (16 - place)) % 10).cast(pl.UInt16) * weight for place, weight in enumerate(WEIGHTS)
    )
    digit = (total % 11).replace_strict(dict(enumerate(CHECK_DIGITS)))
    return data.lazyframe.select(digit == column.str.slice(17, 1))


def day_agrees(data: pa.PolarsData) -> pl.LazyFrame:
    said, written = pl.col("id_no").str.slice(6, 8), pl.col("birth_date").dt.strftime("%Y%m%d")
    return data.lazyframe.select(written == said)


def check(table: Path, towns: Path) -> dict[str, int]:
    known = pl.read_parquet(towns)["town"].to_list()
    days = (dt.date.fromisoformat(FIRST_DAY), dt.date.fromisoformat(LAST_DAY))
    schema = pa.DataFrameSchema(
        {
            "person_id": pa.Column(unique=True),
            "name": pa.Column(nullable=False),
            "id_no": pa.Column(
                nullable=False, checks=[pa.Check.str_matches(RESIDENT_ID), pa.Check(valid_check_digit)]
            ),
            "mobile": pa.Column(checks=pa.Check.str_matches(MOBILE)),
            "income": pa.Column(checks=pa.Check.in_range(0, HIGHEST_INCOME)),
            "birth_date": pa.Column(checks=pa.Check.in_range(*days)),
            "gender": pa.Column(checks=pa.Check.isin(SEXES)),
            "diagnosis": pa.Column(checks=pa.Check.isin(DIAGNOSES)),
            "town": pa.Column(checks=pa.Check.isin(known)),
        },
        checks=pa.Check(day_agrees),
    )
    try:
        schema.validate(pl.read_parquet(table), lazy=True)
    except pa.errors.SchemaErrors as errors:
        return {
            f"{column}.{name}": count
            for column, name, count in errors.failure_cases.group_by("column", "check").len().rows()
        }
    return {}


measure(check)
