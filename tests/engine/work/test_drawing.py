"""Pictures of lifecycles name everything, hold together as XML and load nothing."""

from __future__ import annotations

from importlib.resources import files
from xml.etree import ElementTree

import pytest

from shuzhi.engine.packs import load_pack
from shuzhi.engine.work.drawing import COLUMN, mermaid, svg

PACK = load_pack(files("shuzhi.packs").joinpath("problem-data"))
LIFECYCLE = PACK.lifecycles["problem-data"]
NAMESPACE = "{http://www.w3.org/2000/svg}"


def word(group: str, name: str) -> str:
    return PACK.word(f"problem-data.{group}.{name}", "zh-hans")


def test_mermaid_has_an_arrow_for_every_step_and_source() -> None:
    text = mermaid(LIFECYCLE, word)
    arrows = [line for line in text.splitlines() if "-->" in line and "[*]" not in line]
    assert len(arrows) == sum(len(step.sources) for step in LIFECYCLE.steps.values())
    assert "to_confirm --> to_fix : 确认" in text
    assert "[*] --> to_confirm" in text


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_svg_names_every_state_and_step_and_asks_for_nothing_outside(language: str) -> None:
    def said(group: str, name: str) -> str:
        return PACK.word(f"problem-data.{group}.{name}", language)

    drawing = svg(LIFECYCLE, said, "问题数据 <流程>")
    root = ElementTree.fromstring(drawing)
    shown = "".join(element.text or "" for element in root.iter(f"{NAMESPACE}text")).replace(" ", "")
    for group, names in (("states", LIFECYCLE.states), ("steps", LIFECYCLE.steps)):
        assert all(said(group, name).replace(" ", "") in shown for name in names)
    assert drawing.count("http") == 1  # the namespace
    assert "script" not in drawing


def test_dots_and_tips_stand_under_their_states() -> None:
    root = ElementTree.fromstring(svg(LIFECYCLE, word, "x"))
    columns = [float(rect.attrib["x"]) + COLUMN / 2 - 3 for rect in root.iter(f"{NAMESPACE}rect")]
    dots = [float(dot.attrib["cx"]) for dot in root.iter(f"{NAMESPACE}circle")]
    assert len(columns) == len(LIFECYCLE.states)
    assert len(dots) == sum(len(step.sources) for step in LIFECYCLE.steps.values())
    assert all(min(abs(dot - column) for column in columns) <= 1 for dot in dots)


def test_a_picture_is_the_same_every_time() -> None:
    assert svg(LIFECYCLE, word, "x") == svg(LIFECYCLE, word, "x")
