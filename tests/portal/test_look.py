"""The look, as far as a machine can judge it: files, contrast, nothing inline, a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import get_template

import shuzhi.portal
from shuzhi.apps.jobs.models import Job
from shuzhi.demo.world import World
from tests.portal.test_listings import make_jobs

PORTAL = Path(shuzhi.portal.__file__).parent
TEMPLATES = sorted((PORTAL / "templates").rglob("*.html"))
CSS = (PORTAL / "static" / "portal" / "shuzhi.css").read_text("utf-8")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(PORTAL / "templates")))
def test_a_template_parses_and_holds_nothing_that_the_policy_would_block(path: Path) -> None:
    source = path.read_text("utf-8")
    get_template(str(path.relative_to(PORTAL / "templates")))
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", source)
    assert not re.search(r"<script(?![^>]*\bsrc=)", source)
    assert not re.search(r"https?://(?!www\.w3\.org/)", source)


def test_every_file_that_a_template_names_is_there() -> None:
    named = {
        name for path in TEMPLATES for name in re.findall(r"{% static '([^']+)' %}", path.read_text("utf-8"))
    }
    assert {name for name in named if finders.find(name) is None} == set()


def test_every_icon_that_is_used_is_drawn() -> None:
    drawn = set(re.findall(r'id="([a-z]+)"', (PORTAL / "static/portal/icons.svg").read_text("ascii")))
    used = {
        name for path in TEMPLATES for name in re.findall(r'{% icon "([a-z]+)" %}', path.read_text("utf-8"))
    }
    assert used <= drawn


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_stands_out_from_its_ground(theme: str) -> None:
    block = re.search(rf'\[data-bs-theme="{theme}"\] {{(.*?)}}', CSS, re.S)
    assert block
    colours = dict(re.findall(r"--sz-([a-z-]+): (#[0-9a-f]{6})", block[1]))
    pairs = [(text, ground) for text in ("ink", "quiet", "accent") for ground in ("page", "paper", "head")]
    pairs += [(state, f"{state}-soft") for state in ("green", "yellow", "red", "blue", "grey")]
    pairs += [(state, "paper") for state in ("green", "yellow", "red", "blue", "grey")]
    pairs += [("accent-strong", "accent-soft"), ("ink", "grey-soft")]
    weak = {pair: round(contrast(*(colours[p] for p in pair)), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", ["desk", "phone"])
def test_a_person_signs_in_finds_a_list_narrows_it_and_leaves(
    world: World, visit: Callable[..., Any], width: str
) -> None:
    from playwright.sync_api import expect

    make_jobs(world.owner, 25)
    make_jobs(world.owner, 1, state="failed")
    with visit(width) as window:
        page = window.page
        window.go("/jobs/")
        assert page.get_by_role("heading", name="数智").is_visible()
        page.get_by_label("账号").fill(world.owner.login)
        page.get_by_label("密码").fill(world.owner.password)
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="我的任务").wait_for()
        assert window.no_sideways_scrolling()
        assert page.locator("tbody tr").count() == 20
        page.get_by_role("combobox").select_option("failed")
        page.wait_for_url("**/jobs/?state=failed")
        expect(page.locator("tbody tr")).to_have_count(1)
        page.get_by_text("列设置").click()
        page.get_by_label("编号").check()
        page.get_by_role("button", name="确定").click()
        expect(page.locator("tbody")).to_contain_text("jb_")
        assert window.no_sideways_scrolling()
        page.locator("details.identity summary").click()
        page.get_by_role("button", name="退出登录").click()
        page.wait_for_url("**/account/login/")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_progress_moves_by_itself_and_ends(world: World, visit: Callable[..., Any]) -> None:
    make_jobs(world.owner, 1, state="running")
    job = Job.objects.get()
    with visit("phone", world.owner) as window:
        window.go(f"/jobs/{job.public_id}/")
        assert window.page.get_by_role("progressbar").is_visible()
        Job.objects.update(progress_done=3, progress_total=10)
        window.page.get_by_text("3 / 10").wait_for()
        Job.objects.update(state="failed", error_code="files.too_large", error_args={"limit_mb": 9})
        window.page.get_by_text("9 MB").wait_for()
        assert window.page.get_by_role("progressbar").count() == 0


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_menu_of_a_phone_opens_and_closes_by_key_and_by_touch(
    world: World, visit: Callable[..., Any]
) -> None:
    with visit("phone", world.system_admin, language="en") as window:
        window.go("/jobs/")
        page = window.page
        entry = page.get_by_role("link", name="Background work", exact=True)
        assert not entry.is_visible()
        page.get_by_role("button", name="Menu").click()
        assert entry.is_visible()
        page.keyboard.press("Escape")
        assert not entry.is_visible()
        page.keyboard.press("Tab")
        focused = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert focused == "solid"
