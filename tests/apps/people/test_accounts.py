"""Accounts, passwords, sign-in and the lock."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.apps.journal.models import Entry
from shuzhi.apps.people import services
from shuzhi.apps.people.kinds import Administers
from shuzhi.apps.people.models import Account
from shuzhi.apps.people.passwords import random_password
from shuzhi.apps.people.selectors import accounts_visible, actor_for, holdings_in_force
from shuzhi.apps.records.actors import SYSTEM
from shuzhi.apps.records.refusals import ConflictError, ForbiddenError, StaleError
from shuzhi.demo.world import World, build_world
from tests.world import TODAY

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
GOOD = "Bei-xi-47-tan"


def acts(account: Account) -> list[str]:
    about = Entry.objects.filter(subject_kind="account", subject_id=account.public_id)
    return list(about.order_by("at_us").values_list("act", flat=True))


def test_a_random_password_keeps_every_rule(world: World) -> None:
    passwords = {person.password for person in world.people.values()}
    assert len(passwords) == len(world.people)
    for password in passwords:
        validate_password(password, Account(login="x9", name="某某"))


@given(st.integers())
def test_a_random_password_has_sixteen_characters_of_four_classes(seed: int) -> None:
    password = random_password(Random(seed).choice)
    assert len(password) == 16
    assert not set(password) & set("lI1O0")
    assert all(
        any(test(c) for c in password)
        for test in (str.islower, str.isupper, str.isdigit, lambda c: c in "-+=_@%")
    )


@pytest.mark.parametrize(
    ("password", "rule"),
    [
        ("Ab1-xyz", "password_too_short"),
        ("abcdefghijkl1", "password_classes"),
        ("Jingban-2026-x", "password_name"),
        ("沈示例-Abc-123", "password_name"),
        ("Password123", "password_too_common"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(world: World, password: str, rule: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(password, world.owner.account)
    assert rule in {e.code for e in refused.value.error_list}


def test_a_password_is_not_used_again_soon(world: World) -> None:
    owner, old = world.owner, world.owner.password
    for number in range(3):
        new = f"{GOOD}{number}"
        services.account_change_password(actor=owner.actor, account=owner.account, old=old, new=new)
        old = new
    for again in (owner.password, f"{GOOD}0", f"{GOOD}2"):
        with pytest.raises(services.PasswordError, match="last 5"), translation.override("en"):
            services.account_change_password(actor=owner.actor, account=owner.account, old=old, new=again)


def test_changing_a_password_needs_the_old_one_and_is_ones_own_act(world: World) -> None:
    account = world.owner.account
    with pytest.raises(services.PasswordError, match="present password"):
        services.account_change_password(actor=world.owner.actor, account=account, old="x", new=GOOD)
    for other in (world.outsider, world.colleague, world.system_admin, world.security_admin):
        with pytest.raises(ForbiddenError):
            services.account_change_password(
                actor=other.actor, account=account, old=world.owner.password, new=GOOD
            )
    services.account_change_password(
        actor=world.owner.actor, account=account, old=world.owner.password, new=GOOD
    )
    assert services.sign_in(login="jingban", password=GOOD) == account


def test_signing_in_is_in_the_journal_and_no_password_is(world: World) -> None:
    services.sign_in(login="jingban", password=world.owner.password, request_id="r1")
    with pytest.raises(services.SignInError):
        services.sign_in(login="jingban", password="Wrong-Word-9")
    with pytest.raises(services.SignInError):
        services.sign_in(login="Typed-Pass-7", password="x")
    services.sign_out(actor=world.owner.actor)
    found = acts(world.owner.account)
    assert found[-3:] == ["account.signed_in", "account.sign_in_failed", "account.signed_out"]
    written = json.dumps(list(Entry.objects.values("actor_name", "subject_id", "payload__body")))
    assert world.owner.password not in written
    assert "Wrong-Word-9" not in written
    assert "Typed-Pass-7" not in written


def test_five_failures_lock_for_half_an_hour_and_every_refusal_reads_the_same(world: World) -> None:
    def refused(password: str, now: datetime, login: str = "jingban") -> str:
        with pytest.raises(services.SignInError) as error:
            services.sign_in(login=login, password=password, now=now)
        return str(error.value)

    sentences = {refused("wrong", NOW + timedelta(minutes=n)) for n in range(5)}
    sentences.add(refused(world.owner.password, NOW + timedelta(minutes=5)))  # right, but locked
    sentences.add(refused(world.owner.password, NOW + timedelta(minutes=33)))
    sentences.add(refused("x", NOW, login="nobody"))
    assert len(sentences) == 1
    assert "account.locked" in acts(world.owner.account)
    services.sign_in(login="jingban", password=world.owner.password, now=NOW + timedelta(minutes=34))
    assert services.sign_in(login="tongshi", password=world.colleague.password, now=NOW)


def test_failures_far_apart_do_not_lock(world: World) -> None:
    for hour in range(8):
        with pytest.raises(services.SignInError):
            services.sign_in(login="jingban", password="wrong", now=NOW + timedelta(hours=hour))
    assert services.sign_in(login="jingban", password=world.owner.password, now=NOW + timedelta(hours=8))


def test_a_right_password_forgets_earlier_failures(world: World) -> None:
    for _round in range(3):
        for _failure in range(4):
            with pytest.raises(services.SignInError):
                services.sign_in(login="jingban", password="wrong", now=NOW)
        services.sign_in(login="jingban", password=world.owner.password, now=NOW)


def test_unlocking_and_resetting_end_a_lock(world: World) -> None:
    account = world.owner.account
    for _failure in range(5):
        with pytest.raises(services.SignInError):
            services.sign_in(login="jingban", password="wrong", now=NOW)
    account.refresh_from_db()
    services.account_unlock(actor=world.system_admin.actor, account=account)
    services.sign_in(login="jingban", password=world.owner.password, now=NOW)
    account.refresh_from_db()
    new = services.account_reset_password(actor=world.system_admin.actor, account=account)
    signed_in = services.sign_in(login="jingban", password=new, now=NOW)
    assert signed_in.must_change_password
    assert signed_in.password_set_by == world.system_admin.account.public_id


def test_a_shut_account_neither_signs_in_nor_acts(world: World) -> None:
    account = world.owner.account
    services.account_disable(actor=world.system_admin.actor, account=account, reason="left")
    with pytest.raises(services.SignInError):
        services.sign_in(login="jingban", password=world.owner.password)
    assert not holdings_in_force(account, TODAY).exists()
    services.account_enable(actor=world.system_admin.actor, account=account, reason="back")
    assert services.sign_in(login="jingban", password=world.owner.password)


def test_nothing_but_the_service_checks_a_password(world: World) -> None:
    assert authenticate(login="jingban", password=world.owner.password) is None
    assert not hasattr(get_user_model().objects, "create_superuser")


def test_only_the_system_administrator_looks_after_accounts(world: World) -> None:
    account = world.owner.account
    for person in world.people.values():
        if person is world.system_admin:
            continue
        for attempt in (
            lambda actor: services.account_reset_password(actor=actor, account=account),
            lambda actor: services.account_disable(actor=actor, account=account, reason=""),
            lambda actor: services.account_enable(actor=actor, account=account, reason=""),
            lambda actor: services.account_unlock(actor=actor, account=account),
            lambda actor: services.account_create(actor=actor, draft=services.AccountDraft("n", "N", None)),
        ):
            with pytest.raises(ForbiddenError):
                attempt(person.actor)


def test_no_administrator_makes_or_takes_over_another(world: World) -> None:
    actor, security = world.system_admin.actor, world.security_admin.account
    draft = services.AccountDraft("neu", "新示例", None, "A9", Administers.SECURITY)
    for attempt in (
        lambda: services.account_create(actor=actor, draft=draft),
        lambda: services.account_reset_password(actor=actor, account=security),
        lambda: services.account_disable(actor=actor, account=security, reason=""),
        lambda: services.account_unlock(actor=actor, account=security),
    ):
        with pytest.raises(ForbiddenError, match="on the machine itself"):
            attempt()
    assert services.account_reset_password(actor=SYSTEM, account=security)


def test_one_person_has_one_working_and_one_administrators_account(world: World) -> None:
    draft = services.AccountDraft("zwei", "俞示例", None, "A0")
    working, _password = services.account_create(actor=world.system_admin.actor, draft=draft)
    assert working.staff_number == world.system_admin.account.staff_number
    with pytest.raises(ConflictError, match="already has an account"):
        services.account_create(actor=world.system_admin.actor, draft=replace(draft, login="drei"))
    again = replace(draft, login="vier", administers=Administers.AUDIT)
    with pytest.raises(ConflictError):
        services.account_create(actor=SYSTEM, draft=again)
    with pytest.raises(ConflictError, match="login is taken"):
        services.account_create(actor=world.system_admin.actor, draft=replace(draft, staff_number="S99"))


def test_the_database_itself_knows_an_administrator_must_be_somebody(world: World) -> None:
    account = world.system_admin.account
    for change in ({"staff_number": ""}, {"administers": "everything"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Account.objects.filter(pk=account.pk).update(**change)


def test_an_installation_is_founded_once_and_by_three_people(db: None, home: object) -> None:
    build_world(today=TODAY, randomness=Random(3))
    with pytest.raises(ConflictError, match="accounts already"):
        build_world(today=TODAY, randomness=Random(3))
    district = services.OrganisationDraft("district", "x")  # type: ignore[arg-type]
    one = [services.AccountDraft(str(o), "x", None, "A1", o) for o in Administers if o]
    with pytest.raises(ConflictError, match="three people"):
        services.installation_found(district=district, administrators=one)
    with pytest.raises(ConflictError, match="three people"):
        services.installation_found(district=district, administrators=one[:2])


def test_two_changes_of_one_account_at_once_do_not_overwrite_each_other(world: World) -> None:
    mine, theirs = (Account.objects.get(login="jingban") for _ in range(2))
    services.account_disable(actor=world.system_admin.actor, account=mine, reason="left")
    with pytest.raises(StaleError, match="Somebody else changed"):
        services.account_unlock(actor=world.system_admin.actor, account=theirs)


def test_people_see_their_own_account_and_administrators_all(world: World) -> None:
    assert [a.login for a in accounts_visible(world.outsider.actor)] == ["jiaoyu"]
    assert accounts_visible(world.security_admin.actor).count() == 10
    assert actor_for(world.owner.account, None).organisation_path == ""
