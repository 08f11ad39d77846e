"""What a drafted contract may demand of one column's values: a format, a list, a length, bounds."""

from __future__ import annotations

from collections.abc import Iterator

from shuzhi.engine.data.contracts import clues
from shuzhi.engine.data.contracts.places import name_places, towns_named
from shuzhi.engine.data.contracts.proposals import Proposal
from shuzhi.engine.data.contracts.sightings import ENOUGH_ROWS, Sighting, propose
from shuzhi.engine.data.fields import FieldType
from shuzhi.engine.data.grading.categories import load_categories
from shuzhi.engine.data.identifiers import IDENTIFIERS, Strength
from shuzhi.engine.data.profiling import ColumnProfile, Frequent

_FEW_VALUES, _TIMES_EACH, _TIMES_LEAST, _LONGEST_VALUE = 30, 10, 3, 30
_SLIP_SHARE, _SLIP_TIMES = 0.002, 20
_VALID_WITH_HEADER, _VALID_ALONE, _SEEN_ALONE = 0.7, 0.9, 10


def limits(seen: Sighting) -> Iterator[Proposal]:
    """Bounds, and the first of format, list and length that the values bear out.

    One of the three, since a second would report the same cell twice.
    """
    found = (proposal for make in (_format, _enum, _length) if (proposal := make(seen)))
    first = next(found, None)
    if first:
        yield first
    yield from _range(seen)


def _format(seen: Sighting) -> Proposal | None:
    """The identifier its values follow: the category's where most agree, else one with a check digit."""
    if seen.column.type is not FieldType.STRING or len(seen.profile.top) == 0:
        return None
    category = load_categories().get(seen.category)
    named = category.identifier if category else None
    if named and named not in clues.LOOSE_FORMATS:
        return _format_if(seen, named, _VALID_WITH_HEADER)
    if named or sum(value.rows for value in seen.profile.top) < _SEEN_ALONE:
        return None
    telling = (kind for kind, known in IDENTIFIERS.items() if known.strength is Strength.CHECK)
    found = (_format_if(seen, kind, _VALID_ALONE) for kind in telling if kind not in clues.LOOSE_FORMATS)
    return next((proposal for proposal in found if proposal), None)


def _format_if(seen: Sighting, kind: str, share: float) -> Proposal | None:
    identifier, values = IDENTIFIERS[kind], [value.value for value in seen.profile.top]
    # "form" is a value that is right but for its writing: full-width digits, a small x
    valid = sum(identifier.problem(value) in (None, "form") for value in values)
    if valid < share * len(values):
        return None
    return propose(seen, "format", kind, "format", valid=valid, looked=len(values), title=identifier.title)


def _enum(seen: Sighting) -> Proposal | None:
    """Its values, where they are few, each comes often, and the list of them is complete.

    For towns it is the region data's list of the district's: the file may lack some.
    """
    profile = seen.profile
    if seen.column.type is FieldType.STRING and profile.filled >= ENOUGH_ROWS:
        if towns := towns_named(profile.top):
            said = {"district": towns.district, "total": len(towns.names)}
            return propose(seen, "enum", towns.names, "enum_towns", count=profile.distinct, **said)
        if name_places(profile.top):
            return None
    few = profile.distinct_exact and 1 < profile.distinct <= _FEW_VALUES
    often = profile.filled >= max(ENOUGH_ROWS, _TIMES_EACH * profile.distinct)
    free = seen.category.startswith(clues.FREE_CATEGORIES)
    complete = len(profile.top) == profile.distinct
    if seen.column.type is not FieldType.STRING or free or not (few and often and complete):
        return None
    if any(len(value.value) > _LONGEST_VALUE for value in profile.top):
        return None
    slips = [value for value in profile.top if _is_slip(value, profile)]
    # as many values as are rare are likely to be new in the next table
    if sum(value.rows < _TIMES_LEAST and value not in slips for value in profile.top) > 1:
        return None
    values = tuple(sorted(v.value for v in profile.top if v not in slips))
    left_out = "、".join(value.value for value in slips)
    code = "enum_without" if slips else "enum"
    return propose(seen, "enum", values, code, count=profile.distinct, rows=profile.filled, left_out=left_out)


def _is_slip(value: Frequent, profile: ColumnProfile) -> bool:
    """Whether a rare word of Chinese characters differs in one of them from a frequent one."""
    if value.rows > max(1, _SLIP_SHARE * profile.sampled) or any(c.isascii() for c in value.value):
        return False
    frequent = (v for v in profile.top if v.rows >= _SLIP_TIMES * value.rows)
    return len(value.value) > 1 and any(_one_apart(value.value, other.value) for other in frequent)


def _one_apart(one: str, other: str) -> bool:
    """Whether one character was changed, added or lost between two different words."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if start is None:
        return True
    return any(one[start + i :] == other[start + j :] for i, j in ((1, 1), (0, 1), (1, 0)))


def _length(seen: Sighting) -> Proposal | None:
    length = seen.profile.length_max
    if length is None or seen.profile.length_min != length or seen.profile.filled < ENOUGH_ROWS:
        return None
    if any(not value.value.isascii() for value in seen.profile.top):  # words, not codes
        return None
    return propose(seen, "max_length", length, "length", length=length)


def _range(seen: Sighting) -> Iterator[Proposal]:
    """Bounds from what the column is, where nearly all values agree; else none below 0 where none is."""
    profile, quantiles = seen.profile, seen.profile.quantiles
    if profile.filled < ENOUGH_ROWS or seen.column.type not in (FieldType.INTEGER, FieldType.NUMBER):
        return
    if clues.names_a_number(seen.column.header) or clues.names_a_sequence(seen.column.header):
        return
    span = clues.SPANS.get(seen.category)
    inside = span and quantiles and span.low <= quantiles[0.05] and quantiles[0.95] <= span.high
    if span and inside and not _runs_on(profile, span):
        values = {"title": span.title, "low": _plain(span.low), "high": _plain(span.high)}
        yield propose(seen, "minimum", span.low, "range_category", **values)
        yield propose(seen, "maximum", span.high, "range_category", **values)
    elif isinstance(profile.minimum, int | float) and profile.minimum >= 0:
        yield propose(seen, "minimum", 0.0, "range_not_negative")


def _runs_on(profile: ColumnProfile, span: clues.Span) -> bool:
    """Whether values cross a bound as the tail of the others does, not as slips far out."""
    low, high, at = profile.minimum, profile.maximum, profile.quantiles
    if not (isinstance(low, int | float) and isinstance(high, int | float)):
        return False
    above = span.high < high <= 2 * at[0.99] - at[0.5]
    below = span.low > low >= 2 * at[0.01] - at[0.5]
    return above or below


def _plain(number: float) -> int | float:
    return int(number) if number == int(number) else number
