"""Statements per page of the portal, with ten and with ten thousand rows behind it: counted, not timed."""

from __future__ import annotations

import os
import sys
from datetime import date
from io import BytesIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.figures import Row, at_most

FEW, MANY = 10, 10_000
MOST = 12


def main() -> list[Row]:
    """The most that any page needs, and the largest difference between few rows and many."""
    with TemporaryDirectory(prefix="shuzhi-bench-") as folder:
        os.environ["SHUZHI_HOME"] = folder
        os.environ["SHUZHI_ALLOWED_HOSTS"] = "testserver"
        from shuzhi.serving import prepare_home

        prepare_home(Path(folder))
        few, many = measure()
    growth = max(many[page] - few[page] for page in few)
    worst = max(many, key=lambda page: many[page])
    note = ", ".join(f"{page} {count}" for page, count in sorted(many.items()))
    return [
        at_most("statements of the costliest page", many[worst], MOST, "", note),
        at_most(f"more statements at {MANY:,} rows than at {FEW}", growth, 0),
    ]


def measure() -> tuple[dict[str, int], dict[str, int]]:
    """Statements by page, with few and with many rows of each kind."""
    from django.conf import settings
    from django.test import Client

    from shuzhi.demo.world import build_world

    world = build_world(today=date(2026, 11, 23), randomness=Random(1))
    dataset = one_dataset(world)
    client = Client()
    client.force_login(world.steward.account, settings.AUTHENTICATION_BACKENDS[0])
    own = Client()
    own.force_login(world.owner.account, settings.AUTHENTICATION_BACKENDS[0])
    tabs = ("", "columns/", "quality/", "versions/", "rows/", "aside/", "contract/")
    pages = {f"dataset {tab or 'overview'}": (client, f"/datasets/{dataset.public_id}/{tab}") for tab in tabs}
    pages |= {"catalogue": (client, "/datasets/"), "search": (client, "/datasets/?q=名册")}
    pages |= {"inbox": (own, "/inbox/"), "cases": (client, "/cases/"), "uploads": (client, "/uploads/")}
    counts = []
    for wanted in (FEW, MANY):
        fill(dataset, wanted)
        counts.append({name: statements(*page) for name, page in pages.items()})
    return counts[0], counts[1]


def one_dataset(world: Any) -> Any:
    """A dataset with a version, a check and cases, made through the services."""
    from shuzhi.apps.catalogue.models import Dataset
    from shuzhi.apps.catalogue.services import UploadDraft, upload_receive
    from shuzhi.apps.jobs.worker import run_due
    from shuzhi.demo import synthetic

    rows = synthetic.residents(Random(3), {"瓜沥镇": ["东恩村"]}, 200, date(2026, 11, 23))
    spoilt = synthetic.plant(Random(4), "名册", "身份证号", rows, [("联系电话", "short", 3)]).rows
    lines = [",".join(spoilt[0]), *(",".join(row.values()) for row in spoilt)]
    draft = UploadDraft(
        organisation=world.department,
        content=BytesIO("\n".join(lines).encode()),
        name="名册.csv",
        no_secrets=True,
        title="名册",
    )
    upload_receive(actor=world.owner.actor, draft=draft)
    run_due()
    return Dataset.objects.get()


def fill(dataset: Any, wanted: int) -> None:
    """Copies of the dataset, of a case and of a finding, until there are ``wanted`` of each."""
    from shuzhi.apps.cases.models import Case
    from shuzhi.apps.catalogue.models import Dataset, Finding, Upload
    from shuzhi.apps.catalogue.search import index_dataset

    start = Dataset.objects.count()
    multiply(Dataset, wanted, lambda n: {"code": f"d{n}", "title": f"名册 {n}"})
    for copy in Dataset.objects.order_by("pk")[start : start + 500]:
        index_dataset(copy, ["民政局"])
    multiply(Upload, wanted, lambda n: {"title": f"名册 {n}"})
    multiply(Finding, wanted, lambda n: {"rule": f"r{n}"})
    multiply(
        Case,
        wanted,
        lambda n: {"number": f"WTX-{n}", "dedupe_key": f"k{n}", "subject_id": f"{dataset.public_id}/r{n}"},
    )


def multiply(model: Any, wanted: int, change: Any) -> None:
    """Copies of the model's first row, each changed, until there are ``wanted`` rows."""
    from django.utils import timezone

    from shuzhi.apps.records.ids import new_id

    first = model.objects.order_by("pk").first()
    names = [f.attname for f in model._meta.concrete_fields if f.attname != "id"]
    kept = {name: getattr(first, name) for name in names}
    start = model.objects.count()
    copies = []
    for n in range(start, wanted):
        values = kept | change(n)
        if "public_id" in values:
            values["public_id"] = new_id(model.id_prefix, timezone.now())
        copies.append(model(**values))
    model.objects.bulk_create(copies, batch_size=500)


def statements(client: Any, address: str) -> int:
    """Statements of a page, after one that fills what a process keeps."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    if answer.status_code != 200:
        print(f"{address}: {answer.status_code}", file=sys.stderr)
        return MOST + 1
    return len(captured)
