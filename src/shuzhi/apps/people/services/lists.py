"""Taking in a list of organisations: what is new is made, what changes is proposed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from shuzhi.apps.people import policies
from shuzhi.apps.people.changes import Move, Rename, Several
from shuzhi.apps.people.lists import ListPlan, moves
from shuzhi.apps.people.models import Organisation, OrganisationChange
from shuzhi.apps.people.services.organisations import (
    AliasDraft,
    OrganisationDraft,
    alias_add,
    organisations_import,
)
from shuzhi.apps.people.services.restructuring import ChangeDraft, change_propose
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.refusals import ConflictError
from shuzhi.engine.texts import N_


@dataclass(frozen=True)
class ListTaken:
    """What came of it: the organisations made, the proposal of all that changes (None: nothing does)."""

    made: tuple[Organisation, ...]
    proposal: OrganisationChange | None


def organisation_list_take(*, actor: Actor, plan: ListPlan, on: date, reason: str) -> ListTaken:
    """Makes what is new and adds names at once, and proposes renames and moves as one change of ``on``.

    All or nothing; raises ConflictError where the plan has faults, or the tree changed since it was made.
    """
    policies.organisation_list_take(actor)
    if plan.faults:
        raise ConflictError(N_("the list has faults; mend them and hand it in again"))
    drafts = [
        OrganisationDraft(one.kind, one.name, one.code, one.parent, one.aliases, on) for one in plan.made
    ]
    with transaction.atomic():
        made = organisations_import(actor=actor, drafts=drafts) if drafts else []
        for unit, kind, text in plan.aliases:
            alias_add(actor=actor, draft=AliasDraft(unit, kind, text))
        moved = moves(plan, {unit.code: unit for unit in made})
        changes: tuple[Rename | Move, ...] = (*plan.renamed, *moved)
        proposal = None
        if changes:
            proposal = change_propose(actor=actor, draft=ChangeDraft(Several(changes), on, reason))
    return ListTaken(tuple(made), proposal)
