"""A file that came as new and looks like a dataset that is there: asked, not guessed, nothing given away."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shuzhi.apps.cases.models import Case
from shuzhi.apps.catalogue.likeness import ASKED_AT_MOST
from shuzhi.apps.catalogue.models import Dataset, Upload
from shuzhi.apps.catalogue.selectors import candidates_of
from shuzhi.apps.catalogue.services import NEW, upload_answer, upload_ask
from shuzhi.apps.jobs.models import Job
from shuzhi.apps.jobs.worker import run_due
from shuzhi.apps.journal.models import Entry, Payload
from shuzhi.apps.people.models import Organisation
from shuzhi.apps.records.refusals import ConflictError, ForbiddenError, NotFoundError
from shuzhi.demo.world import Person, World
from tests.rosters import hand_in, receive, roster, table

pytestmark = pytest.mark.django_db
SENT = table(roster())
OTHERS = table([["单位", "电话"], ["甲", "0571-82637777"], ["乙", "0571-82637778"]])


def as_new(
    person: Person,
    world: World,
    content: bytes,
    title: str = "另一张表",
    organisation: Organisation | None = None,
) -> Upload:
    """The file handed in as a new dataset, after the worker did its work."""
    unit = organisation or world.department
    return hand_in(person, world, content, title=title, organisation=unit)


@pytest.fixture
def there(world: World) -> Dataset:
    """The department's roster, taken in."""
    upload = hand_in(world.owner, world, SENT)
    assert upload.dataset
    return upload.dataset


@pytest.mark.parametrize(
    ("content", "title", "grounds"),
    [
        (SENT, "另一张表", ["same_file", "same_columns"]),
        (SENT, "特困人员名册", ["same_file", "same_title", "same_columns"]),
        (OTHERS, "特困人员名册", ["same_title"]),
        (OTHERS, " 特困人员名册 ", ["same_title"]),
        (table([[*row] for row in roster(7)]), "另一张表", ["same_columns"]),
        (table([row[::-1] for row in roster(7)]), "另一张表", ["same_columns"]),
    ],
)
def test_what_looks_like_a_dataset_is_asked_about_and_not_taken_in(
    world: World, there: Dataset, content: bytes, title: str, grounds: list[str]
) -> None:
    upload = as_new(world.owner, world, content, title)
    assert upload.state == Upload.State.ASKED
    assert upload.question == {"candidates": [[there.public_id, grounds]]}
    assert (upload.dataset, upload.snapshot) == (None, None)
    assert Dataset.objects.count() == there.snapshots.count() == 1
    assert Job.objects.get(public_id=upload.job).state == "done"
    assert candidates_of(actor=world.owner.actor, upload=upload) == [(there, grounds)]
    assert Entry.objects.filter(act="upload.ask", subject_id=upload.public_id).count() == 1


@pytest.mark.parametrize(
    ("content", "title"),
    [
        (OTHERS, "电话"),
        (table([row[:3] for row in roster()]), "名册"),
        (table([[*row, "x"] for row in roster()]), "名册"),
    ],
    ids=["nothing alike", "fewer columns", "more columns"],
)
def test_what_looks_like_nothing_is_taken_in_unasked(
    world: World, there: Dataset, content: bytes, title: str
) -> None:
    upload = as_new(world.owner, world, content, title)
    assert (upload.state, upload.question) == (Upload.State.DONE, None)
    assert Dataset.objects.exclude(pk=there.pk).count() == 1


def test_a_named_dataset_is_not_asked_about(world: World, there: Dataset) -> None:
    upload = hand_in(world.owner, world, SENT, there)
    assert (upload.state, upload.question) == (Upload.State.DONE, None)


def test_the_answer_makes_it_a_version_under_the_datasets_name_and_owner(
    world: World, there: Dataset
) -> None:
    Dataset.objects.filter(pk=there.pk).update(synthetic=True)
    upload = as_new(world.owner, world, table(roster(broken=4)), "最终版3")
    assert not Case.objects.exists(), "nothing is counted before it is known against what"
    upload_answer(actor=world.owner.actor, upload=upload, dataset=there.public_id)
    run_due()
    upload.refresh_from_db()
    assert (upload.state, upload.dataset, upload.title) == (Upload.State.DONE, there, there.title)
    assert upload.synthetic
    assert upload.snapshot
    assert upload.snapshot.number == 2
    assert Dataset.objects.count() == 1
    assert Case.objects.filter(subject_id__startswith=f"{there.public_id}/").exists()
    answer = Entry.objects.get(act="upload.answer", subject_id=upload.public_id)
    assert there.public_id in Payload.objects.get(entry=answer).body


def test_the_answer_that_it_is_new_is_not_asked_again(world: World, there: Dataset) -> None:
    upload = as_new(world.owner, world, SENT)
    upload_answer(actor=world.owner.actor, upload=upload, dataset=NEW)
    run_due()
    upload.refresh_from_db()
    assert upload.state == Upload.State.DONE
    assert upload.dataset not in {None, there}
    assert Dataset.objects.count() == 2


def test_two_of_the_same_file_at_once_make_one_dataset_and_one_question(world: World) -> None:
    uploads = [receive(person, world, SENT) for person in (world.owner, world.colleague)]
    run_due()
    for upload in uploads:
        upload.refresh_from_db()
    assert {upload.state for upload in uploads} == {Upload.State.DONE, Upload.State.ASKED}
    assert Dataset.objects.count() == 1


def test_whoever_may_not_renew_a_dataset_learns_nothing_of_it(world: World, there: Dataset) -> None:
    for person, unit in ((world.outsider, world.other_department), (world.town_clerk, world.town)):
        upload = as_new(person, world, SENT, there.title, unit)
        assert (upload.state, upload.question) == (Upload.State.DONE, None), person.login
        assert upload.dataset
        assert upload.dataset.owner == unit


def test_a_steward_is_asked_about_the_whole_scope_the_same_file_and_owner_first(
    world: World, there: Dataset
) -> None:
    theirs = as_new(world.outsider, world, table(roster(7)), there.title, world.other_department)
    upload = as_new(world.steward, world, SENT, there.title, world.other_department)
    assert upload.question
    assert [public_id for public_id, _ in upload.question["candidates"]] == [
        there.public_id,
        theirs.dataset.public_id if theirs.dataset else "",
    ]
    # what the department's clerk may see of the same question: only what is theirs to renew
    assert candidates_of(actor=world.owner.actor, upload=upload) == [
        (there, ["same_file", "same_title", "same_columns"])
    ]


def test_nobody_else_answers_and_only_with_a_candidate(world: World, there: Dataset) -> None:
    theirs = as_new(world.outsider, world, OTHERS, "电话", world.other_department).dataset
    own = as_new(world.owner, world, OTHERS, "电话").dataset
    upload = as_new(world.owner, world, SENT)
    assert theirs
    assert own
    for part, person in world.people.items():
        if part not in {"owner", "steward"}:
            for answer in (there.public_id, NEW):
                with pytest.raises(ForbiddenError):
                    upload_answer(actor=person.actor, upload=upload, dataset=answer)
    for person in (world.owner, world.steward):
        for wrong in (theirs.public_id, own.public_id, "ds_nothing"):
            with pytest.raises(NotFoundError):
                upload_answer(actor=person.actor, upload=upload, dataset=wrong)
    upload.refresh_from_db()
    assert upload.state == Upload.State.ASKED
    assert not Entry.objects.filter(act="upload.answer").exists()


def test_it_is_answered_once_and_only_where_it_was_asked(world: World, there: Dataset) -> None:
    upload = as_new(world.owner, world, SENT)
    upload_answer(actor=world.owner.actor, upload=upload, dataset=there.public_id)
    with pytest.raises(ConflictError):
        upload_answer(actor=world.owner.actor, upload=upload, dataset=NEW)
    taken_in = there.uploads.earliest("pk")
    with pytest.raises(ConflictError):
        upload_answer(actor=world.owner.actor, upload=taken_in, dataset=NEW)


def test_no_person_asks(world: World, there: Dataset) -> None:
    upload = as_new(world.owner, world, OTHERS, "电话")
    for person in world.people.values():
        with pytest.raises(ForbiddenError):
            upload_ask(actor=person.actor, upload=upload, columns=[], asker=person.actor)


def test_the_question_names_the_likeliest_few_and_costs_the_same_for_ten_datasets_and_for_a_thousand(
    world: World, there: Dataset
) -> None:
    counts = []
    for more in (9, 990):
        start = Dataset.objects.count()
        Dataset.objects.bulk_create(
            Dataset(public_id=f"ds_{start + n}", code=f"d{start + n}", title=there.title, owner=there.owner)
            for n in range(more)
        )
        upload = as_new(world.owner, world, SENT)
        assert upload.question
        with CaptureQueriesContext(connection) as statements:
            assert len(candidates_of(actor=world.owner.actor, upload=upload)) == 1
        counts.append(len(statements))
        asked = as_new(world.owner, world, SENT, there.title)
        assert asked.question
        assert asked.question["candidates"][0][0] == there.public_id
        assert len(asked.question["candidates"]) == ASKED_AT_MOST
    assert counts[0] == counts[1]
