"""The ways in: a file, or Arrow batches that somebody else reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from shuzhi.engine.data.contracts.model import Contract
from shuzhi.engine.data.reading.chunks import RowSource
from shuzhi.engine.data.reading.model import SET_ASIDE_SCHEMA, Load, Note, ReadOptions
from shuzhi.engine.data.reading.reader import FileReader
from shuzhi.engine.data.reading.recognising import recognise
from shuzhi.engine.data.reading.records_files import ArrowSource, open_json_lines, open_parquet
from shuzhi.engine.data.reading.refusals import NoSheetsError
from shuzhi.engine.data.reading.text_files import open_text
from shuzhi.engine.data.reading.workbook_files import open_workbook

_SUFFIXES = {
    "csv": (".csv", ".tsv", ".txt", ".tab", ".dat", ".del"),
    "json": (".jsonl", ".ndjson", ".json"),
    "xls": (".xls", ".xlt"),
    "xlsx": (".xlsx", ".xlsm", ".xltx", ".xltm"),
    "parquet": (".parquet", ".parq"),
}
_FORMATS = {"text": "CSV", "json": "JSON", "parquet": "Parquet"}
_DEFAULT = ReadOptions()


def open_file(path: Path, *, contract: Contract | None = None, options: ReadOptions = _DEFAULT) -> FileReader:
    """Opens a CSV, TSV, .xls, .xlsx, Parquet or JSON lines file, told by its content.

    With a contract its columns are typed as the contract says, and all its columns are in the
    schema, those missing from the file empty. Raises BadInputError for what cannot be read.
    """
    name = shown_name(options.name or path.name)
    source = open_source(path, options)
    return FileReader(source, contract, options, _suffix_notes(name, source.kind))


def open_source(path: Path, options: ReadOptions = _DEFAULT) -> RowSource:
    """The file's raw rows, before any header is looked for; raises BadInputError."""
    name = shown_name(options.name or path.name)
    kind = recognise(path, name)
    if options.sheet is not None and kind not in ("xls", "xlsx"):
        raise NoSheetsError(name=name, format=_FORMATS[kind], sheet=shown_name(options.sheet))
    if kind == "text":
        return open_text(path, name, options)
    if kind == "json":
        return open_json_lines(path, name, options)
    if kind == "parquet":
        return open_parquet(path, name)
    return open_workbook(path, name, kind, options)


def read_arrow(
    batches: Iterator[pa.RecordBatch],
    *,
    schema: pa.Schema,
    name: str,
    contract: Contract | None = None,
    options: ReadOptions = _DEFAULT,
) -> FileReader:
    """Rows that come as Arrow already (a database's answer): typed, accounted for and set aside alike.

    Rows are numbered from 1 in the order they come.
    """
    return FileReader(ArrowSource(shown_name(name), "arrow", schema, batches), contract, options)


def load_file(
    path: Path, *, contract: Contract | None = None, into: Path, options: ReadOptions = _DEFAULT
) -> Load:
    """Reads the file to its end into ``into``/table.parquet and ``into``/set_aside.parquet.

    ``into`` must exist. Where the reading fails neither file is left behind.
    """
    with open_file(path, contract=contract, options=options) as reader:
        return write_load(reader, into)


def write_load(reader: FileReader, into: Path) -> Load:
    """Writes all rows of a reader as ``load_file`` does."""
    table, aside = into / "table.parquet", into / "set_aside.parquet"
    try:
        with (
            parquet.ParquetWriter(table, reader.schema, compression="zstd", compression_level=1) as rows,
            parquet.ParquetWriter(aside, SET_ASIDE_SCHEMA, compression="zstd") as cells,
        ):
            for batch in reader:
                if batch.loaded.num_rows:
                    rows.write_batch(batch.loaded)
                if batch.set_aside.num_rows:
                    cells.write_batch(batch.set_aside)
    except BaseException:
        table.unlink(missing_ok=True)
        aside.unlink(missing_ok=True)
        raise
    source = reader.source
    return Load(table, aside, reader.account, source, reader.columns, reader.frame_rows, source.notes)


def shown_name(name: str) -> str:
    """A file's name as it may appear in a sentence: no folders, no control characters, not endless."""
    last = name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    clean = "".join(c if c.isprintable() else "\ufffd" for c in last).strip()
    return (clean if len(clean) <= 120 else f"{clean[:110]}…{clean[-9:]}") or "file"


def _suffix_notes(name: str, kind: str) -> tuple[Note, ...]:
    suffix = Path(name).suffix.lower()
    if not suffix or suffix in _SUFFIXES[kind]:
        return ()
    return (Note("suffix", {"suffix": suffix, "format": kind}),)
