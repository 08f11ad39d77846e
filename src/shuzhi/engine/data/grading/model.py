"""What grading answers: values only. Knows neither how a column is recognised nor any scheme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

AUTO_ACCEPT = 0.9
"""Confidence from which a category needs no confirmation (default, not a regulation)."""
QUEUE = 0.5
"""Confidence from which a category is proposed at all (default, not a regulation)."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason: a code of ``evidence.SENTENCES`` and the values of its sentence."""

    code: str
    args: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Alternative:
    """A category that was considered and did not win."""

    category: str
    confidence: float


@dataclass(frozen=True, slots=True)
class ColumnGrade:
    """What one column is, and how sensitive.

    ``confidence`` lies in 0..1; ``state`` is "accepted" (from AUTO_ACCEPT), "proposed" (from
    QUEUE) or "unsure". ``evidence`` gives the reasons, strongest first; ``alternatives`` the
    other categories considered, likeliest first. ``minors`` is the share of the sampled
    birth dates of people below 14, null where no birth date was seen or no day was given.
    """

    column: str
    category: str
    level: str
    confidence: float
    evidence: tuple[Evidence, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    minors: float | None = None

    @property
    def state(self) -> str:
        if self.confidence >= AUTO_ACCEPT:
            return "accepted"
        return "proposed" if self.confidence >= QUEUE else "unsure"


@dataclass(frozen=True, slots=True)
class Raised:
    """A rule that held over the table: its id, the level it asks for, its columns and its reason."""

    rule: str
    level: str
    columns: tuple[str, ...]
    reason: Evidence
    flag: str | None = None


@dataclass(frozen=True, slots=True)
class TableGrade:
    """The table's level is the highest of its columns, of ``combinations`` and of ``volume``.

    ``flags`` ask for a decision above the scheme ("important_data_review"). ``reasons`` tell
    how ``level`` came about, in order. ``rows`` is the table's size, ``sampled`` how many
    rows were looked at, ``subjects`` how many persons it is about (0 where no volume rule asks).
    """

    columns: tuple[ColumnGrade, ...]
    level: str
    combinations: tuple[Raised, ...] = ()
    volume: tuple[Raised, ...] = ()
    flags: tuple[str, ...] = ()
    reasons: tuple[Evidence, ...] = ()
    subjects: int = 0
    rows: int = 0
    sampled: int = 0
    scheme: str = ""

    def column(self, name: str) -> ColumnGrade:
        """The grade of the column called ``name``; KeyError where there is none."""
        for graded in self.columns:
            if graded.column == name:
                return graded
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class GradeRequest:
    """How to grade.

    ``subject`` is whom the rows are about (see ``Contract.subject``); None means unknown and
    counts as a private person. ``sample_rows`` bounds the rows looked at, ``seed`` picks them.
    ``hide_headers`` grades by values alone. ``today`` lets minors be recognised.
    """

    subject: str | None = None
    sample_rows: int = 1200
    seed: int = 0
    hide_headers: bool = False
    today: date | None = None
