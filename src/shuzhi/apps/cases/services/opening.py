"""Opening cases: one open case per subject and responsible organisation, numbered without gaps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from shuzhi.apps.cases.errors import AlreadyOpenError, StepRefusedError
from shuzhi.apps.cases.models import Assignment, Case, Step
from shuzhi.apps.cases.numbers import next_numbers
from shuzhi.apps.cases.recording import Act, keep_steps, plain_value
from shuzhi.apps.cases.selectors import with_all
from shuzhi.apps.cases.services.facts import News, cases_update_facts, check_samples
from shuzhi.apps.cases.standings import clock_columns, lifecycle_of, party_of, world_of
from shuzhi.apps.people.models import Organisation
from shuzhi.apps.people.selectors import organisations_get
from shuzhi.apps.people.services.organisations import must_stand
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.models import BATCH_ROWS, batches
from shuzhi.apps.scenarios.models import InstalledPack
from shuzhi.apps.scenarios.selectors import latest_with_kind, pack_of
from shuzhi.crash_points import reached
from shuzhi.engine.work.decisions import Standing, World, born
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
    """As ``cases_open``, for one case."""
    return cases_open(actor=actor, openings=[opening])[0]


def cases_open(*, actor: Actor, openings: Sequence[Opening]) -> list[Case]:
    """Opens the cases under the latest installed versions of their kinds: all of them, or none.

    Raises AlreadyOpenError (with the number) where one is open, StepRefusedError where the actor may
    not or the facts do not fit, NotFoundError for an unknown kind or organisation, ConflictError for
    an organisation that has ended. No two ``openings`` may ask for the same case.
    """
    cases = _drafted_all(actor, openings)
    try:
        with transaction.atomic():
            reached("cases.before_open")
            _number(cases)
            reached("cases.after_numbers")
            Case.objects.bulk_create(cases, batch_size=BATCH_ROWS)
            reached("cases.after_rows")
            Assignment.objects.bulk_create(
                (Assignment(case=case, organisation=case.organisation) for case in cases),
                batch_size=BATCH_ROWS,
            )
            keep_steps(actor=actor, acts=[(case, _first_act(case)) for case in cases])
            must_stand(*(case.organisation for case in cases))
            reached("cases.after_open")
    except IntegrityError:
        for known in _open_now(openings).values():
            raise AlreadyOpenError(known.number) from None
        raise
    return cases


def case_report(*, actor: Actor, opening: Opening) -> tuple[Case, bool]:
    """As ``cases_report``, for one case; answers it and whether it is new."""
    return cases_report(actor=actor, openings=[opening])[0]


def cases_report(*, actor: Actor, openings: Sequence[Opening]) -> list[tuple[Case, bool]]:
    """Opens each case, or gives the open one its new counts; answers them and whether they are new.

    In the order of ``openings``, no two of which may ask for the same case.
    """
    with transaction.atomic():
        while True:
            known = _open_now(openings, locked=True)
            fresh = [opening for opening in openings if opening.dedupe_key not in known]
            try:
                opened = cases_open(actor=actor, openings=fresh)
                break
            except AlreadyOpenError:
                continue  # opened by somebody else in this moment: it gets the counts
        news = [News(known[o.dedupe_key], o.facts, o.samples) for o in openings if o.dedupe_key in known]
        cases_update_facts(actor=actor, news=news)
    new = {case.dedupe_key: case for case in opened}
    return [(known.get(o.dedupe_key) or new[o.dedupe_key], o.dedupe_key in new) for o in openings]


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
    known = _open_now([opening]).get(opening.dedupe_key)
    return known if known is not None else case_open(actor=actor, opening=opening)


def _drafted_all(actor: Actor, openings: Sequence[Opening]) -> list[Case]:
    keys = [opening.dedupe_key for opening in openings]
    if len(set(keys)) < len(keys):
        raise ValueError("two openings ask for the same case")
    kinds = {kind: latest_with_kind(kind) for kind in {opening.kind for opening in openings}}
    units = organisations_get({unit for o in openings for unit in (o.organisation, o.owner) if unit})
    ended = _last_ended(keys)
    if not openings:
        return []
    world = world_of(timezone.now())
    drafted = [_drafted(actor, opening, kinds[opening.kind], units, world) for opening in openings]
    for case in drafted:
        case.predecessor = case.predecessor or ended.get(case.dedupe_key, "")
    return drafted


def _drafted(
    actor: Actor,
    opening: Opening,
    installed: InstalledPack,
    units: Mapping[str, Organisation],
    world: World,
) -> Case:
    pack, organisation = pack_of(installed), units[opening.organisation]
    before = Standing("", organisation.public_id, opening.owner, facts=opening.facts)
    party = party_of(actor, organisation.path)
    standing = born(pack.lifecycles[opening.kind], before, party, world)
    if isinstance(standing, Refusal):
        raise StepRefusedError(standing.reasons, pack, opening.kind)
    return Case(
        kind=opening.kind,
        pack=installed,
        state=standing.state,
        subject_kind=opening.subject[0],
        subject_id=opening.subject[1],
        organisation=organisation,
        owner=units[opening.owner] if opening.owner else None,
        facts={name: plain_value(value) for name, value in standing.facts.items()},
        samples=check_samples(opening.samples),
        dedupe_key=opening.dedupe_key,
        predecessor=opening.predecessor,
        acts=1,
        created_at=world.now,
        updated_at=world.now,
        **clock_columns(standing.clock, None),
    )


def _number(cases: Sequence[Case]) -> None:
    """Gives the cases the next numbers of their series, in their order."""
    by_series: dict[tuple[str, date], list[Case]] = defaultdict(list)
    for case in cases:
        by_series[lifecycle_of(case).number, timezone.localdate(case.created_at)].append(case)
    for (prefix, day), alike in sorted(by_series.items(), key=itemgetter(0)):
        for case, number in zip(alike, next_numbers(prefix, day, len(alike)), strict=True):
            case.number = number


def _first_act(case: Case) -> Act:
    return Act(Step.OPENED, "", case.created_at, {"predecessor": case.predecessor, **case.facts})


def _open_now(openings: Sequence[Opening], *, locked: bool = False) -> dict[str, Case]:
    """The open cases that ``openings`` ask for, by their key, with organisations and pack.

    ``locked``: nobody else may act on them until the transaction ends.
    """
    keys = [opening.dedupe_key for opening in openings]
    cases = with_all(Case.objects.filter(ended_at=None)).order_by("pk")
    cases = cases.select_for_update(of=("self",)) if locked else cases
    return {case.dedupe_key: case for batch in batches(keys) for case in cases.filter(dedupe_key__in=batch)}


def _last_ended(keys: Sequence[str]) -> dict[str, str]:
    """The public id of the last ended case of each key, so that what comes back can be counted."""
    ended = Case.objects.exclude(ended_at=None)
    later = ended.filter(dedupe_key=OuterRef("dedupe_key"), ended_at__gt=OuterRef("ended_at"))
    last = ended.filter(~Exists(later)).order_by("pk").values_list("dedupe_key", "public_id")
    return {key: public_id for batch in batches(keys) for key, public_id in last.filter(dedupe_key__in=batch)}
