"""Pages of work and of the administrators in a real browser: no console error, nothing too wide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shuzhi.apps.cases.models import Case
from shuzhi.apps.journal.models import Entry
from shuzhi.apps.journal.services import seal_batch
from shuzhi.apps.people.kinds import Duty
from shuzhi.apps.people.services import DutyDraft, duty_propose
from shuzhi.demo.world import World
from tests.portal.test_cases import case, dataset

__all__ = ["case", "dataset"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", ["desk", "phone"])
def test_pages_fit_their_window(
    world: World, case: Case, visit: Callable[..., Any], width: str, language: str
) -> None:
    draft = DutyDraft(world.outsider.account, world.town, Duty.APPROVER, 2, "stand-in")
    grant = duty_propose(actor=world.system_admin.actor, draft=draft)
    seal_batch()
    entry = Entry.objects.latest("pk").public_id
    account = world.outsider.account.public_id
    of_people = [f"/people/{name}/" for name in ("accounts", "accounts/new", "duties", "organisations")]
    pages = {
        "owner": ["/inbox/", "/cases/", f"/cases/{case.public_id}/"],
        "audit_admin": ["/journal/", f"/journal/{entry}/"],
        "system_admin": [*of_people, f"/people/accounts/{account}/", f"/people/proposals/new/{account}/"],
        "security_admin": ["/people/proposals/", f"/people/proposals/{grant.public_id}/"],
    }
    for part, paths in pages.items():
        with visit(width, world.people[part], language) as window:
            for path in paths:
                window.go(path)
                window.page.evaluate(
                    "document.querySelectorAll('main details:not(.drop)').forEach(d => d.open = true)"
                )
                assert window.no_sideways_scrolling(), path


def test_a_step_is_taken_with_the_mouse_once_its_form_is_open(
    world: World, case: Case, visit: Callable[..., Any]
) -> None:
    with visit("phone", world.owner, "en") as window:
        page = window.page
        window.go("/inbox/")
        page.locator("tbody a").first.click()
        page.locator("summary", has_text="Object").click()
        page.get_by_label("Ground").first.select_option("not_ours")
        page.get_by_label("Reason").first.fill("these live elsewhere")
        page.get_by_role("button", name="Object", exact=True).click()
        page.get_by_text("It is now “Objection to be answered”").wait_for()
        assert page.locator(".timeline li").count() == 2
