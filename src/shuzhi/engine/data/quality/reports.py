"""What a run of rules found: per rule and as scores. Plain values; knows no table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from shuzhi.engine.data.quality.rules import Rule
from shuzhi.engine.texts import N_

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "column_missing": N_("The table has no column of that name."),
        "reference_missing": N_("The reference table is not here, or lacks the column."),
        "wrong_type": N_("The column's type does not fit this rule."),
        "no_rows": N_("The table has no rows."),
        "no_values": N_("The rule applies to no row: the cells it reads are empty."),
        "not_loaded": N_("No cell that the rule reads could be loaded; in the score it counts as failed."),
        "no_day": N_("The day of the run was not given."),
        "too_many_values": N_("There are too many different values to compare."),
    }
)
"""Why a rule could not be assessed: code to English text."""


class Status(StrEnum):
    """How a rule came out."""

    PASSED = "passed"
    FAILED = "failed"
    UNASSESSABLE = "unassessable"


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One rule's counts.

    ``evaluated`` rows were judged (for a rule about the whole table: 1), ``failed`` of them
    failed; both null where the rule could not be assessed, with ``reason`` a key of REASONS.
    ``unread`` cells or rows were set aside on loading: no rule but ``loads`` judges or lists
    them, yet they count against this rule in every score.
    """

    rule: Rule
    status: Status
    evaluated: int | None = None
    failed: int | None = None
    reason: str | None = None
    unread: int = 0

    @property
    def rate(self) -> float | None:
        """The share that is good, 0..1, what was set aside counted as bad; null: not assessed."""
        if self.evaluated is None or self.failed is None:
            return 0.0 if self.reason == "not_loaded" else None
        return (self.evaluated - self.failed) / (self.evaluated + self.unread)


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of 0..100, null where nothing could be assessed; never 100 for want of a basis.

    ``by_rule`` and ``by_field`` are keyed by rule id and column, ``by_dimension`` by the first
    two digits of the GB/T 36344 code ("01" to "06"). ``coverage`` (0..1) is the share of the
    scheme's weights that could be assessed, ``rules_assessed`` of ``rules_total`` rules.
    ``letter`` is the class, ``capped`` whether a failing blocker lowered it.
    """

    dataset: float | None
    letter: str | None
    coverage: float
    by_dimension: Mapping[str, float | None]
    by_field: Mapping[str, float | None]
    by_rule: Mapping[str, float | None]
    rules_assessed: int
    rules_total: int
    capped: bool = False


@dataclass(frozen=True, slots=True)
class CheckReport:
    """The results in the order of the rules, and the scores drawn from them."""

    rules: tuple[RuleResult, ...]
    scores: Scores
    rows: int

    @property
    def failed(self) -> tuple[RuleResult, ...]:
        """Those that failed."""
        return tuple(result for result in self.rules if result.status is Status.FAILED)
