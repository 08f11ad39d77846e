"""Files in parts through the portal: the protocol, whose they are, and three broken connections."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from benchmarks.uploading import send_broken
from django.test import Client
from pytest_django.fixtures import Settings

from shuzhi.apps.catalogue.models import Upload
from shuzhi.apps.files.models import Reception, StoredFile
from shuzhi.demo.world import World
from tests.visits import SignIn

PART = "application/offset+octet-stream"
CSV = "单位,电话\n甲,0571-82637777\n乙,0571-82637778\n".encode()
PARTS = "/uploads/parts/"


def begin(client: Client, size: int = len(CSV), **said: str) -> Any:
    """The answer to the announcement; a value of None leaves the key out."""
    told = {"filename": "电话.csv", "no_secrets": "on", "modified": "1763900000000"} | said
    pairs = ",".join(
        f"{key} {base64.b64encode(text.encode()).decode()}" for key, text in told.items() if text
    )
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": str(size), "Upload-Metadata": pairs}
    return client.post(PARTS, content_type="application/octet-stream", headers=headers)


def patch(client: Client, url: str, offset: object, body: bytes, **headers: str) -> Any:
    """The answer to a part."""
    told = {"Tus-Resumable": "1.0.0", "Upload-Offset": str(offset)} | headers
    return client.patch(url, body, content_type=PART, headers=told)


def come(client: Client, url: str) -> tuple[int, str]:
    answer = client.head(url, headers={"Tus-Resumable": "1.0.0"})
    return answer.status_code, answer.headers.get("Upload-Offset", "")


def form(world: World, reception: str, **changes: str) -> dict[str, str]:
    sent = {"reception": reception, "organisation": world.department.public_id, "no_secrets": "on"}
    return {key: value for key, value in (sent | changes).items() if value}


def number(url: str) -> str:
    return url.rstrip("/").rpartition("/")[2]


@pytest.mark.django_db
def test_a_file_goes_in_by_the_protocol_and_is_handed_in_once(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.owner)
    spoken = client.options(PARTS).headers
    assert (spoken["Tus-Version"], spoken["Tus-Max-Size"]) == ("1.0.0", str(1024 << 20))
    begun = begin(client)
    url = begun.headers["Location"]
    assert (begun.status_code, begun.headers["Upload-Offset"]) == (201, "0")
    assert patch(client, url, 0, CSV[:10]).headers["Upload-Offset"] == "10"
    again = begin(client)
    assert (again.headers["Location"], again.headers["Upload-Offset"]) == (url, "10")
    answer = client.head(url, headers={"Tus-Resumable": "1.0.0"})
    assert answer.headers["Upload-Offset"] == "10"
    assert answer.headers["Upload-Length"] == str(len(CSV))
    assert answer.headers["Cache-Control"] == "no-store"
    assert patch(client, url, 10, CSV[10:]).status_code == 204
    answers = [client.post("/uploads/new/", form(world, number(url), title="电话")) for _ in range(2)]
    upload = Upload.objects.select_related("original").get()
    assert {answer.headers["Location"] for answer in answers} == {f"/uploads/{upload.public_id}/"}
    assert upload.original
    assert (upload.original.name, upload.original.size_bytes) == ("电话.csv", len(CSV))
    assert StoredFile.objects.count() == 1
    assert upload.original.sha256 in client.get(f"/uploads/{upload.public_id}/").content.decode()


@pytest.mark.django_db
def test_a_part_that_does_not_fit_is_told_the_right_place(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.owner)
    url = begin(client).headers["Location"]
    patch(client, url, 0, CSV[:20])
    for offset in (0, 19, 21):
        answer = patch(client, url, offset, b"x")
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (409, "20")
    assert patch(client, url, 20, CSV).status_code == 413
    assert patch(client, url, "-1", CSV[20:]).status_code == 400
    assert patch(client, url, 20, CSV[20:], **{"Tus-Resumable": "0.2.2"}).status_code == 412
    wrong = client.patch(url, CSV[20:], headers={"Tus-Resumable": "1.0.0", "Upload-Offset": "20"})
    assert wrong.status_code == 415
    assert come(client, url) == (200, "20")
    behind_a_proxy = client.post(
        url,
        CSV[20:],
        content_type=PART,
        headers={"Tus-Resumable": "1.0.0", "Upload-Offset": "20", "X-HTTP-Method-Override": "PATCH"},
    )
    assert behind_a_proxy.status_code == 204
    assert come(client, url) == (200, str(len(CSV)))


@pytest.mark.django_db
def test_nobody_but_its_owner_touches_a_file_under_way(world: World, signed_in: SignIn) -> None:
    url = begin(signed_in(world.owner)).headers["Location"]
    patch(signed_in(world.owner), url, 0, CSV[:20])
    for part in world.people.keys() - {"owner"}:
        client = signed_in(world.people[part])
        assert come(client, url)[0] == 404, part
        assert patch(client, url, 20, CSV[20:]).status_code == 404, part
        assert client.delete(url, headers={"Tus-Resumable": "1.0.0"}).status_code == 404, part
        assert client.post(f"{url}discard/").status_code == 404, part
        page = client.get("/uploads/new/")
        assert number(url) not in page.content.decode(), part
        if page.status_code == 200:
            said = client.post("/uploads/new/", form(world, number(url))).content.decode()
            assert "请重新选择" in said, part
    assert come(Client(), url)[0] == 302
    assert come(signed_in(world.owner), url) == (200, "20")
    assert not Upload.objects.exists()


@pytest.mark.django_db
def test_without_its_token_a_part_is_not_taken(world: World, signed_in: SignIn) -> None:
    url = begin(signed_in(world.owner)).headers["Location"]
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in(world.owner).cookies
    assert begin(strict).status_code == patch(strict, url, 0, CSV).status_code == 403
    assert strict.delete(url, headers={"Tus-Resumable": "1.0.0"}).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["approver", "leader", "system_admin", "security_admin", "audit_admin"])
def test_who_hands_in_nothing_begins_nothing(world: World, signed_in: SignIn, part: str) -> None:
    assert begin(signed_in(world.people[part])).status_code == 403
    assert not Reception.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "status", "sentence"),
    [
        ({"no_secrets": ""}, 422, "不含国家秘密"),
        ({"filename": "秘密★10年 名册.xlsx"}, 422, "保密办"),
        ({"filename": ""}, 400, "文件名"),
        ({"size": 0}, 422, "空"),
        ({"size": (1024 << 20) + 1}, 413, "1024 MB"),
    ],
)
def test_what_may_not_come_is_refused_in_a_sentence_before_a_byte_is_sent(
    world: World, signed_in: SignIn, said: dict[str, Any], status: int, sentence: str
) -> None:
    answer = begin(signed_in(world.owner), **said)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "text/plain; charset=utf-8")
    assert sentence in answer.content.decode()
    assert not Reception.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("first", [b"MZ\x90\x00\x03\x00\x00\x00", b"<!DOCTYPE html><table>"])
def test_a_workbook_in_name_only_is_refused_with_its_first_part_and_in_the_plain_form(
    world: World, signed_in: SignIn, first: bytes
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = signed_in(world.owner)
    url = begin(client, 10_000, filename="名册.xlsx").headers["Location"]
    answer = patch(client, url, 0, first + b" " * 1000)
    assert answer.status_code == 422
    assert "名册.xlsx" in answer.content.decode()
    assert come(client, url)[0] == 404
    plain = form(world, "") | {"file": SimpleUploadedFile("名册.xlsx", first)}
    assert "名册.xlsx" in client.post("/uploads/new/", plain).content.decode()
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
def test_the_page_says_what_may_come_and_what_is_under_way(
    world: World, signed_in: SignIn, settings: Settings
) -> None:
    client = signed_in(world.owner)
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"person_day_mb": 3000})
    assert "3,000 MB" in client.get("/uploads/new/").content.decode()
    url = begin(client).headers["Location"]
    patch(client, url, 0, CSV[:20])
    page = client.get("/uploads/new/").content.decode()
    assert "2,999 MB" in page
    assert "20 B / " in page
    assert f"?reception={number(url)}" not in page, "not whole yet"
    patch(client, url, 20, CSV[20:])
    assert f"?reception={number(url)}" in client.get("/uploads/new/").content.decode()
    chosen = client.get(f"/uploads/new/?reception={number(url)}").content.decode()
    assert f'name="reception" value="{number(url)}"' in chosen
    assert client.post("/uploads/new/", form(world, number(url), no_secrets="")).status_code == 200
    assert client.post(f"{url}discard/").headers["Location"] == "/uploads/new/"
    assert come(client, url)[0] == 404


@pytest.mark.django_db
def test_a_form_with_neither_a_file_nor_one_that_came_is_told_so(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.owner)
    assert "请选择文件" in client.post("/uploads/new/", form(world, "")).content.decode()
    url = begin(client).headers["Location"]
    patch(client, url, 0, CSV[:20])
    page = client.post("/uploads/new/", form(world, number(url))).content.decode()
    assert "20" in page
    assert not Upload.objects.exists()


@pytest.mark.slow
def test_64_mb_arrive_whole_over_two_broken_connections_and_a_killed_server(tmp_path: Path) -> None:
    sent = send_broken(tmp_path, 64)
    assert sent.kept == sent.sent
    assert sent.uploads == 1
    assert sent.again_bytes <= 3 << 20, "what came of a broken part is kept"
