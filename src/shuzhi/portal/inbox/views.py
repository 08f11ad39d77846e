"""The page of what waits for the person in their present duty."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from shuzhi.apps.cases.models import Case
from shuzhi.apps.cases.selectors import inbox
from shuzhi.engine.texts import N_
from shuzhi.portal.cases.lines import COLUMNS, completing
from shuzhi.portal.cases.narrowing import about_words
from shuzhi.portal.list_pages import list_page
from shuzhi.portal.listings import Asked, Empty, Listing
from shuzhi.portal.requests import PortalRequest

LISTING = Listing(
    key="inbox",
    columns=tuple(
        COLUMNS[name] for name in ("title", "lamp", "due_at", "state", "noun", "organisation", "number")
    ),
    search=N_("Name, column or number"),
    empty=Empty(
        N_("Nothing waits for you. What a check finds in your unit's data comes here with its deadline."),
        N_("All work orders"),
        "cases:list",
    ),
)


def inbox_list(request: PortalRequest) -> HttpResponseBase:
    """Open cases that wait for the person's duty, the nearest deadline first."""

    def find(asked: Asked) -> QuerySet[Case]:
        cases = inbox(request.actor)
        return about_words(cases, asked.text, request.actor) if asked.text else cases

    return list_page(request, LISTING, find, _("My to-do list"), complete=completing(request.actor))
