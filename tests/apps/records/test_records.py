"""Ids that sort by time, changes that do not overwrite each other, refusals in two languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import DjangoAssertNumQueries

from shuzhi.apps.people.models import Organisation
from shuzhi.apps.records.actors import SYSTEM, Actor
from shuzhi.apps.records.ids import MAX_LENGTH, new_id
from shuzhi.apps.records.models import BATCH_ROWS, compare_and_set, compare_and_set_all
from shuzhi.apps.records.refusals import ForbiddenError, NotFoundError, StaleError

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
moments = st.datetimes(datetime(1980, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(moments, st.integers(1, 10**9))
def test_a_later_id_sorts_after_an_earlier_one(moment: datetime, later_ms: int) -> None:
    later = moment + timedelta(milliseconds=later_ms)
    assert new_id("ds", moment) < new_id("ds", later)


def test_an_id_is_short_lower_case_and_never_the_same() -> None:
    ids = {new_id("ds", NOW) for _ in range(1000)}
    assert len(ids) == 1000
    assert all(len(i) == 29 <= MAX_LENGTH and i == i.lower() and i.startswith("ds_") for i in ids)


def test_an_id_holds_its_millisecond_and_its_random_bits() -> None:
    values = "0123456789abcdefghjkmnpqrstvwxyz"
    number = 0
    for digit in new_id("ds", NOW, lambda size: b"\xff" * size).removeprefix("ds_"):
        number = number * 32 + values.index(digit)
    assert number >> 80 == int(NOW.timestamp()) * 1000
    assert number & (1 << 80) - 1 == (1 << 80) - 1


def test_an_id_needs_a_moment_in_a_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        new_id("ds", datetime(2026, 1, 1))  # noqa: DTZ001 - this is what must be refused


def unit(name: str) -> Organisation:
    return Organisation(kind="department", name=name, path=f"/{name}/")


def test_a_record_gets_its_id_at_its_first_save_alone_or_in_bulk(db: None) -> None:
    one = unit("a")
    one.save()
    many = Organisation.objects.bulk_create([unit("b"), unit("c")])
    ids = {one.public_id, *(made.public_id for made in many)}
    assert len(ids) == 3
    assert all(public_id.startswith("org_") for public_id in ids)
    before = one.public_id
    one.save()
    assert one.public_id == before


def test_a_change_counts_the_version_and_leaves_the_rest_alone(db: None) -> None:
    made = unit("a")
    made.save()
    theirs = Organisation.objects.get()
    compare_and_set(made, name="b")
    stored = Organisation.objects.get()
    assert (stored.name, stored.version, stored.path) == ("b", 2, "/a/")
    assert (made.name, made.version, made.updated_at) == ("b", 2, stored.updated_at)
    with pytest.raises(StaleError, match=f"Somebody else changed organisation {made.public_id}"):
        compare_and_set(theirs, name="c")
    assert (theirs.name, theirs.version) == ("a", 1)
    assert Organisation.objects.get().name == "b"


def test_many_changes_are_each_their_own_and_cost_a_statement_a_batch(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    count = BATCH_ROWS + 1
    made = Organisation.objects.bulk_create(unit(f"u{n}") for n in range(count))
    compare_and_set(made[1], kind="town")
    days = [NOW.date() if n % 2 else None for n in range(count)]
    changed = [(one, {"name": f"n{n}", "valid_to": days[n]}) for n, one in enumerate(made)]
    with django_assert_num_queries(2):
        compare_and_set_all(changed)
    stored = {one.pk: one for one in Organisation.objects.all()}
    for n, one in enumerate(made):
        assert (one.name, one.version, one.updated_at) == (
            stored[one.pk].name,
            stored[one.pk].version,
            stored[one.pk].updated_at,
        )
        assert (one.name, one.version) == (f"n{n}", 3 if n == 1 else 2)
        assert stored[one.pk].valid_to == days[n]


def test_of_many_changes_none_is_made_where_somebody_else_wrote_one(db: None) -> None:
    made = Organisation.objects.bulk_create(unit(f"u{n}") for n in range(3))
    compare_and_set(Organisation.objects.get(pk=made[2].pk), name="theirs")
    with pytest.raises(StaleError, match=made[2].public_id), transaction.atomic():
        compare_and_set_all([(one, {"name": "mine"}) for one in made])
    assert [(one.name, one.version) for one in made] == [("u0", 1), ("u1", 1), ("u2", 1)]
    assert list(Organisation.objects.order_by("pk").values_list("name", flat=True)) == ["u0", "u1", "theirs"]


def test_an_actor_covers_its_own_subtree_only() -> None:
    actor = Actor(id="acc_1", name="x", organisation_path="/org_a/org_b/")
    assert actor.covers("/org_a/org_b/")
    assert actor.covers("/org_a/org_b/org_c/")
    assert not actor.covers("/org_a/")
    assert not actor.covers("/org_a/org_bb/")
    assert not SYSTEM.covers("/org_a/")
    assert SYSTEM.is_system
    assert not actor.is_system


def test_a_refusal_is_a_sentence_in_the_readers_language() -> None:
    refusal = ForbiddenError("approving a duty", "nobody proposes or approves rights for themselves")
    assert refusal.sentence("en") == (
        "You may not do this: nobody proposes or approves rights for themselves."
    )
    assert refusal.code == "records.forbidden"
    with translation.override("en"):
        assert NotFoundError("dataset", "ds_1").sentence().startswith("There is no dataset ds_1")
