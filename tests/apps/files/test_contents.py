"""The protocol by which a content reaches the disk and leaves it."""

from __future__ import annotations

import hashlib
import io
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuzhi.apps.files.contents import ContentStore
from shuzhi.apps.files.errors import TooLargeError

HOUR_S = 3600.0


def stored_files(store: ContentStore) -> list[Path]:
    return [p for p in store.root.rglob("*") if p.is_file() and p.name[0] != "."]


def age(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


@given(data=st.binary(max_size=4096))
@settings(max_examples=30, deadline=None)
def test_what_goes_in_comes_out_under_its_hash(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    store = ContentStore(tmp_path_factory.mktemp("store"))
    content = store.put(io.BytesIO(data))
    assert content.sha256 == hashlib.sha256(data).hexdigest()
    assert content.size_bytes == len(data)
    assert store.path(content.sha256).read_bytes() == data
    assert store.is_intact(content.sha256)


def test_the_same_bytes_take_room_once(tmp_path: Path) -> None:
    store = ContentStore(tmp_path)
    assert store.put(io.BytesIO(b"same")) == store.put(io.BytesIO(b"same"))
    assert len(stored_files(store)) == 1


def test_a_content_cannot_be_written_to_by_mistake(tmp_path: Path) -> None:
    store = ContentStore(tmp_path)
    path = store.path(store.put(io.BytesIO(b"fixed")).sha256)
    assert path.stat().st_mode & 0o222 == 0


def test_a_file_over_the_limit_leaves_nothing_behind(tmp_path: Path) -> None:
    store = ContentStore(tmp_path)
    with pytest.raises(TooLargeError, match="1 MB"):
        store.put(io.BytesIO(b"x" * (1024 * 1024 + 1)), limit_bytes=1024 * 1024)
    assert stored_files(store) == []


def test_a_source_that_breaks_off_leaves_nothing_behind(tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def __iter__(self) -> Iterator[bytes]:
            raise NotImplementedError

        def read(self, _size: int | None = -1) -> bytes:
            raise OSError("connection reset")

    store = ContentStore(tmp_path)
    with pytest.raises(OSError, match="connection reset"):
        store.put(Broken())
    assert stored_files(store) == []


def test_a_content_cut_short_by_a_bad_disk_is_noticed_and_put_right(tmp_path: Path) -> None:
    store = ContentStore(tmp_path)
    content = store.put(io.BytesIO(b"whole content"))
    path = store.path(content.sha256)
    path.chmod(0o640)
    path.write_bytes(b"whole")
    assert not store.is_intact(content.sha256)
    store.put(io.BytesIO(b"whole content"))
    assert store.is_intact(content.sha256)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "0" * 63, "0" * 65, "0" * 63 + "/"])
def test_only_a_hash_becomes_a_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        ContentStore(tmp_path).path(name)


def test_the_sweeper_takes_what_is_old_and_unnamed_and_nothing_else(tmp_path: Path) -> None:
    store = ContentStore(tmp_path)
    kept, young, lost = (store.put(io.BytesIO(text)) for text in (b"kept", b"young", b"lost"))
    for content in (kept, lost):
        age(store.path(content.sha256), 2 * HOUR_S)
    stale, fresh = tmp_path / "temporary" / "stale", tmp_path / "temporary" / "fresh"
    stale.write_bytes(b"half")
    fresh.write_bytes(b"half")
    age(stale, 2 * HOUR_S)

    swept = store.sweep(lambda name: name == kept.sha256, before=time.time() - HOUR_S)

    assert (swept.contents, swept.temporary, swept.bytes) == (1, 1, 4)
    assert {p.name for p in stored_files(store)} == {kept.sha256, young.sha256, "fresh"}


def test_a_content_taken_up_again_while_the_sweeper_looks_is_kept(tmp_path: Path) -> None:
    store = ContentStore(tmp_path)
    content = store.put(io.BytesIO(b"again"))
    age(store.path(content.sha256), 2 * HOUR_S)

    def looks_unnamed(name: str) -> bool:
        store.put(io.BytesIO(b"again"))  # another process stores the same bytes at this very moment
        return False

    swept = store.sweep(looks_unnamed, before=time.time() - HOUR_S)
    assert swept.contents == 0
    assert store.is_intact(content.sha256)
