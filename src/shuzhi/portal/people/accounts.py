"""Pages of accounts: the list, a new one, one account and what may be done to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from shuzhi.apps.people import selectors, services
from shuzhi.apps.people.attention import accounts_unused
from shuzhi.apps.people.kinds import Administers
from shuzhi.apps.people.models import Account, DutyHolding
from shuzhi.apps.people.services import AccountDraft
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.refusals import ConflictError, NotFoundError
from shuzhi.engine.texts import N_
from shuzhi.portal.explaining import explain
from shuzhi.portal.list_pages import list_page
from shuzhi.portal.listings import Asked, Column, Empty, Filter, Lamp, Listing
from shuzhi.portal.pages import page
from shuzhi.portal.people.forms import AccountForm, ReasonForm
from shuzhi.portal.people.gates import EVERY, SYSTEM, only_for
from shuzhi.portal.requests import PortalRequest

_STATES = {
    "active": N_("In use"),
    "locked": N_("Locked"),
    "unused": N_("Unused for 90 days"),
    "disabled": N_("Disabled"),
}


def is_locked(account: Account, now: datetime) -> bool:
    """Whether failures have locked the account at this moment."""
    return account.locked_until is not None and account.locked_until > now


def state_of(account: Account) -> Lamp:
    """Whether somebody can sign in with the account."""
    if not account.is_active:
        return Lamp("red", _("Disabled"))
    return Lamp("yellow", _("Locked")) if is_locked(account, timezone.now()) else Lamp("green", _("In use"))


def holding_words(holding: DutyHolding) -> str:
    """A duty and its place."""
    return f"{holding.organisation.name} · {holding.get_duty_display()}"


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account of the list with the duties it holds or the office it administers."""

    account: Account
    duties: str


def _completing(actor: Actor) -> Any:
    def complete(accounts: list[Account]) -> Sequence[AccountLine]:
        found: dict[int, list[str]] = {}
        holdings = selectors.holdings_visible(actor, timezone.localdate())
        for holding in holdings.filter(account__in=[account.pk for account in accounts]):
            found.setdefault(holding.account_id, []).append(holding_words(holding))
        return [
            AccountLine(
                account,
                account.get_administers_display()
                if account.administers
                else "；".join(found.get(account.pk, [])),
            )
            for account in accounts
        ]

    return complete


def _states(_request: HttpRequest) -> list[tuple[str, str]]:
    return [(state, _(word)) for state, word in _STATES.items()]


LISTING = Listing(
    key="accounts",
    columns=(
        Column(
            "name",
            N_("Name of the person"),
            sort="name",
            value=lambda line: line.account.name,
            link=lambda line: reverse("people:account", args=[line.account.public_id]),
        ),
        Column("login", N_("Login"), sort="login", value=lambda line: line.account.login),
        Column("state", N_("State"), kind="lamp", value=lambda line: state_of(line.account)),
        Column("duties", N_("Duties"), value=lambda line: line.duties),
        Column(
            "organisation",
            N_("Organisation"),
            sort="organisation__path",
            value=lambda line: line.account.organisation.name if line.account.organisation else "",
        ),
        Column(
            "staff_number", N_("Staff number"), value=lambda line: line.account.staff_number, at_first=False
        ),
        Column("last_login", N_("Last signed in"), kind="moment", value=lambda line: line.account.last_login),
        Column(
            "password_set_at",
            N_("Password set"),
            kind="moment",
            value=lambda line: line.account.password_set_at,
            at_first=False,
        ),
    ),
    filters=(Filter("state", N_("State"), _states),),
    search=N_("Name, login or organisation"),
    empty=Empty(N_("There is no account yet.")),
)


@only_for(*EVERY)
def account_list(request: PortalRequest) -> HttpResponseBase:
    """Every account; the three administrators see them."""

    def find(asked: Asked) -> QuerySet[Account]:
        state, now = asked.filters.get("state"), timezone.now()
        accounts = selectors.accounts_visible(request.actor)
        if state == "unused":
            accounts = accounts_unused(request.actor, now)
        if asked.text:
            words = Q(name__icontains=asked.text) | Q(login__icontains=asked.text)
            accounts = accounts.filter(words | Q(organisation__name__icontains=asked.text))
        if state == "disabled":
            return accounts.filter(is_active=False)
        locked = Q(locked_until__gt=now)
        if state in {"locked", "active"}:
            accounts = accounts.filter(is_active=True)
            return accounts.filter(locked) if state == "locked" else accounts.exclude(locked)
        return accounts

    return list_page(
        request,
        LISTING,
        find,
        _("Accounts"),
        template="people/accounts.html",
        complete=_completing(request.actor),
        may_make=request.actor.administers == Administers.SYSTEM,
    )


@sensitive_variables("password")
@only_for(*SYSTEM)
def account_new(request: PortalRequest) -> HttpResponse:
    """A new working account; its password is on the next page and nowhere else."""
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        draft = AccountDraft(
            cleaned["login"], cleaned["name"], cleaned["organisation"], cleaned["staff_number"]
        )
        try:
            account, password = services.account_create(actor=request.actor, draft=draft)
        except ConflictError as error:
            form.add_error(None, explain(error))
        else:
            return _password_page(request, account, password)
    trail = ((_("Accounts"), reverse("people:accounts")),)
    context = {"form": form, "submit": _("Make the account"), "cancel_url": reverse("people:accounts")}
    return page(request, "form_page.html", _("New account"), trail=trail, **context)


def _password_page(request: PortalRequest, account: Account, password: str) -> HttpResponse:
    trail = ((_("Accounts"), reverse("people:accounts")),)
    context = {"account": account, "password": password}
    return page(request, "people/password.html", account.name, trail=trail, **context)


@only_for(*EVERY)
def account_detail(request: PortalRequest, public_id: str) -> HttpResponse:
    """One account: its duties, its state, what may be done to it."""
    account = selectors.account_get(actor=request.actor, public_id=public_id)
    return _account_page(request, account, ReasonForm())


def _account_page(
    request: PortalRequest, account: Account, form: ReasonForm, status: int = 200
) -> HttpResponse:
    actor, today = request.actor, timezone.localdate()
    response = page(
        request,
        "people/account.html",
        account.name,
        trail=((_("Accounts"), reverse("people:accounts")),),
        account=account,
        state=state_of(account),
        locked=is_locked(account, timezone.now()),
        holdings=list(selectors.holdings_visible(actor, today).filter(account=account)),
        proposals=list(selectors.grants_open(actor).filter(account=account)),
        may_act=actor.administers == Administers.SYSTEM and not account.administers,
        form=form,
    )
    response.status_code = status
    return response


@sensitive_variables("password")
@require_POST
@only_for(*SYSTEM)
def account_act(request: PortalRequest, public_id: str, act: str) -> HttpResponse:
    """Resets the password, disables, enables or unlocks; the service decides whether it may be."""
    actor = request.actor
    account = selectors.account_get(actor=actor, public_id=public_id)
    if act == "reset":
        return _password_page(request, account, services.account_reset_password(actor=actor, account=account))
    if act == "unlock":
        services.account_unlock(actor=actor, account=account)
    elif act in {"disable", "enable"}:
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return _account_page(request, account, form, 422)
        service = services.account_disable if act == "disable" else services.account_enable
        service(actor=actor, account=account, reason=form.cleaned_data["reason"])
    else:
        raise NotFoundError("page", act)
    said = {
        "unlock": _("The account is unlocked."),
        "disable": _("The account is disabled; its sessions have ended."),
        "enable": _("The account can be used again."),
    }
    messages.success(request, said[act])
    return redirect("people:account", public_id)
