"""Pages and parts of pages for what cannot be done: what happened, why, and what to do."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import structlog
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from shuzhi.apps.records.outages import Outage, outage_of
from shuzhi.apps.records.refusals import ConflictError, ForbiddenError, NotFoundError, StaleError
from shuzhi.engine.errors import ShuzhiError
from shuzhi.portal.explaining import explain

_log = structlog.get_logger(__name__)
_RETRY_S = 30
_STATUS: tuple[tuple[type[ShuzhiError], int], ...] = (
    (NotFoundError, 404),
    (ForbiddenError, 403),
    (StaleError, 409),
    (ConflictError, 409),
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a refusal page says; ``todo`` is empty where ``what`` already says what to do."""

    status: int
    title: str
    what: str
    todo: str = ""
    code: str = ""


def refuse(request: HttpRequest, error: ShuzhiError) -> HttpResponse:
    """The answer to an error of this product: 403, 404, 409, or 422 for input that cannot be taken."""
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 422)
    titles = {
        403: _("You may not do this"),
        404: _("Not found"),
        409: _("This has changed in the meantime"),
        422: _("This cannot be done as it was entered"),
    }
    _log.info("portal.refused", status=status, code=error.code)
    return answer(request, Refusal(status, titles[status], explain(error), code=error.code))


def answer(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A whole page; for a part of a page, a message at the top of the page that asked."""
    context = {"refusal": refusal, "number": getattr(request, "request_id", "")}
    if getattr(request, "htmx", False):
        part = render_to_string("parts/refusal.html", context, request)
        headers = {"HX-Retarget": "#messages", "HX-Reswap": "innerHTML show:window:top"}
        return HttpResponse(part, status=refusal.status, headers=headers)
    return HttpResponse(render_to_string("refusal.html", context, request), status=refusal.status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - the framework hands it by name
    """400: the address or the form is not one that this product made."""
    return answer(
        request,
        Refusal(
            400,
            _("This request cannot be understood"),
            _("The address or the form was incomplete."),
            _("Go back, load the page anew and try again."),
        ),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - the framework hands it by name
    """403, where a page rather than a service says no."""
    return answer(
        request,
        Refusal(
            403,
            _("You may not do this"),
            _("Your present duty does not include this page."),
            _("Switch your duty at the top right, or ask your unit's approver for access."),
        ),
    )


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - the framework hands it by name
    """403 of the protection against forged forms: nearly always a page that was left open too long."""
    return answer(
        request,
        Refusal(
            403,
            _("This page was open for too long"),
            _("The form no longer belongs to your present session, so nothing was changed."),
            _("Load the page anew and enter it again."),
        ),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - the framework hands it by name
    """404: there is no such page."""
    return answer(
        request,
        Refusal(
            404,
            _("Not found"),
            _("There is no such page, or you may not know of it."),
            _("Check the address, or go to the start page and look for it in the menu."),
        ),
    )


def broken(request: HttpRequest) -> HttpResponse:
    """500: something that nobody foresaw; the log has it under the request's number.

    503 and 507 where the database or the disk is at fault: these pass, and people are told that.
    """
    outage = outage_of(sys.exc_info()[1])
    if outage is not None:
        return _answer_outage(request, outage)
    _log.exception("portal.broke")
    return answer(
        request,
        Refusal(
            500,
            _("Something went wrong here"),
            _("The fault is on our side; what you entered was not stored halfway."),
            _("Try again in a minute. If it happens again, give the system administrator the number below."),
        ),
    )


def _answer_outage(request: HttpRequest, outage: Outage) -> HttpResponse:
    """A page that needs neither database nor session; what is asked for again goes on by itself."""
    _log.error("portal.outage", outage=outage)
    refusal = _refusal_of(outage)
    context = {"refusal": refusal, "number": getattr(request, "request_id", "")}
    is_part = bool(getattr(request, "htmx", False))
    text = render_to_string("parts/refusal.html" if is_part else "outage.html", context)
    headers = {"Retry-After": str(_RETRY_S)}
    if is_part:
        headers |= {"HX-Retarget": "#messages", "HX-Reswap": "innerHTML show:window:top"}
    return HttpResponse(text, status=refusal.status, headers=headers)


def _refusal_of(outage: Outage) -> Refusal:
    if outage is Outage.DISK_FULL:
        return Refusal(
            507,
            _("The server's disk is full"),
            _("What you sent just now was not stored. What was stored before is safe."),
            _("Tell the system administrator, and send it again when there is room."),
        )
    return Refusal(
        503,
        _("The platform cannot reach its records at the moment"),
        _("What was stored before is safe. Whether what you sent just now was stored is not certain."),
        _("Load this page again in a minute. Look whether it is there before you send it once more."),
    )
