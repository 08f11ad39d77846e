"""What a file is, told from its content; its name only helps to word the answer."""

from __future__ import annotations

import zipfile
from pathlib import Path

from shuzhi.engine.data.reading.compound_files import CompoundError, stream_names
from shuzhi.engine.data.reading.refusals import (
    ArchiveError,
    CannotOpenError,
    EmptyFileError,
    OfdFileError,
    OtherWorkbookError,
    PasswordError,
    PdfFileError,
    PictureError,
    ProgramError,
    WebPageError,
    WordFileError,
    WorkbookBombError,
    WorkbookDamagedError,
    WpsFileError,
)

_ARCHIVES = (
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!", "rar"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
)
_PROGRAMS = (b"\x7fELF", b"#!/", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*")
_WPS_SUFFIXES = frozenset({".et", ".ett", ".wps", ".wpt", ".dps"})
_UNPACKED_LIMIT = 2 << 30
_SUSPECT_SIZE = 64 << 20
_SUSPECT_RATIO = 200
_ENTRIES_LIMIT = 20_000


def recognise(path: Path, name: str) -> str:
    """One of "text", "json", "xls", "xlsx", "parquet"; raises BadInputError naming anything else."""
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise CannotOpenError(name=name, problem=error.strerror or str(error)) from error
    if not head:
        raise EmptyFileError(name=name)
    kind = recognise_head(head, name)
    if kind == "zip":
        return _recognise_zip(path, name)
    if kind == "compound":
        return _recognise_compound(path, name, Path(name).suffix.lower())
    return kind


def recognise_head(head: bytes, name: str) -> str:
    """The same from the first bytes alone; a "zip" or a "compound" file may still hold something else.

    Turns away programs, pictures, web pages, PDF documents and archives, whatever they are called.
    """
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return "zip"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "compound"
    if head.startswith(b"%PDF"):
        raise PdfFileError(name=name)
    for magic, kind in _ARCHIVES:
        if head.startswith(magic):
            raise ArchiveError(name=name, kind=kind)
    # a header row may begin with the letters MZ: a program has zero bytes right behind them
    if head.startswith(_PROGRAMS) or (head.startswith(b"MZ") and b"\x00" in head[:64]):
        raise ProgramError(name=name)
    if head.startswith(_PICTURES):
        raise PictureError(name=name)
    return _recognise_text(head, name, Path(name).suffix.lower())


def _recognise_text(head: bytes, name: str, suffix: str) -> str:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<?xml", b"<meta", b"<head", b"<style")):
        raise WebPageError(name=name)
    if suffix in (".jsonl", ".ndjson", ".json") or start.startswith((b'{"', b'{ "')):
        return "json"
    return "text"


def _recognise_zip(path: Path, name: str) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise WorkbookDamagedError(name=name, problem=str(error)) from error
    names = {entry.filename for entry in entries}
    if "OFD.xml" in names:
        raise OfdFileError(name=name)
    if "word/document.xml" in names:
        raise WordFileError(name=name)
    if "xl/workbook.bin" in names:
        raise OtherWorkbookError(name=name, kind=".xlsb")
    if "content.xml" in names and "mimetype" in names:
        raise OtherWorkbookError(name=name, kind="OpenDocument, .ods")
    if "xl/workbook.xml" not in names:
        raise ArchiveError(name=name, kind="zip")
    _refuse_bomb(entries, path.stat().st_size, name)
    if any(entry.flag_bits & 1 for entry in entries):
        raise PasswordError(name=name)
    return "xlsx"


def _refuse_bomb(entries: list[zipfile.ZipInfo], packed: int, name: str) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    dense = unpacked > _SUSPECT_SIZE and unpacked > packed * _SUSPECT_RATIO
    if dense or unpacked > _UNPACKED_LIMIT or len(entries) > _ENTRIES_LIMIT:
        raise WorkbookBombError(name=name, unpacked_mb=unpacked >> 20, packed_mb=f"{packed / (1 << 20):.1f}")


def _recognise_compound(path: Path, name: str, suffix: str) -> str:
    try:
        streams = stream_names(path)
    except CompoundError as error:
        raise WorkbookDamagedError(name=name, problem=str(error)) from error
    if "EncryptedPackage" in streams:
        raise PasswordError(name=name)
    if suffix in _WPS_SUFFIXES:
        raise WpsFileError(name=name)
    if streams & {"Workbook", "Book"}:
        return "xls"
    if "WordDocument" in streams:
        raise WordFileError(name=name)
    raise OtherWorkbookError(name=name, kind="OLE")
