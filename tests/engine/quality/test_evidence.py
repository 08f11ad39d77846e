"""A drafted rule's evidence, stored as a sentence, is said to each reader in their own language."""

from __future__ import annotations

import pytest

from shuzhi.engine.data.quality.drafting import EVIDENCE, say_evidence
from shuzhi.engine.texts import translate

VALUES = {"rows": 600, "count": 3, "least": 10, "low": "2021-06-04", "high": 99.5, "held": 598, "repeats": 2}


@pytest.mark.parametrize("code", EVIDENCE)
@pytest.mark.parametrize("written", ["en", "zh-hans"])
def test_evidence_changes_its_language_and_keeps_its_numbers(code: str, written: str) -> None:
    said = {language: translate(EVIDENCE[code], language).format(**VALUES) for language in ("en", "zh-hans")}
    assert said["en"] != said["zh-hans"]
    assert {language: say_evidence(said[written], language) for language in said} == said


def test_a_persons_own_words_stay_as_they_are() -> None:
    assert say_evidence("agreed with the towns in May", "zh-hans") == "agreed with the towns in May"
