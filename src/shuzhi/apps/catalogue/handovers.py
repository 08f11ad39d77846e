"""Who answers for rows after cases about them were handed from one organisation to another."""

from __future__ import annotations

from datetime import datetime

from shuzhi.apps.cases.models import Case
from shuzhi.apps.catalogue.models import Dataset
from shuzhi.apps.catalogue.subjects import CASE_KIND, KIND

Handed = dict[tuple[str, int], tuple[datetime, int]]
"""By rule and organisation when it last handed a case over, and to whom."""


def handed_over(dataset: Dataset) -> Handed:
    """Every hand-over about the dataset's rules, in two statements."""
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


def answering(rule: str, unit: int, handed: Handed) -> int:
    """Who answers for what is ``unit``'s by its name: the one it was handed to, and so on, in time."""
    since = None
    while (move := handed.get((rule, unit))) and (since is None or move[0] > since):
        since, unit = move
    return unit
