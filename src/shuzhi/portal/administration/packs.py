"""The page of installed packs: which versions there are, what each holds, whether it is as installed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from shuzhi.apps.scenarios.models import InstalledPack
from shuzhi.apps.scenarios.selectors import PackCheck, packs_checked, packs_installed
from shuzhi.engine.texts import N_
from shuzhi.portal.list_pages import list_page
from shuzhi.portal.listings import Asked, Column, Empty, Lamp, Listing
from shuzhi.portal.people.gates import EVERY, only_for
from shuzhi.portal.requests import PortalRequest


def _state(line: PackCheck) -> Lamp:
    if not line.is_intact:
        return Lamp("red", _("Changed since it was installed"))
    return Lamp("red", _("Cannot be read")) if line.pack is None else Lamp("green", _("As installed"))


def _holds(line: PackCheck) -> str:
    if line.pack is None:
        return ""
    text = _("{lifecycles} lifecycles, {examples} worked examples, {languages} languages")
    pack = line.pack
    return text.format(
        lifecycles=len(pack.lifecycles), examples=len(pack.examples), languages=len(pack.wordings)
    )


def _needs(line: PackCheck) -> str:
    return "；".join(f"{urn} ≥ {lowest}" for urn, lowest in line.pack.depends.items()) if line.pack else ""


def _of_row(name: str) -> Any:
    return lambda line: getattr(line.installed, name)


LISTING = Listing(
    key="packs",
    columns=(
        Column("title", N_("Name"), value=_of_row("title")),
        Column("version", N_("Version"), value=_of_row("version")),
        Column("state", N_("Check"), kind="lamp", value=_state),
        Column("holds", N_("Holds"), value=_holds),
        Column("needs", N_("Needs"), value=_needs, at_first=False),
        Column("installed_at", N_("Installed"), kind="moment", value=_of_row("installed_at")),
        Column("urn", N_("Code"), kind="code", value=_of_row("urn")),
        Column("digest", N_("Fingerprint"), kind="code", value=_of_row("digest"), at_first=False),
    ),
    empty=Empty(N_("No pack is installed. Those of the product come with `shuzhi upgrade`.")),
)


@only_for(*EVERY)
def pack_list(request: PortalRequest) -> HttpResponseBase:
    """Every installed version; running work keeps the one it was born under."""

    def find(_asked: Asked) -> QuerySet[InstalledPack]:
        return packs_installed()

    def complete(rows: list[InstalledPack]) -> Sequence[PackCheck]:
        return packs_checked([row.pk for row in rows])

    return list_page(request, LISTING, find, _("Installed packs"), complete=complete)
