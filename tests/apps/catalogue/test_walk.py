"""The main job, through the services: a messy workbook in, work orders out, a mended file closes them."""

from __future__ import annotations

import pytest

from shuzhi.apps.cases.models import Case
from shuzhi.apps.catalogue.models import Dataset, Snapshot, Upload
from shuzhi.apps.catalogue.selectors import dataset_get, datasets_visible, runs_of, snapshots_of
from shuzhi.apps.catalogue.services import contract_replace
from shuzhi.apps.catalogue.services.rows import RowsRequest, rows_read
from shuzhi.apps.catalogue.versions import MASKED, set_aside_page
from shuzhi.apps.journal.models import Entry
from shuzhi.apps.records.refusals import ForbiddenError
from shuzhi.demo import synthetic
from shuzhi.demo.world import World
from tests.rosters import hand_in_workbook, residents, taken_in, workbook


@pytest.fixture
def roster() -> synthetic.SyntheticTable:
    """Two hundred synthetic people, eleven cells spoiled."""
    return residents(200)


def current(dataset: Dataset) -> Snapshot:
    """The dataset's latest version."""
    assert dataset.current is not None
    return dataset.current


def confirm(dataset: Dataset, world: World) -> None:
    """The steward takes the drafted contract over as it is."""
    assert dataset.contract is not None
    contract_replace(actor=world.steward.actor, dataset=dataset, text=dataset.contract.text)


@pytest.fixture
def loaded(world: World, roster: synthetic.SyntheticTable) -> Dataset:
    """The roster as a dataset, with its problems found."""
    return taken_in(hand_in_workbook(world.owner, world, workbook(roster.rows)))


@pytest.mark.django_db
def test_a_messy_workbook_becomes_a_checked_graded_dataset(loaded: Dataset, world: World) -> None:
    dataset = dataset_get(actor=world.owner.actor, public_id=loaded.public_id)
    assert dataset.row_count == 200
    assert dataset.current is not None
    counts = dataset.current.account["counts"]
    assert counts["total"] == counts["frame"] + counts["loaded"] + counts["set_aside"]
    assert counts["set_aside_cells"] == 2
    assert dataset.level == "L4"
    grades = {g.column: g.category for g in dataset.grades.all()}
    assert "person.resident_id" in grades.values()
    assert dataset.score is not None
    assert dataset.score < 100


@pytest.mark.django_db
def test_every_planted_kind_of_error_has_its_cases(loaded: Dataset) -> None:
    about = " ".join(Case.objects.values_list("subject_id", flat=True))
    for column in ("身份证号", "联系电话", "姓名", "开户账号"):
        assert column in about
    assert set(Case.objects.values_list("phase", flat=True)) == {"open"}
    assert all(len(case.samples) <= 100 for case in Case.objects.all())


@pytest.mark.django_db
def test_samples_in_a_case_are_masked(loaded: Dataset, roster: synthetic.SyntheticTable) -> None:
    numbers = {row["身份证号"] for row in roster.rows} | {row["联系电话"] for row in roster.rows}
    shown = {value for case in Case.objects.all() for s in case.samples for value in s["values"].values()}
    assert shown
    assert not numbers & shown


@pytest.mark.django_db
def test_the_mended_file_closes_every_case_by_itself(
    loaded: Dataset, world: World, roster: synthetic.SyntheticTable
) -> None:
    assert Case.objects.filter(phase="open").exists()
    upload = hand_in_workbook(world.colleague, world, workbook(roster.clean), loaded)
    assert upload.state == Upload.State.DONE, upload.problem
    assert not Case.objects.filter(ended_at=None).exists()
    assert set(Case.objects.values_list("outcome", flat=True)) == {"fixed"}
    loaded.refresh_from_db()
    assert loaded.score == 100
    assert snapshots_of(actor=world.owner.actor, dataset=loaded).count() == 2


@pytest.mark.django_db
def test_a_file_mended_in_part_closes_only_what_passes(
    loaded: Dataset, world: World, roster: synthetic.SyntheticTable
) -> None:
    half = tuple({**now, "姓名": was["姓名"]} for now, was in zip(roster.rows, roster.clean, strict=True))
    hand_in_workbook(world.owner, world, workbook(half), loaded)
    ended = Case.objects.exclude(ended_at=None)
    assert ended
    assert all("姓名" in case.subject_id for case in ended)
    assert Case.objects.filter(ended_at=None, subject_id__contains="身份证号").exists()


@pytest.mark.django_db
def test_the_outsider_sees_the_entry_but_nothing_inside(loaded: Dataset, world: World) -> None:
    outsider = world.outsider.actor
    assert loaded in datasets_visible(actor=outsider)
    assert not snapshots_of(actor=outsider, dataset=loaded)
    assert not runs_of(actor=outsider, dataset=loaded)
    with pytest.raises(ForbiddenError):
        rows_read(actor=outsider, dataset=loaded, snapshot=current(loaded), request=RowsRequest())


@pytest.mark.django_db
def test_a_file_with_only_some_rows_closes_nothing_however_often_it_comes(
    loaded: Dataset, world: World, roster: synthetic.SyntheticTable
) -> None:
    before = Case.objects.filter(ended_at=None).count()
    spoilt = {planted.key for planted in roster.planted} | {planted.after for planted in roster.planted}
    part = tuple(row for row in roster.clean[:120] if row["身份证号"] not in spoilt)
    for _ in range(2):
        hand_in_workbook(world.owner, world, workbook(part), loaded)
        assert Case.objects.filter(ended_at=None).count() == before
    hand_in_workbook(world.owner, world, workbook(roster.clean), loaded)
    assert not Case.objects.filter(ended_at=None).exists()


@pytest.mark.django_db
def test_what_a_draft_proposes_gives_no_town_a_row_and_no_case(loaded: Dataset, world: World) -> None:
    with pytest.raises(ForbiddenError):
        rows_read(
            actor=world.town_clerk.actor, dataset=loaded, snapshot=current(loaded), request=RowsRequest()
        )
    assert set(Case.objects.values_list("organisation__name", flat=True)) == {"民政局"}


@pytest.mark.django_db
def test_a_confirmed_contract_hands_problems_to_towns_and_calls_none_of_them_mended(
    loaded: Dataset, world: World, roster: synthetic.SyntheticTable
) -> None:
    confirm(loaded, world)
    hand_in_workbook(world.owner, world, workbook(roster.rows), loaded)
    open_now = Case.objects.filter(ended_at=None)
    assert set(open_now.values_list("organisation__name", flat=True)) > {"民政局"}
    assert not Case.objects.filter(outcome="fixed").exists()
    hand_in_workbook(world.owner, world, workbook(roster.clean), loaded)
    assert not Case.objects.filter(ended_at=None).exists()


@pytest.mark.django_db
def test_a_town_sees_its_own_rows_only(loaded: Dataset, world: World) -> None:
    confirm(loaded, world)
    everything = rows_read(
        actor=world.owner.actor, dataset=loaded, snapshot=current(loaded), request=RowsRequest(size=200)
    )
    own = rows_read(
        actor=world.town_clerk.actor, dataset=loaded, snapshot=current(loaded), request=RowsRequest(size=200)
    )
    towns = [c.name for c in own.columns].index(next(c.name for c in own.columns if "镇街" in c.name)) + 1
    assert 0 < own.total < everything.total == 200
    assert {row[towns] for row in own.rows} == {"瓜沥镇"}


@pytest.mark.django_db
def test_administrators_see_no_rows(loaded: Dataset, world: World) -> None:
    for admin in (world.system_admin, world.security_admin, world.audit_admin):
        assert not datasets_visible(actor=admin.actor)
        with pytest.raises(ForbiddenError):
            rows_read(actor=admin.actor, dataset=loaded, snapshot=current(loaded), request=RowsRequest())


@pytest.mark.django_db
def test_a_clerk_sees_identifiers_masked_and_a_steward_in_clear_with_a_journal_entry(
    loaded: Dataset, world: World, roster: synthetic.SyntheticTable
) -> None:
    numbers = {row["身份证号"] for row in roster.rows}
    request = RowsRequest(size=200)
    masked = rows_read(actor=world.owner.actor, dataset=loaded, snapshot=current(loaded), request=request)
    assert not numbers & {value for row in masked.rows for value in row}
    assert not Entry.objects.filter(act="rows.read").exists()
    clear = rows_read(actor=world.steward.actor, dataset=loaded, snapshot=current(loaded), request=request)
    assert numbers & {value for row in clear.rows for value in row}
    assert Entry.objects.filter(act="rows.read", actor_id=world.steward.actor.id).count() == 1


@pytest.mark.django_db
def test_an_outsider_cannot_upload_for_another_department(
    world: World, roster: synthetic.SyntheticTable
) -> None:
    with pytest.raises(ForbiddenError):
        hand_in_workbook(world.outsider, world, workbook(roster.rows))
    assert not Upload.objects.exists()


@pytest.mark.django_db
def test_an_unreadable_file_is_refused_with_its_reason_and_nothing_else(world: World) -> None:
    upload = hand_in_workbook(world.owner, world, b"%PDF-1.7 not a table")
    assert upload.state == Upload.State.REFUSED
    assert (upload.problem or {})["code"]
    assert not Dataset.objects.exists()


@pytest.mark.django_db
def test_what_was_set_aside_is_masked_with_its_key_and_journalled_where_it_is_shown(
    loaded: Dataset, world: World
) -> None:
    for part, clear in (("owner", False), ("steward", True)):
        actor = world.people[part].actor
        dataset = dataset_get(actor=actor, public_id=loaded.public_id)
        dataset.grades.update(level="L3")
        lines, total = set_aside_page(actor=actor, dataset=dataset, page=1, size=10)
        assert total == len(lines) == 2
        assert all((line["raw"] == MASKED) is not clear for line in lines)
        assert all(line["key"] in (None, MASKED) for line in lines if not clear)
        assert Entry.objects.filter(act="set_aside.read", actor_id=actor.id).exists() is clear
