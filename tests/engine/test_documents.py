"""The one reader of YAML files: limits, places, and what each manner takes."""

from __future__ import annotations

import pytest

from shuzhi.engine.documents import (
    TOLERANT,
    DocumentError,
    Item,
    Key,
    Manner,
    lines_of,
    read_document,
    read_item,
)
from shuzhi.engine.documents.notes import TEXTS

KEYS = (Key("name", required=True), Key("sizes"), Key("more"), Key("colour", used=False))


def told(root: Item) -> list[tuple[int, str, str]]:
    return [(p.line, p.key, p.code) for p in root.notes.in_order()]


def test_every_mistake_is_told_with_its_line_its_key_and_what_is_allowed() -> None:
    root = read_document("naem: x\nsizes:\n  - 1\n  - many\ncolour: red\n", "a.yaml")
    keys = root.mapping(KEYS)
    assert [item.whole() for item in keys.items_of("sizes")] == [1, None]
    assert told(root) == [
        (1, "naem", "document.unknown_key"),
        (1, "name", "document.missing_key"),
        (4, "sizes[1]", "document.number"),
    ]
    unknown = root.notes.problems[0]
    assert (unknown.near, unknown.allowed) == ("name", ("name", "sizes", "more", "colour"))
    assert unknown.sentence("en").startswith("a.yaml:1: naem: ")
    assert [(item.line, item.key) for item in root.notes.ignored] == [(5, "colour")]


def test_a_key_that_stands_twice_is_told_even_in_free_content() -> None:
    root = read_document("more:\n  a: {b: 1, b: 2}\n", "a.yaml")
    assert root.mapping(KEYS).plain("more") == {"a": {"b": 1}}
    assert (2, "more.a.b", "document.repeated_key") in told(root)


def test_what_is_read_twice_is_told_once() -> None:
    root = read_document("name: []\n", "a.yaml")
    for _ in range(2):
        root.mapping(KEYS).text("name")
    assert told(root) == [(1, "name", "document.shape")]


def test_an_empty_value_is_absent_only_in_the_manner_of_other_tools() -> None:
    for manner, codes in ((TOLERANT, []), (Manner(), ["document.empty"])):
        root = read_item("name:\n", "a.yaml", manner)
        assert root.mapping(KEYS).text("name", "none") == "none"
        assert [code for _, _, code in told(root)] == codes


@pytest.mark.parametrize("text", ["a: &x 1\n", "a: &x {b: 1}\nc: *x\n"])
def test_anchors_are_read_only_in_the_manner_of_other_tools(text: str) -> None:
    assert read_item(text, "a.yaml", TOLERANT).plain()
    with pytest.raises(DocumentError, match="aliases are not read"):
        read_document(text, "a.yaml")


def test_an_alias_is_counted_for_what_it_unfolds_to() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(
        f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 12)
    )
    with pytest.raises(DocumentError, match="too large"):
        read_item(bomb, "a.yaml", TOLERANT)


def test_a_place_is_found_by_its_path_as_far_as_it_goes() -> None:
    root = read_document("a:\n  - b: 1\n  - c:\n      d: 2\n", "a.yaml")
    assert [root.at(path).line for path in (("a", 1, "c", "d"), ("a", 1, "c", "x"), ("x",))] == [4, 3, 1]
    assert lines_of(root) == {"": 1, "a": 1}


def test_messages_are_complete_sentences() -> None:
    assert all(text.endswith(".") for text in TEXTS.values())
