"""Signing in and out, and the lock after too many failures."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from shuzhi.apps.journal import services as journal
from shuzhi.apps.people.models import Account
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.models import compare_and_set
from shuzhi.apps.records.refusals import RefusalError
from shuzhi.configuration import Configuration


class SignInError(RefusalError):
    """Wrong login, wrong password, a shut or a locked account: deliberately one answer for all.

    Different answers would tell a stranger which logins exist.
    """

    code = "people.sign_in"
    text = (
        "Login or password are wrong, or the account is locked. After {failures} failures an account stays "
        "locked for {minutes} minutes; the system administrator can unlock it or set a new password."
    )


def sign_in(*, login: str, password: str, request_id: str = "", now: datetime | None = None) -> Account:
    """The account that ``login`` and ``password`` open; the session is the caller's.

    Raises SignInError, after the failure is written down.
    """
    moment, rules = now or timezone.now(), settings.CONFIGURATION
    account = Account.objects.filter(login=login).first()
    if account is None:
        make_password(password)  # as slow as a real check: the time must not tell either
        _record_stranger(request_id)
        raise _refusal(rules)
    right = account.check_password(password)
    locked = account.locked_until is not None and account.locked_until > moment
    if not right or locked or not account.is_active:
        _record_failure(account, request_id, moment, rules, right=right, locked=locked)
        raise _refusal(rules)
    with transaction.atomic():
        if account.failures or account.locked_until:
            compare_and_set(account, failures=0, failing_since=None, locked_until=None)
        _record(account, "account.signed_in", request_id)
    return account


def sign_out(*, actor: Actor) -> None:
    """Writes down that somebody left; ending the session is the caller's."""
    journal.record(actor=actor, act="account.signed_out", subject=("account", actor.id))


def _refusal(rules: Configuration) -> SignInError:
    return SignInError(failures=rules.sign_in_failures, minutes=rules.sign_in_lock_minutes)


def _record_failure(
    account: Account, request_id: str, now: datetime, rules: Configuration, *, right: bool, locked: bool
) -> None:
    """Counts a failure unless the account is locked already, and locks it at the last one allowed."""
    reason = "locked" if locked else "disabled" if right else "password"
    with transaction.atomic():
        kept = Account.objects.select_for_update().get(pk=account.pk)
        if reason == "password":
            window = timedelta(minutes=rules.sign_in_window_minutes)
            fresh = kept.failing_since is None or now - kept.failing_since > window
            failures = 1 if fresh else kept.failures + 1
            lock = failures >= rules.sign_in_failures
            compare_and_set(
                kept,
                failures=0 if lock else failures,
                failing_since=None if lock else now if fresh else kept.failing_since,
                locked_until=now + timedelta(minutes=rules.sign_in_lock_minutes) if lock else None,
            )
            if lock:
                _record(kept, "account.locked", request_id)
        _record(kept, "account.sign_in_failed", request_id, reason=reason)


def _record(account: Account, act: str, request_id: str, **payload: object) -> None:
    unit = account.organisation
    actor = Actor(
        id=account.public_id,
        name=account.name,
        organisation_id=unit.public_id if unit else "",
        administers=account.administers,
        request_id=request_id,
    )
    journal.record(actor=actor, act=act, subject=("account", account.public_id), payload=payload)


def _record_stranger(request_id: str) -> None:
    # The login typed is not kept: often enough it is a password typed into the wrong field.
    nobody = Actor(id="nobody", name="", request_id=request_id)
    journal.record(
        actor=nobody, act="account.sign_in_failed", subject=("account", ""), payload={"reason": "unknown"}
    )
