"""Handing in a file: who may, what is turned away at the door and in which words, where it leads."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from shuzhi.apps.catalogue.models import Dataset, Upload
from shuzhi.apps.files.models import StoredFile
from shuzhi.apps.jobs.worker import run_due
from shuzhi.apps.records.actors import SYSTEM
from shuzhi.apps.records.ids import new_id
from shuzhi.apps.scenarios.services import built_in_install
from shuzhi.demo.world import World
from tests.rosters import hand_in, residents, taken_in, workbook
from tests.visits import SignIn

pytestmark = pytest.mark.django_db
HOSTILE = ["../../etc/passwd", "..\\..\\x.csv", "a\x00b.csv", "名\n册.csv", "<script>alert(1)</script>.csv"]
HOSTILE += ["=1+1.csv", "长" * 300 + ".csv", ".csv", " .csv", "CON.csv"]
CSV = "单位,电话\n甲,0571-82637777\n乙,0571-82637778\n".encode()


def form(world: World, content: bytes = CSV, name: str = "电话.csv", **changes: Any) -> dict[str, Any]:
    """A form as the browser sends it."""
    file = SimpleUploadedFile("x", content)
    file.name = name  # as it comes: the class itself would tidy it
    sent = {"file": file, "organisation": world.department.public_id, "no_secrets": "on"}
    return {key: value for key, value in (sent | changes).items() if value is not None}


def test_each_person_gets_the_pages_of_their_duty_and_no_other(world: World, signed_in: SignIn) -> None:
    signed_in(world.owner).post("/uploads/new/", form(world))
    path = f"/uploads/{Upload.objects.get().public_id}/"
    got = {
        part: tuple(
            signed_in(person).get(p).status_code
            for p in ("/uploads/", "/uploads/new/", path, f"{path}result/")
        )
        for part, person in world.people.items()
    }
    assert got == {
        "owner": (200, 200, 200, 302),
        "steward": (200, 200, 200, 302),
        **dict.fromkeys(("colleague", "outsider", "town_clerk"), (200, 200, 404, 404)),
        **dict.fromkeys(
            ("approver", "leader", "system_admin", "security_admin", "audit_admin"), (200, 403, 404, 404)
        ),
    }


def test_nobody_hands_in_for_another_department(world: World, signed_in: SignIn) -> None:
    theirs = Dataset.objects.create(code="theirs", title="名册", owner=world.department)
    for part in ("outsider", "town_clerk"):
        for changes in ({}, {"dataset": theirs.public_id, "organisation": None}):
            answer = signed_in(world.people[part]).post("/uploads/new/", form(world, **changes))
            assert answer.status_code == 200, part
            assert "field-error" in answer.content.decode() or "alert-danger" in answer.content.decode()
    for part in ("approver", "leader", "system_admin", "security_admin", "audit_admin"):
        assert signed_in(world.people[part]).post("/uploads/new/", form(world)).status_code == 403
    assert not Upload.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_clerk_chooses_among_nothing_and_a_steward_among_the_district(
    world: World, signed_in: SignIn
) -> None:
    page = signed_in(world.owner).get("/uploads/new/").content.decode()
    assert f'type="hidden" name="organisation" value="{world.department.public_id}"' in page
    page = signed_in(world.steward).get("/uploads/new/").content.decode()
    assert world.other_department.public_id in page


def test_without_the_declaration_nothing_is_taken_in(world: World, signed_in: SignIn) -> None:
    page = signed_in(world.owner).post("/uploads/new/", form(world, no_secrets=None)).content.decode()
    assert "未作声明的文件不能提交" in page
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("name", ["秘密★10年 名册.xlsx", "名册【工作秘密】.csv", "机密☆.xls"])
def test_a_marked_secret_is_turned_away_with_whom_to_ask(world: World, signed_in: SignIn, name: str) -> None:
    page = signed_in(world.owner).post("/uploads/new/", form(world, name=name)).content.decode()
    assert "保密办" in page
    assert not Upload.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_secret_marked_inside_is_not_kept(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.owner)
    inside = "秘密★10年,,\n".encode() + CSV.replace(b"\n", b",x\n")
    client.post("/uploads/new/", form(world, inside))
    run_due()
    upload = Upload.objects.get()
    assert upload.state == Upload.State.REFUSED
    assert upload.original is None
    page = client.get(f"/uploads/{upload.public_id}/").content.decode()
    assert "保密办" in page
    assert "已退回" in page


def test_a_file_beyond_the_limit_gets_one_sentence(
    world: World, signed_in: SignIn, settings: Settings
) -> None:
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"upload_mb": 1})
    answer = signed_in(world.owner).post("/uploads/new/", form(world, b"a" * (1024 * 1024 + 1)))
    assert answer.status_code == 200
    assert "1 MB" in answer.content.decode()
    assert not Upload.objects.exists()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_a_name_and_nothing_else(world: World, signed_in: SignIn, name: str) -> None:
    client = signed_in(world.owner)
    answer = client.post("/uploads/new/", form(world, name=name))
    assert answer.status_code in {200, 302}
    for upload in Upload.objects.select_related("original"):
        assert upload.original
        assert not set("/\\\x00\n") & set(upload.original.name)
        page = client.get(f"/uploads/{upload.public_id}/").content.decode()
        assert "<script>alert" not in page
        assert "<script>alert" not in client.get("/uploads/").content.decode()


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7", b"PK\x03\x04 cut off", b"\x00" * 4096, b"\xff\xfe\xfd"]
)
def test_what_is_no_table_is_sent_back_with_the_reason(
    world: World, signed_in: SignIn, content: bytes
) -> None:
    client = signed_in(world.owner)
    answer = client.post("/uploads/new/", form(world, content, "表.xlsx"))
    run_due()
    page = client.get(answer.headers["Location"]).content.decode() if "Location" in answer.headers else ""
    page = page or answer.content.decode()
    assert re.search('class="(alert alert-danger|field-error)"', page)
    said = re.sub(r"<[^>]*>", " ", page.split("<main", 1)[1])
    assert not re.search("Traceback|Error|Exception", said)
    assert not Dataset.objects.exists()


def test_a_file_leads_to_its_dataset_and_a_script_is_told_where_to_go(
    world: World, signed_in: SignIn
) -> None:
    built_in_install(actor=SYSTEM)
    client = signed_in(world.owner)
    sent = form(world, workbook(residents().rows), "名册.xlsx", title="名册", synthetic="on")
    answer = client.post("/uploads/new/", sent, headers={"X-Sending": "1"})
    upload = Upload.objects.get()
    assert answer.headers["X-Next"] == f"/uploads/{upload.public_id}/"
    waiting = client.get(answer.headers["X-Next"]).content.decode()
    assert f"/jobs/{upload.job}/progress/?follow=1" in waiting
    assert "模拟数据" in waiting
    run_due()
    dataset = Dataset.objects.get()
    followed = client.get(f"/jobs/{upload.job}/progress/?follow=1", headers={"HX-Request": "true"})
    assert (
        client.get(followed.headers["HX-Redirect"]).headers["Location"] == f"/datasets/{dataset.public_id}/"
    )
    assert "已入库" in client.get("/uploads/").content.decode()
    assert dataset.synthetic


def test_a_new_version_needs_neither_name_nor_owner(world: World, signed_in: SignIn) -> None:
    built_in_install(actor=SYSTEM)
    mine = Dataset.objects.create(code="mine", title="电话", owner=world.department, synthetic=True)
    client = signed_in(world.owner)
    page = client.get(f"/uploads/new/?dataset={mine.public_id}").content.decode()
    assert 'type="hidden" name="title"' in page
    client.post("/uploads/new/", form(world, dataset=mine.public_id, organisation=None))
    run_due()
    upload = Upload.objects.get()
    assert (upload.state, upload.dataset, upload.title) == (Upload.State.DONE, mine, "电话")
    assert upload.synthetic


def test_a_file_that_looks_like_a_dataset_is_asked_about_with_one_click_for_each_answer(
    world: World, signed_in: SignIn
) -> None:
    there = taken_in(hand_in(world.owner, world, CSV, title="值班电话"))
    client = signed_in(world.owner)
    client.post("/uploads/new/", form(world, title="通讯录"))
    run_due()
    upload = Upload.objects.latest("pk")
    path = f"/uploads/{upload.public_id}/"
    assert client.get(f"{path}result/").headers["Location"] == path
    page = client.get(path).content.decode()
    assert "这是下面这个数据集的新版本吗？" in page
    assert f'name="dataset" value="{there.public_id}"' in page
    assert 'name="dataset" value=""' in page
    assert "与现行版本是同一文件、字段相同" in page
    assert "待确认" in client.get("/uploads/?state=asked").content.decode()
    assert client.post(f"{path}answer/", {"dataset": there.public_id}).headers["Location"] == path
    assert "/progress/?follow=1" in client.get(path).content.decode()
    run_due()
    assert client.get(f"{path}result/").headers["Location"] == f"/datasets/{there.public_id}/"
    assert Dataset.objects.count() == 1


def test_what_is_answered_wrongly_or_twice_is_said_and_changes_nothing(
    world: World, signed_in: SignIn
) -> None:
    taken_in(hand_in(world.owner, world, CSV, title="值班电话"))
    upload = hand_in(world.owner, world, CSV, title="通讯录")
    client, path = signed_in(world.owner), f"/uploads/{upload.public_id}/answer/"
    assert client.get(path).status_code == 405
    assert "请选择一项" in client.post(path, follow=True).content.decode()
    assert client.post(path, {"dataset": "ds_nothing"}).status_code == 404
    for part in world.people.keys() - {"owner", "steward"}:
        assert signed_in(world.people[part]).post(path, {"dataset": ""}).status_code == 404, part
    upload.refresh_from_db()
    assert upload.state == Upload.State.ASKED
    client.post(path, {"dataset": ""})
    assert "已经确认" in client.post(path, {"dataset": ""}, follow=True).content.decode()


def test_handing_in_what_others_hold_says_nothing_of_it(world: World, signed_in: SignIn) -> None:
    secret = "仅民政局知道的名称"
    there = taken_in(hand_in(world.owner, world, CSV, title=secret))
    client = signed_in(world.outsider)
    sent = {"organisation": world.other_department.public_id, "title": "通讯录"}
    client.post("/uploads/new/", form(world, **sent))
    run_due()
    upload = Upload.objects.latest("pk")
    assert (upload.state, upload.question) == (Upload.State.DONE, None)
    assert upload.dataset
    for path in ("/uploads/", f"/uploads/{upload.public_id}/", f"/datasets/{upload.dataset.public_id}/"):
        page = client.get(path).content.decode()
        assert not {text for text in (secret, there.public_id) if text in page}, path


def test_a_question_names_nothing_that_its_reader_may_not_renew(world: World, signed_in: SignIn) -> None:
    there = taken_in(hand_in(world.owner, world, CSV, title="值班电话"))
    upload = hand_in(world.steward, world, CSV, title="通讯录", organisation=world.other_department)
    assert upload.state == Upload.State.ASKED
    Upload.objects.filter(pk=upload.pk).update(uploaded_by=world.outsider.actor.id)
    page = signed_in(world.outsider).get(f"/uploads/{upload.public_id}/").content.decode()
    assert not {text for text in (there.title, there.public_id) if text in page}
    assert 'name="dataset" value=""' in page
    answer = signed_in(world.outsider).post(
        f"/uploads/{upload.public_id}/answer/", {"dataset": there.public_id}
    )
    assert answer.status_code == 404
    assert there.title not in answer.content.decode()


@pytest.mark.parametrize("part", ["owner", "steward"])
def test_the_list_costs_the_same_for_ten_files_and_for_a_thousand(
    world: World, signed_in: SignIn, part: str
) -> None:
    client = signed_in(world.people[part])
    counts = []
    for count in (10, 990):
        Upload.objects.bulk_create(
            Upload(
                public_id=new_id("up", timezone.now()),
                organisation=world.department,
                title=f"名册 {n}",
                uploaded_by=world.owner.actor.id,
                uploaded_by_name=world.owner.actor.name,
            )
            for n in range(count)
        )
        client.get("/uploads/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/uploads/").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 12
