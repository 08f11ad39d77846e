"""Many cases at once: what it costs, and that each is treated as it would be alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

import pytest
from django.db import connection, transaction

from shuzhi.apps.cases.errors import StepRefusedError
from shuzhi.apps.cases.models import Assignment, Case, Step
from shuzhi.apps.cases.selectors import with_all
from shuzhi.apps.cases.services import cases_expire, cases_open, cases_recheck, cases_report
from shuzhi.apps.journal.models import Entry, Payload, Pending
from shuzhi.apps.records.actors import SYSTEM
from shuzhi.apps.records.models import BATCH_ROWS, compare_and_set
from shuzhi.apps.records.refusals import StaleError
from shuzhi.demo.world import World
from tests.apps.cases.conftest import act, opened, opening

Clock = Callable[[str], datetime]
FEW, MANY = 10, 500
FEWEST_ROWS = 30
"""What one statement takes at least, however wide the table: SQLite is given 999 values at a time."""


@contextmanager
def counting() -> Iterator[Counter[str]]:
    """Counts the statements by their first word and the table they write."""
    counted: Counter[str] = Counter()

    def count(execute: Callable[..., object], sql: str, *rest: object) -> object:
        words = sql.split(maxsplit=3)
        counted[f"{words[0]} {words[2]}" if words[0] == "INSERT" else words[0]] += 1
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        yield counted


def proved(**proofs: bool) -> list[tuple[Case, Mapping[str, bool]]]:
    return [(case, proofs) for case in with_all(Case.objects.filter(ended_at=None)).order_by("pk")]


def life(world: World, count: int) -> dict[str, Counter[str]]:
    """What opening, counting again, reopening and closing so many cases costs."""
    openings = [opening(world, f"r{n}") for n in range(count)]
    again = [replace(one, facts={**one.facts, "failing": n + 10}) for n, one in enumerate(openings)]
    spent = {}
    with counting() as spent["open"]:
        cases_report(actor=SYSTEM, openings=openings)
    with counting() as spent["count again"]:
        cases_report(actor=SYSTEM, openings=again)
    with counting() as spent["nothing new"]:
        cases_report(actor=SYSTEM, openings=again)
    Case.objects.filter(ended_at=None).update(state="to_recheck")
    with counting() as spent["reopen"]:
        cases_recheck(proved=proved(fails=True))
    with counting() as spent["close"]:
        cases_recheck(proved=proved(passes=True))
    with counting() as spent["open once more"]:
        cases_report(actor=SYSTEM, openings=openings)
    with counting() as spent["withdraw"]:
        cases_recheck(proved=proved(withdrawn=True))
    return spent


def test_the_statements_do_not_grow_with_the_cases_but_for_their_batches(packs: World, at: Clock) -> None:
    few, many = life(packs, FEW), life(packs, MANY)
    more_batches = -(-MANY // BATCH_ROWS) - 1
    for name, spent in many.items():
        assert few[name].total() <= 23, (name, few[name])
        for what, times in spent.items():
            inserts = what.startswith("INSERT")
            more = MANY // FEWEST_ROWS if inserts else 2 * more_batches
            assert times <= few[name][what] + more, (name, what, spent, few[name])
    assert Case.objects.count() == 2 * (FEW + MANY)


def test_each_of_many_leaves_what_it_would_leave_alone(packs: World, at: Clock) -> None:
    life(packs, 3)
    names = ("opened", "facts_updated", "recheck_failed", "recheck_passed")
    alone = opening(packs, "alone")
    cases_report(actor=SYSTEM, openings=[alone])
    cases_report(actor=SYSTEM, openings=[replace(alone, facts={**alone.facts, "failing": 10})])
    Case.objects.filter(subject_id="alone").update(state="to_recheck")
    cases_recheck(proved=proved(fails=True))
    cases_recheck(proved=proved(passes=True))
    kept = ("name", "sequence", "before", "after", "due_at", "actor_id", "at", "organisation_id")
    for subject in ("r0", "alone"):
        case = Case.objects.filter(subject_id=subject).order_by("pk")[0]
        steps = list(Step.objects.filter(case=case).order_by("sequence"))
        assert [step.name for step in steps] == list(names)
        assert Assignment.objects.get(case=case).organisation == packs.department
        entries = [Entry.objects.get(pk=step.entry) for step in steps]
        assert [entry.act for entry in entries] == [f"case.{name}" for name in names]
        assert {entry.subject_id for entry in entries} == {case.public_id}
        assert f'"number":"{case.number}"' in Payload.objects.get(entry=entries[0]).body
        assert [Pending.objects.get(entry=entry).leaf for entry in entries] == [e.leaf.hex() for e in entries]
    lines = [
        list(Step.objects.filter(case__subject_id=s).order_by("case", "sequence").values_list(*kept)[:4])
        for s in ("r0", "alone")
    ]
    assert lines[0] == lines[1]
    assert Entry.objects.filter(subject_kind="case").count() == Step.objects.count()


def test_many_numbers_follow_each_other_and_leave_no_gap(packs: World, at: Clock) -> None:
    opened(packs, "before")
    cases = cases_open(actor=SYSTEM, openings=[opening(packs, f"r{n}") for n in range(5)])
    assert [case.number[-4:] for case in cases] == ["0002", "0003", "0004", "0005", "0006"]
    assert [case.subject_id for case in cases] == [f"r{n}" for n in range(5)]
    assert opened(packs, "after").number[-4:] == "0007"


def test_what_comes_back_names_the_last_case_before_it(packs: World, at: Clock) -> None:
    asked = [opening(packs, "r1"), opening(packs, "r2")]
    last: list[str] = ["", ""]
    for day in ("2026-11-23T09:00", "2026-11-24T09:00", "2026-11-25T09:00"):
        at(day)
        cases = [case for case, _ in cases_report(actor=SYSTEM, openings=asked)]
        assert [case.predecessor for case in cases] == last
        last = [case.public_id for case in cases]
        cases_recheck(proved=proved(passes=True))


def test_known_and_new_ones_are_answered_in_the_order_asked(packs: World, at: Clock) -> None:
    known = opened(packs, "r1")
    asked = [opening(packs, "r0"), replace(opening(packs, "r1"), facts={"failing": 9}), opening(packs, "r2")]
    answers = cases_report(actor=SYSTEM, openings=asked)
    assert [case.subject_id for case, _ in answers] == ["r0", "r1", "r2"]
    assert [is_new for _, is_new in answers] == [True, False, True]
    known.refresh_from_db()
    assert (known.pk, known.facts["failing"]) == (answers[1][0].pk, 9)


def test_one_that_is_refused_opens_none(packs: World, at: Clock) -> None:
    asked = [opening(packs, "r0"), replace(opening(packs, "r1"), facts={"resident": "张三"})]
    with pytest.raises(StepRefusedError):
        cases_report(actor=SYSTEM, openings=asked)
    with pytest.raises(ValueError, match="same case"):
        cases_open(actor=SYSTEM, openings=[asked[0], asked[0]])
    assert not Case.objects.exists()
    assert not Entry.objects.filter(subject_kind="case").exists()
    assert opened(packs).number[-4:] == "0001"


def test_one_that_somebody_acted_on_meanwhile_moves_none(packs: World, at: Clock) -> None:
    cases_open(actor=SYSTEM, openings=[opening(packs, f"r{n}") for n in range(3)])
    read = proved(passes=True)
    entries = Entry.objects.count()
    compare_and_set(Case.objects.get(subject_id="r1"), state="to_fix")
    at("2026-11-23T09:01")
    with pytest.raises(StaleError, match=read[1][0].public_id), transaction.atomic():
        cases_recheck(proved=read)
    assert Entry.objects.count() == entries
    assert not Case.objects.exclude(ended_at=None).exists()


def test_days_that_go_by_cost_the_same_for_many(packs: World, at: Clock) -> None:
    spent = []
    for count in (1, 40):
        at("2026-11-23T09:00")
        for n in range(count):
            case = act(packs.owner.actor, opened(packs, f"r{count}-{n}"), "confirm")
            act(packs.owner.actor, case, "ask_hold", until="2026-12-31", reason="x")
        with counting() as counted:
            assert cases_expire(now=at("2027-01-01T00:10")) == count
        # on PostgreSQL one entry of the journal is one statement that begins with WITH
        written = ("INSERT", "WITH")
        spent.append(sum(times for what, times in counted.items() if not what.startswith(written)))
    assert spent[0] == spent[1]
    assert set(Case.objects.values_list("state", flat=True)) == {"to_fix"}
