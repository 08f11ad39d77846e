"""From claims, header and neighbours to one category per column. Knows no level and no scheme.

Confidence is 0.6 of what the values say, 0.3 of what the header says and 0.1 of what stands
beside (the weights are defaults, not a regulation). What is not there at all, a hidden or
meaningless header, a column without values, a category without neighbours, takes no part, and
the others are weighed among themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shuzhi.engine.data.grading.categories import UNKNOWN, load_categories
from shuzhi.engine.data.grading.detectors import DETECTORS, Claim
from shuzhi.engine.data.grading.detectors.quantities import column_shape
from shuzhi.engine.data.grading.headers import read_header
from shuzhi.engine.data.grading.model import QUEUE, Alternative, Evidence
from shuzhi.engine.data.grading.sampling import ColumnSample

VALUE, HEADER, NEIGHBOUR = 0.6, 0.3, 0.1
_HEADER_ALONE = 0.75
_BLIND = 0.62
"""What a header alone is worth where no value can confirm it: shown, asked about, not accepted."""
_ALTERNATIVES = 3
_WORTH_NAMING = 0.15


@dataclass(frozen=True, slots=True)
class Verdict:
    """The category of one column, how sure, why, and what else it might be."""

    category: str
    confidence: float
    evidence: tuple[Evidence, ...]
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True)
class Sides:
    """What is known of one column before its neighbours are: claims and header by category."""

    column: ColumnSample
    claims: Mapping[str, Claim]
    header: Mapping[str, float]


def weigh_sides(column: ColumnSample) -> Sides:
    """Runs every detector over the column and reads its header."""
    claims: dict[str, Claim] = {}
    for detector in DETECTORS:
        for claim in detector(column):
            known = claims.get(claim.category)
            claims[claim.category] = claim if known is None else _stronger(known, claim)
    header = read_header(column.header) if column.header is not None else {}
    return Sides(column, claims, header)


def _stronger(one: Claim, other: Claim) -> Claim:
    """Two claims of one category as one: each score the better of both."""
    first = one if one.score >= other.score else other
    headed = max(c.headed or c.score for c in (one, other))
    return Claim(first.category, first.score, first.evidence, headed)


def decide(sides: Sides, beside: Mapping[str, Evidence]) -> Verdict:
    """One column's verdict; ``beside`` holds the neighbours' evidence by the category it speaks for."""
    scored = {code: _confidence(code, sides, beside) for code in {*sides.claims, *sides.header}}
    ranked = sorted(scored.items(), key=lambda item: (-item[1], item[0]))
    if not ranked or ranked[0][1] < _WORTH_NAMING:
        return Verdict(UNKNOWN, 0.0, _reasons(UNKNOWN, sides, beside))
    category, confidence = ranked[0]
    others = [Alternative(c, round(s, 3)) for c, s in ranked[1:] if s >= _WORTH_NAMING]
    return Verdict(
        category, round(confidence, 3), _reasons(category, sides, beside), tuple(others[:_ALTERNATIVES])
    )


def _confidence(code: str, sides: Sides, beside: Mapping[str, Evidence]) -> float:
    said = sides.header.get(code, 0.0)
    value = _value_score(code, sides, headed=said > 0)
    total, weight = VALUE * value, VALUE
    if not sides.column.filled:
        return _HEADER_ALONE * said
    if sides.header:
        total, weight = total + HEADER * said, weight + HEADER
    if code in beside:
        total, weight = total + NEIGHBOUR, weight + NEIGHBOUR
    return total / weight


def _value_score(code: str, sides: Sides, *, headed: bool) -> float:
    claim = sides.claims.get(code)
    score = 0.0
    if claim:
        score = max(claim.score, claim.headed or 0.0) if headed else claim.score
    if headed and score < _BLIND and column_shape(sides.column) in load_categories()[code].shapes:
        # nothing in the values can prove it (a religion, a password), nothing speaks against it
        return _BLIND
    return score


def _reasons(code: str, sides: Sides, beside: Mapping[str, Evidence]) -> tuple[Evidence, ...]:
    column = sides.column
    found = list(sides.claims[code].evidence) if code in sides.claims else []
    if not column.filled:
        found.append(Evidence("value.none"))
    elif column.filled < 10:
        found.append(Evidence("value.few", {"rows": column.filled}))
    found.append(_header_reason(code, sides))
    if code in beside:
        found.append(beside[code])
    return tuple(found)


def _header_reason(code: str, sides: Sides) -> Evidence:
    header = sides.column.header
    if header is None:
        return Evidence("header.hidden")
    if code in sides.header:
        return Evidence("header.says", {"header": header, "words": code})
    return Evidence("header.other" if sides.header else "header.silent", {"header": header})


def is_named(verdict: Verdict) -> bool:
    """Whether the column may speak for its neighbours."""
    return verdict.confidence >= QUEUE
