"""A process of its own for the tests of operations: `python -m tests.operations.process ACT [POINT]`.

It is the product; with a point, one of its functions kills the process when it is called.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

HOME = Path(os.environ["SHUZHI_HOME"])


def main(act: str, *arguments: str) -> None:
    acts: dict[str, Callable[..., None]] = {
        "found": found,
        "grow": grow,
        "look": look,
        "back_up": back_up_killed,
        "restore": restore_killed,
        "read": read,
    }
    acts[act](*arguments)


def found() -> None:
    """A home in use: the named world, one roster taken in with its cases and files, the journal sealed."""
    from shuzhi.serving import prepare_home

    prepare_home()
    from shuzhi.apps.journal.services import seal_batch
    from shuzhi.demo.world import build_world
    from tests.world import TODAY

    build_world(today=TODAY, randomness=Random(7))
    _take_in(40, broken=3)
    seal_batch()


def grow() -> None:
    """One more file is handed in, and nothing is sealed."""
    from shuzhi.serving import open_home

    open_home()
    _take_in(41, broken=1)


def _take_in(rows: int, *, broken: int) -> None:
    from io import BytesIO

    from shuzhi.apps.catalogue.models import Dataset
    from shuzhi.apps.catalogue.services import UploadDraft, upload_receive
    from shuzhi.apps.jobs.worker import run_due
    from shuzhi.apps.people.models import DutyHolding, Organisation
    from shuzhi.apps.people.selectors import actor_for
    from tests.rosters import roster, table

    holding = DutyHolding.objects.filter(duty="clerk").order_by("pk").first()
    assert holding is not None
    draft = UploadDraft(
        organisation=Organisation.objects.get(pk=holding.organisation_id),
        content=BytesIO(table(roster(rows, broken=broken))),
        name="名册.csv",
        no_secrets=True,
        dataset=Dataset.objects.first(),
    )
    upload_receive(actor=actor_for(holding.account, holding, ""), draft=draft)
    run_due()


def look() -> None:
    """What the installation holds, as one line of JSON."""
    from shuzhi.serving import open_home

    open_home()
    from shuzhi.apps.cases.models import Case
    from shuzhi.apps.catalogue.models import Dataset, Upload
    from shuzhi.apps.files.models import StoredFile
    from shuzhi.apps.files.services import contents
    from shuzhi.apps.journal.models import Entry
    from shuzhi.apps.journal.services import seal_batch, verify

    named = set(StoredFile.objects.values_list("sha256", flat=True))
    seal_batch()
    report = verify()
    seen = {
        "uploads": sorted(Upload.objects.values_list("state", flat=True)),
        "datasets": Dataset.objects.count(),
        "cases": Case.objects.count(),
        "files": len(named),
        "lost": sum(not contents().is_intact(sha256) for sha256 in named),
        "acts": sorted(Entry.objects.values_list("public_id", flat=True)),
        "restored": Entry.objects.filter(act="installation.restored").count(),
        "problems": report.problems_found,
        "sealed": report.sealed,
    }
    print(json.dumps(seen))


def read(path: str) -> None:
    """Whether this program makes sense of a manifest."""
    from shuzhi.operations.manifests import read_manifest

    print(read_manifest(Path(path)).files)


def _die(*_anything: object, **_more: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _die_at_call(number: int, act: Callable[..., object]) -> Callable[..., object]:
    calls = 0

    def counted(*given: object, **more: object) -> object:
        nonlocal calls
        calls += 1
        if calls == number:
            _die()
        return act(*given, **more)

    return counted


def restore_killed(origin: str, point: str) -> None:
    from shuzhi.serving import settle

    settle()
    from shuzhi.operations import restoring

    if point == "second content":
        restoring.copy_hashed = _die_at_call(2, restoring.copy_hashed)  # type: ignore[assignment]
    else:
        names = {
            "before keys": "_bring_keys",
            "before database": "put_database",
            "after database": "_count",
            "before migrations": "call_command",
            "before sealing": "seal_batch",
            "before the last act": "write_format",
        }
        setattr(restoring, names[point], _die)
    restoring.restore(Path(origin))


def back_up_killed(to: str, point: str) -> None:
    from shuzhi.serving import settle

    settle()
    from shuzhi.operations import backing_up

    if point == "second content":
        backing_up._copy_one = _die_at_call(2, backing_up._copy_one)  # type: ignore[assignment]
    else:
        names = {
            "before database": "copy_database",
            "before contents": "_copy_contents",
            "before manifest": "write_note",
        }
        setattr(backing_up, names[point], _die)
    backing_up.back_up(backing_up.BackupRequest(Path(to)))


if __name__ == "__main__":
    main(*sys.argv[1:])
