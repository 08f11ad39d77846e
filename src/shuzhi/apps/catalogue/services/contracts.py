"""A dataset's contract is read as text, and replaced by a new version, never edited."""

from __future__ import annotations

from django.db import transaction

from shuzhi.apps.catalogue import policies
from shuzhi.apps.catalogue.models import ContractVersion, Dataset
from shuzhi.apps.catalogue.services.snapshots import next_number
from shuzhi.apps.journal.services import record
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.models import compare_and_set
from shuzhi.apps.records.refusals import ConflictError
from shuzhi.engine.data.contracts import Contract, load_contract
from shuzhi.engine.texts import N_

_LONGEST_RULE, _LONGEST_COLUMN = 160, 200
_TOO_LONG = N_("ids of rules may have 160 characters, names of columns 200")
_OTHER_NAME = N_("the contract's name must stay the dataset's code")


def contract_read(*, actor: Actor, dataset: Dataset) -> str:
    """The contract's text (ODCS v3.1), empty where there is none yet. Raises ForbiddenError."""
    policies.contract_read(actor, dataset)
    return dataset.contract.text if dataset.contract else ""


def contract_replace(*, actor: Actor, dataset: Dataset, text: str) -> ContractVersion:
    """Makes ``text`` (ODCS v3.1) the contract that the next load is read and checked by.

    Raises ContractError with every problem and its line, ConflictError when it names another dataset.
    """
    policies.contract_replace(actor, dataset)
    contract = load_contract(text, name=f"{dataset.code}.odcs.yaml")
    if contract.name != dataset.code:
        raise ConflictError(_OTHER_NAME)
    if _too_long(contract):
        raise ConflictError(_TOO_LONG)
    with transaction.atomic():
        Dataset.objects.select_for_update().get(pk=dataset.pk)
        version = ContractVersion.objects.create(
            dataset=dataset,
            number=next_number(dataset.contracts),
            text=text,
            organisation_column=contract.organisation_column or "",
            made_by=actor.id,
        )
        compare_and_set(dataset, contract=version, update_cycle=contract.update_cycle)
        record(
            actor=actor,
            act="contract.replace",
            subject=("dataset", dataset.public_id),
            payload={"contract": version.public_id, "number": version.number},
        )
    return version


def _too_long(contract: Contract) -> bool:
    """Whether a name is longer than findings and grades can be filed under."""
    return any(len(rule.id) > _LONGEST_RULE for rule in contract.rules) or any(
        len(field.name) > _LONGEST_COLUMN for field in contract.fields
    )
