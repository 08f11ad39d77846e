"""Values of the catalogue as its pages show them: sentences, lamps, points of the trend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shuzhi.apps.cases.models import Case
from shuzhi.apps.catalogue.models import Dataset, FieldGrade, Finding, Run, Snapshot
from shuzhi.apps.catalogue.subjects import rule_of
from shuzhi.apps.catalogue.wording import finding_sentence
from shuzhi.engine.data.grading import Evidence, load_categories, sentence
from shuzhi.engine.data.quality.drafting import say_evidence
from shuzhi.engine.data.quality.reports import REASONS
from shuzhi.engine.data.reading.model import Note
from shuzhi.engine.data.reading.wording import describe
from shuzhi.engine.texts import N_
from shuzhi.portal.listings import Lamp
from shuzhi.portal.templatetags.shell import score as shown


class Audience(StrEnum):
    """Whom a part of a dataset is for: everybody with a duty, those inside, those who decide about it."""

    ALL = "all"
    INSIDE = "inside"
    DECIDING = "deciding"


TABS = (
    ("detail", N_("Overview"), Audience.ALL),
    ("columns", N_("Columns and levels"), Audience.ALL),
    ("quality", N_("Quality"), Audience.INSIDE),
    ("rows", N_("Data rows"), Audience.ALL),
    ("aside", N_("Not loaded"), Audience.INSIDE),
    ("versions", N_("Versions"), Audience.INSIDE),
    ("contract", N_("Data contract"), Audience.DECIDING),
)
"""(name of the address, title, whom it is for)."""

DIMENSIONS = {
    "01": N_("Conformity"),
    "02": N_("Completeness"),
    "03": N_("Accuracy"),
    "04": N_("Consistency"),
    "05": N_("Timeliness"),
    "06": N_("Accessibility"),
}
CYCLES = {
    "realtime": N_("in real time"),
    "daily": N_("daily"),
    "weekly": N_("weekly"),
    "monthly": N_("monthly"),
    "quarterly": N_("quarterly"),
    "half_yearly": N_("half-yearly"),
    "yearly": N_("yearly"),
    "other": N_("not agreed"),
}
SEVERITIES = {"blocker": N_("blocking"), "major": N_("major"), "minor": N_("minor")}
ROLES = {
    "title": N_("title"),
    "header": N_("header"),
    "note": N_("note"),
    "total": N_("total"),
    "blank": N_("blank"),
    "other_table": N_("another table"),
}


NAMED = (N_("version"), N_("rule"), N_("column"), N_("upload"))
"""What refusals of the catalogue call the things that are not there; their translations are kept here."""


def score_of(dataset: Dataset) -> float | None:
    """The dataset's score with one decimal; null: not assessed."""
    return None if dataset.score is None else float(shown(dataset.score))


def dimensions(run: Run) -> list[tuple[str, float | None]]:
    """Name and score of each dimension of GB/T 36344; null: cannot be assessed."""
    return [(_(title), run.dimensions.get(code)) for code, title in DIMENSIONS.items()]


def evidence_sentence(stored: Mapping[str, Any]) -> str:
    """A stored reason of the grading, in the reader's language."""
    return sentence(Evidence(stored["code"], stored["args"]), get_language())


@dataclass(frozen=True, slots=True)
class GradeLine:
    """One column on the page of columns."""

    grade: FieldGrade
    category: str
    state: Lamp
    reasons: list[str]
    percent: int


def grade_line(grade: FieldGrade) -> GradeLine:
    """A grade with its words."""
    states = {
        FieldGrade.State.SURE: ("green", N_("Sure")),
        FieldGrade.State.PROPOSED: ("yellow", N_("To be confirmed")),
        FieldGrade.State.ACCEPTED: ("green", N_("Confirmed")),
        FieldGrade.State.CHANGED: ("blue", N_("Changed")),
    }
    colour, word = states[FieldGrade.State(grade.state)]
    known = load_categories().get(grade.category)
    title = known.name(get_language() or "zh-hans") if known else grade.category
    reasons = [evidence_sentence(stored) for stored in grade.evidence[:3]]
    return GradeLine(grade, title, Lamp(colour, _(word)), reasons, round(grade.confidence * 100))


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One rule of a check."""

    finding: Finding
    sentence: str
    lamp: Lamp
    severity: str
    reason: str
    evidence: str
    order: tuple[int, int, str]

    @property
    def is_withdrawable(self) -> bool:
        """Whether there is a reason to take the rule back: it is not met, or cannot be assessed."""
        return self.finding.status != "passed"


def finding_line(finding: Finding) -> FindingLine:
    """A finding with its words; failed ones come first, then those that could not be assessed."""
    lamps = {
        "failed": Lamp("red", _("Has problems")),
        "unassessable": Lamp("grey", _("Cannot be assessed")),
        "passed": Lamp("green", _("Passed")),
    }
    rank = {"failed": 0, "unassessable": 1, "passed": 2}[finding.status]
    return FindingLine(
        finding,
        finding_sentence(finding),
        lamps[finding.status],
        _(SEVERITIES[finding.severity]),
        _(REASONS[finding.reason]) if finding.reason in REASONS else "",
        say_evidence(finding.evidence, get_language() or "zh-hans"),
        (rank, -(finding.failed or 0), finding.rule),
    )


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One open problem of the dataset; ``failing`` is null where nobody counted yet."""

    case: Case
    sentence: str
    failing: int | None


def case_line(case: Case, findings: Sequence[FindingLine]) -> CaseLine:
    """A case with the words of the rule that it is about."""
    rule = rule_of(case)[1]
    said = next((line.sentence for line in findings if line.finding.rule == rule), rule)
    return CaseLine(case, said, case.facts.get("failing"))


@dataclass(frozen=True, slots=True)
class Point:
    """One run in the trend: ``x`` and ``y`` in the picture's units (0..300, 0..60 from the top)."""

    x: float
    y: float
    score: float
    at: datetime
    number: int


def trend(runs: Sequence[Run]) -> list[Point]:
    """The scores of runs (newest first) as points, oldest first; the scale is from the lowest to 100."""
    scored = [(run, run.score) for run in reversed(runs) if run.score is not None]
    if not scored:
        return []
    low = min(90.0, *(score for _run, score in scored))
    step = 300 / max(len(scored) - 1, 1)
    return [
        Point(
            round(i * step, 1),
            round(60 * (100 - score) / max(100 - low, 1e-9), 1),
            score,
            run.created_at,
            run.snapshot.number,
        )
        for i, (run, score) in enumerate(scored)
    ]


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version with the account of its file."""

    snapshot: Snapshot
    counts: Mapping[str, int]
    frame: list[tuple[int, str, str, str]]
    notes: list[str]


def version_line(snapshot: Snapshot) -> VersionLine:
    """A version with its words."""
    language = get_language()
    frame = [
        (f["row"], _(ROLES.get(f["role"], f["role"])), f["text"], describe(f["why"], language))
        for f in snapshot.account["frame"]
    ]
    notes = [describe(Note(n["code"], n["args"]), language) for n in snapshot.layout["notes"]]
    return VersionLine(snapshot, snapshot.account["counts"], frame, notes)


def aside_line(line: Mapping[str, Any]) -> dict[str, Any]:
    """One set-aside cell or row with the reason in words."""
    return {**line, "why": describe(line["reason"], get_language())}
