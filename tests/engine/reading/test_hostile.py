"""Files made to break a reader: each gets one clear sentence, and nothing is left behind."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest
from pyarrow import parquet

from shuzhi.engine.data.reading import ReadOptions, load_file, open_file, refusals
from shuzhi.engine.data.reading.opening import shown_name
from shuzhi.engine.errors import BadInputError
from tests.engine.reading.compound import compound_file
from tests.engine.reading.conftest import read

Write = Callable[..., Path]


def refused(path: Path, into: Path, **options: object) -> BadInputError:
    """The refusal of a file; it must be one sentence or two, and leave no file behind."""
    before = set(into.rglob("*"))
    with pytest.raises(BadInputError) as caught:
        load_file(path, into=into, options=ReadOptions(**options))  # type: ignore[arg-type]
    message = str(caught.value)
    assert path.name in message or options.get("name", "") in message  # type: ignore[operator]
    assert "Traceback" not in message
    assert "\n" not in message
    assert str(path.parent) not in message
    assert set(into.rglob("*")) == before
    assert caught.value.code.startswith("input.")
    return caught.value


def workbook_bytes() -> bytes:
    workbook = openpyxl.Workbook()
    for row in [("名", "数"), *[(f"x{n}", n) for n in range(200)]]:
        workbook.active.append(row)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def zip_bytes(**entries: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("空.csv", b"", refusals.EmptyFileError),
        ("空白.csv", b"\n\n  \n", refusals.EmptyFileError),
        ("文.pdf", b"%PDF-1.7\n...", refusals.PdfFileError),
        ("表.xlsx", b"%PDF-1.7\n...", refusals.PdfFileError),
        ("表.zip", b"PK\x05\x06" + bytes(18), refusals.ArchiveError),
        ("表.gz", b"\x1f\x8b\x08" + bytes(20), refusals.ArchiveError),
        ("表.rar", b"Rar!\x1a\x07\x00" + bytes(20), refusals.ArchiveError),
        ("表.7z", b"7z\xbc\xaf\x27\x1c" + bytes(20), refusals.ArchiveError),
        ("表.xls", b"<html><table><tr><td>1</td></tr></table></html>", refusals.WebPageError),
        ("表.xml", b'<?xml version="1.0"?><Workbook/>', refusals.WebPageError),
        ("图.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, refusals.PictureError),
        ("声.csv", b"ID3\x04" + bytes(range(256)) * 20, refusals.NotTextError),
        ("表.xlsx", b"MZ\x90\x00" + bytes(range(256)) * 20, refusals.ProgramError),
        ("表.xls", b"\x7fELF" + bytes(range(256)) * 20, refusals.ProgramError),
        ("截.xlsx", workbook_bytes()[:2000], refusals.WorkbookDamagedError),
        ("截.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), refusals.WorkbookDamagedError),
        ("截.parquet", b"PAR1" + bytes(50), refusals.ParquetDamagedError),
        ("数.json", b'[{"a": 1}, {"a": 2}]', refusals.JsonArrayError),
        ("公文.ofd", zip_bytes(OFD_dot_xml=b"<x/>"), refusals.OfdFileError),
        ("文.docx", zip_bytes(word__document_dot_xml=b"<x/>"), refusals.WordFileError),
        ("表.xlsx", zip_bytes(a_dot_txt=b"x"), refusals.ArchiveError),
        ("表.xlsb", zip_bytes(xl__workbook_dot_bin=b"x"), refusals.OtherWorkbookError),
        ("坏.xlsx", zip_bytes(xl__workbook_dot_xml=b"<not xml"), refusals.WorkbookDamagedError),
    ],
)
def test_each_wrong_file_is_named_for_what_it_is(
    write: Write, tmp_path: Path, name: str, content: bytes, error: type[BadInputError]
) -> None:
    assert type(refused(write(content, name), tmp_path)) is error


@pytest.mark.parametrize(
    ("name", "streams", "error"),
    [
        ("密.xlsx", {"EncryptedPackage": b"x" * 5000, "EncryptionInfo": b"y" * 100}, refusals.PasswordError),
        ("表.et", {"Workbook": b"x" * 5000}, refusals.WpsFileError),
        ("文.wps", {"WordDocument": b"x" * 5000}, refusals.WpsFileError),
        ("文.xls", {"WordDocument": b"x" * 5000}, refusals.WordFileError),
        ("信.xls", {"__properties": b"x" * 5000}, refusals.OtherWorkbookError),
        ("坏.xls", {"Workbook": b"x" * 5000}, refusals.WorkbookDamagedError),
        (
            "密.xls",
            {
                "Workbook": struct.pack("<HHHH", 0x809, 4, 0x600, 5)
                + struct.pack("<HHH", 0x2F, 2, 0)
                + bytes(5000)
            },
            refusals.PasswordError,
        ),
    ],
)
def test_compound_files_are_told_apart(
    write: Write, tmp_path: Path, name: str, streams: dict[str, bytes], error: type[BadInputError]
) -> None:
    assert type(refused(write(compound_file(streams), name), tmp_path)) is error


def test_a_zip_bomb_is_not_unpacked(write: Write, tmp_path: Path) -> None:
    bomb = zip_bytes(xl__workbook_dot_xml=b"<x/>", xl__worksheets__sheet1_dot_xml=bytes(200 << 20))
    assert len(bomb) < 1 << 20
    assert type(refused(write(bomb, "弹.xlsx"), tmp_path)) is refusals.WorkbookBombError


def test_a_bomb_that_lies_about_its_size_ends_its_process_only(write: Write, tmp_path: Path) -> None:
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        b"</sheetData></worksheet>"
    )
    source = zipfile.ZipFile(io.BytesIO(workbook_bytes()))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in source.namelist():
            archive.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else source.read(name))
    error = refused(write(buffer.getvalue(), "远.xlsx"), tmp_path, workbook_memory_mb=512)
    assert type(error) in (refusals.WorkbookLimitError, refusals.WorkbookDamagedError)


def test_a_workbook_past_its_time_is_ended(write: Write, tmp_path: Path) -> None:
    path = write(workbook_bytes(), "慢.xlsx")
    assert type(refused(path, tmp_path, workbook_cpu_s=0)) is refusals.WorkbookLimitError


def test_a_hundred_thousand_columns_are_refused(write: Write, tmp_path: Path) -> None:
    path = write(",".join(f"c{n}" for n in range(100_000)) + "\n" + "," * 99_999 + "\n", "宽.csv")
    error = refused(path, tmp_path)
    assert type(error) is refusals.TooManyColumnsError
    assert error.values["columns"] == 100_000


def test_a_cell_of_a_megabyte_is_set_aside_and_its_row_kept(write: Write) -> None:
    path = write("编号,说明\nA1,甲\nA2," + "长" * 400_000 + "\nA3,丙\n")
    reading = read(path)
    assert [(row, reason) for row, _, _, reason in reading.aside()] == [(3, "too_long")]
    assert len(reading.set_aside[0]["raw"]) <= 1000
    assert reading.column("编号") == ["A1", "A2", "A3"]


def test_a_line_without_end_is_refused(write: Write, tmp_path: Path) -> None:
    assert type(refused(write("x" * (17 << 20), "长.csv"), tmp_path)) is refusals.LineTooLongError
    late = "编号,说明\n" + "A,b\n" * 100_000 + "y" * (26 << 20)
    error = refused(write(late, "迟.csv"), tmp_path)
    assert type(error) is refusals.LineTooLongError
    assert error.values["line"] == 100_002


def test_bytes_of_no_known_encoding_are_refused_with_their_place(write: Write, tmp_path: Path) -> None:
    body = b"id,name\n" + b"\n".join(bytes([0x31, 0x2C, 0xFF, 0xFE, 0xFF]) for _ in range(50))
    error = refused(write(body, "乱.csv"), tmp_path)
    assert type(error) is refusals.EncodingUnknownError
    assert error.values["line"] == 2


def test_a_parquet_file_damaged_inside_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "坏.parquet"
    parquet.write_table(pa.table({"a": [f"值{n}" for n in range(5000)]}), path)
    data = bytearray(path.read_bytes())
    data[40:4000] = bytes(3960)
    path.write_bytes(data)
    assert type(refused(path, tmp_path)) is refusals.ParquetDamagedError


def test_an_unknown_encoding_or_a_missing_file_is_a_refusal(write: Write, tmp_path: Path) -> None:
    assert type(refused(write("a,b\n1,2\n"), tmp_path, encoding="klingon")) is refusals.BadOptionError
    with pytest.raises(refusals.CannotOpenError):
        open_file(tmp_path / "没有.csv")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\表.xlsx", "表.xlsx"),
        ("a\x00b\n.csv", "a\ufffdb\ufffd.csv"),
        ("长" * 300 + ".csv", "长" * 110 + "…" + "长" * 5 + ".csv"),
        ("/", "file"),
        ("{0}{name}.csv", "{0}{name}.csv"),
    ],
)
def test_names_are_shown_without_their_folders_and_tricks(write: Write, name: str, shown: str) -> None:
    assert shown_name(name) == shown
    with pytest.raises(refusals.PdfFileError) as caught:
        open_file(write(b"%PDF-1.4"), options=ReadOptions(name=name))
    assert str(caught.value).startswith(shown)


def test_sheet_names_are_no_paths(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.title = "..&..&x"
    workbook.active.append(("名", "数"))
    workbook.active.append(("a", 1))
    workbook.save(tmp_path / "t.xlsx")
    assert read(tmp_path / "t.xlsx").reader.source.sheet == "..&..&x"
