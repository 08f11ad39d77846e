"""Rules drawn from clean data, each with what it was drawn from.

Two sources: a profile says what single columns hold; candidates for relations between columns
are tried on the table itself, all in one run, and kept where they hold. A rule is drawn only
where chance is an unlikely reason for what was seen. All thresholds are defaults of this
product, not a regulation: a person confirms the draft.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from shuzhi.engine.data.contracts import clues
from shuzhi.engine.data.contracts.model import Contract
from shuzhi.engine.data.contracts.places import name_places
from shuzhi.engine.data.fields import Field
from shuzhi.engine.data.profiling import ColumnProfile, Frequent, Profile
from shuzhi.engine.data.quality.bounds import as_day, day_bounds, number_bounds, tells_the_past
from shuzhi.engine.data.quality.candidates import relations
from shuzhi.engine.data.quality.compiling import KINDS
from shuzhi.engine.data.quality.rules import Rule, Severity
from shuzhi.engine.data.quality.running import CheckRequest, run_rules
from shuzhi.engine.data.tables import Tables
from shuzhi.engine.texts import N_, translate

if TYPE_CHECKING:
    import ibis.expr.types as ir

ENOUGH_ROWS = 100
MOST_VALUES, TIMES_EACH, LONGEST_VALUE = 30, 10, 30
MOST_SHAPES, SHAPE_TIMES, LONGEST_SHAPE = 8, 5, 24
NAME, SHORTEST_NAME = "person.name", 2
NUMBERING_SHARE = 0.7
HOLDS_SHARE = 0.99
UNIQUE_SHARE = 0.99
# names that two places share, and devices that fail, break such relations oftener than slips do
FIRM, FIRM_SHARE, SLIPS = ("depends", "conditional_required"), 0.998, 2
_SIGNS = {"9": "[0-9]", "A": "[A-Z]", "a": "[a-z]", "文": r"\p{Han}"}

EVIDENCE = {
    "not_null": N_("It is filled in all {rows} rows."),
    "enum": N_("Only {count} different values stand in {rows} rows, each at least {least} times."),
    "pattern": N_("All of {rows} values looked at have one of {count} shapes."),
    "unique": N_("All but {repeats} of {rows} values are different, and the name says a number or code."),
    "length": N_("All of {rows} names have at least {least} characters."),
    "range": N_("Values lie between {low} and {high}; the bounds leave room for a tail like theirs."),
    "range_days": N_("Days lie between {low} and {high}; the bounds leave room on both sides."),
    "range_past": N_("Days lie between {low} and {high}, all of them past, as the column's name says."),
    "relation": N_("It holds in {held} of {rows} rows."),
}


def draft_rules(
    profile: Profile, contract: Contract, *, today: date | None = None, language: str | None = None
) -> tuple[Rule, ...]:
    """Rules about single columns that the contract's fields do not promise already.

    Nothing is drawn from fewer than ENOUGH_ROWS filled cells. Evidence is written in ``language``.
    Without ``today`` no day is known to be past.
    """
    fields = {field.name: field for field in contract.fields}
    taken = {rule.id for rule in contract.rules}
    found: list[Rule] = []
    for column in profile.columns:
        if column.filled >= ENOUGH_ROWS:
            field = fields.get(column.name) or Field(column.name)
            found += (r for r in _column_rules(column, field, today, language) if r.id not in taken)
    return tuple(found)


def draft_relations(
    tables: Tables, table: ir.Table, profile: Profile, contract: Contract, *, language: str | None = None
) -> tuple[Rule, ...]:
    """Rules between columns that hold in nearly all rows (HOLDS_SHARE, FIRM_SHARE) of ``table``.

    Candidates: resident ID with date of birth and with sex, days in order, a code with its
    name, a cell that is filled whenever another is. One run tries them all.
    """
    taken = {rule.id for rule in contract.rules}
    candidates = [rule for rule in relations(profile, contract) if rule.id not in taken]
    if not candidates:
        return ()
    trial = Contract(contract.id, contract.name, contract.version, contract.title, (), tuple(candidates))
    report = run_rules(tables, table, trial, request=CheckRequest())
    kept = []
    for result in report.rules:
        evaluated, failed = result.evaluated or 0, result.failed or 0
        if evaluated >= ENOUGH_ROWS and failed <= _slips(result.rule.kind, evaluated):
            said = _said("relation", language, held=evaluated - failed, rows=evaluated)
            kept.append(_with_evidence(result.rule, said))
    return tuple(kept)


def without_weaker(contract: Contract) -> Contract:
    """The contract without longest lengths that a rule about the same column's shape holds already."""
    shaped = {rule.columns[0] for rule in contract.rules if rule.kind == "pattern"}
    fields = (replace(f, max_length=None) if f.name in shaped else f for f in contract.fields)
    return replace(contract, fields=tuple(fields))


def _slips(kind: str, rows: int) -> float:
    """How many rows may break a relation of this kind and be slips."""
    return max(SLIPS, (1 - FIRM_SHARE) * rows) if kind in FIRM else (1 - HOLDS_SHARE) * rows


def _with_evidence(rule: Rule, evidence: str) -> Rule:
    return Rule(rule.id, rule.kind, rule.columns, rule.params, rule.indicator, rule.severity, "", evidence)


def _said(code: str, language: str | None, **values: object) -> str:
    return translate(EVIDENCE[code], language).format(**values)


def say_evidence(text: str, language: str) -> str:
    """A drafted rule's evidence in another language than it was written in; any other text as it is."""
    for template, pattern in _written():
        if found := pattern.fullmatch(text):
            return translate(template, language).format(**found.groupdict())
    return text


@cache
def _written() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Each template with what recognises a sentence made of it, in every language of the product."""
    return tuple(
        (
            template,
            re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+?)", re.escape(translate(template, language)))),
        )
        for template in EVIDENCE.values()
        for language in ("en", "zh-hans")
    )


def _rule(kind: str, column: str, params: dict[str, object], evidence: str) -> Rule:
    return Rule(f"{column}.{kind}", kind, (column,), params, KINDS[kind].indicator, evidence=evidence)


def _column_rules(
    column: ColumnProfile, field: Field, today: date | None, language: str | None
) -> Iterator[Rule]:
    name = column.name
    if not (column.nulls or field.required or field.primary_key or clues.may_stay_empty(name)):
        yield _rule("not_null", name, {}, _said("not_null", language, rows=column.rows))
    if _is_nearly_unique(column) and not (field.unique or field.primary_key):
        said = _said("unique", language, repeats=column.filled - column.distinct, rows=column.filled)
        yield replace(_rule("unique", name, {}, said), severity=Severity.BLOCKER)
    if column.type == "string" and not (field.format or field.enum or field.pattern):
        # one of the two: a second would report the same cell twice
        yield from _enum(column, language) or _pattern(column, field, language)
    if field.category == NAME and not field.max_length and (column.length_min or 0) >= SHORTEST_NAME:
        said = _said("length", language, rows=column.filled, least=SHORTEST_NAME)
        yield _rule("length", name, {"min": SHORTEST_NAME}, said)
    numeric = column.type.startswith(("int", "float", "decimal"))
    if numeric and field.maximum is None and not _is_numbering(column):
        yield from _range(column, field, language)
    if column.type == "date" or column.type.startswith("timestamp"):
        yield from _days(column, today, language)


def _is_nearly_unique(column: ColumnProfile) -> bool:
    """Whether a few values of a number or code stand twice: slips, where the others are all different."""
    countable = column.type == "string" or column.type.startswith("int")
    known = countable and column.distinct_exact and clues.names_one_row(column.name)
    return known and UNIQUE_SHARE * column.filled <= column.distinct < column.filled


def _is_numbering(column: ColumnProfile) -> bool:
    """Whether whole numbers name things instead of measuring them: they go on in the next table."""
    return column.type.startswith("int") and column.distinct >= NUMBERING_SHARE * column.filled


def _enum(column: ColumnProfile, language: str | None) -> list[Rule]:
    """The values themselves, where they are few and none is so rare that others may be missing."""
    values = [frequent.value for frequent in column.top]
    complete = column.distinct_exact and len(values) == column.distinct
    if not complete or not 0 < len(values) <= MOST_VALUES:
        return []
    least = min(frequent.rows for frequent in column.top)
    if name_places(column.top):
        return []
    if least < TIMES_EACH or max(map(len, values)) > LONGEST_VALUE:
        return []
    said = _said("enum", language, count=len(values), rows=column.filled, least=least)
    return [_rule("enum", column.name, {"values": sorted(values)}, said)]


def _pattern(column: ColumnProfile, field: Field, language: str | None) -> list[Rule]:
    """The shapes of a code, where they are few, all short, and none is rare.

    Names, addresses and other words have none: the next one may be longer.
    """
    shapes = column.shapes
    total = sum(shape.rows for shape in shapes)
    if not 0 < len(shapes) <= MOST_SHAPES or total < max(column.sampled, ENOUGH_ROWS):
        return []
    if (field.category or "").startswith(clues.FREE_CATEGORIES) or not _are_codes(shapes):
        return []
    if min(shape.rows for shape in shapes) < SHAPE_TIMES or max(len(s.value) for s in shapes) > LONGEST_SHAPE:
        return []
    said = _said("pattern", language, rows=total, count=len(shapes))
    pattern = "|".join(_expression(shape.value) for shape in sorted(shapes, key=lambda s: s.value))
    whole = f"^{pattern}$" if len(shapes) == 1 else f"^(?:{pattern})$"
    return [_rule("pattern", column.name, {"pattern": whole}, said)]


def _are_codes(shapes: Sequence[Frequent]) -> bool:
    """Whether shapes are of digits and letters, and no two differ in how many stand together only.

    Where they do (9 and 99, 文文 and 文文文), the number is open and the next value may have more.
    """
    values = [shape.value for shape in shapes]
    coded = all(v.count("文") <= 1 and any(sign in v for sign in "9A") for v in values)
    return coded and len({re.sub(r"(.)\1+", r"\1", v) for v in values}) == len(values)


def _expression(shape: str) -> str:
    runs = re.findall(r"((.)\2*)", shape, re.DOTALL)
    parts = ((_SIGNS.get(sign) or re.escape(sign), len(run)) for run, sign in runs)
    return "".join(sign if times == 1 else f"{sign}{{{times}}}" for sign, times in parts)


def _range(column: ColumnProfile, field: Field, language: str | None) -> Iterator[Rule]:
    """Bounds beyond the extremes by as much as the tails make likely."""
    if found := number_bounds(column):
        bounds: dict[str, object] = {"min": found[0], "max": found[1]}
        if field.minimum is not None:
            bounds.pop("min")
        said = _said("range", language, low=column.minimum, high=column.maximum)
        yield _rule("range", column.name, bounds, said)


def _days(column: ColumnProfile, today: date | None, language: str | None) -> Iterator[Rule]:
    """Bounds with room; today is the last day of what has happened."""
    found = day_bounds(column)
    if found is None:
        return
    bounds: dict[str, object] = {"min": found[0].isoformat()}
    past = tells_the_past(column, today)
    if past or found[1]:
        bounds["max"] = "today" if past else str(found[1])
    low, high = as_day(column.minimum), as_day(column.maximum)
    said = _said("range_past" if past else "range_days", language, low=low, high=high)
    yield _rule("range", column.name, bounds, said)
