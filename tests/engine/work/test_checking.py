"""Lifecycles that read well and make no sense are found out."""

from __future__ import annotations

import pytest

from shuzhi.engine.work.checking import TEXTS, check_lifecycle
from tests.engine.work.lifecycle_samples import YAML, sample


def test_a_sound_lifecycle_has_no_flaw() -> None:
    assert check_lifecycle(sample()) == ()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("start: new", "start: done", "lifecycle.start"),
        ("    to: parked", "    to: asked", "lifecycle.unreachable"),
        ("    from: parked\n    to: new", "    from: parked\n    to: parked", "lifecycle.dead_end"),
        ("    from: asked\n    to: done", "    from: asked\n    to: new", "lifecycle.no_way_out"),
        ("    from: asked\n    to: new", "    from: [asked, done]\n    to: new", "lifecycle.leaves_end"),
        ("who: {duty: approver, relation:", "who: {relation:", "lifecycle.nobody"),
        ("who: {relation: system}", "who: {duty: clerk, relation: system}", "lifecycle.nobody"),
        ("{limit: act, awaits", "{awaits", "lifecycle.no_end"),
        ("{limit: answer, clock", "{clock", "lifecycle.no_end"),
        (", until: true", "", "lifecycle.undated"),
        ("    guard: expired\n", "", "lifecycle.day_unused"),
        ("{clock: held, dated: true}", "{clock: held}", "lifecycle.expiry"),
        (", outcome: fixed", "", "lifecycle.no_outcome"),
        ("parked: {", "parked: {outcome: fixed, ", "lifecycle.outcome"),
        ("awaits: {duty: clerk,", "awaits: {duty: leader,", "lifecycle.awaits"),
        ("    to: stay\n", "    to: stay\n    effects: hand_over\n", "lifecycle.effect"),
        ("    from: new\n    to: stay", "    from: []\n    to: stay", "lifecycle.no_source"),
    ],
)
def test_each_flaw_is_found(old: str, new: str, code: str) -> None:
    assert old in YAML
    found = check_lifecycle(sample(YAML.replace(old, new, 1)))
    assert code in {flaw.message.code for flaw in found}


def test_every_flaw_has_its_test() -> None:
    tested = {
        mark.args[1][i][2] for mark in test_each_flaw_is_found.pytestmark for i in range(len(mark.args[1]))
    }
    assert tested == set(TEXTS)
