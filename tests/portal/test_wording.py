"""Every act that the code records has a word in the reader's language, and a group to be found by."""

from __future__ import annotations

import pytest
from django.utils import translation
from django.utils.translation import gettext

from shuzhi.portal.journal.wording import ACTS, GROUPS
from tests.portal.recorded import recorded_acts

RECORDED = recorded_acts()
WORDED_BY_PACKS = {"case.*"}


def test_the_acts_are_found_in_the_code() -> None:
    known = {"rows.read", "set_aside.read", "original.marked", "account.locked", "journal.payloads_expired"}
    assert known | WORDED_BY_PACKS <= RECORDED.keys()


def test_every_act_that_is_recorded_has_a_word_and_no_word_is_left_over() -> None:
    assert RECORDED.keys() - WORDED_BY_PACKS == ACTS.keys(), RECORDED


def test_every_act_belongs_to_a_group_of_the_query_bar() -> None:
    assert {act.partition(".")[0] for act in RECORDED} == GROUPS.keys()


@pytest.mark.parametrize("texts", [ACTS, GROUPS], ids=["acts", "groups"])
def test_the_words_are_there_in_chinese(texts: dict[str, str]) -> None:
    with translation.override("zh-hans"):
        assert not [word for word in texts.values() if gettext(word).isascii()]
