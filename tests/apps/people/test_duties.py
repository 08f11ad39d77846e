"""Duties come from two people and go by one; administrators never hold any."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from shuzhi.apps.journal.models import Entry
from shuzhi.apps.people import services
from shuzhi.apps.people.changes import Retire
from shuzhi.apps.people.kinds import Administers, Duty
from shuzhi.apps.people.models import Account, DutyGrant, DutyHolding
from shuzhi.apps.people.selectors import actor_for, grants_open, holdings_in_force
from shuzhi.apps.records.actors import SYSTEM
from shuzhi.apps.records.refusals import ConflictError, ForbiddenError, NotFoundError
from shuzhi.demo.world import World
from tests.world import TODAY


def asked(world: World, clearance: int = 3) -> DutyGrant:
    draft = services.DutyDraft(world.outsider.account, world.department, Duty.APPROVER, clearance, "joins")
    return services.duty_propose(actor=world.system_admin.actor, draft=draft)


def test_a_proposal_gives_nothing_and_an_approval_gives_the_duty(world: World) -> None:
    outsider = world.outsider.account
    grant = asked(world)
    assert holdings_in_force(outsider, TODAY).count() == 1
    assert list(grants_open(world.security_admin.actor)) == [grant]
    holding = services.duty_approve(actor=world.security_admin.actor, grant=grant, valid_from=TODAY)
    actor = actor_for(outsider, holding)
    assert (actor.duty, actor.clearance, actor.covers(world.department.path)) == ("approver", 3, True)
    assert not grants_open(world.security_admin.actor).exists()
    trail = Entry.objects.filter(subject_id=grant.public_id).order_by("at_us")
    assert [(e.act, e.actor_duty) for e in trail] == [
        ("duty.proposed", "system"),
        ("duty.approved", "security"),
    ]


def test_only_the_system_administrator_proposes_and_only_the_security_administrator_decides(
    world: World,
) -> None:
    grant = asked(world)
    draft = services.DutyDraft(world.outsider.account, world.department, Duty.CLERK)
    for part, person in world.people.items():
        if part != "system_admin":
            with pytest.raises(ForbiddenError):
                services.duty_propose(actor=person.actor, draft=draft)
        if part != "security_admin":
            with pytest.raises(ForbiddenError):
                services.duty_approve(actor=person.actor, grant=grant, valid_from=TODAY)
            with pytest.raises(ForbiddenError):
                services.duty_refuse(actor=person.actor, grant=grant, reason="")
        if part not in {"system_admin", "security_admin"}:
            with pytest.raises(ForbiddenError):
                services.duty_end(actor=person.actor, holding=world.owner.holding or DutyHolding(), on=TODAY)
            assert not grants_open(person.actor).exists()
    with pytest.raises(ForbiddenError):
        services.duty_propose(actor=SYSTEM, draft=draft)


def test_nobody_gets_rights_from_their_own_hand(world: World) -> None:
    number = world.security_admin.account.staff_number
    own, _password = services.account_create(
        actor=world.system_admin.actor, draft=services.AccountDraft("zwei", "韩示例", None, number)
    )
    draft = services.DutyDraft(own, world.department, Duty.CLERK, 4)
    grant = services.duty_propose(actor=world.system_admin.actor, draft=draft)
    with pytest.raises(ForbiddenError, match="for themselves"):
        services.duty_approve(actor=world.security_admin.actor, grant=grant, valid_from=TODAY)
    proposer, _password = services.account_create(
        actor=world.system_admin.actor,
        draft=services.AccountDraft("drei", "俞示例", None, world.system_admin.account.staff_number),
    )
    with pytest.raises(ForbiddenError, match="for themselves"):
        services.duty_propose(
            actor=world.system_admin.actor, draft=services.DutyDraft(proposer, world.department, Duty.CLERK)
        )


def test_a_decision_is_made_once(world: World) -> None:
    grant = asked(world)
    services.duty_refuse(actor=world.security_admin.actor, grant=grant, reason="not needed")
    for act in (
        lambda: services.duty_approve(actor=world.security_admin.actor, grant=grant, valid_from=TODAY),
        lambda: services.duty_refuse(actor=world.security_admin.actor, grant=grant, reason=""),
    ):
        with pytest.raises(ConflictError, match="has been decided"):
            act()
    grant.refresh_from_db()
    assert (grant.state, grant.answer) == ("refused", "not needed")


def test_a_second_grant_of_the_same_duty_replaces_the_first(world: World) -> None:
    first = services.duty_approve(actor=world.security_admin.actor, grant=asked(world), valid_from=TODAY)
    tomorrow = TODAY + timedelta(days=1)
    second = services.duty_approve(
        actor=world.security_admin.actor, grant=asked(world, clearance=1), valid_from=tomorrow
    )
    account = world.outsider.account
    assert first in holdings_in_force(account, TODAY)
    assert second not in holdings_in_force(account, TODAY)
    assert [h.clearance for h in holdings_in_force(account, tomorrow) if h.duty == "approver"] == [1]


def test_an_ended_duty_is_gone_on_its_day_and_goes_on_in_the_unit_that_follows(world: World) -> None:
    owner, holding = world.owner.account, world.owner.holding
    assert holding is not None
    services.duty_end(actor=world.security_admin.actor, holding=holding, on=date(2026, 12, 1))
    assert holdings_in_force(owner, date(2026, 11, 30)).exists()
    assert not holdings_in_force(owner, date(2026, 12, 1)).exists()
    change = Retire(world.other_department.public_id, world.town.public_id)
    services.organisation_retire(actor=SYSTEM, change=change, on=TODAY)
    held = holdings_in_force(world.outsider.account, timezone.localdate())
    assert [(one.organisation, one.duty, one.clearance) for one in held] == [(world.town, "clerk", 2)]


def test_a_duty_is_held_by_its_owner_only(world: World) -> None:
    with pytest.raises(NotFoundError):
        actor_for(world.outsider.account, world.owner.holding)


def test_a_clearance_is_a_level(world: World) -> None:
    for clearance in (-1, 5):
        with pytest.raises(ConflictError, match="0 to 4"):
            asked(world, clearance)
    with pytest.raises(IntegrityError), transaction.atomic():
        DutyHolding.objects.filter(pk=(world.owner.holding or DutyHolding()).pk).update(clearance=5)


def test_an_administrator_cannot_be_given_a_duty_by_anybody(world: World) -> None:
    admin = world.audit_admin.account
    with pytest.raises(ForbiddenError, match="no duty"):
        services.duty_propose(
            actor=world.system_admin.actor, draft=services.DutyDraft(admin, world.department, Duty.CLERK)
        )
    with pytest.raises(DatabaseError, match="no duty"), transaction.atomic():
        DutyHolding.objects.create(
            account=admin, organisation=world.department, duty=Duty.CLERK, valid_from=TODAY
        )
    with pytest.raises(DatabaseError, match="no duty"), transaction.atomic():
        DutyHolding.objects.filter(account=world.owner.account).update(account=admin)


def test_an_account_with_a_duty_cannot_be_made_an_administrator(world: World) -> None:
    account = world.owner.account
    with pytest.raises(DatabaseError, match="no duty"), transaction.atomic():
        Account.objects.filter(pk=account.pk).update(administers=Administers.AUDIT, staff_number="A77")
    DutyGrant.objects.filter(account=account).update(holding=None)
    DutyHolding.objects.filter(account=account).delete()
    assert Account.objects.filter(pk=account.pk).update(administers=Administers.AUDIT, staff_number="A77")
