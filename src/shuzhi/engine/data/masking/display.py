"""Masks for display: one value, or a whole column as an expression, shown alike.

Null stays null. A value masked already stays as it is. A value that does not have the form of
its kind is hidden whole: a phone number in the column of names never comes through as a name.
Irreversible and consistent masking of copies is another matter and not done here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, reduce
from typing import TYPE_CHECKING

from shuzhi.engine.data.grading.categories import load_categories
from shuzhi.engine.data.grading.scheme import Scheme, load_scheme
from shuzhi.engine.data.masking.patterns import (
    AMOUNT,
    AMOUNT_DROPPED,
    BANDS,
    HIDDEN,
    PATTERNS,
    MaskPattern,
    band_names,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir

_ROW = "_row"


@dataclass(frozen=True, slots=True)
class MaskSpec:
    """How values are shown: ``kind`` is a key of PATTERNS, or "amount" for bands of money."""

    kind: str


FULL = MaskSpec("full")


def mask_kinds() -> tuple[str, ...]:
    """Every kind a MaskSpec may name."""
    return (*PATTERNS, "amount")


def mask_for(category: str, level: str, clearance: int, *, scheme: Scheme | None = None) -> MaskSpec | None:
    """How somebody cleared up to the level of rank ``clearance`` (0-4) sees such values.

    None means in clear: the lowest level is for everybody, the others for those cleared to
    them. Nothing is shown of a value so many levels above that the scheme's
    ``full_from_gap`` is reached, nor of a category that is not known or has no mask.
    """
    scheme = scheme or load_scheme()
    rank = scheme.rank(level)
    if rank <= max(1, clearance):
        return None
    known = load_categories().get(category)
    if known is None or rank - clearance >= scheme.full_from_gap or known.mask == "none":
        return FULL
    return MaskSpec(known.mask)


def masked(column: ir.Value, spec: MaskSpec) -> ir.StringValue:
    """The column as it is shown: always text, null where the value is null."""
    import ibis

    text = column if column.type().is_string() else column.cast("string")
    if spec.kind == "amount":
        return _banded(text)
    pattern = PATTERNS[spec.kind]
    reduced = reduce(lambda t, c: t.replace(c, ""), pattern.dropped, text)
    hidden = text.isnull().ifelse(ibis.null("string"), HIDDEN)
    if not pattern.keeps:
        return hidden
    branches = [
        (reduced.re_search(f"^(?:{k.pattern})$"), reduced.re_replace(f"^(?:{k.pattern})$", k.shown))
        for k in pattern.keeps
    ]
    return ibis.cases(*branches, else_=hidden)


def masked_value(value: object, spec: MaskSpec) -> str | None:
    """As ``masked`` for one value: text, number, date or None."""
    if value is None:
        return None
    text = _text(value)
    if spec.kind == "amount":
        return _band_of(text)
    pattern = PATTERNS[spec.kind]
    reduced = _without(text, pattern.dropped)
    for compiled, shown in _compiled(spec.kind):
        match = compiled.fullmatch(reduced)
        if match:
            return match.expand(shown)
    return HIDDEN


def masked_view(
    table: ir.Table,
    grades: Mapping[str, tuple[str, str]],
    clearance: int,
    *,
    scheme: Scheme | None = None,
) -> ir.Table:
    """The table as somebody of that clearance sees it; ``grades`` holds (category, level) by column.

    Columns keep their order. A masked column becomes text. A column without a grade is hidden.
    """
    shown = {}
    for name in table.columns:
        if name == _ROW:
            shown[name] = table[name]
            continue
        spec = mask_for(*grades[name], clearance, scheme=scheme) if name in grades else FULL
        shown[name] = table[name] if spec is None else masked(table[name], spec)
    return table.select(**shown)


def is_masked(text: str) -> bool:
    """Whether a text holds two or more stars in a row, as masked values do."""
    return "**" in text or "＊＊" in text


@cache
def _compiled(kind: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    pattern: MaskPattern = PATTERNS[kind]
    return tuple((re.compile(keep.pattern), keep.shown) for keep in pattern.keeps)


def _without(text: str, characters: str) -> str:
    return text.translate({ord(c): None for c in characters})


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else str(value)


def _banded(text: ir.StringValue) -> ir.StringValue:
    import ibis

    reduced = reduce(lambda t, c: t.replace(c, ""), AMOUNT_DROPPED, text)
    number = reduced.re_search(f"^(?:{AMOUNT})$").ifelse(reduced, ibis.null("string")).try_cast("float64")
    below = [(number < bound, name) for bound, name in zip(BANDS, band_names(), strict=False)]
    branches = [
        (text.isnull(), ibis.null("string")), (text.isin(band_names()), text),
        (number.isnull(), ibis.literal(HIDDEN)), *below,
    ]  # fmt: skip
    return ibis.cases(*branches, else_=band_names()[-1])


def _band_of(text: str) -> str:
    if text in band_names():
        return text
    reduced = _without(text, AMOUNT_DROPPED)
    if not re.fullmatch(AMOUNT, reduced):
        return HIDDEN
    for bound, name in zip(BANDS, band_names(), strict=False):
        if float(reduced) < bound:
            return name
    return band_names()[-1]
