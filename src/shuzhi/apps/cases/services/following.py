"""Open cases of an organisation that ends or shrinks go to the one that follows it; ended ones stay.

A case keeps its number, its deadline and its timeline, in which its past acts bear the names of their
days. Where the follower has an open case for the same subject already, both stay open until the check
closes them: nothing is joined that two have begun to mend.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from shuzhi.apps.cases.models import Assignment, Case, Step
from shuzhi.apps.cases.recording import Act, keep_steps
from shuzhi.apps.cases.selectors import with_all
from shuzhi.apps.people.hanging import Handover, register
from shuzhi.apps.people.models import Organisation
from shuzhi.apps.records.actors import SYSTEM, Actor
from shuzhi.apps.records.models import BATCH_ROWS, batches, compare_and_set_all
from shuzhi.engine.texts import N_

KIND = "case"


class OpenCases:
    """The cases that have not ended and that an organisation answers for or has opened."""

    title = N_("open work orders")

    def counts(self, units: Collection[int]) -> Mapping[int, int]:
        """A case counts once for each of the two."""
        found = dict.fromkeys(units, 0)
        held = _open().filter(Q(organisation__in=units) | Q(owner__in=units)).order_by()
        for answers, opened, number in held.values_list("organisation", "owner").annotate(n=Count("pk")):
            for unit in {answers, opened} & set(units):
                found[unit] += number
        return found

    def hand_over(self, *, actor: Actor, handover: Handover) -> int:
        """Hands them over as the platform's own act, for the request in which the change was decided."""
        platform = replace(SYSTEM, request_id=actor.request_id)
        return cases_follow(actor=platform, handover=handover)


def cases_follow(*, actor: Actor, handover: Handover) -> int:
    """Gives each open case of the handover's source to whom it names; answers how many it gave.

    Raises StaleError where somebody acts on one meanwhile; no case is given then. An act of the
    platform alone: people change the tree, and that is decided there.
    """
    taken = 0
    source = handover.source
    mine = _open().filter(Q(organisation=source) | Q(owner=source))
    for keys in batches(list(mine.order_by("pk").values_list("pk", flat=True))):
        cases = with_all(mine.filter(pk__in=keys)).defer("samples").order_by("pk")
        known = list(cases.select_for_update(of=("self",)))
        leaving = [(case, handover.target(case.public_id)) for case in known]
        leaving = [(case, taker) for case, taker in leaving if taker != source]
        _give(actor, source, leaving)
        taken += len(leaving)
    return taken


def _give(actor: Actor, source: Organisation, leaving: Sequence[tuple[Case, Organisation]]) -> None:
    now = timezone.now()
    occupied = _occupied({_key(case, taker) for case, taker in leaving})
    changes: list[tuple[Case, dict[str, Any]]] = []
    for case, taker in leaving:
        answers = case.organisation_id == source.pk
        key = _key(case, taker) if answers else case.dedupe_key
        if answers and key in occupied:
            key = f"{key}|{case.public_id}"
        occupied.add(key)
        changes.append(
            (
                case,
                {
                    "organisation_id": taker.pk if answers else case.organisation_id,
                    "owner_id": taker.pk if case.owner_id == source.pk else case.owner_id,
                    "dedupe_key": key,
                    "acts": case.acts + 1,
                },
            )
        )
    compare_and_set_all(changes)
    _assign([case for case, taker in leaving if case.organisation_id == taker.pk])
    keep_steps(
        actor=actor,
        acts=[
            (
                case,
                Act(Step.FOLLOWED, case.state, now, {"from": source.public_id, "to": taker.public_id}),
            )
            for case, taker in leaving
        ],
    )


def _assign(cases: Sequence[Case]) -> None:
    """Ends the part of whoever led and begins that of whoever leads now, where they are two."""
    leads = Assignment.objects.filter(
        case__in=[case.pk for case in cases], part=Assignment.Part.LEAD, ended_at=None
    )
    left = leads.exclude(organisation=F("case__organisation"))
    keys = list(left.values_list("pk", "case"))
    now = timezone.now()
    Assignment.objects.filter(pk__in=[key for key, _ in keys]).update(
        ended_at=now, version=F("version") + 1, updated_at=now
    )
    moved = {case for _, case in keys}
    Assignment.objects.bulk_create(
        (
            Assignment(case_id=case.pk, organisation_id=case.organisation_id)
            for case in cases
            if case.pk in moved
        ),
        batch_size=BATCH_ROWS,
    )


def _open() -> QuerySet[Case]:
    return Case.objects.filter(ended_at=None)


def _key(case: Case, taker: Organisation) -> str:
    return "|".join((case.kind, case.subject_kind, case.subject_id, taker.public_id))


def _occupied(keys: Collection[str]) -> set[str]:
    return {
        key
        for batch in batches(sorted(keys))
        for key in _open().filter(dedupe_key__in=batch).values_list("dedupe_key", flat=True)
    }


def answer_for_organisations() -> None:
    """Has changes of the organisation tree hand open cases over here."""
    register(KIND, OPEN_CASES)


OPEN_CASES = OpenCases()
