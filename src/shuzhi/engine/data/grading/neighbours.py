"""What the columns of one table say of each other. Knows verdicts and samples, no level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from shuzhi.engine.data.grading.categories import load_categories
from shuzhi.engine.data.grading.combining import Verdict, is_named
from shuzhi.engine.data.grading.detectors.model import rounded
from shuzhi.engine.data.grading.detectors.times import day_of
from shuzhi.engine.data.grading.forms import read_forms
from shuzhi.engine.data.grading.model import Evidence
from shuzhi.engine.data.grading.sampling import ColumnSample

_AGREES = 0.5
_COMPARED = 300
RESIDENT = "person.resident_id"


def look_beside(columns: Sequence[ColumnSample], verdicts: Sequence[Verdict]) -> list[dict[str, Evidence]]:
    """For each column, the evidence of the others by the category it speaks for."""
    holding: dict[str, list[str]] = {}
    for column, verdict in zip(columns, verdicts, strict=True):
        if is_named(verdict):
            holding.setdefault(verdict.category, []).append(column.name)
    speaking = {
        code: [name for near in category.near for name in holding.get(near, ())[:2]]
        for code, category in load_categories().items()
    }
    return [
        {
            code: Evidence("near.column", {"column": other})
            for code, names in speaking.items()
            for other in [name for name in names if name != column.name][:1]
        }
        for column in columns
    ]


def births_in_numbers(columns: Sequence[ColumnSample], verdicts: Sequence[Verdict]) -> Mapping[str, Evidence]:
    """Date columns whose days stand in the identity numbers of the same rows, by column name."""
    numbers = [c for c, v in zip(columns, verdicts, strict=True) if v.category == RESIDENT and is_named(v)]
    found: dict[str, Evidence] = {}
    for column, verdict in zip(columns, verdicts, strict=True):
        if not verdict.category.startswith(("time.", "person.birth")):
            continue
        for number in numbers:
            share = _agreement(column, number)
            if share >= _AGREES:
                found[column.name] = Evidence("near.agrees", {"share": rounded(share), "column": number.name})
    return found


def _agreement(column: ColumnSample, number: ColumnSample) -> float:
    if not (column.aligned and number.aligned):
        return 0.0
    pairs = [(a, b) for a, b in zip(column.cells, number.cells, strict=True) if a and b][:_COMPARED]
    compared = agreeing = 0
    for text, identity in pairs:
        day, born = day_of(read_forms(text).bare), birth_of(identity)
        if day and born:
            compared += 1
            agreeing += day[0] == born
    return agreeing / compared if compared >= 5 else 0.0


def birth_of(identity: str) -> date | None:
    """The day of birth in an identity number of 18 or 15 characters; null where there is none."""
    cores = read_forms(identity).cores
    digits = cores[0][6:14] if cores and len(cores[0]) == 18 else "19" + cores[0][6:12] if cores else ""
    if len(digits) != 8 or not digits.isdigit():
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def share_of_minors(column: ColumnSample, category: str, today: date) -> float | None:
    """The share of sampled births after the day on which somebody now 14 was born; null where none."""
    if category not in (RESIDENT, "person.birth_date"):
        return None
    births = []
    for value in column.values:
        found = day_of(value.forms.bare)
        born = birth_of(value.raw) if category == RESIDENT else found[0] if found else None
        if born:
            births.append((born, value.rows))
    rows = sum(n for _, n in births)
    if not rows:
        return None
    young = sum(
        n
        for born, n in births
        if (today.year - born.year, (today.month, today.day)) < (14, (born.month, born.day))
        or today.year - born.year < 14
    )
    return young / rows
