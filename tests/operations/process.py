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
        "use": use,
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


def use() -> None:
    """The main job with everything that goes wrong in it; prints the personal values that it met.

    People are in the file's rows and in its name, in addresses asked for, in a login and in errors.
    """
    from shuzhi.serving import open_home

    open_home()
    from django.test import Client

    from shuzhi.apps.files.errors import ContentMissingError
    from shuzhi.apps.jobs.registry import job
    from shuzhi.apps.jobs.services import enqueue
    from shuzhi.apps.jobs.worker import run_due
    from shuzhi.apps.records.actors import SYSTEM
    from shuzhi.portal import urls
    from tests.rosters import residents, workbook

    people = residents(60)
    person = people.clean[0]
    planted = " ".join(person[column] for column in ("姓名", "身份证号", "联系电话"))
    for rows in (people.rows, people.clean):
        _hand_in(workbook(rows), f"{planted}.xlsx")
    _hand_in(b"PK\x03\x04 no workbook " + planted.encode(), f"坏的 {planted}.xlsx")
    _hand_in("，".join(person.values()).encode() * 3, f"没有表 {planted}.csv")

    @job("test.breaks", max_attempts=1)
    def breaks(_context: object, **_more: object) -> None:
        """Breaks as a library would, with the value in what it says."""
        try:
            int(person["姓名"])
        except ValueError as error:
            raise RuntimeError(f"row 3 ({planted}): DETAIL Key (id)=({person['身份证号']})") from error

    @job("test.refuses")
    def refuses(_context: object) -> None:
        """Refuses as the product does, with the value in its sentence."""
        raise ContentMissingError(name=planted)

    enqueue(actor=SYSTEM, kind="test.breaks")
    enqueue(actor=SYSTEM, kind="test.refuses")
    run_due()
    client = Client(raise_request_exception=False, headers={"Host": "127.0.0.1"})
    client.post("/account/login/", {"login": person["姓名"], "password": person["身份证号"]})
    client.get(f"/datasets/{planted}/", {"q": planted})
    urls.urlpatterns[0].callback = breaks  # type: ignore[union-attr]  # the start page breaks
    _sign_in(client)
    client.get("/", {"q": planted})
    values = {row[column] for row in people.clean for column in ("姓名", "身份证号", "联系电话")}
    print(json.dumps(sorted(values), ensure_ascii=False))


def _hand_in(content: bytes, name: str) -> None:
    from io import BytesIO

    from shuzhi.apps.catalogue.services import UploadDraft, upload_receive
    from shuzhi.apps.jobs.worker import run_due
    from shuzhi.apps.people.models import DutyHolding
    from shuzhi.apps.people.selectors import actor_for
    from shuzhi.engine.errors import ShuzhiError

    holding = DutyHolding.objects.filter(duty="clerk").order_by("pk").first()
    assert holding is not None
    draft = UploadDraft(
        organisation=holding.organisation, content=BytesIO(content), name=name, no_secrets=True
    )
    try:
        upload_receive(actor=actor_for(holding.account, holding, ""), draft=draft)
    except ShuzhiError as error:
        print(error.code)
    run_due()


def _sign_in(client: object) -> None:
    from django.conf import settings
    from django.test import Client

    from shuzhi.apps.people.models import Account, DutyHolding

    assert isinstance(client, Client)
    account = DutyHolding.objects.filter(duty="clerk").order_by("pk")[0].account
    Account.objects.filter(pk=account.pk).update(must_change_password=False)
    client.force_login(account, settings.AUTHENTICATION_BACKENDS[0])


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
