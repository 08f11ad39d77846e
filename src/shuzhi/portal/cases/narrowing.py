"""How lists of cases are narrowed by what the cases are about: a dataset, its name, columns of a rule.

A case knows its subject as kind and id only; that a rule's id begins with its dataset's is told here.
"""

from __future__ import annotations

from django.db.models import F, Q, QuerySet, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Left, StrIndex

from shuzhi.apps.cases.models import Case
from shuzhi.apps.cases.selectors import cases_visible
from shuzhi.apps.catalogue.models import Dataset
from shuzhi.apps.catalogue.selectors import datasets_visible
from shuzhi.apps.catalogue.subjects import KIND as RULE
from shuzhi.apps.records.actors import Actor

MOST_CHOICES = 300
"""Datasets in the choice of the query bar; beyond that one finds by the name."""
_DATASET = Left("subject_id", StrIndex("subject_id", Value("/")) - 1)
_COLUMNS = KT("facts__column")


def about_dataset(cases: QuerySet[Case], public_id: str) -> QuerySet[Case]:
    """The cases about the rules of one dataset."""
    return cases.filter(subject_kind=RULE, subject_id__startswith=f"{public_id}/")


def about_words(cases: QuerySet[Case], text: str, actor: Actor) -> QuerySet[Case]:
    """The cases whose number, dataset's name or columns hold the text."""
    wanted = text.strip()
    titled = datasets_visible(actor=actor).filter(title__icontains=wanted).order_by()
    return cases.alias(about=_DATASET, columns=_COLUMNS).filter(
        Q(number__contains=wanted.upper())
        | Q(subject_kind=RULE, about__in=titled.values("public_id"))
        | Q(columns__icontains=wanted)
    )


def dataset_choices(actor: Actor, chosen: str) -> list[tuple[str, str]]:
    """Public id and title of the datasets that the actor sees cases of, by title, and of the chosen one."""
    about = cases_visible(actor).filter(subject_kind=RULE).order_by().annotate(about=_DATASET)
    there = _named(datasets_visible(actor=actor).filter(public_id__in=about.values("about").distinct()))
    choices = list(there[:MOST_CHOICES])
    if chosen and chosen not in dict(choices):
        choices += list(there.filter(public_id=chosen))
    return choices


def _named(datasets: QuerySet[Dataset]) -> QuerySet[Dataset, tuple[str, str]]:
    return datasets.order_by(F("title").asc(), "pk").values_list("public_id", "title")
