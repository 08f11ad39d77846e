"""What a worker does beside its jobs."""

from __future__ import annotations

import threading

import pytest

from shuzhi.apps.jobs import registry
from shuzhi.apps.jobs.registry import Hook
from shuzhi.apps.jobs.worker import Ticker


def test_the_worker_seals_the_journal_sooner_than_promised() -> None:
    seal = next(hook for hook in registry.hooks() if hook.name == "journal.seal")
    assert seal.every_s < 2.0


@pytest.mark.django_db(transaction=True)
def test_a_hook_that_breaks_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, called = threading.Event(), []

    def break_down() -> None:
        called.append("broken")
        raise ConnectionError

    def end() -> None:
        called.append("last")
        if called.count("last") == 2:
            stop.set()

    hooks = {"a": Hook("a", 0.0, break_down), "b": Hook("b", 0.0, end)}
    monkeypatch.setattr(registry, "_HOOKS", hooks)
    monkeypatch.setattr("shuzhi.apps.jobs.worker._SCHEDULES_EVERY_S", 3600.0)
    Ticker(stop, lease_s=60.0).run()
    assert called == ["broken", "last", "broken", "last"]
