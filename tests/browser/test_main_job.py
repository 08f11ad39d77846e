"""The main job as a new user does it: in Chinese, in a real browser, on a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from shuzhi.apps.cases.models import Case
from shuzhi.apps.catalogue.models import Dataset
from shuzhi.apps.records.actors import SYSTEM
from shuzhi.apps.scenarios.services import built_in_install
from shuzhi.demo.world import World
from tests.rosters import residents, workbook

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ROSTER = residents()


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """The workbook as it lies on the clerk's disk, and as it is once mended."""
    made = {
        "messy": tmp_path / "社会救助对象名册.xlsx",
        "mended": tmp_path / "社会救助对象名册（改正后）.xlsx",
    }
    made["messy"].write_bytes(workbook(ROSTER.rows))
    made["mended"].write_bytes(workbook(ROSTER.clean))
    return made


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", ["desk", "phone"])
def test_a_clerk_hands_in_a_messy_file_mends_it_and_sees_every_problem_closed(
    world: World,
    visit: Callable[..., Any],
    worker: Callable[[], Any],
    files: dict[str, Path],
    tmp_path: Path,
    width: str,
) -> None:
    built_in_install(actor=SYSTEM)
    with visit(width) as window, worker():
        log_in(window, world)
        hand_in(window, files["messy"], first=True)
        number = look_at_the_dataset(window)
        take_the_marked_workbook(window, tmp_path / "marked.xlsx")
        look_at_a_case(window, number)
        look_at_the_inbox(window)
        hand_in(window, files["mended"], first=False)
        see_it_mended(window)
    assert Case.objects.exists()
    assert set(Case.objects.values_list("phase", "outcome")) == {("ended", "fixed")}
    assert Dataset.objects.get().score == 100


def log_in(window: Any, world: World) -> None:
    window.go("/")
    window.page.get_by_label("账号").fill(world.owner.login)
    window.page.get_by_label("密码").fill(world.owner.password)
    window.page.get_by_role("button", name="登录").click()
    window.page.wait_for_url("**/inbox/")


def open_menu(window: Any, entry: str) -> None:
    page = window.page
    button = page.get_by_role("button", name="菜单")
    if button.is_visible():
        button.click()
    page.get_by_role("navigation").get_by_role("link", name=entry, exact=True).click()


def hand_in(window: Any, file: Path, *, first: bool) -> None:
    """Hands a file in and follows it until the dataset's page comes up by itself."""
    page = window.page
    if first:
        open_menu(window, "数据报送")
        page.get_by_role("link", name="报送文件").first.click()
        page.get_by_label("模拟数据").check()
    else:
        open_menu(window, "数据目录")
        page.get_by_role("link", name="社会救助对象名册").click()
        page.get_by_role("link", name="报送新版本").click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_text(file.name).wait_for()
    page.get_by_role("button", name="提交").click()
    # said before a byte is sent; the file stays chosen
    page.get_by_role("alert").get_by_text("未作声明的文件不能提交").wait_for()
    page.get_by_label("本人声明").check()
    assert window.no_sideways_scrolling()
    page.get_by_role("button", name="提交").click()
    page.wait_for_url(re.compile(r"/uploads/up_\w+/$"))
    page.get_by_text("检查报送文件").wait_for()
    page.wait_for_url(re.compile(r"/datasets/ds_\w+/$"), timeout=30_000)


def look_at_the_dataset(window: Any) -> int:
    """Level, quality, problems, masked rows, what was not loaded; returns how many problems are open."""
    page = window.page
    page.get_by_text("模拟数据").first.wait_for()
    assert page.locator("h1 .level").inner_text() == "L4"
    found = re.search(r"有 (\d+) 项问题待整改", page.locator(".alert-warning").inner_text())
    assert found
    assert page.locator(".figures").inner_text().count("120") == 1
    for tab, shown in (
        ("字段与级别", "居民身份证号"),
        ("质量", "号码应当有效"),
        ("未入库记录", "科学计数法"),
    ):
        page.get_by_role("navigation", name="数据集内容").get_by_role("link", name=tab, exact=True).click()
        page.locator("main").get_by_text(shown).first.wait_for()
        assert window.no_sideways_scrolling(), tab
    page.get_by_role("navigation", name="数据集内容").get_by_role("link", name="数据明细").click()
    page.get_by_text("共 120 行").wait_for()
    rows = page.locator("tbody").inner_text()
    assert "****" in rows
    assert not {row["身份证号"] for row in ROSTER.rows if row["身份证号"]} & set(rows.split())
    assert window.no_sideways_scrolling()
    return int(found[1])


def take_the_marked_workbook(window: Any, to: Path) -> None:
    page = window.page
    page.get_by_role("navigation", name="数据集内容").get_by_role("link", name="概况").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载错误标注表").click()
    download.value.save_as(to)
    sheet = openpyxl.load_workbook(to).worksheets[0]
    assert sum(1 for row in sheet.iter_rows() for cell in row if cell.comment) >= 11


def look_at_a_case(window: Any, number: int) -> None:
    """The work orders of the dataset, one for each rule; one of them says what to do."""
    page = window.page
    page.get_by_role("link", name="查看问题").click()
    orders = page.locator("#problems + .table-frame tbody tr")
    orders.first.wait_for()
    assert orders.count() == number
    orders.first.get_by_role("link").click()
    page.wait_for_url(re.compile(r"/cases/\w+/$"))
    page.locator("main h1").wait_for()
    assert window.no_sideways_scrolling()


def look_at_the_inbox(window: Any) -> None:
    """The clerk finds the problems waiting, and a case that says how it closes."""
    page = window.page
    open_menu(window, "我的待办")
    page.locator("tbody tr").first.get_by_role("link").first.click()
    page.wait_for_url(re.compile(r"/cases/\w+/$"))
    assert "民政局" in page.locator("main").inner_text()
    assert window.no_sideways_scrolling()


def see_it_mended(window: Any) -> None:
    page = window.page
    page.locator(".figures").get_by_text("100.0").wait_for()
    assert page.get_by_text("待整改").count() == 0
    page.get_by_role("navigation", name="数据集内容").get_by_role("link", name="质量").click()
    page.get_by_text("各项规则全部合格").wait_for()
    page.locator("svg.trend").wait_for()
    open_menu(window, "我的待办")
    page.locator(".empty-state").wait_for()
    assert window.no_sideways_scrolling()
