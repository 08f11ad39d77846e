"""The catalogue's pages: who gets which, what they cost, what they give away and what they let one do."""

from __future__ import annotations

import hashlib
import re
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl.worksheet.worksheet import Worksheet

from shuzhi.apps.cases.models import Case
from shuzhi.apps.catalogue.models import Dataset, FieldGrade, Finding, Run
from shuzhi.apps.journal.models import Entry
from shuzhi.apps.records.ids import new_id
from shuzhi.demo.world import World
from shuzhi.portal.datasets import urls
from tests.rosters import hand_in_workbook, residents, taken_in, workbook
from tests.visits import SignIn

pytestmark = pytest.mark.django_db
ROSTER = residents()
SENT = workbook(ROSTER.rows)
PAGES = {
    "list": "",
    "detail": "{id}/",
    "columns": "{id}/columns/",
    "rows": "{id}/rows/",
    "contract": "{id}/contract/",
    "template": "{id}/template.xlsx",
    "quality": "{id}/quality/",
    "versions": "{id}/versions/",
    "aside": "{id}/aside/",
    "original": "{id}/versions/1/original",
    "marked": "{id}/versions/1/marked.xlsx",
}
TABS = PAGES.keys() - {"list", "template", "original", "marked"}
ACTS = {"grades_decide": "{id}/grades/", "rule_withdraw": "{id}/withdraw/"}
OPEN = {"list", "detail", "columns", "rows", "template"}
STEWARDS = {"contract"}
FILES = {"original", "marked"}
ALLOWED_WORDS = {"Excel", "ODCS", "English", "GB", "SHA"}


@pytest.fixture
def loaded(world: World) -> Dataset:
    """The department's roster with its problems found."""
    return taken_in(hand_in_workbook(world.owner, world, SENT))


def address(part: str, dataset: Dataset) -> str:
    return "/datasets/" + (PAGES | ACTS)[part].format(id=dataset.public_id)


def content(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def sheet(client: Client, path: str) -> Worksheet:
    answer = client.get(path)
    assert answer.status_code == 200
    data = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    return openpyxl.load_workbook(BytesIO(data)).worksheets[0]


def test_every_route_stands_in_the_lists_of_this_test() -> None:
    assert {pattern.name for pattern in urls.urlpatterns} == set(PAGES) | set(ACTS)


def test_each_person_gets_the_pages_of_their_duty_and_no_other(
    world: World, loaded: Dataset, signed_in: SignIn
) -> None:
    inside = {p: 403 if p in STEWARDS else 200 for p in PAGES}
    outside = {p: 200 if p in OPEN else 403 if p in FILES | STEWARDS else 404 for p in PAGES}
    nothing = {p: 200 if p == "list" else 404 for p in PAGES}
    wanted = {
        **dict.fromkeys(("owner", "colleague", "approver"), inside),
        "steward": dict.fromkeys(PAGES, 200),
        "leader": {p: 403 if p in FILES | STEWARDS else 200 for p in PAGES},
        **dict.fromkeys(("outsider", "town_clerk"), outside),
        **dict.fromkeys(("system_admin", "security_admin", "audit_admin"), nothing),
    }
    got = {}
    for part, person in world.people.items():
        client = signed_in(person)
        answers = {p: client.get(address(p, loaded)) for p in PAGES}
        got[part] = {p: answer.status_code for p, answer in answers.items()}
        for answer in answers.values():
            if answer.streaming:
                list(answer.streaming_content)  # type: ignore[attr-defined]  # a file, not a page
    assert got == wanted


def test_only_a_steward_decides(world: World, loaded: Dataset, signed_in: SignIn) -> None:
    failed = Finding.objects.filter(status="failed").first()
    grade = FieldGrade.objects.filter(dataset=loaded).first()
    assert failed
    assert grade
    forms = {
        "grades_decide": {"chosen": f"{grade.version}:{grade.column}"},
        "rule_withdraw": {"rule": failed.rule, "reason": "x"},
        "contract": {"text": "{}"},
    }
    administrators = {"system_admin", "security_admin", "audit_admin"}
    for part, person in world.people.items():
        if part == "steward":
            continue
        for act, form in forms.items():
            answer = signed_in(person).post(address(act, loaded), form)
            assert answer.status_code == (404 if part in administrators else 403), (part, act)
    assert not FieldGrade.objects.filter(state__in=["accepted", "changed"]).exists()
    assert not loaded.withdrawn_rules.exists()
    assert loaded.contracts.count() == 1


def test_the_words_of_engineers_are_for_those_who_decide_by_them(
    world: World, loaded: Dataset, signed_in: SignIn
) -> None:
    words = {"detail": "数据规范", "columns": "把握度", "quality": "GB/T 36344"}
    seen = {
        part: {word for tab, word in words.items() if word in content(client, address(tab, loaded))}
        for part in ("owner", "approver", "leader", "steward")
        for client in [signed_in(world.people[part])]
    }
    assert seen.pop("steward") == set(words.values())
    assert not any(seen.values()), seen
    assert "把握度" not in content(signed_in(world.outsider), address("columns", loaded))
    folded = {
        part: content(signed_in(world.people[part]), address("columns", loaded)).count("<summary>查看")
        for part in ("owner", "steward")
    }
    assert folded == {"owner": loaded.grades.count(), "steward": 0}


def test_the_catalogue_of_an_administrator_is_empty(world: World, loaded: Dataset, signed_in: SignIn) -> None:
    assert loaded.public_id not in content(signed_in(world.audit_admin), "/datasets/")
    assert loaded.public_id in content(signed_in(world.outsider), "/datasets/")


def test_made_up_data_says_so_on_every_page(world: World, loaded: Dataset, signed_in: SignIn) -> None:
    client = signed_in(world.steward)
    for part in TABS | {"list"}:
        assert "模拟数据" in content(client, address(part, loaded)), part


def test_no_page_gives_away_a_value_above_the_readers_level(
    world: World, loaded: Dataset, signed_in: SignIn
) -> None:
    secret = {row[name] for row in ROSTER.rows for name in ("身份证号", "联系电话") if row[name]}
    for person in (world.owner, world.outsider, world.town_clerk):
        client = signed_in(person)
        for part in TABS | {"list"}:
            answer = client.get(address(part, loaded))
            shown = set(re.findall(r"[0-9]{11,17}[0-9X]", answer.content.decode()))
            assert not shown & secret, (person.login, part)


def test_no_english_word_stands_on_a_chinese_page(world: World, loaded: Dataset, signed_in: SignIn) -> None:
    clients = [signed_in(person) for person in (world.owner, world.steward, world.outsider)]
    for client in clients:
        for part in TABS - STEWARDS | {"list"}:
            page = client.get(address(part, loaded)).content.decode()
            main = page.split("<main", 1)[1].partition(">")[2]
            main = re.sub(r"<(svg|code)\b.*?</\1>|\bds_\w+|\b[0-9a-f]{16}\b", " ", main, flags=re.S)
            words = set(re.findall(r"[A-Za-z]{3,}", re.sub(r"<[^>]*>|&\w+;|\w+\.xlsx", " ", main)))
            assert words <= ALLOWED_WORDS, part


def test_a_search_finds_by_pinyin_and_by_a_column(world: World, loaded: Dataset, signed_in: SignIn) -> None:
    client = signed_in(world.outsider)
    for asked in ("救助对象", "shjz", "身份证", "民政"):
        assert loaded.public_id in content(client, f"/datasets/?q={asked}"), asked
    assert loaded.public_id not in content(client, "/datasets/?q=台风")


def test_a_batch_of_levels_is_confirmed_at_once(world: World, loaded: Dataset, signed_in: SignIn) -> None:
    chosen = [f"{grade.version}:{grade.column}" for grade in loaded.grades.all()]
    client = signed_in(world.steward)
    answer = client.post(address("grades_decide", loaded), {"chosen": chosen}, follow=True)
    assert f"{len(chosen)} 个字段" in answer.content.decode()
    assert set(loaded.grades.values_list("state", flat=True)) == {"accepted"}


def test_another_level_needs_a_reason_and_raises_the_dataset(
    world: World, loaded: Dataset, signed_in: SignIn
) -> None:
    client = signed_in(world.steward)
    grade = loaded.grades.get(column="所属镇街")
    form = {"chosen": f"{grade.version}:{grade.column}", "level": "L2"}
    refused = client.post(address("grades_decide", loaded), form, follow=True).content.decode()
    assert "调整级别须说明理由" in refused
    grade.refresh_from_db()
    assert (grade.level, grade.state) == ("L1", "sure")
    client.post(address("grades_decide", loaded), {**form, "reason": "涉及住址"})
    grade.refresh_from_db()
    assert (grade.level, grade.state, grade.reason) == ("L2", "changed", "涉及住址")
    assert "涉及住址" in content(client, address("columns", loaded))


def test_a_decision_on_what_somebody_else_changed_is_turned_back(
    world: World, loaded: Dataset, signed_in: SignIn
) -> None:
    grade = loaded.grades.first()
    assert grade
    form = {"chosen": f"{grade.version}:{grade.column}"}
    client = signed_in(world.steward)
    assert client.post(address("grades_decide", loaded), form).status_code == 302
    assert client.post(address("grades_decide", loaded), form).status_code == 409


def test_a_withdrawn_rule_ends_its_cases(world: World, loaded: Dataset, signed_in: SignIn) -> None:
    rule = Finding.objects.filter(status="failed").first()
    assert rule
    subject = f"{loaded.public_id}/{rule.rule}"
    assert Case.objects.filter(subject_id=subject, ended_at=None).exists()
    client = signed_in(world.steward)
    client.post(address("rule_withdraw", loaded), {"rule": rule.rule, "reason": "规则不适用"})
    assert not Case.objects.filter(subject_id=subject, ended_at=None).exists()
    assert set(Case.objects.filter(subject_id=subject).values_list("outcome", flat=True)) == {"withdrawn"}
    page = content(client, address("quality", loaded))
    assert "规则不适用" in page
    assert f'name="rule" value="{rule.rule}"' not in page
    assert "规则不适用" in content(client, address("quality", loaded))


def test_a_rule_that_is_asked_for_is_marked_and_ready_to_be_withdrawn(
    world: World, loaded: Dataset, signed_in: SignIn
) -> None:
    rules = {
        state: Finding.objects.filter(status=state).values_list("rule", flat=True)[0]
        for state in ("failed", "passed")
    }
    path = address("quality", loaded)
    page = content(signed_in(world.steward), f"{path}?rule={rules['failed']}")
    marked = page.partition('<tr id="rule" class="asked">')[2].partition("</tr>")[0]
    assert '<details class="in-place" open>' in marked
    assert f'name="rule" value="{rules["failed"]}"' in marked
    assert page.count("in-place") == page.count('name="reason"') > page.count('class="in-place" open') == 1
    page = content(signed_in(world.owner), f"{path}?rule={rules['passed']}")
    assert '<details class="more" open>' in page
    assert "in-place" not in page
    page = content(signed_in(world.owner), f"{path}?rule=%22%3E%3Cscript%3E")
    assert "<script>" not in page.split("<main")[1]
    assert 'id="rule"' not in page


def test_a_contract_with_mistakes_names_each_by_its_line(
    world: World, loaded: Dataset, signed_in: SignIn
) -> None:
    client = signed_in(world.steward)
    assert loaded.contract
    broken = loaded.contract.text.replace("logicalType: string", "logicalType: words")
    page = client.post(address("contract", loaded), {"text": broken}).content.decode()
    assert "logicalType" in page
    assert re.search(r"odcs\.yaml:\d+: ", page)
    better = loaded.contract.text.replace("version: 1.0.0", "version: 1.0.1", 1)
    assert client.post(address("contract", loaded), {"text": better}).status_code == 302
    loaded.refresh_from_db()
    assert loaded.contract
    assert loaded.contract.number == 2


def test_the_template_goes_out_with_the_headings(world: World, loaded: Dataset, signed_in: SignIn) -> None:
    first = sheet(signed_in(world.outsider), address("template", loaded))
    cells = {str(cell.value) for row in first.iter_rows(max_row=6) for cell in row if cell.value}
    assert any("身份证号" in cell for cell in cells)
    numbers = {row["身份证号"] for row in ROSTER.rows}
    assert not numbers & cells


def test_the_original_comes_back_byte_by_byte_and_is_journalled(
    world: World, loaded: Dataset, signed_in: SignIn
) -> None:
    answer = signed_in(world.colleague).get(address("original", loaded))
    sent = hashlib.sha256(b"".join(answer.streaming_content)).hexdigest()  # type: ignore[attr-defined]
    assert sent == hashlib.sha256(SENT).hexdigest()
    assert Entry.objects.filter(act="original.take", actor_id=world.colleague.actor.id).count() == 1
    assert signed_in(world.owner).get(f"/datasets/{loaded.public_id}/versions/9/original").status_code == 404


def test_the_marked_workbook_explains_each_bad_cell(world: World, loaded: Dataset, signed_in: SignIn) -> None:
    first = sheet(signed_in(world.owner), address("marked", loaded))
    marked = [cell for row in first.iter_rows() for cell in row if cell.comment]
    assert len(marked) >= 11
    assert all(re.search("[一-鿿]", cell.comment.text) for cell in marked if cell.comment)
    assert Entry.objects.filter(act="original.marked").count() == 1


def test_two_versions_are_compared_and_the_score_moves(
    world: World, loaded: Dataset, signed_in: SignIn
) -> None:
    taken_in(hand_in_workbook(world.colleague, world, workbook(ROSTER.clean), loaded))
    client = signed_in(world.owner)
    assert "版本 1 → 2" in content(client, address("versions", loaded))
    quality = content(client, address("quality", loaded))
    assert "<polyline" in quality
    assert "各项规则全部合格" in quality
    assert "待整改" not in content(client, address("detail", loaded))


def statements(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_the_catalogue_costs_the_same_for_ten_datasets_and_for_a_thousand(
    world: World, signed_in: SignIn
) -> None:
    clients = {part: signed_in(world.people[part]) for part in ("owner", "outsider", "steward")}
    counts: list[dict[str, int]] = []
    for count in (10, 990):
        start = Dataset.objects.count()
        Dataset.objects.bulk_create(
            Dataset(
                public_id=new_id("ds", timezone.now()),
                code=f"d{start + n}",
                title=f"名册 {start + n}",
                owner=world.department,
                level="L3",
                score=float(n % 100),
                synthetic=True,
            )
            for n in range(count)
        )
        counts.append(
            {
                part + asked: statements(client, f"/datasets/{asked}")
                for part, client in clients.items()
                for asked in ("", "?q=名册", "?level=L3", "?sort=score")
            }
        )
    assert counts[0] == counts[1]
    assert max(counts[0].values()) <= 12


def test_a_datasets_page_costs_the_same_for_ten_findings_and_for_a_thousand(
    world: World, loaded: Dataset, signed_in: SignIn
) -> None:
    client = signed_in(world.steward)
    run = Run.objects.get()
    counts: list[dict[str, int]] = []
    for count in (10, 990):
        start = Finding.objects.count()
        Finding.objects.bulk_create(
            Finding(
                run=run,
                rule=f"r{start + n}",
                kind="not_null",
                columns=["姓名"],
                indicator="0201",
                severity="major",
                status="failed",
                evaluated=10,
                failed=n,
                by_key=False,
            )
            for n in range(count)
        )
        counts.append({page: statements(client, address(page, loaded)) for page in sorted(TABS)})
    assert counts[0] == counts[1]
    assert max(counts[0].values()) <= 12
