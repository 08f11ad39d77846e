"""A worker beside the browser."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from shuzhi.apps.jobs.worker import run_worker


@pytest.fixture
def worker() -> Callable[[], object]:
    """``with worker():`` background work is done meanwhile, by a thread as in the demo."""

    @contextmanager
    def at_work() -> Iterator[None]:
        stop = threading.Event()
        thread = threading.Thread(target=run_worker, args=(stop,), kwargs={"poll_s": 0.1}, daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(timeout=20)

    return at_work
