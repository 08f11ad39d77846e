"""The table of the harness's clerk: as it comes, and mended. Quick to read; its faults make a few cases."""

from __future__ import annotations

import csv
import zlib
from io import StringIO

ROWS = 60


def messy(title: str) -> bytes:
    """Two rows under one number, three without a kind."""
    lines = _lines(title)
    lines[3][0] = lines[2][0]
    for line in lines[5:8]:
        line[2] = ""
    return _csv(lines)


def mended(title: str) -> bytes:
    """The same table with nothing wrong."""
    return _csv(_lines(title))


def _lines(title: str) -> list[list[str]]:
    """The title is in the numbers, so that no two titles make the same file."""
    mark = f"{zlib.crc32(title.encode()) % 1000:03d}"
    lines = [["编号", "所属镇街", "类别", "人数"]]
    for number in range(ROWS):
        kind, town = ("特困", "低保")[number % 2], ("瓜沥镇", "临浦镇")[number % 2]
        lines.append([f"TK{mark}{number:05d}", town, kind, str(number % 7)])
    return lines


def _csv(lines: list[list[str]]) -> bytes:
    text = StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue().encode()
