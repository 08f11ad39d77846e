"""Pages of signing in and out, of the password, and of the duty one acts in."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from shuzhi.apps.people import services
from shuzhi.apps.records.refusals import NotFoundError
from shuzhi.engine.errors import ShuzhiError
from shuzhi.portal.account.forms import LoginForm, PasswordForm
from shuzhi.portal.explaining import explain
from shuzhi.portal.middleware import HOLDING_KEY
from shuzhi.portal.pages import page
from shuzhi.portal.requests import PortalRequest


@login_not_required
@never_cache
@sensitive_post_parameters("password")
def login_page(request: HttpRequest) -> HttpResponse:
    """Asks for login and password; says how long a locked account stays locked."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    there = wanted if ours else reverse("home")
    if request.user.is_authenticated:
        return redirect(there)
    form = LoginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account = services.sign_in(
                login=form.cleaned_data["login"],
                password=form.cleaned_data["password"],
                request_id=getattr(request, "request_id", ""),
            )
        except ShuzhiError as error:
            form.add_error(None, explain(error))
        else:
            login(request, account, backend=settings.AUTHENTICATION_BACKENDS[0])
            return redirect(there)
    context = {"form": form, "next": there, "title": _("Log in")}
    return render(request, "account/login.html", context)


@require_POST
def logout_page(request: PortalRequest) -> HttpResponse:
    """Ends the session."""
    services.sign_out(actor=request.actor)
    logout(request)
    return redirect("account:login")


@require_POST
def switch_identity(request: PortalRequest) -> HttpResponse:
    """Acts in another of one's duties from now on; starts at the start page, which it may not share."""
    wanted = request.POST.get("holding", "")
    if wanted not in {held.public_id for held in request.identity.holdings}:
        raise NotFoundError("duty", wanted)
    request.session[HOLDING_KEY] = wanted
    return redirect("home")


@sensitive_post_parameters()
def password_page(request: PortalRequest) -> HttpResponse:
    """Changes one's own password; whoever was given one by an administrator comes here first."""
    form = PasswordForm(request.POST or None)
    form.fields["new"].help_text = " ".join(password_validators_help_texts())
    if request.method == "POST" and form.is_valid():
        old, new = form.cleaned_data["old"], form.cleaned_data["new"]
        account = request.identity.account
        try:
            services.account_change_password(actor=request.actor, account=account, old=old, new=new)
        except services.PasswordError as error:
            form.add_error(None, explain(error))
        else:
            update_session_auth_hash(request, account)
            messages.success(request, _("Your password was changed."))
            return redirect("home")
    if request.identity.account.must_change_password:
        messages.info(request, _("This password was given to you. Choose one of your own before you go on."))
    return page(request, "form_page.html", _("Change password"), form=form, submit=_("Change password"))
