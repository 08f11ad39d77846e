"""Opening cases: one open case per subject and responsible organisation, numbered without gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils import timezone

from shuzhi.apps.cases.errors import AlreadyOpenError, StepRefusedError
from shuzhi.apps.cases.models import Assignment, Case, Step
from shuzhi.apps.cases.numbers import next_number
from shuzhi.apps.cases.recording import Act, keep_step
from shuzhi.apps.cases.services.facts import case_update_facts, check_samples, plain_value
from shuzhi.apps.cases.standings import clock_columns, party_of, world_of
from shuzhi.apps.people.models import Organisation
from shuzhi.apps.people.selectors import organisation_get
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.scenarios.models import InstalledPack
from shuzhi.apps.scenarios.selectors import latest_with_kind, pack_of
from shuzhi.engine.work.decisions import Standing, born
from shuzhi.engine.work.reasons import Refusal


@dataclass(frozen=True, slots=True)
class Opening:
    """A case to be opened.

    ``subject`` is (kind, id), at most 40 and 220 characters; ``organisation`` and ``owner`` are public
    ids; ``facts`` are what the kind declares; ``samples`` are rows already masked for everybody who
    will see the case, as JSON values.
    """

    kind: str
    subject: tuple[str, str]
    organisation: str
    owner: str | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    samples: Sequence[Mapping[str, object]] = ()
    predecessor: str = ""

    @property
    def dedupe_key(self) -> str:
        """What only one open case may have."""
        return "|".join((self.kind, *self.subject, self.organisation))


def case_open(*, actor: Actor, opening: Opening) -> Case:
    """Opens a case under the latest installed version of its kind.

    Raises AlreadyOpenError (with the number) where one is open, StepRefusedError where the actor may
    not or the facts do not fit, NotFoundError for an unknown kind or organisation.
    """
    installed = latest_with_kind(opening.kind)
    organisation = organisation_get(opening.organisation)
    owner = organisation_get(opening.owner) if opening.owner else None
    case = _drafted(actor, opening, installed, organisation, owner)
    try:
        with transaction.atomic():
            case.number = next_number(_prefix(installed, opening.kind), timezone.localdate(case.created_at))
            case.save(force_insert=True)
            Assignment(case=case, organisation=organisation).save(force_insert=True)
            act = Act(Step.OPENED, "", case.created_at, {"predecessor": case.predecessor, **case.facts})
            keep_step(actor=actor, case=case, act=act)
    except IntegrityError:
        if (number := _open_number(opening)) is not None:
            raise AlreadyOpenError(number) from None
        raise
    return case


def case_report(*, actor: Actor, opening: Opening) -> tuple[Case, bool]:
    """Opens a case, or gives the open one its new counts; answers it and whether it is new."""
    while True:
        known = _open_case(opening)
        if known is not None:
            updated = case_update_facts(
                actor=actor, case=known.public_id, facts=opening.facts, samples=opening.samples
            )
            return updated, False
        try:
            with transaction.atomic():
                return case_open(actor=actor, opening=opening), True
        except AlreadyOpenError:
            continue  # opened by somebody else in this moment: it gets the counts


def case_hand_over(*, actor: Actor, case: Case, organisation: str) -> Case:
    """The open case of ``organisation`` for the subject of ``case``: the one there is, or a new one."""
    opening = Opening(
        kind=case.kind,
        subject=(case.subject_kind, case.subject_id),
        organisation=organisation,
        owner=case.owner.public_id if case.owner else None,
        facts=case.facts,
        samples=case.samples,
        predecessor=case.public_id,
    )
    known = _open_case(opening)
    return known if known is not None else case_open(actor=actor, opening=opening)


def _drafted(
    actor: Actor,
    opening: Opening,
    installed: InstalledPack,
    organisation: Organisation,
    owner: Organisation | None,
) -> Case:
    pack, now = pack_of(installed), timezone.now()
    lifecycle = pack.lifecycles[opening.kind]
    before = Standing("", organisation.public_id, opening.owner, facts=opening.facts)
    standing = born(lifecycle, before, party_of(actor, organisation.path), world_of(now))
    if isinstance(standing, Refusal):
        raise StepRefusedError(standing.reasons, pack, opening.kind)
    return Case(
        kind=opening.kind,
        pack=installed,
        state=standing.state,
        subject_kind=opening.subject[0],
        subject_id=opening.subject[1],
        organisation=organisation,
        owner=owner,
        facts={name: plain_value(value) for name, value in standing.facts.items()},
        samples=check_samples(opening.samples),
        dedupe_key=opening.dedupe_key,
        predecessor=opening.predecessor or _last_ended(opening),
        acts=1,
        created_at=now,
        updated_at=now,
        **clock_columns(standing.clock, None),
    )


def _prefix(installed: InstalledPack, kind: str) -> str:
    return pack_of(installed).lifecycles[kind].number


def _open_case(opening: Opening) -> Case | None:
    return Case.objects.filter(dedupe_key=opening.dedupe_key, ended_at=None).first()


def _open_number(opening: Opening) -> str | None:
    known = _open_case(opening)
    return known.number if known else None


def _last_ended(opening: Opening) -> str:
    """The public id of the last case of the same key, so that what comes back can be counted."""
    ended = Case.objects.filter(dedupe_key=opening.dedupe_key).exclude(ended_at=None)
    return ended.order_by("-ended_at").values_list("public_id", flat=True).first() or ""
