"""Which relations between columns are worth trying on a table, from its profile alone."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import permutations

from shuzhi.engine.data.contracts.model import Contract
from shuzhi.engine.data.profiling import ColumnProfile, Profile
from shuzhi.engine.data.quality.compiling import KINDS
from shuzhi.engine.data.quality.relations import FEMALE, MALE
from shuzhi.engine.data.quality.rules import Rule

MOST_COLUMNS = 12
REPEATS_EACH = 5
# chance that a relation holds by luck: below e**-20 for each pair tried
SURPRISE = 20.0
FILLED_LEAST, FILLED_MOST = 0.02, 0.95


def relations(profile: Profile, contract: Contract) -> Iterator[Rule]:
    """The rules to try; each that cannot be true by chance where it holds."""
    formats = {field.name: field.format for field in contract.fields}
    yield from _resident_ids(profile, formats)
    yield from _days_in_order(profile)
    yield from _codes_and_names(profile)
    yield from _filled_together(profile)


def _rule(kind: str, *columns: str, **params: object) -> Rule:
    return Rule(f"{'.'.join(columns)}.{kind}", kind, columns, params, KINDS[kind].indicator)


def _is_day(column: ColumnProfile) -> bool:
    return column.type == "date" or column.type.startswith("timestamp")


def _resident_ids(profile: Profile, formats: Mapping[str, str | None]) -> Iterator[Rule]:
    numbers = [c for c in profile.columns if formats.get(c.name) == "resident_id"][:MOST_COLUMNS]
    days = [c for c in profile.columns if _is_day(c)][:MOST_COLUMNS]
    sexes = [c for c in profile.columns if _is_sex(c)][:MOST_COLUMNS]
    for number in numbers:
        yield from (_rule("matches_birth_date", number.name, day.name) for day in days)
        yield from (_rule("matches_sex", number.name, sex.name) for sex in sexes)


def _is_sex(column: ColumnProfile) -> bool:
    values = {frequent.value for frequent in column.top}
    few = column.distinct <= len(MALE) + len(FEMALE) and not _is_day(column)
    return few and bool(values & set(MALE)) and bool(values & set(FEMALE))


def _days_in_order(profile: Profile) -> Iterator[Rule]:
    days = [column for column in profile.columns if _is_day(column)][:MOST_COLUMNS]
    for first, second in permutations(days, 2):
        overlap = str(first.maximum) >= str(second.minimum)
        # where one ends before the other begins, the order is no news
        if overlap and first.type == second.type:
            yield _rule("compare", first.name, second.name, operator="<=")


def _codes_and_names(profile: Profile) -> Iterator[Rule]:
    repeated = [c for c in profile.columns if c.distinct > 1 and c.filled >= REPEATS_EACH * c.distinct]
    texts = [c for c in repeated if c.type == "string" or c.type.startswith("int")]
    texts = sorted(texts, key=lambda c: -c.distinct)[:MOST_COLUMNS]
    for code, name in permutations(texts, 2):
        if code.distinct >= name.distinct and _surprise(code, name) >= SURPRISE:
            yield _rule("depends", code.name, name.name)


def _surprise(code: ColumnProfile, name: ColumnProfile) -> float:
    """How unlikely it is, as minus a logarithm, that repeated codes go with one name each by chance."""
    share = name.top[0].rows / name.sampled if name.top and name.sampled else 1.0
    return (code.filled - code.distinct) * -math.log(min(share, 1.0))


def _filled_together(profile: Profile) -> Iterator[Rule]:
    partly = [
        column
        for column in profile.columns
        if FILLED_LEAST <= column.filled / max(column.rows, 1) <= FILLED_MOST
    ][:MOST_COLUMNS]
    for wanted, other in permutations(partly, 2):
        share = wanted.filled / wanted.rows
        if wanted.filled >= other.filled and other.filled * -math.log(share) >= SURPRISE:
            yield _rule("conditional_required", wanted.name, other.name)
