"""A synthetic roster as a department sends it, and its way into the catalogue."""

from __future__ import annotations

import tempfile
from io import BytesIO
from pathlib import Path
from random import Random

from shuzhi.apps.catalogue.models import Dataset, Upload
from shuzhi.apps.catalogue.services import UploadDraft, upload_receive
from shuzhi.apps.jobs.worker import run_due
from shuzhi.apps.records.actors import SYSTEM
from shuzhi.apps.scenarios.services import built_in_install
from shuzhi.demo import synthetic, workbooks
from shuzhi.demo.world import Person, World
from tests.world import TODAY

PLACES = {"瓜沥镇": ["东恩村"], "城厢街道": ["回澜社区"], "临浦镇": ["横一村"]}
ERRORS = [
    ("身份证号", "typo", 4),
    ("联系电话", "short", 3),
    ("姓名", "emptied", 2),
    ("开户账号", "digits lost", 2),
]


def roster(rows: int = 120) -> synthetic.SyntheticTable:
    """Synthetic people, eleven cells spoiled; ``clean`` holds them before that."""
    made = synthetic.residents(Random(3), PLACES, rows, TODAY)
    return synthetic.plant(Random(4), "社会救助对象名册", "身份证号", made, ERRORS)


def workbook(rows: tuple[synthetic.Row, ...]) -> bytes:
    """The rows as the department sends them: title, two header rows, a total."""
    groups = [("基本信息", 5), ("住址信息", 3), ("救助情况", 5)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "roster.xlsx"
        workbooks.write_department_workbook(path, title="名册", sent_by="民政局", rows=rows, groups=groups)
        return path.read_bytes()


def take_in(person: Person, world: World, content: bytes, dataset: Dataset | None = None) -> Dataset:
    """The person hands the workbook in and the worker does its work."""
    built_in_install(actor=SYSTEM)
    draft = UploadDraft(
        organisation=world.department,
        content=BytesIO(content),
        name="名册.xlsx",
        no_secrets=True,
        dataset=dataset,
        title="社会救助对象名册",
        synthetic=True,
    )
    upload = upload_receive(actor=person.actor, draft=draft)
    run_due()
    upload.refresh_from_db()
    assert upload.state == Upload.State.DONE, upload.problem
    assert upload.dataset is not None
    return upload.dataset
