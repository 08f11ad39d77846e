"""What happens to every request: its number, its language, who asks, and what a browser may load."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.urls import Resolver404, resolve
from django.utils import timezone, translation

from shuzhi.apps.people.models import Account
from shuzhi.apps.people.selectors import actor_for, holdings_in_force
from shuzhi.crash_points import reached
from shuzhi.engine.errors import ShuzhiError
from shuzhi.portal.refusals import refuse
from shuzhi.portal.requests import Identity, PortalRequest

Next = Callable[[HttpRequest], HttpResponseBase]

HOLDING_KEY = "holding"
_SEEN_KEY = "seen"
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
# Everything comes from this server; styles and scripts come from files, never from the page itself.
_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_OPEN_WITH_OLD_PASSWORD = {"account:password", "account:logout", "language", "theme"}


def request_numbers(proceed: Next) -> Next:
    """Gives each request a number, a proxy's where there is one; log lines and journal entries carry it."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        number = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        request.request_id = number  # type: ignore[attr-defined]
        with structlog.contextvars.bound_contextvars(request_id=number):
            response = proceed(request)
        response["X-Request-ID"] = number
        reached("portal.before_answer")
        return response

    return middleware


def security_headers(proceed: Next) -> Next:
    """Forbids the browser to load or send anything elsewhere, and to keep pages of somebody signed in."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = proceed(request)
        response.setdefault("Content-Security-Policy", _POLICY)
        response.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        return response

    return middleware


def languages(proceed: Next) -> Next:
    """Chinese, unless the person chose English: a browser's own language says nothing about an office."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = {code for code, _name in settings.LANGUAGES}
        language = chosen if chosen in known else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = proceed(request)
        response.setdefault("Content-Language", language)
        return response

    return middleware


class SignInRequired(LoginRequiredMiddleware):
    """Every page asks for a sign-in unless it says that it does not."""

    def handle_no_permission(  # type: ignore[override]  # the stubs know redirects only
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        """To the sign-in page; a part of a page asks its browser to go there as a whole."""
        htmx = getattr(request, "htmx", None)
        if not htmx:
            return super().handle_no_permission(request, view_func)
        came_from = htmx.current_url_abs_path or "/"
        there = redirect_to_login(came_from, resolve_url(settings.LOGIN_URL)).url
        return HttpResponse(headers={"HX-Redirect": there})


def identities(proceed: Next) -> Next:
    """Reads anew who asks and in which duty, so that a duty taken away is gone with the next click."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        account = get_user(request)
        if isinstance(account, Account):
            request.user = account  # the account itself: services must not meet a lazy stand-in
            _show_life(request)
            identity = _identity(request, account)
            request.identity = identity  # type: ignore[attr-defined]
            request.actor = identity.actor  # type: ignore[attr-defined]
            if account.must_change_password and _name(request) not in _OPEN_WITH_OLD_PASSWORD:
                return redirect("account:password")
        return proceed(request)

    return middleware


def _show_life(request: HttpRequest) -> None:
    """Renews the session, whose age is the idle limit, at most once a minute.

    A page that asks for its progress by itself is no sign of life of the person before it.
    """
    minute = int(time.time()) // 60
    if request.session.get(_SEEN_KEY) != minute and "X-Polls" not in request.headers:
        request.session[_SEEN_KEY] = minute


def _identity(request: HttpRequest, account: Account) -> Identity:
    holdings = () if account.administers else tuple(holdings_in_force(account, timezone.localdate()))
    wanted = request.session.get(HOLDING_KEY)
    holding = next((held for held in holdings if held.public_id == wanted), holdings[0] if holdings else None)
    number = getattr(request, "request_id", "")
    return Identity(account, holdings, holding, actor_for(account, holding, number))


def _name(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return ""


class Refusals:
    """Turns what a service refused into a page that says what to do; anything else stays an error."""

    def __init__(self, proceed: Next) -> None:
        self._proceed = proceed

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._proceed(request)

    def process_exception(self, request: PortalRequest, error: Exception) -> HttpResponse | None:
        """A page for errors that this product raises on purpose."""
        return refuse(request, error) if isinstance(error, ShuzhiError) else None
