"""OLE2 compound files ([MS-CFB]): the names of the streams in one, and the bytes of one stream.

Written for hostile input: every chain is bounded by the size of the file.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_END_OF_CHAIN = 0xFFFFFFFE
_MAX_SECTOR = 0xFFFFFFFA
_ENTRY_BYTES = 128


class CompoundError(ValueError):
    """The file breaks the rules of its format; the message says which."""


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    kind: int
    start: int
    size: int


class CompoundFile:
    """A compound file open for reading."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._size = file.seek(0, 2)
        header = self._at(0, 512)
        shift, mini_shift = struct.unpack_from("<HH", header, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise CompoundError("its sectors have an impossible size")
        self._sector = 1 << shift
        self._sectors = self._size // self._sector + 1
        directory, self._cutoff, mini_fat = (
            struct.unpack_from("<I", header, offset)[0] for offset in (48, 56, 60)
        )
        self._fat = self._read_fat(header)
        entries = b"".join(self._chain(directory))
        self._entries = [
            _entry(entries, at) for at in range(0, len(entries) - _ENTRY_BYTES + 1, _ENTRY_BYTES)
        ]
        self._mini_fat = _numbers(b"".join(self._chain(mini_fat))) if mini_fat < _MAX_SECTOR else ()

    def names(self) -> set[str]:
        """Names of all streams and storages."""
        return {entry.name for entry in self._entries if entry.kind in (1, 2)}

    def stream(self, name: str) -> bytes:
        """The bytes of the first stream of that name; KeyError where there is none."""
        entry = next((e for e in self._entries if e.kind == 2 and e.name == name), None)
        if entry is None:
            raise KeyError(name)
        if entry.size < self._cutoff:
            return self._mini_stream(entry)
        return b"".join(self._chain(entry.start))[: entry.size]

    def _mini_stream(self, entry: _Entry) -> bytes:
        root = next((e for e in self._entries if e.kind == 5), None)
        if root is None:
            raise CompoundError("its directory has no root")
        small = b"".join(self._chain(root.start))
        parts, sector = [], entry.start
        for _ in range(len(self._mini_fat) + 1):
            if sector >= len(self._mini_fat):
                break
            parts.append(small[sector * 64 : sector * 64 + 64])
            sector = self._mini_fat[sector]
        return b"".join(parts)[: entry.size]

    def _at(self, offset: int, size: int) -> bytes:
        self._file.seek(offset)
        data = self._file.read(size)
        if not data or (offset == 0 and len(data) < size):
            raise CompoundError("it is cut off")
        return data

    def _read_sector(self, sector: int) -> bytes:
        return self._at((sector + 1) * self._sector, self._sector)

    def _read_fat(self, header: bytes) -> tuple[int, ...]:
        sectors = [s for s in struct.unpack_from("<109I", header, 76) if s < _MAX_SECTOR]
        following = struct.unpack_from("<I", header, 68)[0]
        for _ in range(self._sectors):
            if following >= _MAX_SECTOR:
                break
            numbers = _numbers(self._read_sector(following))
            sectors += [s for s in numbers[:-1] if s < _MAX_SECTOR]
            following = numbers[-1]
        if len(sectors) > self._sectors:
            raise CompoundError("its allocation table is longer than the file")
        fat: list[int] = []
        for sector in sectors:
            fat.extend(_numbers(self._read_sector(sector)))
        return tuple(fat)

    def _chain(self, sector: int) -> Iterator[bytes]:
        for _ in range(self._sectors + 1):
            if sector == _END_OF_CHAIN:
                return
            if sector >= len(self._fat):
                raise CompoundError("it is cut off or its sectors are mixed up")
            yield self._read_sector(sector)
            sector = self._fat[sector]
        raise CompoundError("its sectors run in a circle")


def stream_names(path: Path) -> set[str]:
    """Names of the streams in the file; CompoundError where it is damaged."""
    with path.open("rb") as file:
        return CompoundFile(file).names()


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def _entry(data: bytes, at: int) -> _Entry:
    length = min(struct.unpack_from("<H", data, at + 64)[0], 64)
    name = data[at : at + max(length - 2, 0)].decode("utf-16-le", "replace")
    start, size = struct.unpack_from("<IQ", data, at + 116)
    return _Entry(name, data[at + 66], start, size & 0xFFFFFFFF)
