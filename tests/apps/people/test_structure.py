"""Any sequence of changes leaves one tree, nobody in an organisation that has ended, and a true history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shuzhi.apps.cases.models import Case
from shuzhi.apps.cases.services import Opening, cases_open
from shuzhi.apps.people.changes import Change, Merge, Move, NewUnit, Rename, Retire, Sharing, Split
from shuzhi.apps.people.history import name_on, parent_on, tree_on
from shuzhi.apps.people.kinds import OrganisationKind
from shuzhi.apps.people.models import Account, DutyHolding, Organisation
from shuzhi.apps.people.services import OrganisationDraft, organisations_import
from shuzhi.apps.people.services.structure import apply_change
from shuzhi.apps.records.actors import SYSTEM
from shuzhi.apps.records.refusals import ConflictError
from shuzhi.apps.scenarios.services import built_in_install
from shuzhi.demo.world import World
from tests.apps.cases.conftest import book
from tests.apps.people.test_history import standing_equals_facts

__all__ = ["book"]

DAYS = [date(2026, month, 1) for month in (2, 4, 6, 8, 10)]
ASKED = [date(2026, month, day) for month in (1, 2, 4, 6, 8, 10, 11) for day in (1, 20)]
UNITS = 6


@dataclass
class Naive:
    """What was told of one unit, in the order of telling: the last that had begun on a day holds."""

    start: date = date.min
    end: date = date.max
    names: list[tuple[date, str]] = field(default_factory=list)
    parents: list[tuple[date, str]] = field(default_factory=list)

    def on(self, day: date, told: list[tuple[date, str]]) -> str | None:
        if not self.start <= day < self.end:
            return None
        return [value for since, value in told if since <= day][-1]


@dataclass
class Replay:
    """The history as an office would keep it in a notebook."""

    units: dict[str, Naive]

    def below(self, public_id: str) -> list[str]:
        return [
            key
            for key, unit in self.units.items()
            if unit.end == date.max and unit.parents and unit.parents[-1][1] == public_id
        ]

    def take(self, change: Change, on: date, left: list[Organisation]) -> None:
        match change:
            case Rename():
                self.units[change.organisation].names.append((on, change.name))
            case Move():
                self.units[change.organisation].parents.append((on, change.parent))
            case Merge():
                self._make(change.into, left[0], on)
                for one in change.organisations:
                    self._end(one, left[0].public_id, on)
            case Split():
                for part, made in zip(change.parts, left, strict=True):
                    self._make(part, made, on)
                stays = change.organisation in change.parts
                self._end(change.organisation, left[change.sharing.rest].public_id, on, stays=stays)
            case Retire():
                self._end(change.organisation, change.successor or "", on)

    def _make(self, part: str | NewUnit, made: Organisation, on: date) -> None:
        if isinstance(part, NewUnit):
            self.units[made.public_id] = Naive(on, date.max, [(on, part.name)], [(on, part.parent)])

    def _end(self, public_id: str, taker: str, on: date, *, stays: bool = False) -> None:
        for below in self.below(public_id) if taker != public_id else ():
            self.units[below].parents.append((on, taker))
        if not stays:
            self.units[public_id].end = on


@pytest.fixture
def ground(world: World, book: object) -> World:
    """Six departments in a tree of two levels below a bureau, each with a person who can be moved."""
    built_in_install(actor=SYSTEM)
    return world


numbers = st.integers(0, 11)
steps = st.lists(
    st.tuples(
        st.sampled_from(["rename", "move", "merge", "join", "split", "retire", "close"]),
        numbers,
        numbers,
        numbers,
        st.integers(0, len(DAYS) - 1),
    ),
    min_size=1,
    max_size=9,
)


def planned(what: str, ids: list[str], root: str, serial: int) -> Change:
    one, two, three = ids
    new = NewUnit(f"新{serial}", OrganisationKind.DEPARTMENT, parent=root)
    plans: dict[str, Callable[[], Change]] = {
        "rename": lambda: Rename(one, f"名{serial}"),
        "move": lambda: Move(one, two),
        "merge": lambda: Merge((one, two), new),
        "join": lambda: Merge((one, two), three),
        "split": lambda: Split(one, (two, new), Sharing(rest=serial % 2)),
        "retire": lambda: Retire(one, two),
        "close": lambda: Retire(one),
    }
    return plans[what]()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_any_sequence_of_changes_keeps_one_tree_and_a_true_history(
    ground: World, steps: list[tuple[str, int, int, int, int]]
) -> None:
    with transaction.atomic():
        replay = prepared(ground)
        root = ground.data_bureau.public_id
        for serial, (what, *places, day) in enumerate(steps):
            ids = [sorted(replay.units)[place % len(replay.units)] for place in places]
            change = planned(what, ids, root, serial)
            try:
                with transaction.atomic():
                    left = apply_change(SYSTEM, change, DAYS[day])
            except ConflictError:
                continue
            replay.take(change, DAYS[day], left)
        holds(replay)
        transaction.set_rollback(True)


def prepared(world: World) -> Replay:
    drafts = [
        OrganisationDraft(
            OrganisationKind.DEPARTMENT, f"局{n}", f"c{n}", f"c{(n - 1) // 2}" if n else world.data_bureau
        )
        for n in range(UNITS)
    ]
    units = organisations_import(actor=SYSTEM, drafts=drafts)
    people = Account.objects.filter(administers="").order_by("pk")
    for unit, account in zip(units, people, strict=False):
        Account.objects.filter(pk=account.pk).update(organisation=unit)
        DutyHolding.objects.filter(account=account).update(organisation=unit)
    openings = [
        Opening("problem-data", ("sample", "r1"), unit.public_id, facts={"failing": 1, "urgency": "ordinary"})
        for unit in units
    ]
    cases_open(actor=SYSTEM, openings=openings)
    return Replay(
        {
            unit.public_id: Naive(
                names=[(date.min, unit.name)],
                parents=[(date.min, unit.parent.public_id if unit.parent else "")],
            )
            for unit in units
        }
    )


def holds(replay: Replay) -> None:
    standing_equals_facts()
    assert Organisation.objects.filter(parent=None).count() == 1
    gone = Organisation.objects.exclude(valid_to=None)
    assert not Case.objects.filter(ended_at=None, organisation__in=gone).exists()
    assert not Account.objects.filter(organisation__in=gone).exists()
    assert not DutyHolding.objects.filter(organisation__in=gone, valid_to=None).exists()
    assert not Organisation.objects.filter(valid_to=None, parent__in=gone).exists()
    assert Case.objects.filter(ended_at=None).count() == UNITS
    assert not Case.objects.exclude(assignments__ended_at=None, assignments__organisation=F("organisation"))
    known = {unit.public_id: unit for unit in Organisation.objects.all()}
    for day in ASKED:
        tree = tree_on(day)
        assert [depth for depth, _ in tree].count(0) == 1
        standing = {unit.public_id for _, unit in tree}
        for public_id, naive in replay.units.items():
            unit = known[public_id]
            assert name_on(unit, day) == naive.on(day, naive.names), (public_id, day)
            parent = parent_on(unit, day)
            assert (parent.public_id if parent else None) == naive.on(day, naive.parents), (public_id, day)
            assert (public_id in standing) == (naive.on(day, naive.names) is not None)
