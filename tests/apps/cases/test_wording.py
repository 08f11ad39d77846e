"""Cases speak the words of their pack, in the language of whoever reads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils import translation

from shuzhi.apps.cases.models import Step
from shuzhi.apps.cases.wording import case_word, kind_word, step_word
from shuzhi.demo.world import World
from tests.apps.cases.conftest import act, opened


def test_states_steps_and_answers_are_called_as_the_pack_says(
    packs: World, at: Callable[[str], datetime]
) -> None:
    case = act(packs.owner.actor, opened(packs), "confirm")
    assert case_word(case, "states", case.state, "zh-hans") == "待整改"
    assert case_word(case, "states", case.state, "en") == "To be mended"
    assert case_word(case, "values", "superior_source", "zh-hans") == "源头在上级系统"
    assert case_word(case, "states", "unheard_of", "en") == "unheard_of"
    with translation.override("en"):
        assert (kind_word(case), kind_word(case, "noun")) == ("Problem data", "problem")
        words = [step_word(case, step) for step in Step.objects.filter(case=case).order_by("sequence")]
    assert words == ["Opened", "Confirm"]
