"""From a run's failing rows to cases: one per rule and responsible organisation.

A failing row belongs to the organisation that its organisation column names, by any of its names;
where it names none that is known, the dataset's owner answers. Where a case was handed over because
the rows are another organisation's, that one answers from then on. Nobody closes a case: the next
run does, when its rule finds nothing for that organisation any more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from shuzhi.apps.cases.models import Case
from shuzhi.apps.cases.selectors import with_all
from shuzhi.apps.cases.services import Opening, cases_recheck, cases_report
from shuzhi.apps.catalogue.failures import OWNER, SAMPLES, Failures, Sample
from shuzhi.apps.catalogue.models import Dataset, Finding, FindingShare, Run, WithdrawnRule
from shuzhi.apps.catalogue.plain import shortened
from shuzhi.apps.catalogue.subjects import KIND, proofs_for, subject_of
from shuzhi.apps.people.models import Organisation
from shuzhi.apps.records.actors import SYSTEM
from shuzhi.engine.data.contracts import Contract

CASE_KIND = "problem-data"
BULK_ROWS = 1000
"""Failures from which mending counts as bulk work (default, not a regulation)."""
FACT_CHARACTERS = 500
_FAILED = "failed"


@dataclass(frozen=True, slots=True)
class _Part:
    """What one organisation answers for in one finding."""

    finding: Finding
    organisation: Organisation
    failed: int
    samples: list[Sample]


def report_problems(*, dataset: Dataset, run: Run, contract: Contract, failures: Failures) -> None:
    """Opens or updates the cases of this run, then has those re-checked for which that changes something.

    Call inside the transaction that commits the run.
    """
    parts = list(_parts(dataset, run, failures))
    FindingShare.objects.bulk_create(
        (FindingShare(finding=p.finding, organisation=p.organisation, failed=p.failed) for p in parts),
        batch_size=1000,
    )
    withdrawn = set(WithdrawnRule.objects.filter(dataset=dataset).values_list("rule", flat=True))
    openings = [
        _opening(dataset, run, contract, part)
        for part in parts
        if part.finding.status == _FAILED and part.finding.rule not in withdrawn
    ]
    cases_report(actor=SYSTEM, openings=openings)
    recheck(open_cases(dataset), dataset)


def recheck(cases: QuerySet[Case], dataset: Dataset) -> None:
    """Has the cases re-checked against what is proved now; call it inside the transaction that proves it."""
    known = list(with_all(cases).defer("samples").select_for_update(of=("self",)))
    proofs = proofs_for(dataset, known)
    cases_recheck(proved=[(case, proofs[case.pk]) for case in known])


def close_withdrawn(*, dataset: Dataset, rule: str) -> None:
    """Ends the open cases of a rule that was just withdrawn."""
    recheck(open_cases(dataset).filter(subject_id=subject_of(dataset, rule)[1]), dataset)


def open_cases(dataset: Dataset) -> QuerySet[Case]:
    """The cases of a dataset that have not ended."""
    subject = f"{dataset.public_id}/"
    return Case.objects.filter(
        kind=CASE_KIND, subject_kind=KIND, subject_id__startswith=subject, ended_at=None
    ).order_by("pk")


def _parts(dataset: Dataset, run: Run, failures: Failures) -> Iterator[_Part]:
    """Each finding's failures by organisation; a rule about the whole table is the owner's."""
    findings = {finding.rule: finding for finding in Finding.objects.filter(run=run)}
    handed = _handed_over(dataset)
    named_units = {unit for _, unit in failures.counts if unit != OWNER}
    units = Organisation.objects.in_bulk(named_units | {to for _, to in handed.values()})
    counts: dict[tuple[str, int], int] = defaultdict(int)
    samples: dict[tuple[str, int], list[Sample]] = defaultdict(list)
    for (rule, unit), failed in failures.counts.items():
        answers = _answering(rule, unit if unit in units else dataset.owner_id, handed)
        counts[rule, answers] += failed
        samples[rule, answers] += failures.samples.get((rule, unit), ())
    named = {rule for rule, _ in counts}
    for finding in findings.values():
        if finding.status == _FAILED and finding.rule not in named:
            counts[finding.rule, _answering(finding.rule, dataset.owner_id, handed)] = finding.failed or 1
    units[dataset.owner_id] = dataset.owner
    for (rule, unit), failed in counts.items():
        if rule in findings:
            yield _Part(findings[rule], units[unit], failed, samples[rule, unit][:SAMPLES])


_Handed = dict[tuple[str, int], tuple[datetime, int]]
"""By rule and organisation when it last handed a case over, and to whom."""


def _handed_over(dataset: Dataset) -> _Handed:
    moved = (
        Case.objects.filter(kind=CASE_KIND, subject_kind=KIND, subject_id__startswith=f"{dataset.public_id}/")
        .exclude(successor="")
        .exclude(ended_at=None)
        .order_by("ended_at", "pk")
        .values_list("subject_id", "organisation", "ended_at", "successor")
    )
    receivers = dict(
        Case.objects.filter(public_id__in={row[3] for row in moved}).values_list("public_id", "organisation")
    )
    return {
        (subject.partition("/")[2], unit): (at, receivers[successor])
        for subject, unit, at, successor in moved
        if at and successor in receivers
    }


def _answering(rule: str, unit: int, handed: _Handed) -> int:
    """Who answers for what is ``unit``'s by its name: the one it was handed to, and so on, in time."""
    since = None
    while (move := handed.get((rule, unit))) and (since is None or move[0] > since):
        since, unit = move
    return unit


def _opening(dataset: Dataset, run: Run, contract: Contract, part: _Part) -> Opening:
    finding, failed = part.finding, part.failed
    urgency = "bulk" if failed >= BULK_ROWS else "ordinary"
    return Opening(
        kind=CASE_KIND,
        subject=subject_of(dataset, finding.rule),
        organisation=part.organisation.public_id,
        owner=dataset.owner.public_id,
        samples=part.samples,
        facts={
            "failing": failed,
            "evaluated": finding.evaluated or failed,
            "urgency": "blocker" if finding.severity == "blocker" else urgency,
            "dataset": dataset.public_id,
            "column": shortened("、".join(finding.columns), FACT_CHARACTERS),
            "rule": finding.rule,
            "rule_version": contract.version,
            "indicator": finding.indicator,
            "run": run.public_id,
            "snapshot": run.snapshot.public_id,
            "first_seen": timezone.localdate().isoformat(),
        },
    )
