"""A change of the tree takes two people, waits for its day, and is made once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from shuzhi.apps.cases.models import Case
from shuzhi.apps.cases.selectors import case_get
from shuzhi.apps.cases.services import Opening, case_open
from shuzhi.apps.journal.models import Entry
from shuzhi.apps.people import services
from shuzhi.apps.people.changes import Change, Merge, Move, NewUnit, Rename, Retire, Split
from shuzhi.apps.people.history import name_on
from shuzhi.apps.people.kinds import Duty, OrganisationKind
from shuzhi.apps.people.models import DutyHolding, Organisation, OrganisationChange
from shuzhi.apps.people.selectors import actor_for, change_get, changes_visible, holdings_in_force
from shuzhi.apps.people.services import AccountDraft, ChangeDraft, DutyDraft, OrganisationDraft
from shuzhi.apps.records.actors import SYSTEM, Actor
from shuzhi.apps.records.models import compare_and_set
from shuzhi.apps.records.refusals import ConflictError, ForbiddenError, NotFoundError, StaleError
from shuzhi.apps.scenarios.services import built_in_install
from shuzhi.demo.world import World
from tests.apps.cases.conftest import book
from tests.apps.people.test_history import standing_equals_facts
from tests.world import TODAY

__all__ = ["book"]


def proposed(world: World, change: Change, on: date | None = None) -> OrganisationChange:
    draft = ChangeDraft(change, on or timezone.localdate(), "because")
    return services.change_propose(actor=world.system_admin.actor, draft=draft)


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def at_day(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), timezone.get_current_timezone())


def test_a_change_is_proposed_by_one_and_approved_by_another(world: World) -> None:
    unit = world.department
    proposal = proposed(world, Rename(unit.public_id, "民政和社会工作局"))
    unit.refresh_from_db()
    assert unit.name == "民政局"
    services.change_approve(actor=world.security_admin.actor, proposal=proposal)
    unit.refresh_from_db()
    assert unit.name == "民政和社会工作局"
    assert proposal.applied_at is not None
    standing_equals_facts()
    acts = Entry.objects.filter(subject_id=proposal.public_id).order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["organisation.change_proposed", "organisation.change_approved"]


def test_nobody_else_proposes_decides_or_changes_the_tree_alone(world: World) -> None:
    unit, other = world.department.public_id, world.other_department.public_id
    proposal = proposed(world, Rename(unit, "x"))
    new = NewUnit("y", OrganisationKind.DEPARTMENT)
    draft = ChangeDraft(Rename(unit, "y"), TODAY)
    acts: dict[str, Callable[[Actor], object]] = {
        "propose": lambda a: services.change_propose(actor=a, draft=draft),
        "withdraw": lambda a: services.change_withdraw(actor=a, proposal=proposal),
        "approve": lambda a: services.change_approve(actor=a, proposal=proposal),
        "refuse": lambda a: services.change_refuse(actor=a, proposal=proposal, reason="x"),
        "due": lambda a: services.changes_apply_due(actor=a, now=timezone.now()),
        "end": lambda a: services.temporary_units_end(actor=a, now=timezone.now()),
        "rename": lambda a: services.organisation_rename(actor=a, change=Rename(unit, "y"), on=TODAY),
        "move": lambda a: services.organisation_move(actor=a, change=Move(unit, other), on=TODAY),
        "merge": lambda a: services.organisation_merge(actor=a, change=Merge((unit, other), new), on=TODAY),
        "split": lambda a: services.organisation_split(actor=a, change=Split(unit, (other, new)), on=TODAY),
        "retire": lambda a: services.organisation_retire(actor=a, change=Retire(unit, other), on=TODAY),
    }
    allowed = {"system_admin": {"propose", "withdraw"}, "security_admin": {"approve", "refuse"}}
    for part, person in world.people.items():
        for name in acts.keys() - allowed.get(part, set()):
            with pytest.raises(ForbiddenError):
                acts[name](person.actor)
    assert Organisation.objects.get(public_id=unit).name == "民政局"


def test_the_three_administrators_see_changes_and_nobody_else(world: World) -> None:
    proposal = proposed(world, Rename(world.department.public_id, "x"))
    for part, person in world.people.items():
        seen = changes_visible(person.actor).exists()
        assert seen == part.endswith("_admin"), part
        if not seen:
            with pytest.raises(NotFoundError):
                change_get(actor=person.actor, public_id=proposal.public_id)


def test_the_database_itself_refuses_one_person_for_both(world: World) -> None:
    proposal = proposed(world, Rename(world.department.public_id, "x"))
    with pytest.raises(IntegrityError), transaction.atomic():
        compare_and_set(proposal, state="approved", decided_by=proposal.proposed_by)


def test_a_decided_change_stays_decided(world: World) -> None:
    proposal = proposed(world, Rename(world.department.public_id, "x"))
    again = change_get(actor=world.security_admin.actor, public_id=proposal.public_id)
    services.change_refuse(actor=world.security_admin.actor, proposal=proposal, reason="not needed")
    assert (proposal.state, proposal.reason, proposal.answer) == ("refused", "because", "not needed")
    with pytest.raises(ConflictError, match="decided"):
        services.change_approve(actor=world.security_admin.actor, proposal=proposal)
    with pytest.raises(StaleError):
        services.change_approve(actor=world.security_admin.actor, proposal=again)
    assert Organisation.objects.get(pk=world.department.pk).name == "民政局"


def test_a_change_of_a_later_day_waits_for_it_and_is_made_once(world: World) -> None:
    unit, day = world.department, in_days(3)
    proposal = proposed(world, Rename(unit.public_id, "民社局"), day)
    services.change_approve(actor=world.security_admin.actor, proposal=proposal)
    assert services.changes_apply_due(now=at_day(in_days(2))) == 0
    unit.refresh_from_db()
    assert (unit.name, proposal.applied_at) == ("民政局", None)
    later = at_day(day)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: later)
        assert [services.changes_apply_due(now=later) for _ in range(2)] == [1, 0]
        standing_equals_facts()
    assert name_on(unit, in_days(2)) == "民政局"
    assert name_on(unit, day) == "民社局"


def test_a_change_that_no_longer_fits_on_its_day_is_left_for_people(world: World) -> None:
    unit, other, day = world.department, world.other_department, in_days(1)
    waiting = [
        proposed(world, Move(unit.public_id, other.public_id), day),
        proposed(world, Retire(other.public_id, world.town.public_id)),
    ]
    for proposal in waiting:
        services.change_approve(actor=world.security_admin.actor, proposal=proposal)
    later = at_day(day)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: later)
        assert [services.changes_apply_due(now=later) for _ in range(2)] == [0, 0]
    waiting[0].refresh_from_db()
    assert "ended" in waiting[0].failure
    assert Entry.objects.filter(act="organisation.change_failed").count() == 1


def test_an_approved_change_can_be_taken_back_before_its_day(world: World) -> None:
    proposal = proposed(world, Rename(world.department.public_id, "x"), in_days(1))
    services.change_approve(actor=world.security_admin.actor, proposal=proposal)
    services.change_withdraw(actor=world.system_admin.actor, proposal=proposal)
    assert services.changes_apply_due(now=at_day(in_days(2))) == 0
    with pytest.raises(ConflictError):
        services.change_withdraw(actor=world.system_admin.actor, proposal=proposal)


def test_nobody_gets_an_account_or_a_duty_where_an_organisation_has_ended(world: World) -> None:
    unit = world.department
    draft = DutyDraft(world.outsider.account, unit, Duty.APPROVER, 1, "x")
    grant = services.duty_propose(actor=world.system_admin.actor, draft=draft)
    change = Retire(unit.public_id, world.town.public_id)
    services.organisation_retire(actor=SYSTEM, change=change, on=TODAY)
    with pytest.raises(ConflictError, match="ended"):
        services.duty_propose(actor=world.system_admin.actor, draft=draft)
    with pytest.raises(ConflictError, match="ended"):
        services.duty_approve(actor=world.security_admin.actor, grant=grant, valid_from=TODAY)
    with pytest.raises(ConflictError, match="ended"):
        services.account_create(actor=world.system_admin.actor, draft=AccountDraft("new", "new", unit))


@pytest.fixture
def task_force(world: World, book: object) -> Organisation:
    """A flood headquarters for ten days; what it leaves open returns to the civil affairs bureau."""
    built_in_install(actor=SYSTEM)
    draft = OrganisationDraft(
        OrganisationKind.TEMPORARY,
        "防汛指挥部",
        parent=world.district,
        ends_on=in_days(10),
        returns_to=world.department,
    )
    return services.organisation_create(actor=world.system_admin.actor, draft=draft)


def member(world: World, unit: Organisation) -> Actor:
    account = world.town_clerk.account
    grant = services.duty_propose(
        actor=world.system_admin.actor, draft=DutyDraft(account, unit, Duty.CLERK, 2, "member")
    )
    held = services.duty_approve(
        actor=world.security_admin.actor, grant=grant, valid_from=timezone.localdate()
    )
    return actor_for(account, held)


def its_case(unit: Organisation) -> Case:
    opening = Opening(
        "problem-data", ("sample", "r1"), unit.public_id, facts={"failing": 1, "urgency": "ordinary"}
    )
    return case_open(actor=SYSTEM, opening=opening)


def test_a_temporary_unit_has_members_from_elsewhere_and_takes_cases(
    world: World, task_force: Organisation
) -> None:
    actor, case = member(world, task_force), its_case(task_force)
    assert case_get(actor=actor, public_id=case.public_id) == case
    with pytest.raises(NotFoundError):
        case_get(actor=world.town_clerk.actor, public_id=case.public_id)
    day = in_days(10)
    later = at_day(day)
    assert services.temporary_units_end(now=at_day(in_days(9))) == 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: later)
        assert [services.temporary_units_end(now=later) for _ in range(2)] == [1, 0]
        standing_equals_facts()
        assert case_get(actor=world.owner.actor, public_id=case.public_id).organisation == world.department
        left = holdings_in_force(world.town_clerk.account, day)
        assert [held.organisation for held in left] == [world.town]
    assert not DutyHolding.objects.filter(organisation=task_force, valid_to=None).exists()
    assert name_on(task_force, in_days(9)) == "防汛指挥部"
    assert name_on(task_force, day) is None


def test_what_a_temporary_unit_returns_to_is_followed(world: World, task_force: Organisation) -> None:
    change = Retire(world.department.public_id, world.other_department.public_id)
    services.organisation_retire(actor=SYSTEM, change=change, on=timezone.localdate())
    task_force.refresh_from_db()
    assert task_force.returns_to == world.other_department
    services.temporary_extend(actor=world.system_admin.actor, unit=task_force, ends_on=in_days(20))
    assert task_force.ends_on == in_days(20)
    with pytest.raises(ForbiddenError):
        services.temporary_extend(actor=world.steward.actor, unit=task_force, ends_on=in_days(30))
    with pytest.raises(ConflictError, match="not come"):
        services.temporary_extend(
            actor=world.system_admin.actor, unit=task_force, ends_on=timezone.localdate()
        )


def test_a_temporary_unit_needs_its_end_a_place_beside_the_tree_and_nothing_below(
    world: World, task_force: Organisation
) -> None:
    def create(**options: object) -> Organisation:
        given = {"parent": world.district, "ends_on": in_days(5), "returns_to": world.town, **options}
        draft = OrganisationDraft(OrganisationKind.TEMPORARY, "专班", **given)  # type: ignore[arg-type]
        return services.organisation_create(actor=world.system_admin.actor, draft=draft)

    for options, why in (
        ({"ends_on": None}, "its end"),
        ({"returns_to": None}, "its end"),
        ({"ends_on": timezone.localdate()}, "not come"),
        ({"parent": world.department}, "top"),
        ({"returns_to": task_force}, "stays"),
        ({"parent": task_force}, "below"),
    ):
        with pytest.raises(ConflictError, match=why):
            create(**options)
    below = OrganisationDraft(OrganisationKind.GRID, "组", parent=task_force)
    with pytest.raises(ConflictError, match="nothing below"):
        services.organisation_create(actor=world.system_admin.actor, draft=below)
    with pytest.raises(ConflictError, match="nothing below"):
        services.organisation_move(
            actor=SYSTEM, change=Move(world.town.public_id, task_force.public_id), on=TODAY
        )
    assert create().kind == OrganisationKind.TEMPORARY
