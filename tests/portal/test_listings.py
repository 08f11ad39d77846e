"""Lists: what is asked, in which order, how many statements it costs, what an export holds."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shuzhi.apps.jobs.models import Job
from shuzhi.apps.journal.models import Entry
from shuzhi.demo.world import Person, World
from tests.visits import SignIn

pytestmark = pytest.mark.django_db


def make_jobs(person: Person, count: int, kind: str = "test.listed", state: str = "done") -> None:
    now = timezone.now()
    Job.objects.bulk_create(
        Job(kind=kind, owner=person.actor.id, run_after=now, state=state) for _ in range(count)
    )


def downloaded(answer: Any) -> Any:
    """The workbook of a response. Its file is closed, not the response, which would end the database too."""
    content = b"".join(answer.streaming_content)
    for close in answer._resource_closers:
        close()
    return openpyxl.load_workbook(io.BytesIO(content))


def test_a_list_shows_a_page_of_its_rows_and_how_many_there_are(world: World, signed_in: SignIn) -> None:
    make_jobs(world.owner, 45)
    client = signed_in(world.owner)
    first, last = client.get("/jobs/"), client.get("/jobs/?page=3")
    assert first.content.count(b"<tr>") - 1 == 20
    assert last.content.count(b"<tr>") - 1 == 5
    assert "45" in first.content.decode()
    assert client.get("/jobs/?page=99").content.count(b"<tr>") - 1 == 5
    assert client.get("/jobs/?size=100").content.count(b"<tr>") - 1 == 45


def test_a_filter_a_sort_and_the_columns_are_kept_in_each_others_links(
    world: World, signed_in: SignIn
) -> None:
    make_jobs(world.owner, 30)
    make_jobs(world.owner, 3, kind="test.other", state="failed")
    client = signed_in(world.owner)
    page = client.get("/jobs/?state=done&sort=-created_at&column=title&column=attempts").content.decode()
    assert "test.other" not in page
    assert 'aria-sort="descending"' not in page, "its column is not among those shown"
    assert "?state=done&amp;sort=-created_at&amp;page=2&amp;column=title&amp;column=attempts" in page


def test_what_does_not_fit_the_list_is_as_if_it_were_not_asked(world: World, signed_in: SignIn) -> None:
    make_jobs(world.owner, 3)
    odd = "/jobs/?sort=password&size=9999999&page=x&column=secret&state=nonsense';--"
    answer = signed_in(world.owner).get(odd)
    assert answer.status_code == 200
    assert b"<table" not in answer.content
    assert signed_in(world.owner).get("/jobs/?sort=owner&column=x").content.count(b"<tr>") - 1 == 3


def test_an_empty_list_says_what_would_be_there_and_a_narrow_one_that_it_is_narrow(
    world: World, signed_in: SignIn
) -> None:
    client = signed_in(world.owner)
    assert b"query-bar" not in client.get("/jobs/").content
    make_jobs(world.owner, 1)
    page = client.get("/jobs/?state=failed").content
    assert b"empty-state" in page
    assert b'href="?"' in page


def test_an_outsider_sees_nothing_of_anothers_list_nor_in_its_export(world: World, signed_in: SignIn) -> None:
    make_jobs(world.owner, 3)
    client = signed_in(world.outsider)
    assert b"test.listed" not in client.get("/jobs/").content
    answer = client.get("/jobs/?export=xlsx")
    assert downloaded(answer).active.max_row == 1


def test_a_page_costs_the_same_few_statements_for_ten_rows_and_for_thousands(
    world: World, signed_in: SignIn
) -> None:
    make_jobs(world.owner, 10)
    client = signed_in(world.owner)
    client.get("/jobs/")  # the first request of a minute also renews the session
    counts = []
    for more in (0, 3000):
        make_jobs(world.owner, more)
        with CaptureQueriesContext(
            connection,
        ) as statements:
            client.get("/jobs/")
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert counts[0] <= 12


def test_an_export_holds_every_row_as_text_and_is_in_the_journal(world: World, signed_in: SignIn) -> None:
    make_jobs(world.owner, 25, kind="=cmd|' /C calc'!A0")
    client = signed_in(world.owner)
    answer = client.get("/jobs/?export=xlsx", headers={"X-Request-ID": "request-4711"})
    sheet = downloaded(answer).active
    assert sheet.max_row == 26
    assert {cell.data_type for cell in sheet["A"]} == {"s"}
    assert sheet["A2"].value == "=cmd|' /C calc'!A0"
    entry = Entry.objects.get(act="list.export")
    assert (entry.actor_id, entry.subject_id, entry.request_id) == (
        world.owner.actor.id,
        "jobs",
        "request-4711",
    )
