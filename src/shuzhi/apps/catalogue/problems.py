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

from django.db.models import QuerySet
from django.utils import timezone

from shuzhi.apps.cases.models import Case
from shuzhi.apps.cases.selectors import with_all
from shuzhi.apps.cases.services import Opening, cases_recheck, cases_report
from shuzhi.apps.catalogue.failures import OWNER, SAMPLES, Failures, Left, Sample, Share
from shuzhi.apps.catalogue.handovers import answering, handed_over
from shuzhi.apps.catalogue.models import Dataset, Finding, FindingShare, Run, WithdrawnRule
from shuzhi.apps.catalogue.plain import shortened
from shuzhi.apps.catalogue.subjects import CASE_KIND, open_cases, proofs_for, rule_of, subject_of
from shuzhi.apps.people.history import answering_units
from shuzhi.apps.people.models import Organisation
from shuzhi.apps.records.actors import SYSTEM
from shuzhi.engine.data.contracts import Contract

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
    left: int
    samples: list[Sample]

    @property
    def share(self) -> Share:
        """The rule and whose rows."""
        return self.finding.rule, self.organisation.pk


def report_problems(
    *, dataset: Dataset, run: Run, contract: Contract, failures: Failures, left: Left
) -> None:
    """Opens or updates the cases of this run, then has those re-checked for which that changes something.

    Call inside the transaction that commits the run.
    """
    parts = list(_parts(dataset, run, failures, left))
    FindingShare.objects.bulk_create(
        (
            FindingShare(finding=p.finding, organisation=p.organisation, failed=p.failed, left=p.left)
            for p in parts
        ),
        batch_size=1000,
    )
    withdrawn = set(WithdrawnRule.objects.filter(dataset=dataset).values_list("rule", flat=True))
    waiting = {(rule_of(case)[1], case.organisation_id) for case in open_cases(dataset)}
    openings = [
        _opening(dataset, run, contract, part, is_open=part.share in waiting)
        for part in parts
        if part.finding.rule not in withdrawn
        # what left opens no case: it belongs to one, or to one that has ended in this moment
        if part.finding.status == _FAILED or (part.left and part.share in waiting)
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


def _parts(dataset: Dataset, run: Run, failures: Failures, left: Left) -> Iterator[_Part]:
    """Each finding's failures by organisation; a rule about the whole table is the owner's."""
    findings = {finding.rule: finding for finding in Finding.objects.filter(run=run)}
    handed = handed_over(dataset)
    named = {unit for _, unit in (*failures.counts, *left.counts) if unit != OWNER}
    # whoever followed an organisation that has ended answers for what was handed to it
    units = dict(answering_units(named | {to for _, to in handed.values()}))
    heirs = {unit: heir.pk for unit, heir in units.items()}
    units |= {heir.pk: heir for heir in units.values()}

    def share_of(rule: str, unit: int) -> Share:
        to = answering(rule, unit if unit in units else dataset.owner_id, handed)
        return rule, heirs.get(to, dataset.owner_id)

    failed: dict[Share, int] = defaultdict(int)
    gone: dict[Share, int] = defaultdict(int)
    samples: dict[Share, list[Sample]] = defaultdict(list)
    for counts, shown, sums in (
        (failures.counts, failures.samples, failed),
        (left.counts, left.samples, gone),
    ):
        for share, count in counts.items():
            sums[share_of(*share)] += count
            samples[share_of(*share)] += shown.get(share, ())
    told = {rule for rule, _ in failed}
    for finding in findings.values():
        if finding.status == _FAILED and finding.rule not in told:
            failed[share_of(finding.rule, dataset.owner_id)] = finding.failed or 1
    units[dataset.owner_id] = dataset.owner
    for rule, unit in dict.fromkeys((*failed, *gone)):
        if rule in findings:
            share = (rule, unit)
            yield _Part(findings[rule], units[unit], failed[share], gone[share], samples[share][:SAMPLES])


def _opening(dataset: Dataset, run: Run, contract: Contract, part: _Part, *, is_open: bool) -> Opening:
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
            # nothing can have left before there was a case
            **({"left": part.left} if is_open else {}),
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
