"""Mistakes in a lifecycle are told with line, key and what is allowed; all of them at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.engine.documents import DocumentError, Problem
from shuzhi.engine.work.lifecycle_document import KEYS
from tests.engine.work.lifecycle_samples import YAML, sample


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(DocumentError) as caught:
        sample(text)
    return caught.value.problems


def changed(old: str, new: str) -> tuple[Problem, ...]:
    assert old in YAML
    return problems(YAML.replace(old, new, 1))


def test_a_whole_lifecycle_is_read() -> None:
    lifecycle = sample()
    assert lifecycle.steps["park"].needs[0].within
    assert lifecycle.states["asked"].awaits[0].requester_excluded
    assert [s.name for s in lifecycle.leaving("new")] == ["ask", "park", "nudge"]


def test_an_unknown_key_is_told_with_its_line_the_allowed_ones_and_the_likely_one() -> None:
    (problem,) = changed("  new: {limit: act,", "  new: {limits: act,")
    assert (problem.file, problem.line, problem.key) == ("sample.yaml", 9, "states.new.limits")
    assert problem.code == "document.unknown_key"
    assert problem.near == "limit"
    assert "awaits" in problem.allowed
    assert "Did you mean limit?" in str(problem)


@pytest.mark.parametrize(
    ("old", "new", "code", "key"),
    [
        ("number: XX", "number: x1", "lifecycle.number", "number"),
        ("start: new", "start: nwe", "document.value", "start"),
        ("start: new\n", "", "document.missing_key", ""),
        ("to: asked", "to: askd", "document.value", "steps.ask.to"),
        (
            "duty: steward, relation: owner",
            "duty: stewart, relation: owner",
            "document.value",
            "steps.park.who",
        ),
        ("relation: owner", "relation: [owner, district]", "lifecycle.relation", "steps.park.who.relation"),
        ("{limit: act,", "{limit: acts,", "lifecycle.unknown_limit", "states.new"),
        ("amount: 2", "amount: soon", "document.number", "limits.act.amount"),
        ("amount: 2", "amount: 0", "document.number", "limits.act.amount"),
        ("amount: 2", "amount: 99999", "lifecycle.too_long", "limits.act.amount"),
        ("unit: working_day", "unit: working_minute", "document.value", "limits.act.start"),
        ("{type: choice, values: [a, b]}", "{type: choice}", "lifecycle.values", "steps.ask.needs.why"),
        (
            "{type: text, required",
            "{type: text, values: [a], required",
            "lifecycle.values",
            "steps.ask.needs.note",
        ),
        ("guard: expired", "guard: expires", "document.value", "steps.resume.guard"),
        ("  nudge:", "  Nudge!:", "lifecycle.name", "steps.Nudge!"),
        ("  nudge:", "  opened:", "lifecycle.reserved", "steps.opened"),
        ("  nudge:", "  park:", "document.repeated_key", "steps.park"),
        ("required: false", "required: maybe", "document.value", "steps.ask.needs.note.required"),
        ("states:\n", "states: none\nold:\n", "document.shape", "states"),
        ("mark: G", "mark: X", "document.value", "limits.act.source.mark"),
    ],
)
def test_each_mistake_has_its_code_and_its_place(old: str, new: str, code: str, key: str) -> None:
    found = changed(old, new)
    assert any(p.code == code and p.key.startswith(key) for p in found), [str(p) for p in found]


def test_all_mistakes_are_told_at_once() -> None:
    found = problems(YAML.replace("number: XX", "number: 1").replace("guard: expired", "guard: never"))
    assert {p.code for p in found} == {"lifecycle.number", "document.value"}


def test_a_limit_may_vary_only_by_a_declared_value() -> None:
    facts = "facts:\n  urgency: {type: choice, values: [low, high]}\nlimits:"
    good = YAML.replace("limits:", facts, 1)
    vary = good.replace("amount: 2,", "amount: 2, by: urgency, amounts: {high: 1},", 1)
    assert sample(vary).limits["act"].amount_for({"urgency": "high"}) == 1
    assert problems(vary.replace("{high: 1}", "{hihg: 1}"))[0].near == "high"
    assert problems(vary.replace("by: urgency", "by: urgence"))[0].code == "lifecycle.unknown_fact"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "document.shape"),
        ("- a\n- b", "document.shape"),
        ("a: [1, 2", "document.syntax"),
        ("a: &x 1\nb: *x", "document.alias"),
        ("a: \x00", "document.syntax"),
        ("[" * 5000, "document.too_large"),
        ("a: " + "x" * 300_000, "document.too_large"),
        ("a: 1\n---\nb: 2", "document.syntax"),
        ("? [a, b]\n: 1", "document.shape"),
    ],
)
def test_hostile_documents_get_an_answer(text: str, code: str) -> None:
    assert problems(text)[0].code == code


@given(st.text(max_size=200))
def test_no_text_is_answered_with_anything_but_problems(text: str) -> None:
    with pytest.raises(DocumentError):
        sample(text)


@given(st.integers(0, len(YAML) - 1), st.sampled_from(list(":{}[],-\n &*!|>'\"%@`x")))
def test_a_slip_anywhere_is_read_or_told(at: int, character: str) -> None:
    told: tuple[Problem, ...] = ()
    try:
        sample(YAML[:at] + character + YAML[at + 1 :])
    except DocumentError as wrong:
        told = wrong.problems
    assert all(p.line >= 1 and str(p) for p in told)


def test_every_key_says_what_it_means() -> None:
    assert all(key.means for keys in KEYS.values() for key in keys)
