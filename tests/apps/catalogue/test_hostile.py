"""Files that strain the catalogue: each becomes a version, or is sent back with its reason."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest
from django.db import models

from shuzhi.apps.cases.models import Case
from shuzhi.apps.cases.services import case_act
from shuzhi.apps.catalogue import models as catalogue
from shuzhi.apps.catalogue.failures import SAMPLED_LINES, SAMPLES, CheckedFiles, count_failures
from shuzhi.apps.catalogue.models import Dataset, Finding, Upload
from shuzhi.apps.catalogue.selectors import dataset_get
from shuzhi.apps.catalogue.services import GradeDecision, contract_replace, grades_decide, rule_withdraw
from shuzhi.apps.catalogue.services.rows import RowsRequest, rows_read
from shuzhi.apps.catalogue.versions import compare_versions, set_aside_page
from shuzhi.apps.jobs.models import Job
from shuzhi.apps.records.refusals import ConflictError
from shuzhi.demo import synthetic
from shuzhi.demo.world import World
from tests.rosters import agree_on_towns, hand_in, roster, table

LONG = "很长的列名" * 60


def json_lines(rows: list[dict[str, object]]) -> bytes:
    return "\n".join(json.dumps(row) for row in rows).encode()


def odd_rows() -> list[dict[str, object]]:
    """Names of columns and values that a database, a form or an engine may choke on."""
    return [
        {
            f"{LONG}甲": f"A{n:04d}",
            f"{LONG}乙": n % 3,
            "a\x00b": "x\x00y",
            "身份证号\n": "330109199001011234" if n % 9 else "1\x00",
            "": "=1+1",
            "q\"'; DROP TABLE--": f"v{n % 3}\x07",
            "开始日期": "2020-01-02",
            "结束日期": "2021-01-01" if n % 8 else "2019-01-01",
            "\ud800": "\ud800半",
            "🏮" * 50: "灯",
            "_row": n,
        }
        for n in range(80)
    ]


def plain_roster(count: int = 40, *, broken: int = 0) -> list[list[object]]:
    """The roster without the column of towns: everything is the owner's."""
    return [[line[0], *line[2:]] for line in roster(count, broken=broken)]


def assert_columns_hold(*kinds: type[models.Model]) -> None:
    """SQLite stores what is too long for a column; PostgreSQL would have refused it."""
    for kind in kinds:
        for field in kind._meta.get_fields():
            if isinstance(field, models.CharField) and field.max_length:
                values = kind._base_manager.values_list(field.name, flat=True)
                assert max(map(len, values), default=0) <= field.max_length, field


@pytest.mark.django_db
def test_names_and_values_made_to_break_things_become_a_version(world: World) -> None:
    first = hand_in(world.owner, world, json_lines(odd_rows()), name="怪\x00.jsonl")
    assert first.state == Upload.State.DONE, first.problem
    rows = odd_rows()
    for row in rows[:7]:
        row[f"{LONG}甲"] = "A0001"
        row["结束日期"] = None
    second = hand_in(world.owner, world, json_lines(rows), first.dataset, name="../../怪.jsonl")
    assert second.state == Upload.State.DONE, second.problem
    assert Case.objects.exists()
    assert_columns_hold(
        Dataset,
        catalogue.ContractVersion,
        Upload,
        Finding,
        catalogue.FieldGrade,
        catalogue.Run,
        Case,
        Job,
    )
    assert second.dataset is not None
    dataset = dataset_get(actor=world.steward.actor, public_id=second.dataset.public_id)
    assert dataset.current is not None
    shown = rows_read(
        actor=world.steward.actor, dataset=dataset, snapshot=dataset.current, request=RowsRequest(page=-3)
    )
    assert shown.total == 80


@pytest.mark.django_db
def test_hundreds_of_columns_become_a_version(world: World) -> None:
    names = [f"指标{n}" for n in range(600)]
    lines = [[f"{n}-{i}" for i in range(600)] for n in range(12)]
    upload = hand_in(world.owner, world, table([names, *lines]))
    assert upload.state == Upload.State.DONE, upload.problem
    assert upload.dataset is not None
    assert upload.dataset.grades.count() == 600


@pytest.mark.django_db
def test_ten_thousand_names_in_the_organisation_column_are_the_owners_affair(world: World) -> None:
    lines = roster(6000)
    first = hand_in(world.owner, world, table(lines))
    dataset = agree_on_towns(first.dataset, world)
    for number, line in enumerate(lines[1:]):
        line[1] = f"不存在的单位{number}" if number % 2 else "瓜沥镇"
        line[2] = "" if number % 3 == 0 else line[2]
    second = hand_in(world.owner, world, table(lines), dataset)
    assert second.state == Upload.State.DONE, second.problem
    cases = Case.objects.filter(ended_at=None)
    assert cases
    assert {case.organisation.name for case in cases} == {"民政局", "瓜沥镇"}
    assert all(len(case.samples) <= SAMPLES for case in cases)


def test_samples_stay_few_however_many_rules_and_organisations_there_are(tmp_path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    from shuzhi.engine.data.quality.failing import FAILING_SCHEMA
    from shuzhi.engine.data.tables import open_tables

    rules, units, rows = 60, 500, 2
    lines = [
        {"rule": f"r{rule}", "row": unit * rows + row, "key": None, "organisation": f"u{unit}"}
        for rule in range(rules)
        for unit in range(units)
        for row in range(rows)
    ]
    parquet.write_table(pa.Table.from_pylist(lines, schema=FAILING_SCHEMA), tmp_path / "failing.parquet")
    table = pa.table(
        {"_row": pa.array(range(units * rows), pa.int64()), "说明": ["长" * 5000] * (units * rows)}
    )
    parquet.write_table(table, tmp_path / "table.parquet")
    checked = CheckedFiles(
        tmp_path / "failing.parquet",
        tmp_path / "table.parquet",
        {f"r{rule}": ["说明"] for rule in range(rules)},
        {"说明": ("text.free", "L1")},
    )
    with open_tables() as tables:
        found = count_failures(tables, checked, lambda text: int(text[1:]) + 1)
    assert len(found.counts) == rules * units
    assert sum(found.counts.values()) == rules * units * rows
    assert sum(map(len, found.samples.values())) <= max(SAMPLED_LINES, rules * units)
    assert max(len(str(s)) for samples in found.samples.values() for s in samples) < 200


@pytest.mark.django_db
def test_an_empty_table_and_one_without_the_column_close_nothing(world: World) -> None:
    first = hand_in(world.owner, world, table(plain_roster()))
    hand_in(world.owner, world, table(plain_roster(broken=4)), first.dataset)
    case = Case.objects.get(ended_at=None)
    for content in (table(plain_roster(0)), table([line[:1] + line[2:] for line in plain_roster()])):
        upload = hand_in(world.owner, world, content, first.dataset)
        assert upload.state in {Upload.State.DONE, Upload.State.REFUSED}, upload.problem
        case.refresh_from_db()
        assert case.ended_at is None, "a rule that cannot be assessed proves nothing"
    hand_in(world.owner, world, table(plain_roster()), first.dataset)
    case.refresh_from_db()
    assert case.outcome == "fixed"


@pytest.mark.django_db
def test_an_excepted_case_rests_while_its_rule_fails_and_ends_when_it_passes(world: World) -> None:
    first = hand_in(world.owner, world, table(plain_roster()))
    hand_in(world.owner, world, table(plain_roster(broken=4)), first.dataset)
    case = Case.objects.get(ended_at=None)
    form = {"ground": "cannot_repair", "reason": "源头系统已停用", "expires_on": "2027-03-01"}
    for person, step, answers in (
        (world.owner, "ask_exception", form),
        (world.approver, "approve_exception", {}),
    ):
        case_act(actor=person.actor, case=case.public_id, step=step, form=answers, version=case.version)
        case.refresh_from_db()
    assert case.state == "excepted"
    hand_in(world.owner, world, table(plain_roster(broken=6)), first.dataset)
    case.refresh_from_db()
    assert (case.state, case.facts["failing"], Case.objects.count()) == ("excepted", 6, 1)
    hand_in(world.owner, world, table(plain_roster()), first.dataset)
    case.refresh_from_db()
    assert case.outcome == "fixed"


@pytest.mark.django_db
def test_a_withdrawn_rule_is_not_checked_again_and_opens_nothing(world: World) -> None:
    first = hand_in(world.owner, world, table(roster()))
    second = hand_in(world.owner, world, table(roster(broken=4)), first.dataset)
    failed = Finding.objects.get(run__snapshot=second.snapshot, status="failed")
    assert second.dataset is not None
    dataset = dataset_get(actor=world.steward.actor, public_id=second.dataset.public_id)
    rule_withdraw(actor=world.steward.actor, dataset=dataset, rule=failed.rule, reason="不要求")
    with pytest.raises(ConflictError):
        rule_withdraw(actor=world.steward.actor, dataset=dataset, rule=failed.rule, reason="不要求")
    third = hand_in(world.owner, world, table(roster(broken=5)), dataset)
    assert not Finding.objects.filter(run__snapshot=third.snapshot, rule=failed.rule).exists()
    assert set(Case.objects.values_list("outcome", flat=True)) == {"withdrawn"}


@pytest.mark.django_db
def test_a_decided_grade_stays_until_more_protection_is_proposed(world: World) -> None:
    lines: list[list[object]] = [["编号", "说明", "人数"]]
    lines += [[f"TK{n:05d}", "甲乙"[n % 2], n % 7] for n in range(40)]
    first = hand_in(world.owner, world, table(lines))
    assert first.dataset is not None
    dataset, steward = first.dataset, world.steward.actor
    grade = dataset.grades.get(column="说明")
    decisions = [GradeDecision("说明", grade.version, "L1", "公开分类")]
    if grade.level == "L1":
        decisions = [GradeDecision("说明", grade.version)]
    grades_decide(actor=steward, dataset=dataset, decisions=decisions)
    hand_in(world.owner, world, table(lines[:30]), dataset)
    assert dataset.grades.get(column="说明").state != "proposed"
    random = Random(1)
    phones = [lines[0], *([line[0], synthetic.mobile(random), line[2]] for line in lines[1:])]
    upload = hand_in(world.owner, world, table(phones), dataset)
    assert upload.state == Upload.State.DONE, upload.problem
    now = dataset.grades.get(column="说明")
    assert now.level >= "L3", "phone numbers under an accepted heading are not shown in clear"
    assert now.decided_by_name == ""
    numbers = {str(line[1]) for line in phones[1:]}
    assert not numbers & {
        v for case in Case.objects.all() for s in case.samples for v in s["values"].values()
    }


@pytest.mark.django_db
def test_versions_whose_key_repeats_are_compared_row_by_row_of_their_keys(world: World) -> None:
    first = hand_in(world.owner, world, table(roster(60)))
    doubled = roster(60)
    for line in doubled[1:40]:
        line[0] = "TK00001"
    second = hand_in(world.owner, world, table(doubled), first.dataset)
    assert second.dataset is not None
    old, new = second.dataset.snapshots.order_by("number")
    found = compare_versions(actor=world.owner.actor, old=old, new=new)
    if found.removed is not None:
        assert (found.added, found.removed) == (0, 38)
    lines, total = set_aside_page(actor=world.owner.actor, dataset=second.dataset, page=0, size=5)
    assert len(lines) <= total


@pytest.mark.django_db
def test_a_contract_whose_names_are_longer_than_a_finding_can_hold_is_refused(world: World) -> None:
    upload = hand_in(world.owner, world, table(roster()))
    assert upload.dataset is not None
    assert upload.dataset.contract is not None
    text = upload.dataset.contract.text.replace("name: 类别", "name: 类别" + "长" * 300)
    with pytest.raises(ConflictError):
        contract_replace(actor=world.steward.actor, dataset=upload.dataset, text=text)
