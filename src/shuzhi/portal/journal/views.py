"""Pages of the journal. Every look at its entries is an entry itself."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from shuzhi.apps.journal import services
from shuzhi.apps.journal.models import Entry
from shuzhi.apps.journal.services import EntryQuery
from shuzhi.apps.people.selectors import accounts_visible
from shuzhi.apps.records.actors import SYSTEM_ID
from shuzhi.engine.texts import N_
from shuzhi.portal.cases.showing import duty_word
from shuzhi.portal.journal.wording import GROUPS, act_word, subject_word
from shuzhi.portal.list_pages import query_filters
from shuzhi.portal.listings import Asked, Column, Empty, Filter, Lamp, Listing, Table
from shuzhi.portal.pages import page
from shuzhi.portal.requests import PortalRequest

PAGE = 100


def _sealed(entry: Entry) -> Lamp:
    return Lamp("green", _("Sealed")) if _place(entry) is not None else Lamp("yellow", _("Not yet sealed"))


def _place(entry: Entry) -> int | None:
    seal = getattr(entry, "seal", None)
    return seal.sequence if seal else None


def _who(entry: Entry) -> str:
    if entry.actor_id == SYSTEM_ID:
        return _("The platform")
    duty = duty_word(entry.actor_duty)
    return f"{entry.actor_name}（{duty}）" if duty else entry.actor_name or _("a stranger")


def _subject(entry: Entry) -> str:
    return f"{subject_word(entry.subject_kind)} {entry.subject_id}".strip()


def _groups(_request: HttpRequest) -> list[tuple[str, str]]:
    return [(f"{group}.", _(title)) for group, title in GROUPS.items()]


def _accounts(request: HttpRequest) -> list[tuple[str, str]]:
    accounts = accounts_visible(request.actor)  # type: ignore[attr-defined]
    people = [(a.public_id, f"{a.name}（{a.login}）") for a in accounts]
    return [(SYSTEM_ID, _("The platform")), *people]


LISTING = Listing(
    key="journal",
    columns=(
        Column("at", N_("When"), kind="moment"),
        Column(
            "act",
            N_("Act"),
            value=lambda entry: act_word(entry.act),
            link=lambda entry: reverse("journal:detail", args=[entry.public_id]),
        ),
        Column("who", N_("Who"), value=_who),
        Column("subject", N_("Subject"), value=_subject),
        Column("sealed", N_("Sealed"), kind="lamp", value=_sealed),
        Column("place", N_("Place in the log"), kind="number", value=_place, at_first=False),
        Column("code", N_("Code"), kind="code", value=lambda entry: entry.act, at_first=False),
        Column("request_id", N_("Request"), kind="code", at_first=False),
    ),
    filters=(
        Filter("act", N_("Acts on"), _groups),
        Filter("actor", N_("Who"), _accounts),
        Filter("since", N_("From")),
        Filter("until", N_("To")),
    ),
    search=N_("Number of the subject, such as ca_… or acc_…"),
    empty=Empty(N_("The journal is empty.")),
    exportable=False,
)


def entry_list(request: PortalRequest) -> HttpResponse:
    """The newest entries that fit, a hundred at a time."""
    asked = replace(LISTING.asked(request), size=PAGE, page="1")
    entries = services.entries_read(actor=request.actor, query=_query(asked, request.GET.get("before", "")))
    older = entries[-1].public_id if len(entries) == PAGE else ""
    return page(
        request,
        "journal/list.html",
        _("Audit journal"),
        table=Table(asked, entries),
        query_filters=query_filters(request, asked),
        standing=services.standing_read(actor=request.actor),
        older=asked.address(before=older, size=None) if older else "",
    )


def _query(asked: Asked, before: str) -> EntryQuery:
    since, until = asked.day("since"), asked.day("until")
    zone = timezone.get_current_timezone()
    return EntryQuery(
        act=asked.filters.get("act", ""),
        actor_id=asked.filters.get("actor", ""),
        subject_id=asked.text,
        since=datetime.combine(since, time.min, zone) if since else None,
        until=datetime.combine(until + timedelta(days=1), time.min, zone) if until else None,
        before=before,
    )


def entry_detail(request: PortalRequest, public_id: str) -> HttpResponse:
    """One entry with everything that it holds."""
    entry = services.entry_read(actor=request.actor, public_id=public_id)
    payload = getattr(entry, "payload", None)
    return page(
        request,
        "journal/detail.html",
        act_word(entry.act),
        trail=((_("Audit journal"), reverse("journal:list")),),
        entry=entry,
        who=_who(entry),
        subject=subject_word(entry.subject_kind),
        sealed=_sealed(entry),
        place=_place(entry),
        body=_indented(payload.body) if payload else None,
    )


def _indented(body: str) -> str:
    content: Any = json.loads(body)
    return json.dumps(content, ensure_ascii=False, indent=2) if content else ""


def entry_proof(request: PortalRequest, public_id: str) -> HttpResponse:
    """The proof of one entry as a file; it is checked elsewhere with the public key alone."""
    proof = services.entry_prove(actor=request.actor, public_id=public_id)
    headers = {"Content-Disposition": f'attachment; filename="{public_id}-proof.json"'}
    return HttpResponse(proof.as_json(), content_type="application/json", headers=headers)
