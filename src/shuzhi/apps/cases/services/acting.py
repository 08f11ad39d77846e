"""Acts on cases: policy, decision, case, timeline and journal in one transaction, for one case or many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from shuzhi.apps.cases.errors import StepRefusedError
from shuzhi.apps.cases.models import Case
from shuzhi.apps.cases.recording import Act, keep_steps
from shuzhi.apps.cases.selectors import case_get, organisation_exists, steps_possible, with_all
from shuzhi.apps.cases.services.opening import case_hand_over
from shuzhi.apps.cases.standings import lifecycle_of, outcome_columns, party_of, standing_of, world_of
from shuzhi.apps.cases.subjects import proofs_of
from shuzhi.apps.records.actors import SYSTEM, Actor
from shuzhi.apps.records.models import batches, compare_and_set, compare_and_set_all
from shuzhi.apps.records.refusals import StaleError
from shuzhi.apps.scenarios.selectors import pack_of
from shuzhi.crash_points import reached
from shuzhi.engine.work.decisions import Outcome, Request, World, decide
from shuzhi.engine.work.lifecycles import NeedType
from shuzhi.engine.work.reasons import Reason, Refusal


@dataclass(frozen=True, slots=True)
class _Taking:
    """A step to be taken on a case as it was read; ``proofs`` are what is proved of its subject now."""

    case: Case
    step: str
    proofs: Mapping[str, bool]
    form: Mapping[str, object] = field(default_factory=dict)


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
        _take(actor, [_Taking(known, step, _asked(known, step), form or {})], timezone.now())
        reached("cases.before_act_commit")
    reached("cases.after_act_commit")
    return known


def case_recheck(*, case: str) -> Case:
    """As ``cases_recheck``, for the case of one public id; the proof is asked of the subject's owner."""
    with transaction.atomic():
        known = case_get(actor=SYSTEM, public_id=case)
        cases_recheck(proved=[(known, proofs_of(known))])
    return known


def cases_recheck(*, proved: Sequence[tuple[Case, Mapping[str, bool]]]) -> None:
    """Has the platform take the step that follows from what is proved of each case's subject now.

    What is withdrawn goes first, then what passes, has left, or fails; where nothing follows a case
    stays as it is.
    The cases are as read in this transaction, with organisations and pack; raises StaleError where
    somebody acts meanwhile, and takes no step then.
    """
    takings = []
    for case, proofs in proved:
        steps = _guarded(case)
        follows = [g for g in ("withdrawn", "passes", "left", "fails") if proofs.get(g) and g in steps]
        if follows:
            takings.append(_Taking(case, steps[follows[0]], proofs))
    with transaction.atomic():
        _take(SYSTEM, takings, timezone.now())


def cases_expire(*, now: datetime) -> int:
    """Takes up every case whose day has gone by at ``now``, a batch in a transaction; answers how many.

    An exception that is over is to be mended again; a hold that is over runs on. A case that somebody
    is just acting on waits for the next time.
    """
    gone = Case.objects.filter(until__lt=timezone.localdate(now)).order_by("pk")
    taken = 0
    for batch in batches(list(gone.values_list("pk", flat=True))):
        with transaction.atomic():
            still = with_all(gone.filter(pk__in=batch)).defer("samples")
            known = list(still.select_for_update(of=("self",), skip_locked=True))
            takings = [_Taking(case, step, {}) for case in known if (step := _guarded(case).get("expired"))]
            _take(SYSTEM, takings, now)
            taken += len(takings)
    return taken


def _guarded(case: Case) -> dict[str, str]:
    """The steps the platform may take on the case now that need a proof, by what must be proved."""
    return {step.guard: step.name for step in steps_possible(SYSTEM, case) if step.guard}


def _asked(case: Case, step: str) -> Mapping[str, bool]:
    declared = lifecycle_of(case).steps.get(step)
    return proofs_of(case) if declared and declared.guard else {}


def _take(actor: Actor, takings: Sequence[_Taking], now: datetime) -> None:
    if not takings:
        return
    world = world_of(now)
    outcomes = [(taking.case, taking.case.state, _decided(actor, taking, world)) for taking in takings]
    reached("cases.before_act")
    compare_and_set_all([(case, outcome_columns(case, outcome, now)) for case, _, outcome in outcomes])
    reached("cases.after_state")
    acts = [(case, Act(outcome.step, before, now, outcome.form)) for case, before, outcome in outcomes]
    keep_steps(actor=actor, acts=acts)
    for case, _, outcome in outcomes:
        _effects(actor, case, outcome)


def _decided(actor: Actor, taking: _Taking, world: World) -> Outcome:
    case = taking.case
    request = Request(party_of(actor, case.organisation.path), taking.step, taking.form)
    answer = decide(lifecycle_of(case), standing_of(case), request, replace(world, proofs=taking.proofs))
    if isinstance(answer, Refusal):
        raise StepRefusedError(answer.reasons, pack_of(case.pack), case.kind)
    return answer


def _effects(actor: Actor, case: Case, answer: Outcome) -> None:
    lifecycle = lifecycle_of(case)
    needs = lifecycle.steps[answer.step].needs
    for name in (need.name for need in needs if need.type is NeedType.ORGANISATION):
        if name in answer.form and not organisation_exists(str(answer.form[name])):
            reason = Reason("form.organisation_unknown", {"field": name})
            raise StepRefusedError((reason,), pack_of(case.pack), case.kind)
        if "hand_over" in answer.effects and name in answer.form:
            # the platform opens it: whoever upholds the objection need not be one who may open cases
            platform = replace(SYSTEM, request_id=actor.request_id)
            successor = case_hand_over(actor=platform, case=case, organisation=str(answer.form[name]))
            compare_and_set(case, successor=successor.public_id)
