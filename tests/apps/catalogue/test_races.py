"""What people do while a file is being read, and two files that arrive at once: all of it ends well."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from shuzhi.apps.cases.models import Case
from shuzhi.apps.catalogue import jobs
from shuzhi.apps.catalogue.models import ContractVersion, Dataset, Run, Snapshot, Upload
from shuzhi.apps.catalogue.scratch import scratch, sweep_scratch
from shuzhi.apps.catalogue.selectors import dataset_get
from shuzhi.apps.catalogue.services import (
    GradeDecision,
    contract_replace,
    grades_decide,
    rule_withdraw,
)
from shuzhi.apps.catalogue.services.snapshots import Prepared
from shuzhi.apps.jobs.context import JobContext
from shuzhi.apps.jobs.leases import claim
from shuzhi.apps.jobs.models import Job, State
from shuzhi.apps.jobs.worker import run_due
from shuzhi.demo.world import World
from tests.rosters import hand_in, receive, roster, table

Prepare = Callable[[JobContext, Upload, Path], Prepared]
PHONES = table([["单位", "电话"], ["甲", "0571-82637777"], ["乙", "0571-82637778"]])
SAME_INITIALS = "停课人员名册"
"""A name that makes the code of 特困人员名册."""


@pytest.fixture
def dataset(world: World) -> Dataset:
    """A clean first version."""
    upload = hand_in(world.owner, world, table(roster()))
    assert upload.dataset is not None
    return dataset_get(actor=world.owner.actor, public_id=upload.dataset.public_id)


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Has ``act`` happen once, when the file is read and checked and its version not yet committed."""
    prepare: Prepare = jobs.prepare
    left = [act]

    def prepare_then_act(context: JobContext, upload: Upload, folder: Path) -> Prepared:
        prepared = prepare(context, upload, folder)
        if left:
            left.pop()()
        return prepared

    monkeypatch.setattr(jobs, "prepare", prepare_then_act)


@pytest.mark.django_db
def test_a_contract_replaced_meanwhile_is_not_undone_by_the_load(
    dataset: Dataset, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert dataset.contract is not None
    text = dataset.contract.text
    meanwhile(monkeypatch, lambda: contract_replace(actor=world.steward.actor, dataset=dataset, text=text))
    upload = hand_in(world.owner, world, table(roster(broken=3)), dataset)
    assert upload.state == Upload.State.DONE, upload.problem
    now = Dataset.objects.select_related("contract", "current__contract").get(pk=dataset.pk)
    assert now.contract is not None
    assert now.current is not None
    assert now.contract.number == 2, "the next load is checked by the new one"
    assert now.current.contract.number == 1, "the version says by which contract it was read"


@pytest.mark.django_db
def test_grades_decided_and_a_rule_withdrawn_meanwhile_stand(
    dataset: Dataset, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert dataset.current is not None
    rule = dataset.current.runs.get().findings.filter(columns=["类别"]).exclude(kind="loads").first()
    grade = dataset.grades.get(column="类别")
    assert rule is not None

    def act() -> None:
        decision = GradeDecision("类别", grade.version, "L3", "涉及隐私")
        grades_decide(actor=world.steward.actor, dataset=dataset, decisions=[decision])
        rule_withdraw(actor=world.steward.actor, dataset=dataset, rule=rule.rule, reason="不要求")

    meanwhile(monkeypatch, act)
    upload = hand_in(world.owner, world, table(roster(broken=3)), dataset)
    assert upload.state == Upload.State.DONE, upload.problem
    dataset.refresh_from_db()
    assert dataset.grades.get(column="类别").level == "L3"
    assert dataset.level >= "L3"
    assert not Case.objects.filter(subject_id__endswith=f"/{rule.rule}").exists()


@pytest.mark.django_db
def test_a_slow_older_file_does_not_replace_a_newer_one(
    dataset: Dataset, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = receive(world.owner, world, table(roster(broken=3)), dataset)
    meanwhile(monkeypatch, lambda: hand_in(world.colleague, world, table(roster(41)), dataset))
    run_due()
    older.refresh_from_db()
    dataset.refresh_from_db()
    assert (older.state, (older.problem or {})["code"]) == (Upload.State.REFUSED, "catalogue.overtaken")
    assert dataset.row_count == 41
    assert [s.number for s in dataset.snapshots.order_by("number")] == [1, 2]
    assert not Case.objects.exists()


@pytest.mark.django_db
def test_rows_that_left_are_told_against_the_version_that_came_in_between(
    dataset: Dataset, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = receive(world.owner, world, table(roster(broken=3)), dataset)
    Job.objects.filter(public_id=older.job).update(run_after=timezone.now() + timedelta(hours=1))

    def catch_up() -> None:
        Job.objects.filter(public_id=older.job).update(run_after=timezone.now())
        run_due()

    meanwhile(monkeypatch, catch_up)
    newer = hand_in(world.owner, world, table([line for line in roster() if line[0] != "TK00001"]), dataset)
    older.refresh_from_db()
    assert (older.state, newer.state) == (Upload.State.DONE, Upload.State.DONE), newer.problem
    case = Case.objects.get()
    assert (case.state, case.facts["left"]) == ("records_gone", 1)


@pytest.mark.django_db
def test_a_code_taken_meanwhile_makes_no_second_attempt_necessary(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = receive(world.owner, world, table(roster()))
    meanwhile(monkeypatch, lambda: hand_in(world.colleague, world, PHONES, title=SAME_INITIALS))
    run_due()
    first.refresh_from_db()
    assert first.state == Upload.State.DONE, first.problem
    assert first.dataset is not None
    assert first.dataset.contract is not None
    assert f"name: {first.dataset.code}\n" in first.dataset.contract.text
    assert Dataset.objects.count() == 2
    assert set(Job.objects.filter(kind="catalogue.load").values_list("attempts", flat=True)) == {1}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("came_as", ["two new datasets", "one new dataset twice", "versions of one dataset"])
def test_two_workers_that_commit_at_the_same_moment_both_end_well(
    world: World, monkeypatch: pytest.MonkeyPatch, came_as: str
) -> None:
    known = hand_in(world.owner, world, table(roster())).dataset if came_as.startswith("versions") else None
    other = {"title": SAME_INITIALS} if came_as.startswith("two") else {}
    uploads = [
        receive(world.owner, world, table(roster(30)), known),
        receive(world.owner, world, PHONES if other else table(roster(31)), known, **other),
    ]
    both = threading.Barrier(2, timeout=30)
    prepare: Prepare = jobs.prepare

    def prepare_and_wait(context: JobContext, upload: Upload, folder: Path) -> Prepared:
        prepared = prepare(context, upload, folder)
        both.wait()
        return prepared

    monkeypatch.setattr(jobs, "prepare", prepare_and_wait)
    run_in_threads(2)
    for upload in uploads:
        upload.refresh_from_db()
    states = [upload.state for upload in uploads]
    assert (
        sorted(states)
        in {
            "two new datasets": [["done", "done"]],
            "one new dataset twice": [["asked", "done"]],
            "versions of one dataset": [["done", "done"], ["done", "refused"]],
        }[came_as]
    )
    if "refused" in states:
        assert states[0] == "refused", "the one handed in last stands"
        assert (uploads[0].problem or {})["code"] == "catalogue.overtaken"
    assert Job.objects.filter(kind="catalogue.load", state=State.DONE).count() == (3 if known else 2)
    for dataset in Dataset.objects.all():
        numbers = list(dataset.snapshots.order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))
    assert Run.objects.count() == Snapshot.objects.count()
    assert Dataset.objects.count() == (2 if other else 1)
    assert ContractVersion.objects.count() == Dataset.objects.count()


def run_in_threads(count: int) -> None:
    """Runs what is due in so many threads, each with its own connection."""
    failures: list[BaseException] = []

    def work() -> None:
        try:
            run_due(limit=1)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ended", "code"),
    [
        ({"state": State.FAILED, "error_code": "jobs.abandoned"}, "jobs.abandoned"),
        ({"state": State.FAILED, "error_code": "jobs.failed"}, "jobs.failed"),
        ({"state": State.FAILED, "error_code": "unheard.of"}, "jobs.failed"),
        ({"state": State.CANCELLED}, "catalogue.called_off"),
    ],
)
def test_an_upload_whose_work_ended_without_a_result_is_sent_back(
    world: World, ended: dict[str, str], code: str
) -> None:
    upload = receive(world.owner, world, table(roster()))
    lease = claim(worker="w", now=timezone.now(), lease_s=60)
    assert lease is not None
    jobs.tidy(tidying())
    upload.refresh_from_db()
    assert upload.state == Upload.State.WAITING
    Job.objects.filter(pk=lease.job.pk).update(**ended)
    jobs.tidy(tidying())
    upload.refresh_from_db()
    assert (upload.state, (upload.problem or {})["code"]) == (Upload.State.REFUSED, code)
    assert not Dataset.objects.exists()


def tidying() -> JobContext:
    """A context that only reports."""
    from shuzhi.apps.jobs.leases import Lease
    from shuzhi.apps.records.actors import SYSTEM

    return JobContext(Lease(Job(), 0), SYSTEM)


def test_a_folder_in_use_is_never_swept_and_one_left_behind_is(home: Path) -> None:
    left = home / "work" / "left"
    left.mkdir(parents=True)
    (left / "table.parquet").write_bytes(b"half")
    with scratch() as used:
        (used / "table.parquet").write_bytes(b"half")
        assert sweep_scratch() == 1
        assert used.is_dir()
        assert not left.exists()
    assert not used.exists()
    (home / "work" / "left.lock").touch()  # of a sweep that was killed when the folder was gone
    assert sweep_scratch() == 0
    assert not [path for path in (home / "work").iterdir() if path.name != ".turn"]
