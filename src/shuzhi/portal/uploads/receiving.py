"""Files in parts by the tus protocol 1.0.0 (core, creation, termination), so that stock clients can send.

Session and CSRF token are those of every route. Upload-Metadata holds ``filename``, ``no_secrets`` (the
declaration, "on") and ``modified`` (when the file was last changed, in milliseconds); by name, size and
this the sender is led back to what has come already, and Upload-Offset of the answer says how much.
Refusals are plain sentences: what asks here is a script, which shows them.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from functools import wraps
from typing import BinaryIO, cast

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from shuzhi.apps.catalogue.services import upload_begin
from shuzhi.apps.files.errors import OtherOffsetError, TooLargeError
from shuzhi.apps.files.receptions import (
    Announced,
    reception_append,
    reception_drop,
    reception_get,
    reception_offset,
)
from shuzhi.apps.records.refusals import ForbiddenError, NotFoundError, RefusalError
from shuzhi.engine.errors import BadInputError
from shuzhi.portal.explaining import explain
from shuzhi.portal.requests import PortalRequest

VERSION = "1.0.0"
PART = "application/offset+octet-stream"
_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (NotFoundError, 404),
    (ForbiddenError, 403),
    (RefusalError, 409),
    (OtherOffsetError, 409),
    (TooLargeError, 413),
    (BadInputError, 422),
)
View = Callable[..., HttpResponse]


def _spoken(view: View) -> View:
    """Speaks the one version there is, takes the method that a proxy let through, refuses in a sentence."""

    @wraps(view)
    def answer(request: PortalRequest, *args: str) -> HttpResponse:
        method = request.headers.get("X-HTTP-Method-Override", request.method or "").upper()
        if method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
            response = _plain(412, _("This address takes files by tus 1.0.0 only."))
            response["Tus-Version"] = VERSION
        else:
            try:
                response = view(request, method, *args)
            except (RefusalError, BadInputError) as error:
                status = next(status for kind, status in _STATUS if isinstance(error, kind))
                response = _plain(status, explain(error))
                if isinstance(error, OtherOffsetError):
                    response["Upload-Offset"] = str(error.values["offset"])
        response["Tus-Resumable"] = VERSION
        return response

    def named(request: PortalRequest, public_id: str = "") -> HttpResponse:
        return answer(request, *([public_id] if public_id else []))

    return named


@_spoken
def receptions(request: PortalRequest, method: str) -> HttpResponse:
    """POST: makes ready for a file, says where to send it and from which byte on. OPTIONS: what we speak."""
    if method == "OPTIONS":
        size = settings.CONFIGURATION.upload_mb * 1024 * 1024
        headers = {"Tus-Version": VERSION, "Tus-Extension": "creation,termination", "Tus-Max-Size": str(size)}
        return HttpResponse(status=204, headers=headers)
    if method != "POST":
        return HttpResponse(status=405, headers={"Allow": "OPTIONS, POST"})
    size_bytes, said = _number(request, "Upload-Length"), _metadata(request)
    if size_bytes is None or not said.get("filename"):
        return _plain(400, _("Say the name and the size of the file first."))
    announced = Announced(said["filename"], size_bytes, "original", said.get("modified", ""))
    begun = upload_begin(actor=request.actor, announced=announced, no_secrets=said.get("no_secrets") == "on")
    url = reverse("uploads:reception", args=[begun.reception.public_id])
    return HttpResponse(status=201, headers={"Location": url, "Upload-Offset": str(begun.received)})


@_spoken
def reception(request: PortalRequest, method: str, public_id: str) -> HttpResponse:
    """HEAD: how much has come. PATCH: the next part. DELETE: throws away what came."""
    own = reception_get(actor=request.actor, public_id=public_id)
    if method == "HEAD":
        come = reception_offset(actor=request.actor, reception=own)
        return _arrived(200, come, {"Upload-Length": str(own.size_bytes)})
    if method == "DELETE":
        reception_drop(actor=request.actor, reception=own)
        return HttpResponse(status=204)
    if method != "PATCH":
        return HttpResponse(status=405, headers={"Allow": "DELETE, HEAD, PATCH"})
    if request.content_type != PART:
        return _plain(415, _("A part is sent as {type}.").format(type=PART))
    offset, length = _number(request, "Upload-Offset"), _number(request, "Content-Length")
    if offset is None:
        return _plain(400, _("Say from which byte on the part goes on."))
    if offset + (length or 0) > own.size_bytes:
        return _plain(413, _("The part reaches beyond the end of the file."))
    chunk = cast("BinaryIO", request)  # it reads as a file does, from the connection
    return _arrived(204, reception_append(actor=request.actor, reception=own, offset=offset, chunk=chunk))


def _arrived(status: int, offset: int, headers: dict[str, str] | None = None) -> HttpResponse:
    return HttpResponse(status=status, headers={"Upload-Offset": str(offset), **(headers or {})})


def _plain(status: int, sentence: str) -> HttpResponse:
    return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")


def _number(request: PortalRequest, name: str) -> int | None:
    """A header that counts bytes; None where it is missing or no number."""
    text = request.headers.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _metadata(request: PortalRequest) -> dict[str, str]:
    """Upload-Metadata: pairs of a key and a text in Base64 between commas; the unreadable is left out."""
    said = {}
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        key, _space, value = pair.strip().partition(" ")
        try:
            said[key] = base64.b64decode(value, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            continue
    return said
