"""Whether a file that came as a new dataset looks like one that is there already. Finds; decides nothing."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, Q, QuerySet

from shuzhi.apps.catalogue.models import Dataset, Upload

ASKED_AT_MOST = 5
"""Candidates of one question; who has more of a kind finds the right one by the search."""
_COLUMNS_COMPARED = 500


class Ground(StrEnum):
    """Why a dataset is a candidate, the strongest first."""

    SAME_FILE = "same_file"
    SAME_TITLE = "same_title"
    SAME_COLUMNS = "same_columns"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A dataset that the file may be a new version of, and why."""

    dataset: Dataset
    grounds: tuple[Ground, ...]


def candidates(upload: Upload, columns: Sequence[str], among: QuerySet[Dataset]) -> list[Candidate]:
    """The datasets of ``among`` that the upload looks like, the likeliest first, at most ASKED_AT_MOST.

    Same file: its bytes are those of the current version. Same title: but for case, width of letters
    and space around it. Same columns: the current version has just these, in whatever order.
    """
    found: dict[Dataset, list[Ground]] = defaultdict(list)
    for ground, datasets in (
        (Ground.SAME_FILE, _of_the_file(upload, among)),
        (Ground.SAME_TITLE, among.filter(_titled(upload.title))),
        (Ground.SAME_COLUMNS, _of_the_columns(columns, among)),
    ):
        for dataset in datasets:
            found[dataset].append(ground)
    order = list(Ground)
    likely = sorted(
        found.items(),
        key=lambda pair: (order.index(pair[1][0]), -len(pair[1]), pair[0].owner_id != upload.organisation_id),
    )
    return [Candidate(dataset, tuple(grounds)) for dataset, grounds in likely[:ASKED_AT_MOST]]


def _of_the_file(upload: Upload, among: QuerySet[Dataset]) -> QuerySet[Dataset]:
    if upload.original is None:
        return among.none()
    return among.filter(current__original__sha256=upload.original.sha256)


def _titled(title: str) -> Q:
    wanted = title.strip()
    return Q(title__iexact=wanted) | Q(title__iexact=unicodedata.normalize("NFKC", wanted))


def _of_the_columns(columns: Sequence[str], among: QuerySet[Dataset]) -> list[Dataset]:
    names = [*dict.fromkeys(columns)]
    if not names:
        return []
    asked = names[:_COLUMNS_COMPARED]
    graded = Count("grades", filter=Q(grades__column__in=asked))
    likely = among.exclude(current=None).annotate(graded=graded).filter(graded=len(asked))
    return [
        dataset
        for dataset in likely.select_related("current")
        if dataset.current and {column[0] for column in dataset.current.columns} == set(names)
    ]
