"""The tree of organisations as a list: departments, towns, villages, with their codes and dates."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from shuzhi.apps.people.kinds import OrganisationKind
from shuzhi.apps.people.models import Organisation
from shuzhi.apps.people.selectors import organisations_on
from shuzhi.engine.texts import N_
from shuzhi.portal.list_pages import list_page
from shuzhi.portal.listings import Asked, Column, Empty, Filter, Listing
from shuzhi.portal.people.gates import EVERY, only_for
from shuzhi.portal.requests import PortalRequest


def _kinds(_request: HttpRequest) -> list[tuple[str, str]]:
    return [(kind.value, str(kind.label)) for kind in OrganisationKind]


def _indented(unit: Organisation) -> str:
    return "　" * (unit.path.count("/") - 2) + unit.name


LISTING = Listing(
    key="organisations",
    columns=(
        Column("name", N_("Name"), value=_indented),
        Column("kind", N_("Kind"), value=lambda unit: unit.get_kind_display()),
        Column("parent", N_("Belongs to"), value=lambda unit: unit.parent.name if unit.parent else ""),
        Column("code", N_("Division code"), kind="code", sort="code"),
        Column("valid_from", N_("Exists from"), kind="day", sort="valid_from", at_first=False),
        Column("valid_to", N_("Exists until"), kind="day", sort="valid_to", at_first=False),
    ),
    filters=(Filter("kind", N_("Kind"), _kinds),),
    search=N_("Name, other name or code"),
    empty=Empty(N_("There is no organisation yet.")),
)


@only_for(*EVERY)
def organisation_list(request: PortalRequest) -> HttpResponseBase:
    """Every unit that exists today, each below the one it belongs to."""

    def find(asked: Asked) -> QuerySet[Organisation]:
        units = organisations_on(timezone.localdate()).select_related("parent")
        if asked.text:
            named = Q(name__icontains=asked.text) | Q(code__startswith=asked.text)
            units = units.filter(named | Q(aliases__text__icontains=asked.text)).distinct()
        return units.filter(kind=asked.filters["kind"]) if "kind" in asked.filters else units

    return list_page(request, LISTING, find, _("Organisation tree"))
