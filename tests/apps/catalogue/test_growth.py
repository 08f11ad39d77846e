"""What must not grow needlessly with the number of rules and organisations is counted here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from shuzhi.apps.cases.models import Case
from shuzhi.apps.catalogue.models import Dataset, Finding, Upload
from shuzhi.apps.catalogue.subjects import BOOK
from shuzhi.apps.people.models import Organisation
from shuzhi.demo.world import World
from tests.rosters import agree_on_towns, hand_in, roster, table

COLUMNS = 25
TOWNS = 20


def wide(towns: list[str], *, broken_columns: int, broken_towns: int) -> bytes:
    """A row per town and turn; the broken columns are empty in one row of each broken town."""
    header: list[object] = ["编号", "所属镇街", *(f"类别{n}" for n in range(COLUMNS))]
    lines: list[list[object]] = [header]
    for turn in range(6):
        for place, town in enumerate(towns):
            values = [("甲", "乙", "丙")[(turn + place + n) % 3] for n in range(COLUMNS)]
            if turn == 0 and place < broken_towns:
                values[:broken_columns] = [""] * broken_columns
            lines.append([f"BH{turn:02d}{place:04d}", town, *values])
    return table(lines)


@contextmanager
def counting() -> Iterator[Counter[str]]:
    """Counts the statements by their first word."""
    counted: Counter[str] = Counter()

    def count(execute: Callable[..., object], sql: str, *rest: object) -> object:
        counted[sql.split(maxsplit=1)[0]] += 1
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        yield counted


@pytest.mark.django_db
def test_the_statements_of_a_load_grow_with_the_batches_written_and_nothing_else(world: World) -> None:
    towns = list(
        Organisation.objects.filter(kind__in=["town", "street"]).order_by("pk").values_list("name", flat=True)
    )[:TOWNS]
    first = hand_in(world.owner, world, wide(towns, broken_columns=0, broken_towns=0))
    assert first.state == Upload.State.DONE, first.problem
    dataset = agree_on_towns(first.dataset, world)
    spent = {"nothing": statements(world, dataset, towns, 0, 0)}
    spent["few"] = statements(world, dataset, towns, 5, 1)
    spent["many"] = statements(world, dataset, towns, COLUMNS, TOWNS)
    assert Case.objects.filter(ended_at=None).count() == COLUMNS * TOWNS
    spent["again"] = statements(world, dataset, towns, COLUMNS, TOWNS)
    spent["mended"] = statements(world, dataset, towns, 0, 0)
    assert set(Case.objects.values_list("outcome", flat=True)) == {"fixed"}
    assert spent["nothing"] <= 110
    # 500 cases in batches: SQLite takes some 30 of them in one statement, PostgreSQL 200
    assert spent["many"] - spent["few"] <= 50
    assert spent["again"] - spent["nothing"] <= 50
    assert spent["mended"] - spent["nothing"] <= 50


def statements(world: World, dataset: Dataset, towns: list[str], columns: int, places: int) -> int:
    content = wide(towns, broken_columns=columns, broken_towns=places)
    with counting() as counted:
        upload = hand_in(world.owner, world, content, dataset)
    assert upload.state == Upload.State.DONE, upload.problem
    assert upload.snapshot is not None
    assert Finding.objects.filter(run__snapshot=upload.snapshot, status="failed").count() == columns
    return counted.total()


@pytest.mark.django_db
def test_the_titles_of_cases_cost_the_same_after_many_versions(world: World) -> None:
    upload = hand_in(world.owner, world, table(roster()))
    for _ in range(2):
        upload = hand_in(world.owner, world, table(roster(broken=3)), upload.dataset)
    ids = sorted({case.subject_id for case in Case.objects.all()})
    assert ids
    with counting() as counted:
        titles = BOOK.titles(ids, world.owner.actor)
    assert set(titles) == set(ids)
    assert counted.total() == 2
    assert all("特困人员名册" in title for title in titles.values())
