"""Hostile YAML is refused quickly and in one sentence."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.engine.data.contracts import validate
from shuzhi.engine.documents import TOLERANT
from tests.engine.contracts.texts import contract

LAUGHS = "a0: &a0 [x, x]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 12)
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (LAUGHS, "document.too_large"),
        ("a: &a [*a]\n", "document.endless"),
        ("a: " + "[" * 5000 + "]" * 5000, "document.too_large"),
        ("{a: " * 5000, "document.too_large"),
        ("a: " + "x" * (TOLERANT.characters + 1), "document.too_large"),
        ("a: !!python/object/apply:os.system [ls]\n", "document.unknown_key"),
        ("a: \x00\n", "document.syntax"),
        ("\ud800: a\n", "document.encoding"),
    ],
    ids=["laughs", "endless", "deep", "open", "long", "object", "nul", "surrogate"],
)
def test_a_bomb_is_refused(text: str, code: str) -> None:
    begun = time.process_time()
    problems = validate(text)
    assert code in [problem.code for problem in problems]
    assert time.process_time() - begun < 5


@given(st.text(max_size=300))
def test_any_text_gets_an_answer(text: str) -> None:
    assert all(problem.sentence("en") for problem in validate(text))


@given(st.data())
def test_any_damage_to_a_contract_gets_an_answer(data: st.DataObject) -> None:
    text = contract()
    at = data.draw(st.integers(0, len(text)))
    gone = data.draw(st.integers(0, 30))
    put = data.draw(st.text(st.sampled_from(":-[]{}'\"&*!|> \n1a中"), max_size=6))
    damaged = text[:at] + put + text[at + gone :]
    assert all(0 < p.line <= damaged.count("\n") + 2 and p.sentence("en") for p in validate(damaged))
