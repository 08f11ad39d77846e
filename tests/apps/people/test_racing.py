"""An organisation ends while somebody puts work or people under it: nothing is left behind."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from shuzhi.apps.cases.models import Case
from shuzhi.apps.cases.services import Opening, case_open
from shuzhi.apps.people.changes import Retire
from shuzhi.apps.people.models import Organisation
from shuzhi.apps.people.services import organisation_retire
from shuzhi.apps.records.actors import SYSTEM
from shuzhi.apps.records.refusals import ConflictError
from shuzhi.apps.scenarios.services import built_in_install
from shuzhi.demo.world import World
from tests.apps.cases.conftest import book

__all__ = ["book"]


def its_case(unit: Organisation, rule: str) -> Case:
    facts = {"failing": 1, "urgency": "ordinary"}
    return case_open(
        actor=SYSTEM, opening=Opening("problem-data", ("sample", rule), unit.public_id, facts=facts)
    )


def test_no_case_is_opened_under_an_organisation_that_has_ended(world: World, book: object) -> None:
    built_in_install(actor=SYSTEM)
    change = Retire(world.department.public_id, world.other_department.public_id)
    organisation_retire(actor=SYSTEM, change=change, on=timezone.localdate())
    with pytest.raises(ConflictError, match="ended"):
        its_case(world.department, "r1")


@pytest.mark.django_db(transaction=True)
def test_a_case_that_is_just_being_opened_goes_along(world: World, book: object) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time")
    built_in_install(actor=SYSTEM)
    unit, follower = world.department, world.other_department
    begun, ended = threading.Event(), threading.Event()

    def end() -> None:
        try:
            begun.wait(10)
            change = Retire(unit.public_id, follower.public_id)
            organisation_retire(actor=SYSTEM, change=change, on=timezone.localdate())
        finally:
            ended.set()
            connections.close_all()

    thread = threading.Thread(target=end)
    thread.start()
    with transaction.atomic():
        case = its_case(unit, "r1")
        begun.set()
        assert not ended.wait(1.0), "it must wait for the case"
    thread.join(20)
    case.refresh_from_db()
    assert case.organisation == follower
    unit.refresh_from_db()
    assert unit.valid_to is not None
