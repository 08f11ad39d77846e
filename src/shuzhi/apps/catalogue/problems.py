"""From a run's failing rows to cases: one per rule and responsible organisation.

A failing row belongs to the organisation that its organisation column names, by any of its names;
where it names none that is known, the dataset's owner answers. Nobody closes a case: the next run
does, when its rule finds nothing for that organisation any more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils import timezone

from shuzhi.apps.cases.models import Case
from shuzhi.apps.cases.services import Opening, case_recheck, case_report
from shuzhi.apps.catalogue.models import Dataset, Finding, FindingShare, Run
from shuzhi.apps.catalogue.subjects import KIND, subject_of
from shuzhi.apps.people.models import Organisation
from shuzhi.apps.records.actors import SYSTEM
from shuzhi.engine.data.contracts import Contract

if TYPE_CHECKING:
    from shuzhi.engine.data.tables import Tables

CASE_KIND = "problem-data"
SAMPLES = 20
"""Rows shown in a case. A case may hold 100; the department's workbook comes back with all of them."""
SAMPLE_CLEARANCE = 1
"""Whoever sees the case sees its samples, so they are masked for the lowest clearance."""
BULK_ROWS = 1000
"""Failures from which mending counts as bulk work (default, not a regulation)."""

Share = tuple[str, str | None]
"""(rule, text of the organisation column)."""


@dataclass(frozen=True, slots=True)
class Failures:
    """What the failing rows come to: counts and masked samples by rule and named organisation."""

    counts: Mapping[Share, int]
    samples: Mapping[Share, list[dict[str, object]]]


def count_failures(
    tables: Tables,
    failing: Path,
    table: Path,
    columns: Mapping[str, list[str]],
    grades: Mapping[str, tuple[str, str]],
) -> Failures:
    """Counts and at most SAMPLES masked rows for each rule and organisation, in two statements.

    ``columns`` names for each rule the columns it is about; ``grades`` are (category, level) by column.
    """
    import ibis

    from shuzhi.engine.data.masking import masked_view

    lines = tables.parquet(failing)
    counted = tables.collect(lines.group_by("rule", "organisation").agg(failed=lines.count())).to_pylist()
    place = ibis.row_number().over(group_by=[lines.rule, lines.organisation], order_by=lines.row)
    first = lines.mutate(place=place).filter(ibis._.place < SAMPLES).select("rule", "organisation", "row")
    rows = masked_view(tables.parquet(table), {**grades, "_row": ("record.number", "L1")}, SAMPLE_CLEARANCE)
    wanted = first.join(rows, first.row == rows["_row"], how="left")
    samples: dict[Share, list[dict[str, object]]] = defaultdict(list)
    for line in tables.collect(wanted.order_by("rule", "row")).to_pylist():
        values = {name: _text(line.get(name)) for name in columns.get(line["rule"], [])}
        samples[line["rule"], line["organisation"]].append({"row": line["row"], "values": values})
    return Failures({(c["rule"], c["organisation"]): c["failed"] for c in counted}, samples)


def report_problems(*, dataset: Dataset, run: Run, contract: Contract, failures: Failures) -> None:
    """Opens or updates the cases of this run, then has every open case of the dataset re-checked.

    Call inside the transaction that commits the run.
    """
    from shuzhi.apps.people.selectors import organisation_book

    findings = {f.rule: f for f in Finding.objects.filter(run=run)}
    book = organisation_book()
    shares: dict[tuple[str, Organisation], int] = defaultdict(int)
    samples: dict[tuple[str, Organisation], list[dict[str, object]]] = defaultdict(list)
    for (rule, named), failed in failures.counts.items():
        answers = (book.match(named) if named else None) or dataset.owner
        shares[rule, answers] += failed
        samples[rule, answers] += failures.samples.get((rule, named), [])
    FindingShare.objects.bulk_create(
        FindingShare(finding=findings[rule], organisation=organisation, failed=failed)
        for (rule, organisation), failed in shares.items()
    )
    reported = set()
    for (rule, organisation), failed in shares.items():
        finding = findings[rule]
        if finding.status == "failed":
            case, _ = case_report(
                actor=SYSTEM,
                opening=Opening(
                    kind=CASE_KIND,
                    subject=subject_of(dataset, rule),
                    organisation=organisation.public_id,
                    owner=dataset.owner.public_id,
                    facts=_facts(dataset, run, contract, finding, failed),
                    samples=samples[rule, organisation][:SAMPLES],
                ),
            )
            reported.add(case.public_id)
    for case in open_cases(dataset):
        case_recheck(case=case.public_id)


def close_withdrawn(*, dataset: Dataset, rule: str) -> None:
    """Ends the open cases of a rule that was just withdrawn."""
    for case in open_cases(dataset).filter(subject_id=subject_of(dataset, rule)[1]):
        case_recheck(case=case.public_id)


def open_cases(dataset: Dataset):  # type: ignore[no-untyped-def]  # QuerySet[Case]
    """The cases of a dataset that have not ended."""
    subject = f"{dataset.public_id}/"
    return Case.objects.filter(
        kind=CASE_KIND, subject_kind=KIND, subject_id__startswith=subject, ended_at=None
    ).order_by("pk")


def _facts(
    dataset: Dataset, run: Run, contract: Contract, finding: Finding, failed: int
) -> dict[str, object]:
    urgency = "bulk" if failed >= BULK_ROWS else "ordinary"
    return {
        "failing": failed,
        "evaluated": finding.evaluated or failed,
        "urgency": "blocker" if finding.severity == "blocker" else urgency,
        "dataset": dataset.public_id,
        "column": "、".join(finding.columns),
        "rule": finding.rule,
        "rule_version": contract.version,
        "indicator": finding.indicator,
        "run": run.public_id,
        "snapshot": run.snapshot.public_id,
        "first_seen": timezone.localdate().isoformat(),
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)
