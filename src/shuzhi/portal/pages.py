"""Rendering a page: its title and where it stands, with what every page needs beside its own context."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

import shuzhi
from shuzhi.apps.people.models import Organisation
from shuzhi.portal.areas import GROUPS, entries
from shuzhi.portal.requests import PortalRequest

_DISTRICT_KEPT_S = 60


@dataclass(frozen=True, slots=True)
class Crumb:
    """A page above this one."""

    title: str
    url: str


def page(
    request: PortalRequest,
    template: str,
    title: str,
    *,
    trail: Sequence[tuple[str, str]] = (),
    **context: Any,
) -> HttpResponse:
    """A whole page. ``title`` is translated text, heading and window title at once.

    ``trail`` names the pages above this one, topmost first, as (translated title, address).
    """
    crumbs = tuple(Crumb(*step) for step in trail)
    return render(request, template, {"title": title, "trail": crumbs, **context})


@dataclass(frozen=True, slots=True)
class MenuGroup:
    """One group of the menu as it is shown."""

    title: str
    entries: tuple[MenuLine, ...]


@dataclass(frozen=True, slots=True)
class MenuLine:
    """One entry of the menu as it is shown."""

    title: str
    url: str
    icon: str
    is_here: bool


def shell(request: HttpRequest) -> Mapping[str, object]:
    """Context of the frame around every page: menu, district, version, theme, the request's number."""
    identity = getattr(request, "identity", None)
    here = getattr(request, "path", "")
    shown = {
        entry: reverse(entry.url_name) for entry in entries() if identity and entry.shown(identity.actor)
    }
    # The longest address that this page lies below: on /cases/inbox/ the line of /cases/ is not "here".
    nearest = max((url for url in shown.values() if here.startswith(url)), key=len, default="")
    groups = [
        MenuGroup(
            _(GROUPS[group]),
            tuple(
                MenuLine(_(entry.title), url, entry.icon, url == nearest)
                for entry, url in shown.items()
                if entry.group == group
            ),
        )
        for group in dict.fromkeys(entry.group for entry in shown)
    ]
    return {
        "identity": identity,
        "menu": groups,
        "district": _district(int(time.monotonic()) // _DISTRICT_KEPT_S),
        "version": shuzhi.__version__,
        "theme": "dark" if request.COOKIES.get("theme") == "dark" else "light",
        "number": getattr(request, "request_id", ""),
    }


@lru_cache(maxsize=1)
def _district(_minute: int) -> str:
    # Read once a minute: a name that changes by act of the province need not cost each page a statement.
    return Organisation.objects.filter(parent=None).values_list("name", flat=True).first() or ""
