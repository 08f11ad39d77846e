"""The named world with the built-in packs, an owner of subjects that proves what a test says, and a clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from shuzhi.apps.cases import subjects
from shuzhi.apps.cases.models import Case
from shuzhi.apps.cases.services import Opening, case_act, case_open
from shuzhi.apps.people.models import Organisation
from shuzhi.apps.records.actors import SYSTEM, Actor
from shuzhi.apps.scenarios.services import built_in_install
from shuzhi.demo.world import World

ZONE = ZoneInfo("Asia/Shanghai")


class Book:
    """Answers for subjects of kind "sample" as a test tells it to."""

    def __init__(self) -> None:
        self.proved: dict[str, bool] = {}
        self.asked = 0

    def titles(self, ids: Sequence[str], actor: Actor) -> Mapping[str, str]:  # noqa: ARG002
        self.asked += 1
        return {id_: f"check {id_}" for id_ in ids if id_ != "r-unknown"}

    def proofs(self, case: Case) -> Mapping[str, bool]:  # noqa: ARG002
        return self.proved


@pytest.fixture
def book() -> Iterator[Book]:
    made = Book()
    subjects.register("sample", made)
    yield made
    subjects.forget("sample")


@pytest.fixture
def packs(world: World, book: Book) -> World:
    """The world after the built-in packs are installed."""
    built_in_install(actor=SYSTEM)
    return world


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], datetime]:
    """Sets the clock: at("2026-11-23T09:00") in the district's zone."""

    def set_to(text: str) -> datetime:
        now = datetime.fromisoformat(text).replace(tzinfo=ZONE)
        monkeypatch.setattr(timezone, "now", lambda: now)
        return now

    set_to("2026-11-23T09:00")
    return set_to


def opening(world: World, rule: str = "r1", organisation: Organisation | None = None) -> Opening:
    return Opening(
        kind="problem-data",
        subject=("sample", rule),
        organisation=(organisation or world.department).public_id,
        owner=world.data_bureau.public_id,
        facts={"failing": 3, "urgency": "ordinary"},
        samples=[{"row": 7, "value": "33010919******1234"}],
    )


def opened(world: World, rule: str = "r1", organisation: Organisation | None = None) -> Case:
    return case_open(actor=SYSTEM, opening=opening(world, rule, organisation))


def act(actor: Actor, case: Case, step: str, **form: object) -> Case:
    return case_act(actor=actor, case=case.public_id, step=step, form=form, version=case.version)
