"""Every address of the portal: those of the shell, then ``/<area>/`` for each area found."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from shuzhi.portal import home
from shuzhi.portal.areas import area_names
from shuzhi.portal.health import views as health

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("language/", login_not_required(set_language), name="language"),
    path("theme/", home.set_theme, name="theme"),
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics, name="metrics"),
    *(path(f"{area}/", include(f"shuzhi.portal.{area}.urls")) for area in area_names()),
]

handler400 = "shuzhi.portal.refusals.bad_request"
handler403 = "shuzhi.portal.refusals.forbidden"
handler404 = "shuzhi.portal.refusals.not_found"
handler500 = "shuzhi.portal.refusals.broken"
