"""Making accounts and looking after their passwords. A password is returned once and stored as a hash."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from shuzhi.apps.journal import services as journal
from shuzhi.apps.people import policies
from shuzhi.apps.people.kinds import Administers
from shuzhi.apps.people.models import Account, Organisation, UsedPassword
from shuzhi.apps.people.passwords import random_password
from shuzhi.apps.people.services.organisations import OrganisationDraft, must_stand, organisation_create
from shuzhi.apps.records.actors import SYSTEM, Actor
from shuzhi.apps.records.models import compare_and_set
from shuzhi.apps.records.refusals import ConflictError, RefusalError
from shuzhi.engine.texts import N_


class PasswordError(RefusalError):
    """A new password does not keep the rules, or the present one was not given."""

    code = "people.password"
    text = "This password cannot be taken: {problems}"


@dataclass(frozen=True)
class AccountDraft:
    """An account to be made. ``staff_number`` tells people apart; an administrator must have one."""

    login: str
    name: str
    organisation: Organisation | None
    staff_number: str = ""
    administers: Administers = Administers.NOTHING
    must_change_password: bool = True
    choice: Callable[[Sequence[Any]], Any] = field(default=secrets.choice, repr=False)


def account_create(*, actor: Actor, draft: AccountDraft) -> tuple[Account, str]:
    """Makes an account without any duty; returns it and its random password, which nobody keeps."""
    policies.account_create(actor, draft.administers)
    password = random_password(draft.choice)
    account = Account(
        login=draft.login,
        name=draft.name,
        staff_number=draft.staff_number,
        organisation=draft.organisation,
        administers=draft.administers,
        must_change_password=draft.must_change_password,
        password=make_password(password),
        password_set_by=actor.id,
    )
    with transaction.atomic():
        try:
            with transaction.atomic():
                account.save(force_insert=True)
        except IntegrityError as error:
            raise ConflictError(
                N_("this login is taken, or this person already has an account of this kind")
            ) from error
        must_stand(*filter(None, [draft.organisation]))
        _record(actor, "account.created", account, login=account.login, administers=account.administers)
    return account, password


def account_reset_password(*, actor: Actor, account: Account) -> str:
    """Sets a random password, ends the account's sessions and any lock; the owner must change it."""
    policies.account_reset_password(actor, account)
    password = random_password()
    with transaction.atomic():
        _set_password(account, password, by=actor, must_change=True)
        _record(actor, "account.password_reset", account)
    return password


def account_change_password(*, actor: Actor, account: Account, old: str, new: str) -> None:
    """The owner's own change. Raises PasswordError naming every rule that ``new`` breaks."""
    policies.account_change_password(actor, account)
    if not account.check_password(old):
        raise PasswordError(problems=N_("the present password is wrong"))
    try:
        validate_password(new, account)
    except ValidationError as error:
        raise PasswordError(problems=" ".join(error.messages)) from error
    with transaction.atomic():
        _set_password(account, new, by=actor, must_change=False)
        _record(actor, "account.password_changed", account)


def _set_password(account: Account, password: str, *, by: Actor, must_change: bool) -> None:
    UsedPassword.objects.create(account=account, password=account.password)
    compare_and_set(
        account,
        password=make_password(password),
        must_change_password=must_change,
        password_set_at=timezone.now(),
        password_set_by=by.id,
        failures=0,
        failing_since=None,
        locked_until=None,
    )


def account_disable(*, actor: Actor, account: Account, reason: str) -> None:
    """Shuts the account: its sessions end with the next request; nothing it did is touched."""
    policies.account_disable(actor, account)
    with transaction.atomic():
        compare_and_set(account, is_active=False)
        _record(actor, "account.disabled", account, reason=reason)


def account_enable(*, actor: Actor, account: Account, reason: str) -> None:
    """Opens a shut account again."""
    policies.account_enable(actor, account)
    with transaction.atomic():
        compare_and_set(account, is_active=True)
        _record(actor, "account.enabled", account, reason=reason)


def account_unlock(*, actor: Actor, account: Account) -> None:
    """Ends a lock before its time."""
    policies.account_unlock(actor, account)
    with transaction.atomic():
        compare_and_set(account, failures=0, failing_since=None, locked_until=None)
        _record(actor, "account.unlocked", account)


def installation_found(
    *, actor: Actor = SYSTEM, district: OrganisationDraft, administrators: Sequence[AccountDraft]
) -> tuple[Organisation, Mapping[str, tuple[Account, str]]]:
    """Makes the district and its three administrators; only where there is no account yet.

    Returns the district and, by office, the account and its random password. Raises ConflictError
    where accounts exist, or where the three offices are not each given once, to three people.
    """
    policies.installation_found(actor)
    offices = sorted(draft.administers for draft in administrators)
    people = {draft.staff_number for draft in administrators}
    if offices != sorted(set(Administers) - {Administers.NOTHING}) or len(people) != len(offices):
        raise ConflictError(N_("an installation needs three administrators who are three people"))
    with transaction.atomic():
        if Account.objects.exists():
            raise ConflictError(N_("this installation has accounts already"))
        root = organisation_create(actor=actor, draft=district)
        made = {str(draft.administers): account_create(actor=actor, draft=draft) for draft in administrators}
    return root, made


def _record(actor: Actor, act: str, account: Account, **payload: object) -> None:
    journal.record(actor=actor, act=act, subject=("account", account.public_id), payload=payload)
