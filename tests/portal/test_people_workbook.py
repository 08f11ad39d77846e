"""The list of organisations goes out as a workbook, comes back, and is looked at before it is taken in."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shuzhi.apps.journal.models import Entry
from shuzhi.apps.people.kinds import OrganisationKind
from shuzhi.apps.people.lists import ListRow, list_plan, list_rows
from shuzhi.apps.people.models import Organisation, OrganisationChange
from shuzhi.apps.people.services import OrganisationDraft, organisation_list_take, organisations_import
from shuzhi.apps.records.actors import SYSTEM
from shuzhi.apps.records.refusals import ConflictError, ForbiddenError
from shuzhi.demo.world import World
from tests.visits import SignIn

Edit = Callable[[Any], None]
PATH = "/people/organisations/list/"


def sent_out(client: Client) -> Any:
    answer = client.get(f"{PATH}template/")
    assert answer.status_code == 200
    return openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))


def handed_in(client: Client, book: Any) -> str:
    file = BytesIO()
    book.save(file)
    upload = SimpleUploadedFile("单位.xlsx", file.getvalue())
    answer = client.post(PATH, {"file": upload})
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def line_of(sheet: Any, name: str) -> int:
    return next(row[0].row for row in sheet.iter_rows(min_row=2) if row[1].value == name)


def test_a_list_that_comes_back_as_it_went_changes_nothing(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.system_admin)
    book = sent_out(client)
    units = Organisation.objects.count()
    sheet = book.worksheets[0]
    assert [sheet.cell(2, column).value for column in (2, 4)] == ["萧山区", "330109"]
    assert not sheet.cell(2, 2).protection.locked
    shown = client.get(handed_in(client, book)).content.decode()
    assert "alert-danger" not in shown
    plan = list_plan(list_rows(), timezone.localdate())
    assert (plan.unchanged, plan.made, plan.renamed, plan.moved, plan.faults) == (units, (), (), (), ())
    assert Entry.objects.filter(act="list.export", subject_id="organisations").count() == 1


def test_new_rows_are_made_and_changes_are_one_proposal(world: World, signed_in: SignIn) -> None:
    client, security = signed_in(world.system_admin), signed_in(world.security_admin)
    book = sent_out(client)
    sheet = book.worksheets[0]
    civil, education = line_of(sheet, "民政局"), line_of(sheet, "教育局")
    sheet.cell(civil, 2).value = "民政和社会工作局"
    sheet.cell(education, 5).value = "数据资源管理局"
    sheet.cell(education, 7).value = f"{sheet.cell(education, 7).value}、教体局"
    end = sheet.max_row
    kind = sheet.cell(civil, 3).value
    for offset, cells in enumerate(
        [(None, "=大楼办", kind, "D1", "萧山区", None, "楼办"), (None, "一科", kind, None, "D1", None, None)],
        1,
    ):
        for column, value in enumerate(cells, 1):
            cell = sheet.cell(end + offset, column, value)
            cell.data_type = "s" if value else cell.data_type
    where = handed_in(client, book)
    assert not Organisation.objects.filter(code="D1").exists()
    answer = client.post(where, {"on": timezone.localdate().isoformat(), "reason": "区编〔2026〕1号"})
    proposal = OrganisationChange.objects.get()
    assert answer.headers["Location"] == f"/people/changes/{proposal.public_id}/"
    made = Organisation.objects.get(code="D1")
    assert made.name == "=大楼办"
    assert Organisation.objects.get(name="一科").parent == made
    assert world.other_department.aliases.filter(text="教体局").exists()
    assert Organisation.objects.filter(name="民政局").exists()
    approved = security.post(f"/people/changes/{proposal.public_id}/approve/", {"version": "1"})
    assert approved.status_code == 302
    world.department.refresh_from_db()
    world.other_department.refresh_from_db()
    assert world.department.name == "民政和社会工作局"
    assert world.other_department.parent == world.data_bureau


def test_what_is_wrong_is_marked_in_its_cell_and_nothing_is_written(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.system_admin)
    book = sent_out(client)
    sheet = book.worksheets[0]
    civil, education, town = (line_of(sheet, name) for name in ("民政局", "教育局", "瓜沥镇"))
    sheet.cell(civil, 3).value = "星球"
    sheet.cell(education, 5).value = "市教育局"
    sheet.cell(town, 4).value = "330109"
    where = handed_in(client, book)
    shown = client.get(where).content.decode()
    assert "alert-danger" in shown
    assert 'name="reason"' not in shown
    posted = client.post(where, {"on": timezone.localdate().isoformat(), "reason": "x"})
    assert posted.status_code == 200
    assert not OrganisationChange.objects.exists()
    marked = client.get(f"{where}marked/")
    back = openpyxl.load_workbook(BytesIO(b"".join(marked.streaming_content))).worksheets[0]
    for row, column in ((civil, 3), (education, 5), (town, 4)):
        assert back.cell(row, column).comment is not None, (row, column)
    assert back.cell(civil, 2).comment is None


def test_a_file_that_is_no_list_is_refused_in_one_sentence(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.system_admin)
    answer = client.post(PATH, {"file": SimpleUploadedFile("x.xlsx", b"not a workbook")})
    page = client.get(answer.headers["Location"]).content.decode()
    assert "alert-danger" in page


def test_only_the_system_administrator_has_the_list_and_only_their_own(
    world: World, signed_in: SignIn
) -> None:
    client = signed_in(world.system_admin)
    where = handed_in(client, sent_out(client))
    for part, person in world.people.items():
        if part == "system_admin":
            continue
        other = signed_in(person)
        for path in (PATH, f"{PATH}template/", where, f"{where}marked/"):
            assert other.get(path).status_code == 403, part
        plan = list_plan([], timezone.localdate())
        with pytest.raises(ForbiddenError):
            organisation_list_take(actor=person.actor, plan=plan, on=timezone.localdate(), reason="x")
    assert client.get(f"{PATH}fl_nothing/").status_code == 404


def faults(*rows: ListRow) -> list[tuple[str, str]]:
    return [(fault.column, fault.text) for fault in list_plan(rows, timezone.localdate()).faults]


def test_every_fault_names_its_cell(world: World) -> None:
    unit = world.department
    good = ListRow(2, unit.public_id, "民政局", "department", "", "萧山区")
    temporary = ListRow(2, "", "专班", "temporary", "", "萧山区")
    new = ListRow(2, "", "甲局", "department", "", "萧山区")
    assert faults(good, new) == []
    for column, rows in {
        "id": [ListRow(2, "org_nobody", "甲", "department", "", "萧山区")],
        "name": [ListRow(2, "", "", "department", "", "萧山区")],
        "kind": [temporary],
        "parent": [ListRow(2, "", "甲", "department")],
        "code": [ListRow(2, "", "甲", "department", "330109", "萧山区")],
    }.items():
        assert [found for found, _ in faults(*rows)] == [column], column
    assert [column for column, _ in faults(good, good)] == ["id", "id"]
    under = ListRow(3, "", "乙科", "department", "", "甲局")
    assert [column for column, _ in faults(new, under)] == ["parent"]
    circle = ListRow(3, world.district.public_id, "萧山区", "district", "330109", "民政局")
    assert [column for column, _ in faults(circle)] == ["parent"]
    plan = list_plan([temporary], timezone.localdate())
    with pytest.raises(ConflictError, match="faults"):
        organisation_list_take(actor=world.system_admin.actor, plan=plan, on=timezone.localdate(), reason="x")


def test_looking_at_a_list_costs_the_same_for_ten_rows_and_thousands(world: World) -> None:
    spent = []
    for count in (10, 2000):
        drafts = [
            OrganisationDraft(OrganisationKind.DEPARTMENT, f"第{count}-{n}局", parent=world.district)
            for n in range(count)
        ]
        organisations_import(actor=SYSTEM, drafts=drafts)
        with CaptureQueriesContext(connection) as captured:
            plan = list_plan(list_rows(), timezone.localdate())
        spent.append(len(captured))
        assert plan.unchanged == Organisation.objects.count()
    assert spent[0] == spent[1] <= 5
