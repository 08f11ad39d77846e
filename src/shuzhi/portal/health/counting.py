"""How many requests this process has answered, and how long they took. Knows methods and codes only."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_lock = threading.Lock()
_answers: Counter[tuple[str, int]] = Counter()
_seconds = 0.0


def request_counts(
    proceed: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Counts each answer by method and status."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        response = proceed(request)
        _count(request.method or "", response.status_code, time.perf_counter() - began)
        return response

    return middleware


def _count(method: str, status: int, seconds: float) -> None:
    global _seconds  # noqa: PLW0603 - one process, one sum
    with _lock:
        # whoever asks chooses the method: an unknown one must not make a series of its own
        _answers[method if method in _METHODS else "other", status] += 1
        _seconds += seconds


def counted() -> tuple[dict[tuple[str, int], int], float]:
    """Answers by method and status, and the seconds of all, since the process started."""
    with _lock:
        return dict(_answers), _seconds
