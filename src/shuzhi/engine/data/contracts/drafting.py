"""A first contract for a file that came without one, every promise with its evidence.

Reads a profile, headers and (where there are) grades; opens nothing. What is drafted is what
the data shows nearly everywhere, so that the few cells which differ become findings. All
thresholds are defaults of this product, not a regulation: a person confirms the draft.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from shuzhi.engine.data.contracts import clues
from shuzhi.engine.data.contracts.limits import limits
from shuzhi.engine.data.contracts.model import Contract
from shuzhi.engine.data.contracts.proposals import Proposal
from shuzhi.engine.data.contracts.sightings import ENOUGH_ROWS, DraftColumn, Sighting, propose, see
from shuzhi.engine.data.fields import Field, FieldType
from shuzhi.engine.data.grading.categories import UNKNOWN
from shuzhi.engine.data.grading.model import QUEUE, ColumnGrade
from shuzhi.engine.data.profiling import Profile

NEARLY_ALL = 0.98
"""Share of rows that a key may be drawn from, so that planted or real faults do not hide it."""
_RUNS_BESIDE_KEY = 2


@dataclass(frozen=True, slots=True)
class DraftRequest:
    """What a file cannot say of itself; ``id`` is made from ``name`` where empty."""

    name: str
    title: str = ""
    id: str = ""
    version: str = "1.0.0"
    description: str = ""
    owner: str | None = None
    domain: str | None = None
    update_cycle: str = "other"


@dataclass(frozen=True, slots=True)
class Draft:
    """A contract and, in the order of its columns, why it promises what it promises."""

    contract: Contract
    proposals: tuple[Proposal, ...]


def draft_contract(
    columns: Sequence[DraftColumn],
    profile: Profile,
    grades: Sequence[ColumnGrade],
    request: DraftRequest,
) -> Contract:
    """The drafted contract alone; see ``draft`` for the evidence."""
    return draft(columns, profile, grades, request).contract


def draft(
    columns: Sequence[DraftColumn],
    profile: Profile,
    grades: Sequence[ColumnGrade],
    request: DraftRequest,
) -> Draft:
    """A contract for the profiled table. ``grades`` may be empty; columns without one are read by header."""
    by_name = {grade.column: grade for grade in grades}
    seen = [see(column, profile, by_name.get(column.name)) for column in columns]
    key = _key(seen)
    fields, proposals = [], []
    for each in seen:
        found = list(_proposals(each, key, by_name.get(each.column.name)))
        proposals += found
        fields.append(replace(_bare(each.column), **{p.attribute: p.value for p in found}))
    table = [p for p in (_organisation(seen, key), _subject(seen, key)) if p]
    contract = Contract(
        id=request.id or request.name,
        name=request.name,
        version=request.version,
        title=request.title or request.name,
        fields=tuple(fields),
        description=request.description,
        owner=request.owner,
        update_cycle=request.update_cycle,
        domain=request.domain,
    )
    return Draft(replace(contract, **{p.attribute: p.value for p in table}), (*proposals, *table))


def _bare(column: DraftColumn) -> Field:
    other = column.header.strip() if column.header.strip() != column.name else ""
    return Field(column.name, column.type, unit=column.unit, aliases=(other,) if other else ())


def _proposals(seen: Sighting, key: Proposal | None, grade: ColumnGrade | None) -> Iterator[Proposal]:
    """What is proposed for one column, at most one proposal for each attribute."""
    is_key = key is not None and key.column == seen.column.name
    if key is not None and is_key:
        yield key
    yield from _filled_and_unique(seen, is_key)
    yield from limits(seen)
    if grade and grade.category != UNKNOWN and grade.confidence >= QUEUE:
        values = {"category": grade.category, "confidence": round(grade.confidence * 100)}
        yield propose(seen, "category", grade.category, "category", **values)
        yield propose(seen, "grade", grade.level, "category", **values)


# ---- the key


def _key(seen: Sequence[Sighting]) -> Proposal | None:
    """The one column that tells rows apart: values nearly all there and different, header agreeing."""
    worths = [(_key_worth(each, place), each) for place, each in enumerate(seen)]
    worth, best = max(worths, key=lambda pair: pair[0], default=(0.0, None))
    if best is None or worth <= 0:
        return None
    values = {"distinct": best.profile.distinct, "filled": best.profile.filled, "repeats": best.repeats}
    code = "key" if not best.repeats else "key_repeats"
    if _is_sequence(best):
        code = "key_sequence"
    return propose(best, "primary_key", True, code, **values)


def _key_worth(seen: Sighting, place: int) -> float:
    profile = seen.profile
    if profile.filled < ENOUGH_ROWS or seen.column.type not in (FieldType.STRING, FieldType.INTEGER):
        return 0
    nearly = profile.filled >= NEARLY_ALL * profile.rows and profile.distinct >= NEARLY_ALL * profile.filled
    if not nearly or not profile.distinct_exact:
        return 0
    by_name = clues.KEY_CATEGORIES.get(seen.category, 0)
    if _is_sequence(seen):
        by_name = clues.SEQUENCE_WORTH if profile.is_unique else 0
    elif clues.names_a_number(seen.column.header or seen.column.name):
        by_name = max(by_name, clues.NUMBER_WORTH)
    whole = 20 if profile.is_unique and not profile.nulls else 0
    return by_name + whole - place / 100 if by_name else 0


def _is_sequence(seen: Sighting) -> bool:
    return seen.category == clues.SEQUENCE_CATEGORY or clues.names_a_sequence(seen.column.header)


def _filled_and_unique(seen: Sighting, is_key: bool) -> Iterator[Proposal]:
    profile = seen.profile
    if is_key:
        yield propose(seen, "required", True, "required_key")
    elif clues.may_stay_empty(seen.column.header or seen.column.name) or profile.filled < ENOUGH_ROWS:
        pass
    elif not profile.nulls:
        yield propose(seen, "required", True, "required", rows=profile.rows)
    elif profile.filled > NEARLY_ALL * profile.rows:
        yield propose(seen, "required", True, "required_nearly", nulls=profile.nulls, rows=profile.rows)
    number = seen.category in clues.KEY_CATEGORIES or clues.names_a_number(seen.column.header)
    countable = seen.column.type in (FieldType.STRING, FieldType.INTEGER)
    if not is_key and number and countable and profile.filled >= ENOUGH_ROWS and profile.is_unique:
        yield propose(seen, "unique", True, "unique", distinct=profile.distinct)


# ---- the table


def _organisation(seen: Sequence[Sighting], key: Proposal | None) -> Proposal | None:
    """The column that says which organisation a row belongs to."""
    worths = [(_organisation_worth(each, key), -place, each) for place, each in enumerate(seen)]
    worth, _, best = max(worths, key=lambda found: found[:2], default=(0, 0, None))
    if best is None or not worth:
        return None
    values = {"distinct": best.profile.distinct}
    return Proposal("", "organisation_column", best.column.name, "organisation", values)


def _organisation_worth(seen: Sighting, key: Proposal | None) -> int:
    profile = seen.profile
    if seen.column.type is not FieldType.STRING or (key and key.column == seen.column.name):
        return 0
    repeated = profile.distinct * _RUNS_BESIDE_KEY <= profile.filled and profile.filled * 2 >= profile.rows
    named = (profile.length_max or 0) > _RUNS_BESIDE_KEY  # 个 or 公里 stand under 单位 too
    return clues.organisation_worth(seen.column.header or seen.column.name) if repeated and named else 0


def _subject(seen: Sequence[Sighting], key: Proposal | None) -> Proposal | None:
    """Whom the rows are about, by the number that stands for them; the key's before others'."""
    ordered = sorted(seen, key=lambda each: key is None or each.column.name != key.column)
    for each in ordered:
        if each.category in clues.SUBJECTS and each.profile.filled >= each.profile.rows / 2:
            subject = clues.SUBJECTS[each.category]
            return Proposal("", "subject", subject, "subject", {"column": each.column.name})
    return None


def as_lines(draft: Draft, language: str | None = None) -> Mapping[str, tuple[str, ...]]:
    """The evidence by column ("" for the table), in sentences."""
    lines: dict[str, tuple[str, ...]] = {}
    for proposal in draft.proposals:
        said = lines.get(proposal.column, ())
        sentence = f"{proposal.title(language)}: {proposal.sentence(language)}"
        lines[proposal.column] = (*said, sentence)
    return lines
