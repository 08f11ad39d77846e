"""The start page, and the choice of light or dark."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shuzhi.portal.areas import entries
from shuzhi.portal.pages import page
from shuzhi.portal.requests import PortalRequest

_A_YEAR_S = 365 * 24 * 3600


def home(request: PortalRequest) -> HttpResponse:
    """Goes to the first page of the person's menu; says whom to ask where the account has no duty yet."""
    identity = request.identity
    if identity.holding is None and not identity.account.administers:
        return page(request, "no_duty.html", _("Welcome"))
    first = next((entry for entry in entries() if entry.shown(request.actor)), None)
    return redirect(first.url_name if first else "jobs:list")


@login_not_required
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Remembers light or dark in this browser."""
    response = redirect(came_from(request))
    theme = "dark" if request.POST.get("theme") == "dark" else "light"
    response.set_cookie("theme", theme, max_age=_A_YEAR_S, samesite="Lax", httponly=True)
    return response


def came_from(request: HttpRequest) -> str:
    """The page to go back to: the form's ``next`` if it is one of ours, else the start page."""
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else reverse("home")
