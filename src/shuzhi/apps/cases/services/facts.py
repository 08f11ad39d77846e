"""New counts for cases, as each run of their checks finds them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from shuzhi.apps.cases import policies
from shuzhi.apps.cases.errors import StepRefusedError, TooManySamplesError
from shuzhi.apps.cases.models import Case, Step
from shuzhi.apps.cases.recording import Act, keep_steps, plain_value
from shuzhi.apps.cases.selectors import case_get
from shuzhi.apps.cases.standings import lifecycle_of
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.models import compare_and_set_all
from shuzhi.apps.scenarios.selectors import pack_of
from shuzhi.engine.work.forms import read_facts

MAX_SAMPLES = 100
MAX_SAMPLE_CHARACTERS = 64 * 1024


@dataclass(frozen=True, slots=True)
class News:
    """New facts of a case as it was read; those not named stay, samples are replaced where given."""

    case: Case
    facts: Mapping[str, object]
    samples: Sequence[Mapping[str, object]] | None = None


def case_update_facts(
    *,
    actor: Actor,
    case: str,
    facts: Mapping[str, object],
    samples: Sequence[Mapping[str, object]] | None = None,
) -> Case:
    """As ``cases_update_facts``, for the case of one public id. Raises NotFoundError."""
    policies.case_update_facts(actor)
    with transaction.atomic():
        known = case_get(actor=actor, public_id=case)
        cases_update_facts(actor=actor, news=[News(known, facts, samples)])
    return known


def cases_update_facts(*, actor: Actor, news: Sequence[News]) -> None:
    """Gives each case its new facts; the instances then hold them.

    Limits that run are not changed by them. What is equal to before leaves no trace. Raises
    StepRefusedError for facts that the kind does not know, StaleError when somebody acts meanwhile;
    nothing is written then.
    """
    policies.case_update_facts(actor)
    told = [(one, _facts(one), _samples(one)) for one in news]
    told = [
        (n, facts, samples)
        for n, facts, samples in told
        if (facts, samples) != (n.case.facts, n.case.samples)
    ]
    now = timezone.now()
    acts = [
        (n.case, Act(Step.FACTS_UPDATED, n.case.state, now, _changed(n.case.facts, facts)))
        for n, facts, _ in told
    ]
    with transaction.atomic():
        compare_and_set_all(
            [
                (n.case, {"facts": facts, "samples": samples, "acts": n.case.acts + 1})
                for n, facts, samples in told
            ]
        )
        keep_steps(actor=actor, acts=acts)


def _facts(news: News) -> dict[str, object]:
    case = news.case
    declared = lifecycle_of(case).facts
    first = {name for name, fact in declared.items() if fact.kept and name in case.facts}
    given = {name: value for name, value in news.facts.items() if name not in first}
    reading = read_facts(declared, {**case.facts, **given})
    if reading.reasons:
        raise StepRefusedError(reading.reasons, pack_of(case.pack), case.kind)
    return {name: plain_value(value) for name, value in reading.values.items()}


def _samples(news: News) -> Sequence[Mapping[str, object]]:
    return news.case.samples if news.samples is None else check_samples(news.samples)


def _changed(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in after.items() if before.get(name) != value}


def check_samples(samples: Sequence[Mapping[str, object]]) -> list[Mapping[str, object]]:
    """The samples as a list; TooManySamplesError where they are more than a case may hold."""
    kept = list(samples)
    if len(kept) > MAX_SAMPLES or len(json.dumps(kept, ensure_ascii=False)) > MAX_SAMPLE_CHARACTERS:
        raise TooManySamplesError(limit=MAX_SAMPLES, characters=MAX_SAMPLE_CHARACTERS)
    return kept
