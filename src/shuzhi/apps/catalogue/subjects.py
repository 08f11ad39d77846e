"""What cases ask of the catalogue: how a rule of a dataset is called, and whether it passes now.

The subject of a problem-data case is ("rule", "<dataset's public id>/<rule>").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shuzhi.apps.cases import subjects
from shuzhi.apps.cases.models import Case
from shuzhi.apps.catalogue.models import Dataset, Finding, FindingShare, WithdrawnRule
from shuzhi.apps.catalogue.wording import rule_sentence
from shuzhi.apps.records.actors import Actor

KIND = "rule"


def subject_of(dataset: Dataset, rule: str) -> tuple[str, str]:
    """The subject of the cases about one rule of a dataset."""
    return KIND, f"{dataset.public_id}/{rule}"


def rule_of(case: Case) -> tuple[str, str]:
    """The dataset's public id and the rule that a case is about."""
    dataset, _, rule = case.subject_id.partition("/")
    return dataset, rule


class RuleBook:
    """Answers for rules of datasets."""

    def titles(self, ids: Sequence[str], actor: Actor) -> Mapping[str, str]:
        """The dataset's title and the rule's sentence, in two statements; nothing for administrators."""
        if not (actor.duty or actor.is_system):
            return {}
        asked = [id_.partition("/") for id_ in ids]
        datasets = Dataset.objects.in_bulk({a[0] for a in asked}, field_name="public_id")
        latest = Finding.objects.filter(
            run__snapshot__dataset__in=datasets.values(), rule__in={a[2] for a in asked}
        ).order_by("run_id")
        found = {(f.run.snapshot.dataset_id, f.rule): f for f in latest.select_related("run__snapshot")}
        titles: dict[str, str] = {}
        for id_, (public_id, _, rule) in zip(ids, asked, strict=True):
            if dataset := datasets.get(public_id):
                finding = found.get((dataset.pk, rule))
                said = rule_sentence(finding.kind, finding.columns) if finding else rule
                titles[id_] = f"{dataset.title} · {said}"
        return titles

    def proofs(self, case: Case) -> Mapping[str, bool]:
        """What the latest check of the dataset says of the rule in the case's organisation.

        A rule that could not be assessed proves nothing; one that is no longer checked is withdrawn.
        """
        public_id, rule = rule_of(case)
        dataset = Dataset.objects.filter(public_id=public_id).first()
        if dataset is None or dataset.current_id is None:
            return {}
        if WithdrawnRule.objects.filter(dataset=dataset, rule=rule).exists():
            return {"withdrawn": True}
        run = dataset.current.runs.order_by("-pk").first()  # type: ignore[union-attr]  # checked above
        finding = Finding.objects.filter(run=run, rule=rule).first()
        if finding is None:
            return {"withdrawn": True}
        if finding.evaluated is None:
            return {}
        fails = FindingShare.objects.filter(
            finding=finding, organisation_id=case.organisation_id, failed__gt=0
        ).exists()
        return {"passes": not fails, "fails": fails}


BOOK = RuleBook()


def register() -> None:
    """Has cases ask here."""
    subjects.register(KIND, BOOK)
