"""The inbox and the cases: who sees what, what a page costs, what a step needs, what it says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shuzhi.apps.cases.models import Case
from shuzhi.apps.cases.services import Opening, case_act, case_open
from shuzhi.apps.catalogue.models import Dataset
from shuzhi.apps.people.models import Organisation
from shuzhi.apps.records.actors import SYSTEM
from shuzhi.apps.records.ids import new_id
from shuzhi.apps.scenarios.services import built_in_install
from shuzhi.demo.world import World
from shuzhi.portal.cases import narrowing
from tests.visits import SignIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def dataset(world: World) -> Dataset:
    """A made-up table of the department."""
    return Dataset.objects.create(code="roster", title="名册", owner=world.department, synthetic=True)


@pytest.fixture
def case(world: World, dataset: Dataset) -> Case:
    """A problem of that table, which waits for the department's clerk."""
    return opened(dataset, world.department)


def opened(
    dataset: Dataset, organisation: Organisation, rule: str = "phone.pattern", column: str = "Phone"
) -> Case:
    built_in_install(actor=SYSTEM)
    opening = Opening(
        kind="problem-data",
        subject=("rule", f"{dataset.public_id}/{rule}"),
        organisation=organisation.public_id,
        owner=dataset.owner.public_id,
        facts={
            "failing": 1234,
            "evaluated": 5678,
            "urgency": "ordinary",
            "dataset": dataset.public_id,
            "column": column,
        },
        samples=[{"row": 31, "values": {"phone": "138****5678"}}, {"row": None, "values": {"phone": None}}],
    )
    return case_open(actor=SYSTEM, opening=opening)


def more(case: Case, count: int) -> None:
    """Copies of the case, each about a rule of its own."""
    now = timezone.now()
    fields = [f.attname for f in Case._meta.concrete_fields if f.attname not in {"id", "public_id"}]
    kept = {name: getattr(case, name) for name in fields}
    Case.objects.bulk_create(
        Case(
            **kept
            | {
                "number": f"WTX-{count}-{n}",
                "dedupe_key": f"{count}-{n}",
                "subject_id": f"{case.subject_id}{count}-{n}",
            },
            public_id=new_id("ca", now),
        )
        for n in range(count)
    )


def act(client: Client, case: Case, step: str, **form: object) -> int:
    sent = {"version": case.version, **form}
    return client.post(f"/cases/{case.public_id}/steps/{step}/", sent).status_code


def english(client: Client, path: str) -> str:
    client.cookies["django_language"] = "en"
    return client.get(path).content.decode()


def test_the_inbox_is_the_first_page_of_whoever_has_a_duty(world: World, signed_in: SignIn) -> None:
    assert signed_in(world.owner).get("/").headers["Location"] == "/inbox/"
    assert signed_in(world.audit_admin).get("/").headers["Location"] != "/inbox/"


def test_what_waits_is_in_the_inbox_of_those_it_waits_for_only(
    world: World, case: Case, signed_in: SignIn
) -> None:
    seen = {
        part: case.number in signed_in(person).get("/inbox/").content.decode()
        for part, person in world.people.items()
    }
    assert {part for part, found in seen.items() if found} == {"owner", "colleague", "approver"}


def test_the_nearest_deadline_comes_first_with_a_lamp_and_a_word(
    world: World, dataset: Dataset, case: Case, signed_in: SignIn
) -> None:
    late = opened(dataset, world.department, "late")
    soon = opened(dataset, world.department, "soon")
    now = timezone.localtime().replace(hour=23, minute=59, second=59)
    for known, days in ((case, 9), (late, -2), (soon, 1)):
        Case.objects.filter(pk=known.pk).update(due_at=now + timedelta(days=days))
    page = english(signed_in(world.owner), "/inbox/")
    places = [page.index(number) for number in (late.number, soon.number, case.number)]
    assert places == sorted(places)
    for lamp, word in (("red", "Overdue by 2 days"), ("yellow", "Due tomorrow"), ("green", "9 days left")):
        assert f'<span class="lamp lamp-{lamp}">{word}</span>' in page
    assert "synthetic" in page


LISTS = ["/inbox/", "/inbox/?q=名册", "/cases/", "/cases/?state=to_confirm&overdue=no", "/cases/?q=名册"]
LISTS += ["/cases/?dataset={dataset}&sort=organisation", "/cases/?dataset={dataset}&q=phone&page=2"]


def test_a_list_costs_the_same_few_statements_for_ten_cases_and_for_ten_thousand(
    world: World, dataset: Dataset, case: Case, signed_in: SignIn
) -> None:
    clients = {part: signed_in(world.people[part]) for part in ("owner", "steward")}
    counts: list[dict[tuple[str, str], int]] = []
    for count in (9, 9_990):
        more(case, count)
        counts.append({})
        for part, client in clients.items():
            for path in (listed.format(dataset=dataset.public_id) for listed in LISTS):
                client.get(path)
                with CaptureQueriesContext(connection) as statements:
                    assert client.get(path).status_code == 200
                counts[-1][part, path] = len(statements)
    assert counts[0] == counts[1]
    assert max(counts[0].values()) <= 12


def test_a_case_costs_few_statements_whatever_happened_to_it(
    world: World, case: Case, signed_in: SignIn
) -> None:
    disputed = case_act(
        actor=world.owner.actor,
        case=case.public_id,
        step="dispute",
        form={"ground": "not_ours", "reason": "theirs"},
        version=case.version,
    )
    client = signed_in(world.steward)
    client.get("/cases/")
    with CaptureQueriesContext(connection) as statements:
        page = client.get(f"/cases/{disputed.public_id}/").content.decode()
    assert world.other_department.public_id in page, "the organisations to choose from are on it"
    assert len(statements) <= 12


@pytest.mark.parametrize("part", ["outsider", "town_clerk", "system_admin", "security_admin", "audit_admin"])
def test_whoever_is_not_concerned_learns_nothing_of_a_case(
    world: World, case: Case, signed_in: SignIn, part: str
) -> None:
    client = signed_in(world.people[part])
    for path in ("/inbox/", "/cases/", f"/cases/?q={case.number}"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert case.public_id not in answer.content.decode()
    assert client.get(f"/cases/{case.public_id}/").status_code == 404
    assert act(client, case, "confirm") == 404
    case.refresh_from_db()
    assert case.state == "to_confirm"


def test_a_case_says_what_is_wrong_how_it_ends_and_what_may_be_done(
    world: World, dataset: Dataset, case: Case, signed_in: SignIn
) -> None:
    page = english(signed_in(world.owner), f"/cases/{case.public_id}/")
    assert "1,234" in page
    assert "5,678" in page
    assert "138****5678" in page
    assert f"/datasets/{dataset.public_id}/rows/?row=31" in page
    assert f"/uploads/new/?dataset={dataset.public_id}" in page
    assert "nobody closes it by hand" in page
    assert f"/cases/{case.public_id}/steps/confirm/" in page
    assert f"/cases/{case.public_id}/steps/remind/" not in page
    assert "Remind is done by another duty" in page
    assert "<svg" in page


def test_a_leader_reminds_and_may_do_nothing_else(world: World, case: Case, signed_in: SignIn) -> None:
    client = signed_in(world.leader)
    page = client.get(f"/cases/{case.public_id}/").content.decode()
    assert page.count(f"/cases/{case.public_id}/steps/") == 1
    assert "/uploads/new/" not in page.split("<main")[1]
    assert act(client, case, "confirm") == 302
    case.refresh_from_db()
    assert case.state == "to_confirm"
    assert act(client, case, "remind") == 302
    assert case.steps.filter(name="remind").exists()


def test_a_step_is_taken_by_post_alone(world: World, case: Case, signed_in: SignIn) -> None:
    assert signed_in(world.owner).get(f"/cases/{case.public_id}/steps/confirm/").status_code == 405


def test_a_step_is_taken_and_is_in_the_record_of_acts(world: World, case: Case, signed_in: SignIn) -> None:
    client = signed_in(world.owner)
    last = timezone.localdate() + timedelta(days=30)
    form = {"ground": "cannot_repair", "reason": "the archive\nburnt down", "expires_on": last.isoformat()}
    assert act(client, case, "ask_exception", **form) == 302
    page = english(client, f"/cases/{case.public_id}/")
    assert "old data that cannot be repaired" in page
    assert "the archive<br>burnt down" in page
    assert world.owner.account.name in page
    assert "must be done by somebody other" not in page, "a clerk's duty is what stands in the way"


def test_answers_above_the_readers_clearance_are_hidden(world: World, case: Case, signed_in: SignIn) -> None:
    case_act(
        actor=world.owner.actor,
        case=case.public_id,
        step="dispute",
        form={"ground": "not_ours", "reason": "said in confidence"},
        version=case.version,
    )
    assert (
        "said in confidence" in signed_in(world.colleague).get(f"/cases/{case.public_id}/").content.decode()
    )
    world.colleague.account.holdings.update(clearance=1)
    page = english(signed_in(world.colleague), f"/cases/{case.public_id}/")
    assert "said in confidence" not in page
    assert "above your clearance" in page


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(
    world: World, case: Case, signed_in: SignIn
) -> None:
    case_act(actor=world.colleague.actor, case=case.public_id, step="confirm", version=case.version)
    client = signed_in(world.owner)
    client.cookies["django_language"] = "en"
    sent = {"version": case.version, "ground": "not_ours", "reason": "x"}
    answer = client.post(f"/cases/{case.public_id}/steps/dispute/", sent, follow=True)
    assert "Somebody has acted on this since you opened it" in answer.content.decode()
    case.refresh_from_db()
    assert case.state == "to_fix"


@pytest.mark.parametrize(
    ("step", "form", "field"),
    [
        ("dispute", {"ground": "nonsense", "reason": "x"}, "ground"),
        ("dispute", {"ground": "not_ours", "reason": " "}, "reason"),
        ("ask_exception", {"ground": "cannot_repair", "reason": "x", "expires_on": "soon"}, "expires_on"),
    ],
)
def test_what_is_wrong_with_an_answer_is_said_at_its_field(
    world: World, case: Case, signed_in: SignIn, step: str, form: dict[str, str], field: str
) -> None:
    client = signed_in(world.owner)
    answer = client.post(f"/cases/{case.public_id}/steps/{step}/", {"version": case.version, **form})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert page.index(f'id="{step}-{field}"') < page.index("field-error")
    case.refresh_from_db()
    assert case.acts == 1


def test_what_the_lifecycle_refuses_is_said_on_the_form(world: World, case: Case, signed_in: SignIn) -> None:
    client = signed_in(world.owner)
    client.cookies["django_language"] = "en"
    far = timezone.localdate() + timedelta(days=900)
    form = {"version": case.version, "ground": "cannot_repair", "reason": "x", "expires_on": far.isoformat()}
    answer = client.post(f"/cases/{case.public_id}/steps/ask_exception/", form)
    assert answer.status_code == 422
    assert "Exception ends on may lie 366 days ahead at most" in answer.content.decode()


def test_a_case_that_goes_to_another_organisation_is_linked_to_the_new_one(
    world: World, case: Case, signed_in: SignIn
) -> None:
    form = {"ground": "not_ours", "reason": "theirs"}
    known = case_act(
        actor=world.owner.actor, case=case.public_id, step="dispute", form=form, version=case.version
    )
    client = signed_in(world.steward)
    sent = {"organisation": world.other_department.public_id, "reason": "right"}
    assert act(client, known, "uphold_not_ours", **sent) == 302
    page = client.get(f"/cases/{case.public_id}/").content.decode()
    successor = Case.objects.get(predecessor=case.public_id)
    assert successor.number in page
    assert world.other_department.name in page
    assert successor.number in signed_in(world.outsider).get("/inbox/").content.decode()


def test_a_rule_at_fault_is_one_click_away_for_who_may_withdraw_it_and_for_nobody_else(
    world: World, dataset: Dataset, case: Case, signed_in: SignIn
) -> None:
    path = f"/datasets/{dataset.public_id}/quality/?rule=phone.pattern#rule"
    assert path not in english(signed_in(world.steward), f"/cases/{case.public_id}/")
    form: dict[str, object] = {"ground": "false_alarm", "reason": "new numbers"}
    disputed = case_act(
        actor=world.owner.actor, case=case.public_id, step="dispute", form=form, version=case.version
    )
    form = {"reason": "right"}
    case_act(
        actor=world.steward.actor,
        case=case.public_id,
        step="uphold_false_alarm",
        form=form,
        version=disputed.version,
    )
    pages = {
        part: english(signed_in(world.people[part]), f"/cases/{case.public_id}/")
        for part in ("steward", "owner", "approver", "leader")
    }
    assert {part for part, page in pages.items() if f'href="{path}"' in page} == {"steward"}
    assert f'href="/datasets/{dataset.public_id}/contract/"' in pages["steward"]
    assert "There is nothing to mend" in pages["owner"]
    assert not [part for part, page in pages.items() if "Mend these records" in page]


def test_the_list_is_narrowed_by_dataset_and_found_by_name_column_and_number(
    world: World, dataset: Dataset, case: Case, signed_in: SignIn
) -> None:
    owner = world.other_department
    other = opened(Dataset.objects.create(code="sites", title="点位 100%", owner=owner), owner, column="地址")
    unconcerned = Dataset.objects.create(code="none", title="无问题", owner=owner)
    client = signed_in(world.steward)

    def found(query: str, path: str = "/cases/") -> set[str]:
        page = client.get(f"{path}?{query}").content.decode()
        return {known.number for known in (case, other) if known.public_id in page}

    assert found(f"dataset={dataset.public_id}") == {case.number}
    assert found(f"dataset={other.facts['dataset']}") == found("q=点位") == found("q=地址") == {other.number}
    assert found("q=名册") == found("q=%20PHONE%20") == found(f"q={case.number.lower()}") == {case.number}
    assert (
        found(f"dataset={dataset.public_id}&q=点位")
        == found("dataset=%25")
        == found("q=_")
        == found("q=pattern")
        == set()
    )
    assert found("q=100%25") == {other.number}
    page = client.get("/cases/").content.decode()
    choices = page.partition('name="dataset"')[2].partition("</select>")[0]
    assert dataset.title in choices
    assert "点位 100%" in choices
    assert unconcerned.title not in choices


def test_the_choice_of_datasets_names_those_with_cases_that_the_person_sees(
    world: World, dataset: Dataset, case: Case, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = Dataset.objects.create(code="sites", title="点位", owner=world.other_department)
    opened(others, world.other_department)

    def choices(part: str, query: str = "") -> str:
        page = signed_in(world.people[part]).get(f"/cases/{query}").content.decode()
        return page.partition('name="dataset"')[2].partition("</select>")[0]

    seen = {part: [d.title for d in (dataset, others) if d.title in choices(part)] for part in world.people}
    assert seen["owner"] == ["名册"]
    assert seen["outsider"] == ["点位"]
    assert seen["steward"] == ["名册", "点位"]
    assert not any(seen[part] for part in ("town_clerk", "system_admin", "security_admin", "audit_admin"))
    monkeypatch.setattr(narrowing, "MOST_CHOICES", 1)
    assert choices("steward").count("<option") == 2
    for one in (dataset, others):
        assert f'value="{one.public_id}" selected' in choices("steward", f"?dataset={one.public_id}")
    assert others.title not in choices("owner", f"?dataset={others.public_id}")


def test_the_list_is_narrowed_by_state_organisation_number_and_lateness(
    world: World, dataset: Dataset, case: Case, signed_in: SignIn
) -> None:
    other = opened(dataset, world.town)
    Case.objects.filter(pk=other.pk).update(due_at=timezone.now() - timedelta(days=1))
    client = signed_in(world.steward)

    def found(query: str) -> set[str]:
        page = client.get(f"/cases/?{query}").content.decode()
        return {known.number for known in (case, other) if known.public_id in page}

    both = {case.number, other.number}
    assert found("") == found("state=phase-open") == found("kind=problem-data") == both
    assert found("state=phase-ended") == found("state=closed_fixed") == set()
    assert found("overdue=yes") == found(f"organisation={world.town.public_id}") == {other.number}
    assert found("overdue=no") == found(f"q={case.number.lower()}") == {case.number}
