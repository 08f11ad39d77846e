"""What a workbook's values do not show: hidden parts, merged ranges, formulas, error cells.

For .xlsx taken from the sheet's XML, for .xls from its BIFF records ([MS-XLS]). Runs only in
the child process that may be ended at any moment.
"""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree

from shuzhi.engine.data.reading.chunks import MARK
from shuzhi.engine.data.reading.compound_files import CompoundFile

_PART_BYTES = 1 << 20
_LISTED = 100_000
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


@dataclass(slots=True)
class SheetFacts:
    """Of one sheet; rows and columns count from 0. ``marked`` are cells whose value is no value."""

    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    formulas: int = 0
    marked: dict[tuple[int, int], str] = field(default_factory=dict)

    def mark(self, row: int, column: int, problem: str, shown: str) -> None:
        """Notes a cell that has no usable value, with what to show for it."""
        if len(self.marked) < _LISTED:
            self.marked[row, column] = f"{MARK}{problem}{shown}"


# -- .xlsx ---------------------------------------------------------------------------------

_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*\bhidden=\"(?:1|true)\"[^>]*>")
_NUMBER = re.compile(rb"\br=\"(\d+)\"")
_COL = re.compile(rb"<(?:\w+:)?col\b[^>]*>")
_ATTRIBUTE = re.compile(rb"\b(min|max|hidden)=\"(\w+)\"")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*[^/>])>(.*?)</(?:\w+:)?c>", re.DOTALL)
_FORMULA = re.compile(rb"<(?:\w+:)?f\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?f>)", re.DOTALL)
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?v>)", re.DOTALL)
_REFERENCE = re.compile(rb"\br=\"([A-Z]{1,3})(\d+)\"")


def xlsx_facts(path: str, sheet: str) -> SheetFacts:
    """Reads the sheet's XML once, in parts."""
    facts = SheetFacts()
    with zipfile.ZipFile(path) as archive:
        part = _sheet_part(archive, sheet)
        if part is None:
            return facts
        with archive.open(part) as stream:
            for segment in _segments(stream):
                _scan(segment, facts)
    return facts


def has_macros(path: str) -> bool:
    """Whether the workbook carries a VBA project."""
    with zipfile.ZipFile(path) as archive:
        return any(name.endswith("vbaProject.bin") for name in archive.namelist())


def _sheet_part(archive: zipfile.ZipFile, sheet: str) -> str | None:
    workbook = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - limits are set
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    for element in workbook.iter():
        if element.tag.endswith("}sheet") and element.get("name") == sheet:
            identity = next((v for k, v in element.attrib.items() if k.endswith("}id")), None)
            target = targets.get(identity, "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            return part if part in archive.namelist() else None
    return None


def _segments(stream: object) -> Iterator[bytes]:
    carry = b""
    while data := stream.read(_PART_BYTES):  # type: ignore[attr-defined]
        buffer = carry + data
        cut = max(buffer.rfind(b"</row>"), buffer.rfind(b":row>")) + 1
        carry = buffer[cut:]
        if cut:
            yield buffer[:cut]
    yield carry


def _scan(segment: bytes, facts: SheetFacts) -> None:
    if b"hidden=" in segment:
        for row in _ROW.findall(segment):
            if (number := _NUMBER.search(row)) and len(facts.hidden_rows) < _LISTED:
                facts.hidden_rows.append(int(number[1]) - 1)
        for column in _COL.findall(segment):
            attributes = dict(_ATTRIBUTE.findall(column))
            if attributes.get(b"hidden") in (b"1", b"true"):
                first, last = int(attributes.get(b"min", 1)), int(attributes.get(b"max", 1))
                facts.hidden_columns += range(first - 1, min(last, first + 255))
    if b"<f" in segment or b":f" in segment or b't="e"' in segment:
        for attributes, content in _CELL.findall(segment):
            _scan_cell(attributes, content, facts)


def _scan_cell(attributes: bytes, content: bytes, facts: SheetFacts) -> None:
    formula = _FORMULA.search(content)
    error = b't="e"' in attributes
    if not formula and not error:
        return
    facts.formulas += bool(formula)
    value = _VALUE.search(content)
    reference = _REFERENCE.search(attributes)
    if reference is None:
        return
    row, column = int(reference[2]) - 1, _position(reference[1].decode())
    if error:
        facts.mark(row, column, "E", (value[1] or b"").decode("utf-8", "replace") if value else "")
    elif value is None or (not value[1] and b't="str"' not in attributes):
        facts.mark(row, column, "F", "=" + ((formula and formula[1]) or b"").decode("utf-8", "replace"))


def _position(letters: str) -> int:
    position = 0
    for letter in letters:
        position = position * 26 + ord(letter) - 64
    return position - 1


# -- .xls ----------------------------------------------------------------------------------

_BOUNDSHEET, _FILEPASS, _EOF = 0x85, 0x2F, 0x0A
_FORMULA_RECORD, _BOOLERR, _ROW_RECORD, _COLINFO, _MERGES = 0x06, 0x205, 0x208, 0x7D, 0xE5


def xls_stream(path: str) -> bytes:
    """The workbook stream of a compound file."""
    with open(path, "rb") as file:  # noqa: PTH123 - the child imports as little as it can
        compound = CompoundFile(file)
        return compound.stream("Workbook" if "Workbook" in compound.names() else "Book")


def xls_protected(stream: bytes) -> bool:
    """Whether the stream is encrypted: it then begins with a FILEPASS record."""
    return any(kind == _FILEPASS for kind, _ in _records(stream, 0))


def xls_facts(stream: bytes, sheet: str) -> SheetFacts:
    """Facts of the sheet called ``sheet``; empty where it is not found."""
    facts = SheetFacts()
    for kind, body in _records(stream, 0):
        if kind == _BOUNDSHEET and len(body) >= 8:
            offset, size, wide = struct.unpack_from("<I", body)[0], body[6], body[7] & 1
            raw = body[8 : 8 + size * (1 + wide)]
            name = raw.decode("utf-16-le" if wide else "latin-1", "replace")
            if name == sheet:
                _scan_records(stream, offset, facts)
    return facts


def _records(stream: bytes, offset: int) -> Iterator[tuple[int, bytes]]:
    """Records of one substream, up to its end."""
    depth = 0
    while offset + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, offset)
        yield kind, stream[offset + 4 : offset + 4 + size]
        offset += 4 + size
        depth += kind == 0x809
        if kind == _EOF:
            depth -= 1
            if depth <= 0:
                return


def _scan_records(stream: bytes, offset: int, facts: SheetFacts) -> None:
    for kind, body in _records(stream, offset):
        if kind == _ROW_RECORD and len(body) >= 16:
            row, flags = struct.unpack_from("<H", body)[0], struct.unpack_from("<H", body, 12)[0]
            if flags & 0x20 and len(facts.hidden_rows) < _LISTED:
                facts.hidden_rows.append(row)
        elif kind == _COLINFO and len(body) >= 10:
            first, last, _, _, flags = struct.unpack_from("<5H", body)
            if flags & 1:
                facts.hidden_columns += range(first, min(last, 255) + 1)
        elif kind == _MERGES and len(body) >= 2:
            count = min(struct.unpack_from("<H", body)[0], (len(body) - 2) // 8)
            for index in range(count):
                top, bottom, left, right = struct.unpack_from("<4H", body, 2 + index * 8)
                facts.merges.append((top, left, bottom, right))
        elif kind == _FORMULA_RECORD and len(body) >= 14:
            facts.formulas += 1
            row, column = struct.unpack_from("<2H", body)
            if body[12:14] == b"\xff\xff" and body[6] == 2:
                facts.mark(row, column, "E", _ERRORS.get(body[8], "#N/A"))
        elif kind == _BOOLERR and len(body) >= 8 and body[7]:
            row, column = struct.unpack_from("<2H", body)
            facts.mark(row, column, "E", _ERRORS.get(body[6], "#N/A"))
