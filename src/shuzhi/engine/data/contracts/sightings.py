"""One column with all that is known of it when a contract is drafted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from shuzhi.engine.data.contracts.proposals import Proposal
from shuzhi.engine.data.fields import FieldType
from shuzhi.engine.data.grading.categories import UNKNOWN
from shuzhi.engine.data.grading.headers import read_header
from shuzhi.engine.data.grading.model import QUEUE, ColumnGrade
from shuzhi.engine.data.profiling import ColumnProfile, Profile

ENOUGH_ROWS = 20
"""Below so many filled rows nothing is concluded from values."""


class DraftColumn(Protocol):
    """What drafting needs of a reader's column (``reading.ReadColumn`` is one)."""

    @property
    def name(self) -> str: ...
    @property
    def header(self) -> str: ...
    @property
    def type(self) -> FieldType: ...
    @property
    def unit(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Sighting:
    """One column with everything known of it."""

    column: DraftColumn
    profile: ColumnProfile
    category: str

    @property
    def repeats(self) -> int:
        """Rows whose value stands in another row too, less the first of each."""
        return self.profile.filled - self.profile.distinct


def see(column: DraftColumn, profile: Profile, grade: ColumnGrade | None) -> Sighting:
    """``column`` with its profile; its category is the grade's or, where none is likely, the header's."""
    if grade and grade.category != UNKNOWN and grade.confidence >= QUEUE:
        return Sighting(column, profile.column(column.name), grade.category)
    read = read_header(column.header or column.name)
    category = max(read, key=lambda code: read[code], default=UNKNOWN)
    return Sighting(column, profile.column(column.name), category)


def propose(sighting: Sighting, attribute: str, value: Any, code: str, **values: object) -> Proposal:
    """A proposal for the sighting's column."""
    return Proposal(sighting.column.name, attribute, value, code, values)
