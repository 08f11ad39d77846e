"""``/healthz`` for whoever keeps the platform up, ``/metrics`` for Prometheus. Neither names a person."""

from __future__ import annotations

import hmac

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from shuzhi.operations.health import check_health
from shuzhi.operations.metrics import Metric, as_text, metrics_now
from shuzhi.portal.health.counting import counted

_LOOPBACK = {"127.0.0.1", "::1"}
_PASSED_ON = ("X-Forwarded-For", "Forwarded", "X-Real-IP")


@login_not_required
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """200 where every part works, else 503; ``parts`` names each and whether it is ok or failing."""
    parts = {found.check: "failing" if found.state == "failed" else "ok" for found in check_health()}
    well = "failing" not in parts.values()
    answer = {"status": "ok" if well else "failing", "parts": parts}
    return JsonResponse(answer, status=200 if well else 503)


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures in Prometheus' text format, for who has the token or, without one, for this machine alone."""
    if not _may_read(request):
        return HttpResponse("Send the bearer token of SHUZHI_METRICS_TOKEN.\n", "text/plain", 403)
    answers, seconds = counted()
    requests = Metric("requests_total", "counter", "Requests answered by this web process, by status.")
    for (method, status), number in sorted(answers.items()):
        requests.add(number, method=method, status=str(status))
    time_spent = Metric("request_seconds_total", "counter", "Seconds in which they were answered.")
    time_spent.add(round(seconds, 3))
    text = as_text([requests, time_spent, *metrics_now()])
    return HttpResponse(text, "text/plain; version=0.0.4; charset=utf-8")


def _may_read(request: HttpRequest) -> bool:
    token = settings.CONFIGURATION.metrics_token
    if token:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    # what a proxy on this machine passes on comes from elsewhere
    passed_on = any(name in request.headers for name in _PASSED_ON)
    return request.META.get("REMOTE_ADDR") in _LOOPBACK and not passed_on
