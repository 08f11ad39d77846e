"""Several writers at once, on whichever database the suite runs: one wins, numbers have no gaps."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from shuzhi.apps.cases.errors import AlreadyOpenError
from shuzhi.apps.cases.models import Case, Step
from shuzhi.apps.cases.services import case_report
from shuzhi.apps.records.actors import SYSTEM
from shuzhi.apps.records.refusals import StaleError
from shuzhi.demo.world import World
from tests.apps.cases.conftest import act, opened, opening

THREADS = 6


def together(*calls: Callable[[], object]) -> list[object]:
    """Runs the calls at the same moment, each on its own connection; their results or exceptions."""
    barrier, results = threading.Barrier(len(calls)), [None] * len(calls)

    def run(place: int, call: Callable[[], object]) -> None:
        barrier.wait()
        try:
            results[place] = call()
        except Exception as raised:  # the test looks at what each one got
            results[place] = raised
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_numbers_given_at_once_have_no_gap_and_no_double(packs: World) -> None:
    results = together(*(lambda n=n: opened(packs, f"r{n}") for n in range(THREADS)))
    assert [r for r in results if not isinstance(r, Case)] == []
    numbers = sorted(Case.objects.values_list("number", flat=True))
    assert [int(number[-4:]) for number in numbers] == list(range(1, THREADS + 1))


@pytest.mark.django_db(transaction=True)
def test_opened_at_once_there_is_one_case(packs: World) -> None:
    results = together(*(lambda: opened(packs) for _ in range(THREADS)))
    assert sum(isinstance(r, Case) for r in results) == 1
    assert sum(isinstance(r, AlreadyOpenError) for r in results) == THREADS - 1
    assert opened(packs, "r2").number.endswith("-0002")


@pytest.mark.django_db(transaction=True)
def test_reported_at_once_everybody_gets_the_one_case(packs: World) -> None:
    results = together(*(lambda: case_report(actor=SYSTEM, opening=opening(packs)) for _ in range(THREADS)))
    assert sorted(is_new for _case, is_new in results) == [False] * (THREADS - 1) + [True]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_act_at_once_one_wins_and_the_other_is_told(packs: World) -> None:
    for n in range(5):
        case = opened(packs, f"r{n}")
        results = together(
            lambda case=case: act(packs.owner.actor, case, "confirm"),
            lambda case=case: act(packs.colleague.actor, case, "dispute", ground="not_ours", reason="x"),
        )
        assert sorted(type(r).__name__ for r in results) == ["Case", "StaleError"]
        assert any(isinstance(r, StaleError) for r in results)
        assert Step.objects.filter(case=case).count() == 2
