"""A file that comes in parts: what is told to have arrived has arrived, once, and only its owner's."""

from __future__ import annotations

import hashlib
import io
import os
import time
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shuzhi.apps.files import parts, room, services
from shuzhi.apps.files import receptions as re
from shuzhi.apps.files.contents import Content
from shuzhi.apps.files.errors import (
    NoRoomError,
    OtherOffsetError,
    PersonQuotaError,
    TooLargeError,
    TooManyUnderWayError,
    UnfinishedError,
)
from shuzhi.apps.files.models import Reception
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.refusals import NotFoundError, StaleError
from shuzhi.configuration import Configuration
from shuzhi.engine.data.reading.refusals import EmptyFileError
from shuzhi.engine.errors import BadInputError

pytestmark = pytest.mark.django_db
OWNER = Actor(id="acc_owner", name="甲", organisation_id="org_1")
OTHER = Actor(id="acc_other", name="乙", organisation_id="org_1")
DATA = "单位,电话\n".encode() + Random(5).randbytes(300_000).hex().encode()


def begun(data: bytes = DATA, name: str = "名册.csv", modified: str = "", actor: Actor = OWNER) -> Reception:
    announced = re.Announced(name, len(data), "original", modified)
    return re.reception_open(actor=actor, announced=announced).reception


def send(reception: Reception, offset: int, chunk: bytes, actor: Actor = OWNER) -> int:
    return re.reception_append(actor=actor, reception=reception, offset=offset, chunk=io.BytesIO(chunk))


def arrived(reception: Reception) -> int:
    return re.reception_offset(actor=OWNER, reception=reception)


def finished(reception: Reception) -> Content:
    return re.reception_finish(actor=OWNER, reception=reception)


def in_receiving(home: Path) -> list[Path]:
    folder = home / "files" / "temporary" / "receiving"
    return list(folder.iterdir()) if folder.is_dir() else []


class BreaksOff(io.BytesIO):
    """A connection that is reset once its bytes are read."""

    def read(self, size: int | None = -1) -> bytes:
        if not (block := super().read(size)):
            raise ConnectionResetError
        return block


@given(cuts=st.lists(st.integers(1, len(DATA)), max_size=6), again=st.booleans())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_cut_into_parts_gives_the_file_back(home: Path, cuts: list[int], again: bool) -> None:
    reception, at = begun(), 0
    for end in [*sorted(set(cuts)), len(DATA)]:
        if end == at:
            continue
        assert send(reception, at, DATA[at:end]) == end
        if again:  # the answer got lost and the sender repeats the part
            with pytest.raises(OtherOffsetError) as told:
                send(reception, at, DATA[at:end])
            assert told.value.values["offset"] == end
        at = end
    content = finished(reception)
    assert content == Content(hashlib.sha256(DATA).hexdigest(), len(DATA))
    assert services.contents().path(content.sha256).read_bytes() == DATA
    assert in_receiving(home) == []
    re.reception_drop(actor=OWNER, reception=reception)


def test_what_came_before_the_connection_broke_is_kept(home: Path) -> None:
    reception = begun()
    came = re.reception_append(actor=OWNER, reception=reception, offset=0, chunk=BreaksOff(DATA[:123_457]))
    assert came == arrived(reception) == 123_457
    send(reception, came, DATA[came:])
    assert finished(reception).sha256 == hashlib.sha256(DATA).hexdigest()


@pytest.mark.parametrize("offset", [0, 1, 99_999, 100_001, len(DATA), 10**12])
def test_a_part_at_another_place_changes_nothing_and_is_told_the_right_one(home: Path, offset: int) -> None:
    reception = begun()
    send(reception, 0, DATA[:100_000])
    with pytest.raises(OtherOffsetError, match="100000"):
        send(reception, offset, b"x" * 50)
    assert arrived(reception) == 100_000


def test_a_connection_given_up_cannot_add_to_what_its_successor_sends(home: Path) -> None:
    reception = begun()
    path = services.contents().receiving(reception.public_id)

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            block = super().read(2_000_000 if size is None else min(size, 10_000))
            if self.tell() == 20_000:
                parts.append(path, 10_000, io.BytesIO(DATA[10_000:]), whole_bytes=len(DATA))
            return block

    with pytest.raises(OtherOffsetError) as told:
        parts.append(path, 0, Slow(DATA), whole_bytes=len(DATA))
    assert told.value.values["offset"] == len(DATA)
    assert finished(reception).sha256 == hashlib.sha256(DATA).hexdigest()


def test_nothing_beyond_the_announced_size_is_taken(home: Path) -> None:
    reception = begun()
    assert send(reception, 0, DATA + b"more") == len(DATA)
    assert finished(reception).sha256 == hashlib.sha256(DATA).hexdigest()


def test_only_the_owner_may_append_look_use_or_discard(home: Path) -> None:
    reception = begun()
    send(reception, 0, DATA[:10])
    acts = (
        lambda: send(reception, 10, DATA[10:], OTHER),
        lambda: re.reception_offset(actor=OTHER, reception=reception),
        lambda: re.reception_finish(actor=OTHER, reception=reception),
        lambda: re.reception_drop(actor=OTHER, reception=reception),
        lambda: re.reception_get(actor=OTHER, public_id=reception.public_id),
    )
    for act in acts:
        with pytest.raises(NotFoundError):
            act()
    assert re.receptions_under_way(actor=OTHER) == []
    assert arrived(reception) == 10


def test_the_same_file_goes_on_where_it_was_and_another_does_not(home: Path) -> None:
    first = begun(modified="1700000000000")
    send(first, 0, DATA[:5000])
    again = re.reception_open(
        actor=OWNER, announced=re.Announced("名册.csv", len(DATA), "original", "1700000000000")
    )
    assert (again.reception, again.received, again.percent) == (first, 5000, 0)
    others = [begun(modified="1700000000001"), begun(name="b.csv", modified="1700000000000"), begun()]
    others.append(begun(modified="1700000000000", actor=OTHER))
    assert first not in others
    assert len({one.pk for one in others}) == 4


def test_a_file_is_not_used_before_all_of_it_is_there(home: Path) -> None:
    reception = begun()
    send(reception, 0, DATA[:-1])
    with pytest.raises(UnfinishedError, match=str(len(DATA) - 1)):
        finished(reception)
    assert arrived(reception) == len(DATA) - 1


def test_finishing_may_be_repeated_and_is_used_by_one_record(home: Path) -> None:
    reception = begun()
    send(reception, 0, DATA)
    content = finished(reception)
    assert finished(Reception.objects.get()) == content
    assert arrived(Reception.objects.get()) == len(DATA)
    stored = services.store(
        actor=OWNER, source=content, kind="original", name="名册.csv", media_type="text/csv"
    )
    quicker = Reception.objects.get()
    re.reception_keep(actor=OWNER, reception=reception, stored=stored)
    with pytest.raises(StaleError):
        re.reception_keep(actor=OWNER, reception=quicker, stored=stored)


def test_a_finished_file_that_waits_for_its_form_is_not_swept(home: Path) -> None:
    reception = begun()
    send(reception, 0, DATA)
    content = finished(reception)
    path = services.contents().path(content.sha256)
    then = time.time() - 7200
    os.utime(path, (then, then))
    assert services.sweep(now=timezone.now()).contents == 0
    assert re.receptions_sweep(now=timezone.now() + timedelta(hours=25)) == 1
    assert services.sweep(now=timezone.now()).contents == 1


def test_what_nobody_goes_on_with_is_gone_after_a_day_and_not_before(home: Path) -> None:
    reception = begun()
    send(reception, 0, DATA[:10])
    assert services.sweep(now=timezone.now() + timedelta(hours=23)).temporary == 0
    assert re.receptions_sweep(now=timezone.now() + timedelta(hours=23)) == 0
    assert arrived(reception) == 10
    Reception.objects.update(updated_at=timezone.now() - timedelta(hours=25))
    assert re.receptions_sweep(now=timezone.now()) == 0, "a part came just now"
    (services.contents().receiving("rc_of_no_row")).touch()
    assert re.receptions_sweep(now=timezone.now() + timedelta(hours=25)) == 1
    assert in_receiving(home) == []
    assert not Reception.objects.exists()


def test_bytes_that_are_gone_are_not_told_to_be_there(home: Path) -> None:
    reception = begun(modified="1")
    services.contents().receiving(reception.public_id).unlink()
    with pytest.raises(NotFoundError):
        arrived(reception)
    with pytest.raises(NotFoundError):
        send(reception, 0, DATA)
    assert begun(modified="1") != reception


@pytest.mark.parametrize(
    ("first", "said"),
    [
        (b"MZ\x90\x00\x03" + b"\x00" * 60, "program"),
        (b"\x7fELF\x02\x01\x01", "program"),
        (b"#!/bin/sh\nrm -rf", "program"),
        (b"<html><table><tr><td>", "web page"),
        (b"\xef\xbb\xbf  <!DOCTYPE html>", "web page"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n", "picture"),
        (b"Rar!\x1a\x07", "archive"),
    ],
)
def test_what_is_no_table_is_turned_away_by_its_first_bytes(home: Path, first: bytes, said: str) -> None:
    reception = begun(first + DATA, name="名册.xlsx")
    with pytest.raises(BadInputError, match=said):
        send(reception, 0, first + DATA[:1000])
    assert in_receiving(home) == []
    assert not Reception.objects.exists()


def test_a_program_sent_byte_by_byte_is_turned_away_at_the_end(home: Path) -> None:
    program = b"MZ\x90\x00" + b"\x00" * 8
    reception = begun(program, name="名册.xlsx")
    for at in range(len(program)):
        send(reception, at, program[at : at + 1])
    with pytest.raises(BadInputError, match="program"):
        finished(reception)
    assert in_receiving(home) == []


def test_a_header_that_begins_with_the_letters_of_a_program_is_a_table(home: Path) -> None:
    data = "MZ,名称\n1,甲\n".encode()
    reception = begun(data)
    assert send(reception, 0, data) == len(data)


def test_each_limit_is_said_before_a_byte_is_sent(home: Path) -> None:
    mb = 1024 * 1024
    small: dict[str, Any] = {"home": home, "upload_mb": 4, "person_day_mb": 6}

    def announce(size: int, **changes: int) -> Reception:
        with override_settings(CONFIGURATION=Configuration(**(small | changes))):
            announced = re.Announced("a.csv", size, "original")
            return re.reception_open(actor=OWNER, announced=announced).reception

    with pytest.raises(TooLargeError, match="4 MB"):
        announce(4 * mb + 1)
    with pytest.raises(EmptyFileError):
        announce(0)
    announce(4 * mb)
    with pytest.raises(PersonQuotaError, match="2 MB are left"):
        announce(3 * mb)
    with pytest.raises(NoRoomError):
        announce(mb, disk_free_mb=1 << 40)
    with override_settings(CONFIGURATION=Configuration(**small)):
        assert room.room_for(OWNER).left_mb == 2
        assert room.room_for(OTHER).left_mb == 6
    assert Reception.objects.count() == 1


def test_what_was_handed_in_counts_for_a_day(home: Path) -> None:
    before = room.room_for(OWNER).person_bytes
    stored = services.store(
        actor=OWNER, source=io.BytesIO(DATA), kind="original", name="a.csv", media_type="text/csv"
    )
    assert room.room_for(OWNER).person_bytes == before - len(DATA)
    type(stored).objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert room.room_for(OWNER).person_bytes == before


def test_nobody_has_more_than_some_files_under_way(home: Path) -> None:
    for number in range(re.UNDER_WAY):
        begun(b"x", name=f"{number}.csv")
    with pytest.raises(TooManyUnderWayError):
        begun(b"x")
    begun(b"x", actor=OTHER)
    re.reception_drop(actor=OWNER, reception=Reception.objects.filter(owner=OWNER.id)[0])
    begun(b"x")
