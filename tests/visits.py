"""Somebody signed in, by the test client or by a real browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.test import Client

from shuzhi.demo.world import Person

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer

SignIn = Callable[[Person], Client]
WIDTHS = {"desk": (1280, 800), "phone": (375, 740)}


@pytest.fixture
def signed_in() -> SignIn:
    """A test client with a session of this person."""

    def sign_in(person: Person) -> Client:
        client = Client()
        client.force_login(person.account, settings.AUTHENTICATION_BACKENDS[0])
        return client

    return sign_in


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium; skips where there is none."""
    program = next(
        (p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None
    )
    if program is None:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # the driver runs an event loop, beside which Django forbids statements from the same thread
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield chromium
        chromium.close()
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@dataclass
class Visit:
    """A browser window: its page, and what must not have happened in it when it is closed.

    ``expected`` are statuses of answers that the test provokes; the browser logs them as errors.
    """

    page: Page
    address: str
    faults: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    def go(self, path: str) -> None:
        """Opens a page of the portal."""
        self.page.goto(self.address + path)

    def no_sideways_scrolling(self) -> bool:
        """Whether the page is as narrow as the window."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer) -> Callable[..., object]:
    """``with visit("phone", person, language="en") as window``: fails on console errors, outside requests."""

    @contextmanager
    def open_window(width: str = "desk", person: Person | None = None, language: str = "") -> Iterator[Visit]:
        size = WIDTHS[width]
        context = browser.new_context(viewport={"width": size[0], "height": size[1]})
        address = live_server.url
        if language:
            context.add_cookies([{"name": "django_language", "value": language, "url": address}])
        if person is not None:
            client = Client()
            client.force_login(person.account, settings.AUTHENTICATION_BACKENDS[0])
            key = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": address}])
        window = Visit(context.new_page(), address)
        _watch(window)
        try:
            yield window
        finally:
            context.close()
        assert window.faults == []

    return open_window


def _watch(window: Visit) -> None:
    def heard(message: object) -> None:
        kind, said = getattr(message, "type", ""), getattr(message, "text", "")
        if kind in {"error", "warning"} and not any(f"status of {code}" in said for code in window.expected):
            window.faults.append(f"{kind}: {said}")

    def asked(request: object) -> None:
        url = getattr(request, "url", "")
        if not url.startswith((window.address, "data:", "blob:")):
            window.faults.append(f"outside request: {url}")

    window.page.on("console", heard)
    window.page.on("pageerror", lambda error: window.faults.append(f"page error: {error}"))
    window.page.on("request", asked)
