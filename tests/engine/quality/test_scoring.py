"""Scores: what is left out, what counts, and that worse data never scores better."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.engine.data.quality.reports import REASONS, RuleResult, Status
from shuzhi.engine.data.quality.rules import Rule, Severity
from shuzhi.engine.data.quality.scoring import default_weighting, score_results


def result(indicator: str, evaluated: int, failed: int, **more: object) -> RuleResult:
    severity = more.pop("severity", Severity.MAJOR)
    assert isinstance(severity, Severity)
    rule = Rule(f"{indicator}.{evaluated}.{failed}", "range", ("a",), indicator=indicator, severity=severity)
    status = Status.FAILED if failed else Status.PASSED
    return RuleResult(rule, status, evaluated, failed, unread=int(str(more.get("unread", 0))))


def unassessable(indicator: str) -> RuleResult:
    return RuleResult(Rule(f"{indicator}.none", "reference", ("b",)), Status.UNASSESSABLE, reason="no_values")


def test_weights_are_spread_over_what_could_be_assessed() -> None:
    scores = score_results([result("0201", 100, 10), result("0301", 100, 30), unassessable("0501")])
    assert scores.dataset == pytest.approx((0.25 * 90 + 0.25 * 70) / 0.5)
    assert scores.coverage == pytest.approx(0.5)
    assert scores.by_dimension["05"] is None
    assert (scores.rules_assessed, scores.rules_total) == (2, 3)


def test_what_cannot_be_assessed_is_null_and_never_100() -> None:
    scores = score_results([unassessable("0201"), unassessable("0301")])
    assert (scores.dataset, scores.letter, scores.coverage) == (None, None, 0)
    assert set(scores.by_field.values()) == {None}


def test_a_failing_blocker_keeps_the_class_at_c() -> None:
    nearly = [result("0201", 1000, 1), result("0304", 1000, 1)]
    assert score_results(nearly).letter == "A"
    blocked = score_results([*nearly, result("0301", 1000, 1, severity=Severity.BLOCKER)])
    assert (blocked.letter, blocked.capped) == ("C", True)
    worse = score_results([result("0301", 100, 50, severity=Severity.BLOCKER)])
    assert worse.letter == "E"


@pytest.mark.parametrize(
    ("failed", "letter"), [(0, "A"), (5, "A"), (6, "B"), (10, "B"), (11, "C"), (21, "D"), (41, "E")]
)
def test_classes_hold_from_their_lowest_score(failed: int, letter: str) -> None:
    assert score_results([result("0201", 100, failed)]).letter == letter


def test_rules_of_one_indicator_weigh_by_severity() -> None:
    scores = score_results(
        [result("0301", 10, 10, severity=Severity.MINOR), result("030101", 10, 0, severity=Severity.BLOCKER)]
    )
    assert scores.by_dimension["03"] == pytest.approx(75)


def test_what_was_set_aside_counts_as_failed() -> None:
    assert score_results([result("0301", 8, 2, unread=2)]).by_dimension["03"] == pytest.approx(60)


cells = st.integers(0, 50)


@given(passed=cells, failed=cells, unread=cells, moved=st.integers(1, 50))
def test_worse_data_never_scores_better(passed: int, failed: int, unread: int, moved: int) -> None:
    moved = min(moved, passed)
    before = result("0301", passed + failed, failed, unread=unread)
    spoilt = result("0301", passed + failed, failed + moved, unread=unread)
    lost = result("0301", passed + failed - moved, failed, unread=unread + moved)
    for after in (spoilt, lost):
        if before.evaluated and after.evaluated:
            assert after.rate is not None
            assert before.rate is not None
            assert after.rate <= before.rate


def test_weights_add_up_and_say_where_they_come_from() -> None:
    weighting = default_weighting()
    assert math.isclose(sum(weighting.dimensions.values()), 1)
    assert [lowest for _, lowest in weighting.classes] == sorted(
        (lowest for _, lowest in weighting.classes), reverse=True
    )


def test_every_reason_has_a_text() -> None:
    assert all(code.isidentifier() and text.endswith(".") for code, text in REASONS.items())
