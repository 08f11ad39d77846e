"""Acts on cases: one step is one transaction of policy, decision, case, timeline and journal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from shuzhi.apps.cases.errors import StepRefusedError
from shuzhi.apps.cases.models import Case
from shuzhi.apps.cases.recording import Act, keep_step
from shuzhi.apps.cases.selectors import case_get, organisation_exists
from shuzhi.apps.cases.services.opening import case_hand_over
from shuzhi.apps.cases.standings import lifecycle_of, outcome_columns, party_of, standing_of, world_of
from shuzhi.apps.cases.subjects import proofs_of
from shuzhi.apps.records.actors import SYSTEM, Actor
from shuzhi.apps.records.models import compare_and_set
from shuzhi.apps.records.refusals import StaleError
from shuzhi.apps.scenarios.selectors import pack_of
from shuzhi.engine.work.decisions import Outcome, Request, decide, possible
from shuzhi.engine.work.lifecycles import NeedType
from shuzhi.engine.work.reasons import Reason, Refusal


def case_act(
    *, actor: Actor, case: str, step: str, form: Mapping[str, object] | None = None, version: int
) -> Case:
    """Takes ``step`` on the case (public id) as its reader of ``version`` saw it.

    Raises NotFoundError where the actor may not see it, StaleError where somebody acted since then,
    StepRefusedError with every reason where the lifecycle does not allow it.
    """
    with transaction.atomic():
        known = case_get(actor=actor, public_id=case)
        if known.version != version:
            raise StaleError("case", known.number)
        return _take(actor, known, step, form or {}, timezone.now())


def case_system_act(*, case: str, step: str, request_id: str = "") -> Case:
    """Has the platform itself take ``step``: a re-check that passed or failed, a day gone by.

    The proof is asked of the subject's owner; raises as ``case_act`` does.
    """
    with transaction.atomic():
        known = case_get(actor=_system(request_id), public_id=case)
        return _take(_system(request_id), known, step, {}, timezone.now())


def case_recheck(*, case: str, request_id: str = "", proofs: Mapping[str, bool] | None = None) -> Case:
    """Has the platform take the step that follows from what is proved of the subject now.

    Withdrawn goes before passes, passes before fails; where nothing follows the case stays as it is.
    ``proofs`` spares asking where the subject's owner has just proved many cases in this transaction.
    """
    actor = _system(request_id)
    with transaction.atomic():
        known = case_get(actor=actor, public_id=case)
        proofs = proofs_of(known) if proofs is None else proofs
        party = party_of(actor, known.organisation.path)
        steps = {s.guard: s.name for s in possible(lifecycle_of(known), standing_of(known), party)}
        for guard in ("withdrawn", "passes", "fails"):
            if proofs.get(guard) and guard in steps:
                return _take(actor, known, steps[guard], {}, timezone.now(), proofs)
    return known


def cases_expire(*, now: datetime) -> int:
    """Takes up every case whose day has gone by at ``now``, each in its own transaction; answers how many.

    An exception that is over is to be mended again; a hold that is over runs on.
    """
    today = timezone.localdate(now)
    taken = 0
    for public_id in list(Case.objects.filter(until__lt=today).values_list("public_id", flat=True)):
        with transaction.atomic():
            known = case_get(actor=SYSTEM, public_id=public_id)
            steps = possible(lifecycle_of(known), standing_of(known), party_of(SYSTEM, ""))
            expiring = [step.name for step in steps if step.guard == "expired"]
            if expiring and known.until and known.until < today:
                _take(SYSTEM, known, expiring[0], {}, now)
                taken += 1
    return taken


def _system(request_id: str) -> Actor:
    return Actor(id=SYSTEM.id, name=SYSTEM.name, request_id=request_id)


def _take(
    actor: Actor,
    case: Case,
    step: str,
    form: Mapping[str, object],
    now: datetime,
    proofs: Mapping[str, bool] | None = None,
) -> Case:
    lifecycle = lifecycle_of(case)
    declared = lifecycle.steps.get(step)
    if proofs is None:
        proofs = proofs_of(case) if declared and declared.guard else {}
    request = Request(party_of(actor, case.organisation.path), step, form)
    answer = decide(lifecycle, standing_of(case), request, world_of(now, proofs))
    if isinstance(answer, Refusal):
        raise StepRefusedError(answer.reasons, pack_of(case.pack), case.kind)
    before = case.state
    compare_and_set(case, **outcome_columns(case, answer, now))
    keep_step(actor=actor, case=case, act=Act(step, before, now, answer.form))
    _effects(actor, case, answer)
    return case


def _effects(actor: Actor, case: Case, answer: Outcome) -> None:
    lifecycle = lifecycle_of(case)
    needs = lifecycle.steps[answer.step].needs
    for name in (need.name for need in needs if need.type is NeedType.ORGANISATION):
        if name in answer.form and not organisation_exists(str(answer.form[name])):
            reason = Reason("form.organisation_unknown", {"field": name})
            raise StepRefusedError((reason,), pack_of(case.pack), case.kind)
        if "hand_over" in answer.effects and name in answer.form:
            # the platform opens it: whoever upholds the objection need not be one who may open cases
            successor = case_hand_over(
                actor=_system(actor.request_id), case=case, organisation=str(answer.form[name])
            )
            compare_and_set(case, successor=successor.public_id)
