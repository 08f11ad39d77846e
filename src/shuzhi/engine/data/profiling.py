"""What a table's columns hold: counts over all rows in one pass, values and shapes from a sample.

Knows no contract and no grade. The pass asks only for what the engine can count while the
rows stream by; the sample is bounded in rows and in characters, so memory does not grow
with the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from heapq import nsmallest
from math import ceil
from typing import Any
from zlib import crc32

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from shuzhi.engine.data.tables import Tables, fingerprint

Scalar = str | int | float | bool | date | datetime | None

ROW = "_row"
QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
_COLUMNS_A_PASS, _COLUMNS_HASHED, _MOST_PASSES, _COLUMNS_SORTED = 64, 8, 8, 256
# an exact count is worth its price only for what may be a key: the estimate errs by up to a sixth,
# and a sample of keys holds hardly any value twice
_NEARLY_UNIQUE, _SAMPLE_UNIQUE = 0.7, 0.98
# multiples of the golden section of the modulus lie evenly: a share of them is a sample that repeats
_STEP, _MODULUS = 1_327_217_885, 2_147_483_647
_FEW = 100  # estimated distinct values up to which the exact number costs next to nothing
_LONGEST_SHAPE = 40
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - moments of tables have no zone
# one sign per character: digit, capital, small letter, Chinese character
_CLASSES = ((r"[0-9]", "9"), (r"[A-Z]", "A"), (r"[a-z]", "a"), (r"\p{Han}", "文"))


@dataclass(frozen=True, slots=True)
class ProfileRequest:
    """How far the second look goes: rows of the sample, characters of a value, values listed.

    Above ``exact_rows`` the different values of a likely key are estimated only: counting them
    takes about 35 bytes a row.
    """

    sample_rows: int = 20_000
    exact_rows: int = 20_000_000
    longest: int = 200
    top: int = 50


@dataclass(frozen=True, slots=True)
class Frequent:
    """A value (or a shape) and how many rows of the sample have it."""

    value: str
    rows: int


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column: counts and bounds over all rows, ``top`` and ``shapes`` over ``sampled`` of them.

    ``distinct`` (nulls not counted) is exact where ``distinct_exact``, else an estimate that
    may err by a sixth. Lengths, in characters, are of text columns only; ``mean`` and
    ``quantiles`` (estimates, by share: 0.5 is the median) of numbers only, ``days`` the same of
    days and moments. Bounds are None
    where no row has a value; texts among them are cut to the request's ``longest``. In a shape
    9 stands for a digit, A and a for letters, 文 for a Chinese character; other signs stand
    for themselves. ``top`` and ``shapes`` come most frequent first.
    """

    name: str
    type: str
    rows: int
    nulls: int
    distinct: int
    distinct_exact: bool = False
    minimum: Scalar = None
    maximum: Scalar = None
    mean: float | None = None
    quantiles: Mapping[float, float] = field(default_factory=dict)
    days: Mapping[float, date] = field(default_factory=dict)
    length_min: int | None = None
    length_max: int | None = None
    sampled: int = 0
    top: tuple[Frequent, ...] = ()
    shapes: tuple[Frequent, ...] = ()

    @property
    def filled(self) -> int:
        """Rows that have a value."""
        return self.rows - self.nulls

    @property
    def is_unique(self) -> bool:
        """Whether every value that is there is there once; False where only an estimate is known."""
        return self.distinct_exact and self.filled > 0 and self.distinct == self.filled


@dataclass(frozen=True, slots=True)
class Profile:
    """A table's columns in their order. ``sampled`` rows were looked at one by one."""

    rows: int
    columns: tuple[ColumnProfile, ...]
    sampled: int

    def column(self, name: str) -> ColumnProfile:
        """The profile of ``name``; KeyError where the table has no such column."""
        for candidate in self.columns:
            if candidate.name == name:
                return candidate
        raise KeyError(name)


def profile_table(tables: Tables, table: ir.Table, request: ProfileRequest | None = None) -> Profile:
    """Profiles every column but ``_row``.

    One aggregate over the table (a few over a wide one), one look at a sample, and exact counts of
    distinct values where they matter: for columns of few values and of nearly all different ones.
    """
    request = request or ProfileRequest()
    names = [name for name in table.columns if name != ROW]
    rows, counted = _counted(tables, table, names, request)
    # a sort holds a chunk of every column it carries
    asked = (names[at : at + _COLUMNS_SORTED] for at in range(0, len(names), _COLUMNS_SORTED))
    parts = [tables.collect(_sample(table, some, names, rows, request)) for some in asked]
    sample = pa.table({name: part.column(name) for part in parts for name in part.column_names})
    columns: list[ColumnProfile] = []
    by_name = dict(zip(names, counted, strict=True))
    exact = _exact_counts(tables, table, by_name, sample, request)
    for name, measured in by_name.items():
        measured["exact"] = exact.get(name)
        columns.append(_column(table[name], rows, measured, sample.column(name).drop_null(), request))
    return Profile(rows, tuple(columns), sample.num_rows)


def _exact_counts(
    tables: Tables,
    table: ir.Table,
    counted: Mapping[str, Mapping[str, Any]],
    sample: pa.Table,
    request: ProfileRequest,
) -> dict[str, int]:
    """The exact numbers of distinct values, by column, where they matter or cost no statement."""
    rows = max((measured["rows"] for measured in counted.values()), default=0)
    known: dict[str, int] = {}
    if rows == sample.num_rows:
        whole = [n for n, m in counted.items() if (m.get("length_max") or 0) <= request.longest]
        known = {name: pc.count_distinct(sample.column(name), mode="only_valid").as_py() for name in whole}
    left = {name: measured for name, measured in counted.items() if name not in known}
    few = [name for name, measured in left.items() if measured["distinct"] <= _FEW]
    known |= _exactly(tables, table, few, _COLUMNS_A_PASS)
    if rows <= request.exact_rows:
        keys = [n for n, m in left.items() if n not in known and _may_be_key(m, sample.column(n).drop_null())]
        # as many together as the counting of one in the largest table takes memory
        together = max(request.exact_rows // max(rows, 1), 1)
        known |= _exactly(tables, table, keys, min(together, _COLUMNS_A_PASS))
    return known


def _at_once(table: ir.Table) -> int:
    """How many columns one statement asks for: each statement costs what the whole table is wide."""
    return max(_COLUMNS_A_PASS, ceil(len(table.columns) / _MOST_PASSES))


def _counted(
    tables: Tables, table: ir.Table, names: Sequence[str], request: ProfileRequest
) -> tuple[int, list[dict[str, Any]]]:
    """The number of rows, and the aggregates of each column by measure.

    The engine gets made-up names: a header may hold any character, or differ by case only.
    """
    rows, counted, at_once = 0, [], _at_once(table)
    for start in range(0, max(len(names), 1), at_once):
        some = names[start : start + at_once]
        measures = [dict(_measures(table[name], request)) for name in some]
        asked = {f"{m}_{index}": e for index, each in enumerate(measures) for m, e in each.items()}
        found = tables.collect(table.aggregate(rows=table.count(), **asked)).to_pylist()[0]
        rows = int(found["rows"])
        each_found = ({m: found[f"{m}_{index}"] for m in each} for index, each in enumerate(measures))
        counted += [{"rows": rows, **one} for one in each_found]
    return rows, counted


def _measures(column: ir.Column, request: ProfileRequest) -> Iterator[tuple[str, ir.Value]]:
    yield "filled", column.count()
    yield "distinct", column.approx_nunique()
    kind = column.type()
    if kind.is_string():
        short = column.substr(0, request.longest)
        yield from (("minimum", short.min()), ("maximum", short.max()))
        length = column.length()
        yield from (("length_min", length.min()), ("length_max", length.max()))
    elif kind.is_numeric() or kind.is_temporal():
        yield from (("minimum", column.min()), ("maximum", column.max()))
    if kind.is_numeric() and not kind.is_boolean():
        yield "mean", column.mean()
        yield "quantiles", column.approx_quantile(list(QUANTILES))
    if kind.is_date() or kind.is_timestamp():
        seconds = column.cast("timestamp").epoch_seconds()
        yield "days", seconds.approx_quantile(list(QUANTILES))


def _may_be_key(measured: Mapping[str, Any], values: pa.ChunkedArray) -> bool:
    many = measured["distinct"] >= _NEARLY_UNIQUE * measured["filled"] > 0
    return bool(many and pc.count_distinct(values).as_py() >= _SAMPLE_UNIQUE * len(values))


def _exactly(tables: Tables, table: ir.Table, names: Sequence[str], at_once: int) -> dict[str, int]:
    """The exact numbers of distinct values of ``names``, so many columns ``at_once``.

    Texts are counted by their fingerprint, so two different ones may, very rarely, count as one.
    """
    counted: dict[str, int] = {}
    for start in range(0, len(names), at_once):
        some = names[start : start + at_once]
        columns = [fingerprint(table[n]) if table[n].type().is_string() else table[n] for n in some]
        asked = {f"n_{index}": column.nunique() for index, column in enumerate(columns)}
        found = tables.collect(table.aggregate(**asked)).to_pylist()[0]
        counted |= {name: int(found[f"n_{index}"]) for index, name in enumerate(some)}
    return counted


def _sample(
    table: ir.Table, names: Sequence[str], whole: Sequence[str], rows: int, request: ProfileRequest
) -> ir.Table:
    """About ``sample_rows`` rows of ``names``, all of a smaller table; ``whole`` are all its columns.

    By row number or, where there is none, by content: a filter that keeps a share and, since
    equal rows are kept all or none, a limit. The order gathers the few rows that each chunk
    keeps; without it the engine holds a whole chunk's memory for each of them.
    """
    share = min(1.0, 1.05 * request.sample_rows / rows) if rows else 1.0
    texts = {
        name: table[name].substr(0, request.longest) if table[name].type().is_string() else table[name]
        for name in names
    }
    if share == 1.0:
        return table.select(**texts)
    if ROW in table.columns:
        spread = (table[ROW] * _STEP) % _MODULUS
    else:
        some = [table[name].cast("string").fill_null("") for name in whole[:_COLUMNS_HASHED]]
        spread = fingerprint(*some) % _MODULUS
    numbered = table.select(**{f"c{i}": text for i, text in enumerate(texts.values())}, spread=spread)
    kept = numbered.filter(numbered.spread < int(share * _MODULUS))
    some_rows = kept.order_by("spread").limit(request.sample_rows)
    return some_rows.select(**{name: some_rows[f"c{i}"] for i, name in enumerate(names)})


def _column(
    column: ir.Column,
    rows: int,
    measured: Mapping[str, Any],
    values: pa.ChunkedArray,
    request: ProfileRequest,
) -> ColumnProfile:
    exact, filled = measured["exact"], measured["filled"]
    texts = values.cast(pa.string())
    quantiles = measured.get("quantiles")
    shaped = _shapes(texts) if column.type().is_string() else pa.array([], pa.string())
    return ColumnProfile(
        name=column.get_name(),
        type=str(column.type()),
        rows=rows,
        nulls=rows - filled,
        distinct=min(measured["distinct"], filled) if exact is None else exact,
        distinct_exact=exact is not None,
        minimum=measured.get("minimum"),
        maximum=measured.get("maximum"),
        mean=measured.get("mean"),
        quantiles=dict(zip(QUANTILES, quantiles, strict=True)) if quantiles else {},
        days=_days(measured.get("days")),
        length_min=measured.get("length_min"),
        length_max=measured.get("length_max"),
        sampled=len(texts),
        top=_frequent(texts, request.top),
        shapes=_frequent(shaped, request.top),
    )


def _days(seconds: Sequence[float] | None) -> dict[float, date]:
    """By share the days of moments, these in seconds since 1970."""
    days = (_EPOCH + timedelta(seconds=second) for second in seconds or ())
    return dict(zip(QUANTILES, (day.date() for day in days), strict=True)) if seconds else {}


def _shapes(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    shaped = pc.utf8_slice_codeunits(texts, 0, _LONGEST_SHAPE)
    for pattern, sign in _CLASSES:
        shaped = pc.replace_substring_regex(shaped, pattern, sign)
    return shaped


def _frequent(texts: pa.Array | pa.ChunkedArray, most: int) -> tuple[Frequent, ...]:
    """The values with their counts, most frequent first; equal ones in an order that mixes them.

    Of a column whose values are all different, the first ones are then examples from all of it.
    """
    counted = texts.value_counts()
    pairs = zip(counted.field("values").to_pylist(), counted.field("counts").to_pylist(), strict=True)
    return tuple(Frequent(value, rows) for value, rows in nsmallest(most, pairs, key=_rank))


def _rank(pair: tuple[str, int]) -> tuple[int, int, str]:
    return -pair[1], crc32(pair[0].encode()), pair[0]
