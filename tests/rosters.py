"""Made tables as departments send them, and their way into the catalogue.

``roster`` is a small plain table, quick to load; ``residents`` are synthetic people as a real roster
holds them, sent as a ``workbook`` with its title, two header rows and a total.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO, StringIO
from pathlib import Path
from random import Random
from typing import Any

from shuzhi.apps.catalogue.models import Dataset, Upload
from shuzhi.apps.catalogue.services import UploadDraft, contract_replace, upload_receive
from shuzhi.apps.jobs.worker import run_due
from shuzhi.apps.records.actors import SYSTEM
from shuzhi.apps.scenarios.services import built_in_install
from shuzhi.demo import synthetic, workbooks
from shuzhi.demo.world import Person, World
from shuzhi.engine.data.contracts import dump_contract, load_contract
from tests.world import TODAY

Lines = Sequence[Sequence[object]]
PLACES = {"瓜沥镇": ["东恩村"], "城厢街道": ["回澜社区"], "临浦镇": ["横一村"]}
ERRORS = [
    ("身份证号", "typo", 4),
    ("联系电话", "short", 3),
    ("姓名", "emptied", 2),
    ("开户账号", "digits lost", 2),
]


def roster(count: int = 40, *, broken: int = 0) -> list[list[object]]:
    """A table with a key: number, town, kind; the kind of the first ``broken`` rows is missing."""
    towns = ("瓜沥镇", "临浦镇")
    lines: list[list[object]] = [["编号", "所属镇街", "类别", "人数"]]
    for number in range(count):
        kind = "" if number < broken else ("特困", "低保")[number % 2]
        lines.append([f"TK{number:05d}", towns[number % 2], kind, number % 7])
    return lines


def table(lines: Lines) -> bytes:
    """The lines as UTF-8 CSV, the header first."""
    text = StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue().encode()


def residents(rows: int = 120) -> synthetic.SyntheticTable:
    """Synthetic people, eleven cells spoiled; ``clean`` holds them before that."""
    made = synthetic.residents(Random(3), PLACES, rows, TODAY)
    return synthetic.plant(Random(4), "社会救助对象名册", "身份证号", made, ERRORS)


def workbook(rows: tuple[synthetic.Row, ...]) -> bytes:
    """The rows of residents as the department sends them: title, two header rows, a total."""
    groups = [("基本信息", 5), ("住址信息", 3), ("救助情况", 5)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "roster.xlsx"
        workbooks.write_department_workbook(path, title="名册", sent_by="民政局", rows=rows, groups=groups)
        return path.read_bytes()


def receive(
    person: Person, world: World, content: bytes, dataset: Dataset | None = None, **changes: Any
) -> Upload:
    """The department's file as it waits for a worker; ``changes`` are other fields of the draft."""
    built_in_install(actor=SYSTEM)
    draft = UploadDraft(
        organisation=world.department,
        content=BytesIO(content),
        name="名册.csv",
        no_secrets=True,
        dataset=dataset,
        title="" if dataset else "特困人员名册",
    )
    return upload_receive(actor=person.actor, draft=replace(draft, **changes))


def hand_in(
    person: Person, world: World, content: bytes, dataset: Dataset | None = None, **changes: Any
) -> Upload:
    """The upload after the worker did its work."""
    upload = receive(person, world, content, dataset, **changes)
    run_due()
    upload.refresh_from_db()
    return upload


def hand_in_workbook(person: Person, world: World, content: bytes, dataset: Dataset | None = None) -> Upload:
    """The department's workbook of made-up people, after the worker did its work."""
    named = {"name": "名册.xlsx", "title": "社会救助对象名册", "synthetic": True}
    return hand_in(person, world, content, dataset, **named)


def taken_in(upload: Upload) -> Dataset:
    """The dataset that the upload became or renewed."""
    assert upload.state == Upload.State.DONE, upload.problem
    assert upload.dataset is not None
    return upload.dataset


def agree_on_towns(dataset: Dataset | None, world: World) -> Dataset:
    """The dataset under a contract that says whose a row is by its town, whatever was drafted."""
    assert dataset is not None
    assert dataset.contract is not None
    agreed = load_contract(dataset.contract.text, name=dataset.code)
    text = dump_contract(replace(agreed, organisation_column="所属镇街"))
    contract_replace(actor=world.steward.actor, dataset=dataset, text=text)
    return dataset
