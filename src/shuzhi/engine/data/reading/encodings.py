"""In what encoding and with what delimiter a text file is written, judged from its bytes."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from shuzhi.engine.data.reading.refusals import EncodingUnknownError, NotTextError

KEEP = "shuzhi-keep"
"""Error handler of every decoding here: an undecodable byte b becomes the private character
U+F700 + b, so that text stays valid UTF-8, the cell can be set aside, and the bytes be shown."""

KEPT_FIRST, KEPT_LAST = "\uf780", "\uf7ff"

DELIMITERS = ("\t,", "||", "@@", "|", ",", "\t", ";", "\x01", "^")
"""Several characters first: a file with ``\\t,`` between its cells also splits at each of the two."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE_BYTES = 1 << 18
_SCAN_BYTES = 1 << 20
# what a text may hold below U+0020: tab, line breaks, Hive's \x01, the old end-of-file \x1a, escape
_CONTROLS = bytes(b for b in range(32) if b not in b"\t\n\r\x0b\x0c\x01\x1a\x1b")


def _keep(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    return "".join(chr(0xF700 + b) if b > 127 else "\ufffd" for b in bad), error.end


codecs.register_error(KEEP, _keep)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the cells of a text file are told apart. ``quoting`` is false where quotation marks
    are ordinary characters; ``width`` is the usual number of cells in a row."""

    delimiter: str
    quoting: bool
    width: int
    widest: int
    widest_row: int


def sniff_encoding(path: Path, name: str) -> str:
    """The encoding's Python name; a file of ASCII alone counts as UTF-8.

    The first bytes beyond ASCII decide, wherever in the file they stand. Raises NotTextError
    for binary content and EncodingUnknownError where neither UTF-8 nor GB18030 fits.
    """
    with path.open("rb") as file:
        head = file.read(_SCAN_BYTES)
        for bom, encoding in _BOMS:
            if head.startswith(bom):
                return encoding
        if (wide := _utf16_without_bom(head)) is not None:
            return wide
        _refuse_binary(head, name)
        offset = 0
        while head.isascii():
            offset += len(head)
            if not (head := file.read(_SCAN_BYTES)):
                return "utf-8"
        start = max(next(i for i, b in enumerate(head) if b > 127) - 1, 0)
        sample = head[start:] + (file.read(_SAMPLE_BYTES) if len(head) - start < _SAMPLE_BYTES else b"")
    return _judge(sample[:_SAMPLE_BYTES], offset + start, name, head[:start].count(b"\n") + 1)


def _utf16_without_bom(head: bytes) -> str | None:
    even, odd = head[::2].count(0), head[1::2].count(0)
    if even + odd < len(head) // 8:
        return None
    if odd > 10 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 10 * odd else None


def _refuse_binary(head: bytes, name: str) -> None:
    stripped = head.translate(None, _CONTROLS)
    if len(head) - len(stripped) > max(len(head) // 50, 8):
        position = next(i for i, b in enumerate(head) if b in _CONTROLS)
        raise NotTextError(name=name, position=position)


def _judge(sample: bytes, offset: int, name: str, line: int) -> str:
    lines = [text for text in sample.split(b"\n")[:20_000] if not text.isascii()]
    whole = lines[:-1] or lines
    utf8 = sum(_fits(text, "utf-8") for text in whole)
    if utf8 * 2 >= len(whole):
        return "utf-8"
    if sum(_fits(text, "gb18030") for text in whole) * 10 >= len(whole) * 7:
        return "gb18030"
    if utf8 * 10 >= len(whole):
        return "utf-8"
    raise EncodingUnknownError(name=name, position=offset + 1, line=line)


def _fits(text: bytes, encoding: str) -> bool:
    try:
        text.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def sniff_dialect(text: str, delimiter: str | None) -> Dialect:
    """The dialect of a file that begins with ``text``; the given delimiter is believed."""
    candidates = (delimiter,) if delimiter else DELIMITERS
    best: tuple[float, Dialect] | None = None
    for candidate in candidates:
        if candidate not in text and not delimiter:
            continue
        share, dialect = _try(text, candidate)
        if dialect.width > 1 and (best is None or share > best[0] + 1e-9):
            best = (share, dialect)
    if best is None:
        return _try(text, delimiter or ",")[1]
    return best[1]


def _try(text: str, delimiter: str) -> tuple[float, Dialect]:
    quoting = _quoting(text, delimiter)
    rows = parse_rows(split_lines(text)[:2000], delimiter, quoting)
    widths = [len(row) for row in rows if any(row)]
    if not widths:
        return 0.0, Dialect(delimiter, quoting, 1, 1, 1)
    counts = Counter(widths)
    width = max(counts, key=lambda w: (counts[w] * (w > 1), w))
    widest_row = max(range(len(rows)), key=lambda i: len(rows[i]))
    return counts[width] / len(widths), Dialect(
        delimiter, quoting, width, len(rows[widest_row]), widest_row + 1
    )


def _quoting(text: str, delimiter: str) -> bool:
    """Whether quotation marks enclose cells: some cell begins with one, or there is none at all."""
    if '"' not in text:
        return True
    return text.startswith('"') or f'{delimiter}"' in text or '\n"' in text


def split_lines(text: str) -> list[str]:
    """Lines with their line feed; unlike ``str.splitlines`` it splits at line breaks alone."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def parse_rows(lines: Sequence[str], delimiter: str, quoting: bool) -> list[list[str]]:
    """The cells of some lines; a delimiter of several characters is no hindrance."""
    if len(delimiter) > 1:
        lines = [line.replace(delimiter, "\x1f") for line in lines]
        delimiter = "\x1f"
    reader = csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quoting else csv.QUOTE_NONE)
    return list(islice(reader, len(lines)))
