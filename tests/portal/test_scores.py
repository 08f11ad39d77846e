"""Scores as pages show them."""

from __future__ import annotations

import pytest

from shuzhi.portal.templatetags.shell import score


@pytest.mark.parametrize(
    ("points", "shown"), [(100.0, "100.0"), (99.96, "99.9"), (99.3, "99.3"), (0.0, "0.0"), (None, "—")]
)
def test_only_a_table_without_a_fault_shows_a_hundred(points: float | None, shown: str) -> None:
    assert score(points) == shown
