"""Grades of columns that come and go with the versions of a dataset."""

from __future__ import annotations

import pytest

from shuzhi.apps.catalogue.selectors import grades_of
from shuzhi.apps.catalogue.services import GradeDecision, grades_decide
from shuzhi.demo.world import World
from tests.rosters import hand_in, roster, table, taken_in


@pytest.mark.django_db
def test_a_column_that_left_is_not_shown_and_its_decision_waits_for_its_return(world: World) -> None:
    plain = roster()
    more = [[line[0], "备用码" if n == 0 else f"B{n}", *line[1:]] for n, line in enumerate(plain)]
    steward = world.steward.actor
    dataset = taken_in(hand_in(world.owner, world, table(plain)))
    taken_in(hand_in(world.owner, world, table(more), dataset))
    dataset.refresh_from_db()
    assert "备用码" in [grade.column for grade in grades_of(dataset=dataset)]
    code = dataset.grades.get(column="备用码")
    decided = GradeDecision("备用码", code.version, "L4", "内部对账使用")
    grades_decide(actor=steward, dataset=dataset, decisions=[decided])
    dataset.refresh_from_db()
    assert dataset.level == "L4"

    taken_in(hand_in(world.owner, world, table(plain), dataset))
    dataset.refresh_from_db()
    shown = grades_of(dataset=dataset)
    assert [grade.column for grade in shown] == plain[0]
    first = GradeDecision(shown[0].column, shown[0].version)
    grades_decide(actor=steward, dataset=dataset, decisions=[first])
    dataset.refresh_from_db()
    assert dataset.level != "L4", "a column that is not there does not raise the table"

    taken_in(hand_in(world.owner, world, table(more), dataset))
    dataset.refresh_from_db()
    [back] = [grade for grade in grades_of(dataset=dataset) if grade.column == "备用码"]
    assert (back.level, back.state, back.reason) == ("L4", "changed", "内部对账使用")
    assert dataset.level == "L4"
