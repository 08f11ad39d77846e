"""Makes small OLE2 compound files for tests."""

from __future__ import annotations

import struct

_SECTOR = 512


def compound_file(streams: dict[str, bytes]) -> bytes:
    """A compound file with these streams, each padded to at least 4096 bytes (no mini stream)."""
    sectors: list[bytes] = []
    fat: list[int] = []
    entries = [_entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1)]
    for index, (name, content) in enumerate(streams.items(), 1):
        data = content.ljust(4096, b"\0")
        start, count = len(sectors), -(-len(data) // _SECTOR)
        sectors += [data[i * _SECTOR : (i + 1) * _SECTOR].ljust(_SECTOR, b"\0") for i in range(count)]
        fat += [*range(start + 1, start + count), 0xFFFFFFFE]
        last = index == len(streams)
        entries.append(_entry(name, 2, start, len(data), right=0xFFFFFFFF if last else index + 1))
    directory = b"".join(entries).ljust(-(-len(entries) // 4) * _SECTOR, b"\0")
    first_directory = len(sectors)
    parts = [directory[i : i + _SECTOR] for i in range(0, len(directory), _SECTOR)]
    sectors += parts
    fat += [*range(first_directory + 1, first_directory + len(parts)), 0xFFFFFFFE]
    fat_sector = len(sectors)
    fat += [0xFFFFFFFD]
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(_SECTOR, b"\xff")
    assert len(table) == _SECTOR
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, first_directory, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", fat_sector, *[0xFFFFFFFF] * 108)
    return header + b"".join(sectors) + table


def _entry(
    name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF
) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    entry = raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, 0xFFFFFFFF, right, child)
    return entry + bytes(36) + struct.pack("<IQ", start, size)
