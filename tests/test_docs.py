"""The docs tell the truth about the code."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def test_the_reference_is_what_the_code_says() -> None:
    command = [sys.executable, ROOT / "scripts" / "reference.py", "check"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_link_inside_the_docs_leads_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    targets = [t for t in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text) if "//" not in t]
    missing = [target for target in targets if not (page.parent / target).exists()]
    assert not missing


def test_every_make_target_named_in_the_docs_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    named = {t for page in PAGES for t in re.findall(r"`make ([a-z]+)", page.read_text("utf-8"))}
    assert named
    assert named <= targets


def test_both_readmes_name_the_same_commands() -> None:
    english, chinese = (
        set(
            re.findall(
                r"^(?:make|git|cd|shuzhi|\.venv/bin/shuzhi) .*$", (ROOT / name).read_text("utf-8"), re.M
            )
        )
        for name in ("README.md", "README.zh.md")
    )
    assert english == chinese


def test_the_picture_of_the_house_shows_the_rooms_there_are() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    shown = set(re.findall(r"│ +(\w+) *(?::[^│]*)?│", text.split("```")[1]))
    described = {room.split("/")[0] for room in re.findall(r"^\| `([a-z/<>]+)`", text, re.M)}
    there = {path.parent.name for path in (ROOT / "src" / "shuzhi").glob("*/__init__.py")} | {"packs"}
    assert shown == {"portal", "cli", "apps", "sources", "engine"}
    assert shown <= there
    assert described == there
