"""Handing in small files as people do, for the tests of what becomes of them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO, StringIO

from shuzhi.apps.catalogue.models import Dataset, Upload
from shuzhi.apps.catalogue.services import UploadDraft, contract_replace, upload_receive
from shuzhi.apps.jobs.worker import run_due
from shuzhi.apps.records.actors import SYSTEM
from shuzhi.apps.scenarios.services import built_in_install
from shuzhi.demo.world import Person, World
from shuzhi.engine.data.contracts import dump_contract, load_contract

Lines = Sequence[Sequence[object]]


def table(lines: Lines) -> bytes:
    """The lines as UTF-8 CSV, the header first."""
    text = StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue().encode()


def receive(
    person: Person, world: World, content: bytes, dataset: Dataset | None = None, name: str = "名册.csv"
) -> Upload:
    """The upload as it waits for a worker."""
    built_in_install(actor=SYSTEM)
    draft = UploadDraft(
        organisation=world.department,
        content=BytesIO(content),
        name=name,
        no_secrets=True,
        dataset=dataset,
        title="" if dataset else "特困人员名册",
    )
    return upload_receive(actor=person.actor, draft=draft)


def hand_in(
    person: Person, world: World, content: bytes, dataset: Dataset | None = None, name: str = "名册.csv"
) -> Upload:
    """The upload after the worker did its work."""
    upload = receive(person, world, content, dataset, name)
    run_due()
    upload.refresh_from_db()
    return upload


def agree_on_towns(dataset: Dataset | None, world: World) -> Dataset:
    """The dataset under a contract that says whose a row is by its town, whatever was drafted."""
    assert dataset is not None
    assert dataset.contract is not None
    agreed = load_contract(dataset.contract.text, name=dataset.code)
    text = dump_contract(replace(agreed, organisation_column="所属镇街"))
    contract_replace(actor=world.steward.actor, dataset=dataset, text=text)
    return dataset


def roster(count: int = 40, *, broken: int = 0) -> list[list[object]]:
    """A table with a key: number, town, kind; the kind of the first ``broken`` rows is missing."""
    towns = ("瓜沥镇", "临浦镇")
    lines: list[list[object]] = [["编号", "所属镇街", "类别", "人数"]]
    for number in range(count):
        kind = "" if number < broken else ("特困", "低保")[number % 2]
        lines.append([f"TK{number:05d}", towns[number % 2], kind, number % 7])
    return lines
