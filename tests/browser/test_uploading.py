"""A large file from a real browser: the line goes dead, the page is left, and it goes on where it was."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shuzhi.apps.catalogue.models import Upload
from shuzhi.apps.files.models import Reception, StoredFile
from shuzhi.apps.files.services import contents
from shuzhi.demo.world import World

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SIZE_BYTES = 40 << 20
ROW = "330109,张三丰,浙江省杭州市萧山区人民路\n".encode()


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A table of several parts."""
    path = tmp_path / "大表.csv"
    path.write_bytes((ROW * (SIZE_BYTES // len(ROW) + 1))[:SIZE_BYTES])
    return path


def choose(page: Any, file: Path) -> None:
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_label("本人声明").check()


def come() -> int:
    """How much of the one file lies on the disk."""
    folder = contents().receiving("")
    return sum(path.stat().st_size for path in folder.iterdir()) if folder.is_dir() else 0


def cut_after(window: Any, parts: int) -> None:
    """Takes the browser off line with the part after so many."""
    sent: list[str] = []

    def pass_on(route: Any) -> None:
        sent.append(route.request.url)
        if len(sent) > parts:
            window.page.context.set_offline(True)
            route.abort("internetdisconnected")
        else:
            route.continue_()

    window.page.route(re.compile(r"/uploads/parts/rc_\w+/$"), pass_on)


def back(window: Any) -> None:
    window.page.unroute_all()
    window.page.context.set_offline(False)


def forgive(window: Any) -> None:
    """The browser logs each request that the dead line refused; nothing else may be wrong."""
    window.faults[:] = [fault for fault in window.faults if "ERR_INTERNET_DISCONNECTED" not in fault]


def test_a_line_that_goes_dead_and_comes_back_costs_nothing(
    world: World, visit: Callable[..., Any], large: Path
) -> None:
    with visit("desk", world.owner) as window:
        page = window.page
        window.go("/uploads/new/")
        choose(page, large)
        cut_after(window, 2)
        page.get_by_role("button", name="提交").click()
        page.get_by_text("网络已中断").wait_for()
        assert 0 < come() < SIZE_BYTES
        assert Upload.objects.count() == 0
        page.wait_for_timeout(1500)
        back(window)
        page.wait_for_url(re.compile(r"/uploads/up_\w+/$"), timeout=30_000)
        stored = StoredFile.objects.get()
        page.get_by_text(stored.sha256).wait_for()
        assert contents().path(stored.sha256).read_bytes() == large.read_bytes()
        assert Reception.objects.count() == 1
        forgive(window)


def test_a_page_that_was_left_goes_on_once_the_same_file_is_chosen(
    world: World, visit: Callable[..., Any], large: Path
) -> None:
    with visit("phone", world.owner) as window:
        page = window.page
        window.go("/uploads/new/")
        choose(page, large)
        cut_after(window, 2)
        page.get_by_role("button", name="提交").click()
        page.get_by_text("网络已中断").wait_for()
        before = come()
        back(window)
        page.goto("about:blank")
        window.go("/uploads/new/")
        page.get_by_text("未报送完的文件").wait_for()
        page.get_by_text(re.compile(r"MB / 40\.0 MB")).wait_for()
        assert window.no_sideways_scrolling()
        assert before >= 16 << 20
        asked: list[int] = []
        page.on(
            "request", lambda r: asked.append(len(r.post_data_buffer or b"")) if r.method == "PATCH" else None
        )
        choose(page, large)
        page.get_by_role("button", name="提交").click()
        page.wait_for_url(re.compile(r"/uploads/up_\w+/$"), timeout=30_000)
        stored = StoredFile.objects.get()
        assert contents().path(stored.sha256).read_bytes() == large.read_bytes()
        assert len(asked) <= -(-(SIZE_BYTES - before) // (8 << 20)), "what had come was not sent again"
        forgive(window)


def test_without_scripts_the_form_hands_the_file_in(
    world: World, browser: Any, live_server: Any, tmp_path: Path
) -> None:
    from django.conf import settings
    from django.test import Client

    file = tmp_path / "电话.csv"
    file.write_text("单位,电话\n甲,0571-82637777\n", "utf-8")
    client = Client()
    client.force_login(world.owner.account, settings.AUTHENTICATION_BACKENDS[0])
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/uploads/new/")
    choose(page, file)
    page.get_by_role("button", name="提交").click()
    page.wait_for_url(re.compile(r"/uploads/up_\w+/$"))
    context.close()
    assert StoredFile.objects.get().name == "电话.csv"
