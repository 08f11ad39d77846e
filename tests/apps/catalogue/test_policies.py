"""Each service has its policy of the same name, and each policy keeps out whom it should."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from shuzhi.apps.cases.models import Case
from shuzhi.apps.catalogue import policies, services
from shuzhi.apps.catalogue.models import Dataset, Finding, Upload
from shuzhi.apps.catalogue.selectors import dataset_get
from shuzhi.apps.catalogue.services import (
    GradeDecision,
    UploadDraft,
    contract_read,
    contract_replace,
    grades_decide,
    rule_withdraw,
    snapshot_commit,
    upload_receive,
    upload_refuse,
)
from shuzhi.apps.catalogue.services.returning import marked_workbook, original_take
from shuzhi.apps.catalogue.services.rows import RowsRequest, rows_read
from shuzhi.apps.catalogue.versions import compare_versions, set_aside_page
from shuzhi.apps.journal.models import Entry
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.refusals import ForbiddenError, NotFoundError
from shuzhi.demo.world import World
from shuzhi.engine.errors import BadInputError
from tests.rosters import agree_on_towns, hand_in, roster, table

OUTSIDERS = ("outsider", "system_admin", "security_admin", "audit_admin")


def test_every_service_has_a_policy_of_its_name_and_every_policy_a_service() -> None:
    modules = [
        importlib.import_module(f"{services.__name__}.{found.name}")
        for found in pkgutil.iter_modules(services.__path__)
    ]
    acts = {
        name
        for module in modules
        for name, made in inspect.getmembers(module, inspect.isfunction)
        if made.__module__ == module.__name__ and "actor" in inspect.signature(made).parameters
        if not name.startswith("_")
    }
    rules = {
        name
        for name, made in inspect.getmembers(policies, inspect.isfunction)
        if made.__module__ == policies.__name__ and not name.startswith("_")
    }
    assert acts == rules
    assert len(acts) >= 9


@pytest.fixture
def dataset(world: World) -> Dataset:
    """A loaded table whose kind is missing in some rows; nobody outside the department owns it."""
    first = hand_in(world.owner, world, table(roster()))
    towns = agree_on_towns(first.dataset, world)
    upload = hand_in(world.owner, world, table(roster(broken=4)), towns)
    assert upload.state == Upload.State.DONE, upload.problem
    assert upload.dataset is not None
    return dataset_get(actor=world.owner.actor, public_id=upload.dataset.public_id)


def draft_for(world: World, dataset: Dataset | None = None) -> UploadDraft:
    return UploadDraft(world.department, BytesIO(b"a,b\n1,2\n"), "a.csv", no_secrets=True, dataset=dataset)


ACTS: dict[str, Callable[[Actor, Dataset, World], object]] = {
    "upload_receive": lambda actor, _d, world: upload_receive(actor=actor, draft=draft_for(world)),
    "grades_decide": lambda actor, dataset, _w: grades_decide(
        actor=actor, dataset=dataset, decisions=[GradeDecision("编号", 1)]
    ),
    "rule_withdraw": lambda actor, dataset, _w: rule_withdraw(
        actor=actor, dataset=dataset, rule="类别.not_null", reason="误判"
    ),
    "contract_read": lambda actor, dataset, _w: contract_read(actor=actor, dataset=dataset),
    "contract_replace": lambda actor, dataset, _w: contract_replace(
        actor=actor,
        dataset=dataset,
        text=dataset.contract.text,  # type: ignore[union-attr]
    ),
    "snapshot_commit": lambda actor, dataset, _w: snapshot_commit(
        actor=actor,
        upload=dataset.uploads.latest("pk"),
        prepared=None,  # type: ignore[arg-type]
    ),
    "upload_refuse": lambda actor, dataset, _w: upload_refuse(
        actor=actor, upload=dataset.uploads.latest("pk"), error=BadInputError()
    ),
    "original_take": lambda actor, dataset, _w: original_take(actor=actor, dataset=dataset, number=1),
    "marked_workbook": lambda actor, dataset, _w: marked_workbook(
        actor=actor, dataset=dataset, number=1, to=Path("/nonexistent/marked.xlsx"), language="en"
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("act", ACTS)
def test_outsiders_and_administrators_are_refused_each_act_and_leave_no_entry(
    act: str, dataset: Dataset, world: World
) -> None:
    before = Entry.objects.count()
    for part in OUTSIDERS:
        with pytest.raises(ForbiddenError):
            ACTS[act](world.people[part].actor, dataset, world)
    assert Entry.objects.count() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    "act", ["grades_decide", "rule_withdraw", "contract_read", "contract_replace", "snapshot_commit"]
)
def test_those_who_are_measured_do_not_decide_about_the_measure(
    act: str, dataset: Dataset, world: World
) -> None:
    for part in ("owner", "colleague", "approver"):
        with pytest.raises(ForbiddenError):
            ACTS[act](world.people[part].actor, dataset, world)


@pytest.mark.django_db
def test_nobody_outside_sees_rows_versions_or_what_was_set_aside(dataset: Dataset, world: World) -> None:
    assert dataset.current is not None
    for part in OUTSIDERS:
        actor = world.people[part].actor
        with pytest.raises(NotFoundError):
            compare_versions(actor=actor, old=dataset.current, new=dataset.current)
        with pytest.raises(NotFoundError):
            set_aside_page(actor=actor, dataset=dataset, page=1, size=10)
        if part == "outsider":
            request = RowsRequest()
            shown = rows_read(actor=actor, dataset=dataset, snapshot=dataset.current, request=request)
            assert shown.total == 0
            assert shown.rows == ()


@pytest.mark.django_db
def test_a_steward_may_do_what_is_a_stewards(dataset: Dataset, world: World) -> None:
    failed = Finding.objects.filter(run__snapshot=dataset.current, status="failed").first()
    assert failed is not None
    assert Case.objects.filter(ended_at=None).exists()
    rule_withdraw(actor=world.steward.actor, dataset=dataset, rule=failed.rule, reason="不要求")
    assert not Case.objects.filter(ended_at=None, subject_id__endswith=failed.rule).exists()
    assert set(Case.objects.exclude(ended_at=None).values_list("outcome", flat=True)) == {"withdrawn"}
    for act in ("grades_decide", "contract_read", "contract_replace"):
        dataset.refresh_from_db()
        ACTS[act](world.steward.actor, dataset, world)
