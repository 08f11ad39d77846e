"""A rule that turned out wrong is withdrawn for a dataset; its cases end as withdrawn, never as fixed."""

from __future__ import annotations

from django.db import transaction

from shuzhi.apps.catalogue import policies
from shuzhi.apps.catalogue.models import Dataset, WithdrawnRule
from shuzhi.apps.catalogue.problems import close_withdrawn
from shuzhi.apps.journal.services import record
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.refusals import ConflictError, NotFoundError
from shuzhi.engine.texts import N_

_REASON = N_("withdrawing a rule needs a reason")
_ALREADY = N_("the rule is withdrawn already")


def rule_withdraw(*, actor: Actor, dataset: Dataset, rule: str, reason: str) -> WithdrawnRule:
    """Takes the rule out of every later check of the dataset and ends its open cases.

    Raises NotFoundError for a rule that the latest check did not have, ConflictError without a
    reason or for a rule that is withdrawn already.
    """
    policies.rule_withdraw(actor, dataset)
    if not reason.strip():
        raise ConflictError(_REASON)
    snapshot = dataset.current
    if snapshot is None or not snapshot.runs.filter(findings__rule=rule).exists():
        raise NotFoundError("rule", rule)
    with transaction.atomic():
        withdrawn, made = WithdrawnRule.objects.get_or_create(
            dataset=dataset, rule=rule, defaults={"reason": reason.strip(), "by_name": actor.name}
        )
        if not made:
            raise ConflictError(_ALREADY)
        record(
            actor=actor,
            act="rule.withdraw",
            subject=("dataset", dataset.public_id),
            payload={"rule": rule, "reason": reason.strip()},
        )
        close_withdrawn(dataset=dataset, rule=rule)
    return withdrawn
