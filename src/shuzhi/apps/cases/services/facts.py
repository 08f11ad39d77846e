"""New counts for a case, as each run of its check finds them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from shuzhi.apps.cases import policies
from shuzhi.apps.cases.errors import StepRefusedError, TooManySamplesError
from shuzhi.apps.cases.models import Case, Step
from shuzhi.apps.cases.recording import Act, keep_step
from shuzhi.apps.cases.selectors import case_get
from shuzhi.apps.cases.standings import lifecycle_of
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.models import compare_and_set
from shuzhi.apps.scenarios.selectors import pack_of
from shuzhi.engine.work.forms import read_facts

MAX_SAMPLES = 100
MAX_SAMPLE_CHARACTERS = 64 * 1024


def case_update_facts(
    *,
    actor: Actor,
    case: str,
    facts: Mapping[str, object],
    samples: Sequence[Mapping[str, object]] | None = None,
) -> Case:
    """Gives the case (public id) its new facts; those not named stay, samples are replaced where given.

    Limits that run are not changed by them. What is equal to before leaves no trace. Raises
    StepRefusedError for facts that the kind does not know, StaleError when somebody acts meanwhile.
    """
    policies.case_update_facts(actor)
    with transaction.atomic():
        known = case_get(actor=actor, public_id=case)
        declared = lifecycle_of(known).facts
        kept_facts = {n for n, fact in declared.items() if fact.kept and n in known.facts}
        news = {name: value for name, value in facts.items() if name not in kept_facts}
        reading = read_facts(declared, {**known.facts, **news})
        if reading.reasons:
            raise StepRefusedError(reading.reasons, pack_of(known.pack), known.kind)
        kept = known.samples if samples is None else check_samples(samples)
        plain = {name: plain_value(value) for name, value in reading.values.items()}
        if plain == known.facts and kept == known.samples:
            return known
        changed = {name: value for name, value in plain.items() if known.facts.get(name) != value}
        compare_and_set(known, facts=plain, samples=kept, acts=known.acts + 1)
        act = Act(Step.FACTS_UPDATED, known.state, timezone.now(), changed)
        keep_step(actor=actor, case=known, act=act)
    return known


def check_samples(samples: Sequence[Mapping[str, object]]) -> list[Mapping[str, object]]:
    """The samples as a list; TooManySamplesError where they are more than a case may hold."""
    kept = list(samples)
    if len(kept) > MAX_SAMPLES or len(json.dumps(kept, ensure_ascii=False)) > MAX_SAMPLE_CHARACTERS:
        raise TooManySamplesError(limit=MAX_SAMPLES, characters=MAX_SAMPLE_CHARACTERS)
    return kept


def plain_value(value: object) -> object:
    """The value as JSON can hold it: dates in ISO 8601."""
    return value.isoformat() if isinstance(value, date) else value
