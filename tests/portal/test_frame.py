"""What holds for every page: who may come in, in which language, and what a browser may load."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from shuzhi.apps.people.models import Account, DutyHolding
from shuzhi.demo.world import World
from tests.visits import SignIn

pytestmark = pytest.mark.django_db
OPEN = {"language", "theme", "account:login", "healthz", "metrics"}


def patterns(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, f"{entry.namespace}:" if entry.namespace else space)
        else:
            yield f"{space}{entry.name}", entry


def test_every_page_asks_for_a_sign_in_but_those_that_must_not() -> None:
    found = dict(patterns(get_resolver()))
    open_ones = {name for name, p in found.items() if not getattr(p.callback, "login_required", True)}
    assert open_ones == OPEN
    assert len(found) > len(OPEN)


def test_a_stranger_is_sent_to_the_sign_in_page_and_then_back(world: World) -> None:
    client = Client()
    answer = client.get("/jobs/?state=done")
    assert answer.headers["Location"] == "/account/login/?next=/jobs/%3Fstate%3Ddone"
    form = {"login": world.owner.login, "password": world.owner.password, "next": "/jobs/?state=done"}
    assert client.post("/account/login/", form).headers["Location"] == "/jobs/?state=done"
    assert client.get("/jobs/").status_code == 200


def test_nobody_is_sent_elsewhere_after_signing_in(world: World) -> None:
    form = {"login": world.owner.login, "password": world.owner.password, "next": "https://example.org/"}
    assert Client().post("/account/login/", form).headers["Location"] == "/"


def test_a_wrong_password_says_what_to_do_and_a_locked_account_stays_shut(world: World) -> None:
    client = Client()
    wrong = {"login": world.owner.login, "password": "wrong"}
    for _attempt in range(5):
        page = client.post("/account/login/", wrong).content.decode()
        assert "30" in page
    right = {"login": world.owner.login, "password": world.owner.password}
    assert client.post("/account/login/", right).status_code == 200
    assert client.get("/jobs/").status_code == 302


def test_a_part_of_a_page_sends_the_whole_browser_to_the_sign_in_page() -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/jobs/"}
    answer = Client().get("/jobs/x/progress/", headers=headers)
    assert answer.headers["HX-Redirect"] == "/account/login/?next=/jobs/"


def test_signing_out_ends_the_session(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.owner)
    assert client.get("/account/logout/").status_code == 405
    client.post("/account/logout/")
    assert client.get("/jobs/").status_code == 302


def test_a_given_password_must_be_changed_first(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.owner)
    Account.objects.filter(pk=world.owner.account.pk).update(must_change_password=True)
    assert client.get("/jobs/").headers["Location"] == "/account/password/"
    new = "Bu-Yi-Yang-2026"
    form = {"old": world.owner.password, "new": new, "again": new}
    assert client.post("/account/password/", form).headers["Location"] == "/"
    assert client.get("/jobs/").status_code == 200, "still signed in, with the new password"


def test_the_rules_that_a_new_password_breaks_are_all_named(world: World, signed_in: SignIn) -> None:
    form = {"old": world.owner.password, "new": "short", "again": "short"}
    page = signed_in(world.owner).post("/account/password/", form)
    assert page.status_code == 200
    assert "alert-danger" in page.content.decode()


def test_chinese_is_spoken_unless_english_was_chosen(world: World) -> None:
    client = Client(headers={"Accept-Language": "en-US,en"})
    assert 'lang="zh-hans"' in client.get("/account/login/").content.decode()
    client.post("/language/", {"language": "en", "next": "/account/login/"})
    page = client.get("/account/login/").content.decode()
    assert 'lang="en"' in page
    assert "Log in" in page


def test_dark_is_remembered_and_leads_back_to_the_page_only_if_it_is_ours(
    world: World, signed_in: SignIn
) -> None:
    client = signed_in(world.owner)
    assert client.post("/theme/", {"theme": "dark", "next": "//evil.example/"}).headers["Location"] == "/"
    assert 'data-bs-theme="dark"' in client.get("/jobs/").content.decode()


def test_a_browser_is_told_to_load_nothing_from_elsewhere_and_to_keep_nothing(
    world: World, signed_in: SignIn
) -> None:
    answer = signed_in(world.owner).get("/jobs/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(("given", "kept"), [("proxy-12345", True), ("short", False), ("x" * 65, False)])
def test_a_request_keeps_the_number_a_proxy_gave_it_if_it_is_one(given: str, kept: bool) -> None:
    answer = Client(headers={"X-Request-ID": given}).get("/account/login/")
    assert (answer.headers["X-Request-ID"] == given) is kept


def test_a_person_acts_in_a_duty_they_hold_and_switches_between_them(world: World, signed_in: SignIn) -> None:
    first = world.owner.holding
    assert first
    second = DutyHolding.objects.create(
        account=world.owner.account, organisation=world.town, duty="approver", valid_from=first.valid_from
    )
    client = signed_in(world.owner)
    assert f"{world.department.name} · " in client.get("/jobs/").content.decode()
    client.post("/account/identity/", {"holding": second.public_id})
    page = client.get("/jobs/").content.decode()
    assert f"<small>{world.town.name} · " in page
    DutyHolding.objects.filter(pk=second.pk).delete()
    assert f"<small>{world.department.name} · " in client.get("/jobs/").content.decode()


def test_nobody_acts_in_anothers_duty(world: World, signed_in: SignIn) -> None:
    holding = world.steward.holding
    assert holding
    answer = signed_in(world.outsider).post("/account/identity/", {"holding": holding.public_id})
    assert answer.status_code == 404


def test_a_session_ends_when_nobody_is_there_even_if_a_page_asks_by_itself(
    world: World, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(world.owner)
    client.get("/jobs/")
    kept = Session.objects.get()
    later = time.time() + 120
    monkeypatch.setattr("shuzhi.portal.middleware.time.time", lambda: later)
    client.get("/jobs/jb_x/progress/", headers={"X-Polls": "yes"})
    assert Session.objects.get().expire_date == kept.expire_date
    client.get("/jobs/")
    assert Session.objects.get().expire_date > kept.expire_date
    Session.objects.update(expire_date=timezone.now())
    assert client.get("/jobs/").status_code == 302


def test_a_disabled_account_is_out_with_the_next_click(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.owner)
    Account.objects.filter(pk=world.owner.account.pk).update(is_active=False)
    assert client.get("/jobs/").status_code == 302


def test_an_account_without_a_duty_is_told_whom_to_ask(world: World, signed_in: SignIn) -> None:
    DutyHolding.objects.filter(account=world.outsider.account).update(valid_to=timezone.localdate())
    assert "empty-state" in signed_in(world.outsider).get("/").content.decode()


@pytest.mark.parametrize("path", ["/nothing/", "/jobs/jb_nothing/"])
def test_what_is_not_there_gets_a_page_with_a_number_and_the_way_on(
    world: World, signed_in: SignIn, path: str
) -> None:
    answer = signed_in(world.owner).get(path)
    page = answer.content.decode()
    assert answer.status_code == 404
    assert answer.headers["X-Request-ID"] in page
    assert reverse("home") in page


def test_a_fault_of_ours_gets_a_page_without_its_details(
    world: World, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(**_: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("shuzhi.apps.jobs.selectors.job_get", break_down)
    client = signed_in(world.owner)
    client.raise_request_exception = False
    answer = client.get("/jobs/jb_x/")
    page = answer.content.decode()
    assert answer.status_code == 500
    assert answer.headers["X-Request-ID"] in page
    assert "secret" not in page
    assert "Traceback" not in page


def test_a_refused_part_of_a_page_shows_as_a_message_on_the_page(world: World, signed_in: SignIn) -> None:
    answer = signed_in(world.owner).get("/jobs/jb_x/progress/", headers={"HX-Request": "true"})
    assert answer.status_code == 404
    assert answer.headers["HX-Retarget"] == "#messages"
    assert "<html" not in answer.content.decode()


def test_a_forged_form_is_refused_in_plain_words(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/account/login/", {"login": "x", "password": "y"})
    assert answer.status_code == 403
    assert "refusal" in answer.content.decode()
