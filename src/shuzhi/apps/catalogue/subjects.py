"""What cases ask of the catalogue: how a rule of a dataset is called, and whether it passes now.

The subject of a problem-data case is ("rule", "<dataset's public id>/<rule>").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from django.db.models import Max, QuerySet

from shuzhi.apps.cases import subjects
from shuzhi.apps.cases.models import Case
from shuzhi.apps.catalogue.models import Dataset, Finding, FindingShare, Run, Snapshot, WithdrawnRule
from shuzhi.apps.catalogue.wording import finding_sentence
from shuzhi.apps.people.history import predecessors_since
from shuzhi.apps.records.actors import Actor

KIND, CASE_KIND = "rule", "problem-data"
MAY_LEAVE = 0.1
"""Share of a version's rows that may be missing from the next one before it proves nothing mended (default,
not a regulation)."""


def subject_of(dataset: Dataset, rule: str) -> tuple[str, str]:
    """The subject of the cases about one rule of a dataset."""
    return KIND, f"{dataset.public_id}/{rule}"


def rule_of(case: Case) -> tuple[str, str]:
    """The dataset's public id and the rule that a case is about."""
    dataset, _, rule = case.subject_id.partition("/")
    return dataset, rule


def open_cases(dataset: Dataset) -> QuerySet[Case]:
    """The cases of a dataset that have not ended."""
    subject = f"{dataset.public_id}/"
    return Case.objects.filter(
        kind=CASE_KIND, subject_kind=KIND, subject_id__startswith=subject, ended_at=None
    ).order_by("pk")


class RuleBook:
    """Answers for rules of datasets."""

    def titles(self, ids: Sequence[str], actor: Actor) -> Mapping[str, str]:
        """The dataset's title and the rule's sentence, in two statements; nothing for administrators."""
        if not (actor.duty or actor.is_system):
            return {}
        asked = [id_.partition("/") for id_ in ids]
        datasets = Dataset.objects.in_bulk({a[0] for a in asked}, field_name="public_id")
        # the rule as it was last checked: it may have left the contract since
        latest = (
            Finding.objects.filter(
                run__snapshot__dataset__in=datasets.values(), rule__in={a[2] for a in asked}
            )
            .order_by()
            .values("run__snapshot__dataset", "rule")
            .annotate(last=Max("pk"))
            .values("last")
        )
        findings = Finding.objects.filter(pk__in=latest).select_related("run__snapshot")
        found = {(f.run.snapshot.dataset_id, f.rule): f for f in findings}
        titles: dict[str, str] = {}
        for id_, (public_id, _, rule) in zip(ids, asked, strict=True):
            if dataset := datasets.get(public_id):
                finding = found.get((dataset.pk, rule))
                said = finding_sentence(finding) if finding else rule
                titles[id_] = f"{dataset.title} · {said}"
        return titles

    def proofs(self, case: Case) -> Mapping[str, bool]:
        """What the latest check of the dataset says of the rule in the case's organisation.

        A rule that could not be assessed proves nothing; one that is no longer checked is withdrawn.
        """
        dataset = Dataset.objects.filter(public_id=rule_of(case)[0]).first()
        return proofs_for(dataset, [case])[case.pk] if dataset else {}


def proofs_for(dataset: Dataset, cases: Sequence[Case]) -> Mapping[int, Mapping[str, bool]]:
    """What the dataset's latest check says of each case's rule, by the case's key, in seven statements.

    A rule passes for an organisation where none of its rows fail, or no more than the rule allows, and
    where every key that failed under the case is still there. Rows that were checked while another
    organisation had them, whose place it has taken since, are its own.
    """
    if not cases:
        return {}
    run = Run.objects.filter(snapshot=dataset.current_id).select_related("snapshot").order_by("-pk").first()
    if run is None:
        return {case.pk: {} for case in cases}
    rules = {rule_of(case)[1] for case in cases}
    withdrawn = set(
        WithdrawnRule.objects.filter(dataset=dataset, rule__in=rules).values_list("rule", flat=True)
    )
    findings = {finding.rule: finding for finding in Finding.objects.filter(run=run, rule__in=rules)}
    failing, left = _shares(findings.values())
    since = _since_counted(run, rules, cases)
    before = predecessors_since(run.created_at)
    failing, left = (_of_followers(shares, before) for shares in (failing, left))
    return {case.pk: _proofs(case, withdrawn, findings, failing, left, since[case.pk]) for case in cases}


_Shares = Mapping[tuple[str, int], int]
"""A count by rule and organisation."""


def _of_followers(shares: _Shares, before: Mapping[int, Iterable[int]]) -> _Shares:
    """The shares, with those of organisations whose place others have taken given to each of these too."""
    taken: dict[tuple[str, int], int] = {}
    rules = {rule for rule, _ in shares}
    for unit, predecessors in before.items():
        for rule in rules:
            count = sum(shares.get((rule, one), 0) for one in (unit, *predecessors))
            taken |= {(rule, unit): count} if count else {}
    return {**shares, **taken}


def _shares(findings: Iterable[Finding]) -> tuple[_Shares, _Shares]:
    """Rows that fail, and rows that left the file since they failed."""
    shares = FindingShare.objects.filter(finding__in=findings)
    lines = list(shares.values_list("finding__rule", "organisation", "failed", "left"))
    return (
        {(rule, unit): failed for rule, unit, failed, _ in lines if failed},
        {(rule, unit): left for rule, unit, _, left in lines if left},
    )


@dataclass(frozen=True, slots=True)
class _Since:
    """What happened between the version in which a case was last counted and the present one.

    ``divided_alike``: rows belong to organisations by the same column. ``whole``: each version's failing
    rows were looked for in the next by key; or else no more rows left than failed, or a tenth of the file.
    """

    divided_alike: bool
    whole: bool


def _since_counted(run: Run, rules: AbstractSet[str], cases: Sequence[Case]) -> Mapping[int, _Since]:
    counted = {case.pk: str(case.facts.get("snapshot", "")) for case in cases}
    versions = Snapshot.objects.filter(public_id__in={*counted.values(), run.snapshot.public_id})
    known = {
        public_id: (column, rows, number)
        for public_id, column, rows, number in versions.values_list(
            "public_id", "contract__organisation_column", "row_count", "number"
        )
    }
    column, rows, _ = known[run.snapshot.public_id]
    first = min((known[c][2] for c in counted.values() if c in known), default=0)
    blind = Finding.objects.filter(
        run__snapshot__dataset=run.snapshot.dataset_id, run__snapshot__number__gt=first
    ).filter(rule__in=rules, by_key=False)
    not_looked: dict[str, int] = dict(
        blind.values("rule").annotate(last=Max("run__snapshot__number")).values_list("rule", "last")
    )
    since: dict[int, _Since] = {}
    for case in cases:
        before = known.get(counted[case.pk])
        if before is None:
            since[case.pk] = _Since(divided_alike=False, whole=True)
            continue
        may_go = max(int(case.facts.get("failing", 0)), int(before[1] * MAY_LEAVE))
        by_key = not_looked.get(rule_of(case)[1], 0) <= before[2]
        since[case.pk] = _Since(before[0] == column, by_key or before[1] - rows <= may_go)
    return since


def _proofs(
    case: Case,
    withdrawn: AbstractSet[str],
    findings: Mapping[str, Finding],
    failing: _Shares,
    left: _Shares,
    since: _Since,
) -> Mapping[str, bool]:
    rule = rule_of(case)[1]
    finding = findings.get(rule)
    if rule in withdrawn or finding is None:
        return {"withdrawn": True}
    if finding.evaluated is None:
        return {}
    share = (rule, case.organisation_id)
    # handing rows to other organisations mends none of them: then the rule must pass as a whole
    apart = since.divided_alike and share not in failing
    if finding.status == "failed" and not apart:
        return {"passes": False, "fails": True, "left": False}
    if share in left if since.divided_alike else any(known == rule for known, _ in left):
        return {"passes": False, "fails": False, "left": True}
    # nor does a file with only some of the rows: it proves nothing of those that are missing
    return {"passes": True, "fails": False, "left": False} if since.whole else {}


BOOK = RuleBook()


def register() -> None:
    """Has cases ask here."""
    subjects.register(KIND, BOOK)
