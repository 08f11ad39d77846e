"""Reading cases, narrowed to what the actor may see: lists, the inbox, one case, its timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from shuzhi.apps.cases.errors import StepRefusedError
from shuzhi.apps.cases.models import BY_DEADLINE, Case, Step
from shuzhi.apps.cases.policies import case_see, visible
from shuzhi.apps.cases.standings import lifecycle_of, party_of, standing_of, world_of
from shuzhi.apps.people.history import names_on
from shuzhi.apps.people.models import Organisation
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.refusals import NotFoundError
from shuzhi.apps.scenarios.models import InstalledPack
from shuzhi.apps.scenarios.selectors import pack_of, packs_installed
from shuzhi.engine.work.decisions import Request, decide, possible
from shuzhi.engine.work.lifecycles import Lifecycle, Relation, Who
from shuzhi.engine.work.lifecycles import Step as LifecycleStep
from shuzhi.engine.work.reasons import Refusal


@dataclass(frozen=True, slots=True)
class CaseFilters:
    """What a list is narrowed to; empty means everything.

    ``organisation`` is a public id and takes in everything below it; ``subject`` is (kind, id) or
    (kind, ""); ``number`` is part of a number; ``overdue`` looks at open cases only.
    """

    kind: str = ""
    states: Sequence[str] = ()
    phases: Sequence[str] = ()
    organisation: str = ""
    subject: tuple[str, str] = ("", "")
    number: str = ""
    overdue: bool | None = None


def cases_visible(actor: Actor, filters: CaseFilters | None = None) -> QuerySet[Case]:
    """Cases the actor may see, by deadline; those without one last.

    Organisations and pack come along; samples do not, a list has no use for them.
    """
    wanted = filters or CaseFilters()
    cases = with_all(Case.objects.filter(visible(actor)))
    for column, value in (("kind", wanted.kind), ("subject_kind", wanted.subject[0])):
        cases = cases.filter(**{column: value}) if value else cases
    if wanted.subject[1]:
        cases = cases.filter(subject_id=wanted.subject[1])
    if wanted.states:
        cases = cases.filter(state__in=list(wanted.states))
    if wanted.phases:
        cases = cases.filter(phase__in=list(wanted.phases))
    if wanted.organisation:
        cases = cases.filter(organisation__in=_under(wanted.organisation))
    if wanted.number:
        cases = cases.filter(number__contains=wanted.number.upper())
    if wanted.overdue is not None:
        late = Q(phase=Case.Phase.OPEN, due_at__lt=timezone.now())
        cases = cases.filter(late if wanted.overdue else ~late)
    return cases.defer("pack__files", "samples").order_by(*BY_DEADLINE)


def inbox(actor: Actor) -> QuerySet[Case]:
    """Open cases that wait for the actor's own duty, the nearest deadline first."""
    mine = Q(pk__in=[])
    for installed in packs_installed():
        for lifecycle in pack_of(installed).lifecycles.values():
            mine |= _awaiting(actor, installed, lifecycle)
    open_ones = Case.objects.filter(visible(actor), phase=Case.Phase.OPEN)
    return with_all(open_ones.filter(mine)).defer("pack__files", "samples").order_by(*BY_DEADLINE)


def case_get(*, actor: Actor, public_id: str) -> Case:
    """One case with its organisations and pack. Raises NotFoundError, also where the actor may not see it."""
    case = with_all(Case.objects.filter(public_id=public_id)).first()
    if case is None:
        raise NotFoundError("case", public_id)
    case_see(actor, case)
    return case


def steps_possible(actor: Actor, case: Case) -> tuple[LifecycleStep, ...]:
    """Steps the actor may take on the case now, in the lifecycle's order."""
    party = party_of(actor, case.organisation.path)
    return possible(lifecycle_of(case), standing_of(case), party)


def steps_refused(actor: Actor, case: Case, now: datetime) -> tuple[StepRefusedError, ...]:
    """Why the actor cannot take the other steps that people take in this state, in the lifecycle's order.

    Forms and proofs are not looked at: the reasons are about who and where.
    """
    lifecycle, standing = lifecycle_of(case), standing_of(case)
    party, world = party_of(actor, case.organisation.path), world_of(now)
    mine = {step.name for step in possible(lifecycle, standing, party)}
    answers = (
        decide(lifecycle, standing, Request(party, step.name), world)
        for step in lifecycle.leaving(case.state)
        if step.name not in mine and any(who.duties for who in step.who)
    )
    pack = pack_of(case.pack)
    return tuple(StepRefusedError(a.reasons, pack, case.kind) for a in answers if isinstance(a, Refusal))


def organisations_with_cases(actor: Actor) -> QuerySet[Organisation]:
    """The organisations that answer for the cases the actor may see, for the choice of a list."""
    answering = Case.objects.filter(visible(actor)).values("organisation")
    return Organisation.objects.filter(pk__in=answering).order_by("path")


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One act as its reader may see it.

    ``form`` holds the answers; one whose grade is above the reader's clearance is None and its name
    is in ``masked``. ``organisation`` is what the actor's unit was called that day, empty for the platform.
    """

    step: Step
    organisation: str
    form: Mapping[str, object]
    masked: tuple[str, ...]


def timeline(case: Case, actor: Actor) -> tuple[TimelineEntry, ...]:
    """Every act on the case in order; raises NotFoundError where the actor may not see it."""
    case_see(actor, case)
    steps = list(Step.objects.filter(case=case).order_by("sequence"))
    acted = [(step.organisation_id, timezone.localdate(step.at)) for step in steps]
    names = names_on((unit, day) for unit, day in acted if unit)
    lifecycle = lifecycle_of(case)
    called = zip(steps, acted, strict=True)
    return tuple(_entry(step, names.get(unit_day, ""), lifecycle, actor) for step, unit_day in called)


def organisation_exists(public_id: str) -> bool:
    """Whether an organisation with this id exists today."""
    today = timezone.localdate()
    units = Organisation.objects.filter(Q(valid_to=None) | Q(valid_to__gt=today), public_id=public_id)
    return units.exists()


def is_overdue(case: Case, now: datetime) -> bool:
    """Whether the limit that runs is over."""
    return case.phase == Case.Phase.OPEN and case.due_at is not None and case.due_at < now


def _entry(step: Step, organisation: str, lifecycle: Lifecycle, actor: Actor) -> TimelineEntry:
    declared = lifecycle.steps.get(step.name)
    levels = {need.name: int(need.level[1:]) for need in declared.needs} if declared else {}
    hidden = tuple(
        name
        for name in step.form
        if levels.get(name, 0) > actor.clearance and step.actor_id != actor.id and not actor.is_system
    )
    form = {name: None if name in hidden else value for name, value in step.form.items()}
    return TimelineEntry(step, organisation, form, hidden)


def with_all(cases: QuerySet[Case]) -> QuerySet[Case]:
    """The cases with what their lifecycle asks of them: organisations, and the pack without its contents."""
    return cases.select_related("organisation", "owner", "pack").defer("pack__files")


def _under(public_id: str) -> QuerySet[Organisation, int]:
    path = Organisation.objects.filter(public_id=public_id).values_list("path", flat=True).first()
    units = Organisation.objects.filter(path__startswith=path) if path else Organisation.objects.none()
    return units.values_list("pk", flat=True)


def _awaiting(actor: Actor, installed: InstalledPack, lifecycle: Lifecycle) -> Q:
    """The condition on cases of one lifecycle that wait for the actor."""
    mine = Q(pk__in=[])
    for state in lifecycle.states.values():
        for who in state.awaits:
            if actor.duty and actor.duty in who.duties:
                mine |= Q(state=state.name) & _relation(actor, who)
    return Q(pack=installed, kind=lifecycle.name) & mine


def _relation(actor: Actor, who: Who) -> Q:
    if who.relation is Relation.RESPONSIBLE:
        condition = Q(organisation__public_id=actor.organisation_id)
    elif who.relation is Relation.OWNER:
        condition = Q(owner__public_id=actor.organisation_id)
    else:
        condition = Q(organisation__path__startswith=actor.organisation_path)
    return condition & ~Q(requester=actor.id) if who.requester_excluded else condition
