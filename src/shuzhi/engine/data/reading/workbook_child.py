"""The process that opens an untrusted workbook: limits itself, then sends one sheet's cells as text.

Reads a request (JSON) from its input. Writes one line of JSON (facts, or an error code), then
an Arrow stream of text columns. Never writes a file, never reaches the network.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any

from shuzhi.engine.imports import without_pandas

_BATCH_ROWS = 32_768
_HEAD_ROWS = 64
_SHEETS_WEIGHED = 40


class _RefusedError(Exception):
    """Ends the child; its arguments go to the parent as the error's code and detail."""


def limit(memory_mb: int, cpu_s: int) -> None:
    """Bounds what this process may use; past it, it ends."""
    size = memory_mb << 20
    limits = (
        (resource.RLIMIT_AS, (size, size)),
        (resource.RLIMIT_CPU, (cpu_s, cpu_s + 1)),
        (resource.RLIMIT_CORE, (0, 0)),
        (resource.RLIMIT_NOFILE, (64, 64)),
    )
    for what, bound in limits:
        # a system that knows no such limit, or has a lower one already, keeps its own
        with suppress(ValueError):
            resource.setrlimit(what, bound)


def main() -> int:
    """Serves one request. 0: served or refused; 3: out of memory; 4: nobody listens any more."""
    request = json.loads(sys.stdin.buffer.read())
    limit(request["memory_mb"], request["cpu_s"])
    out = sys.stdout.buffer
    try:
        _serve(request, out)
    except _RefusedError as refusal:
        out.write(json.dumps({"error": refusal.args[0], "detail": refusal.args[1]}).encode() + b"\n")
    except MemoryError:
        return 3
    except BrokenPipeError:
        return 4
    except (
        ValueError,
        KeyError,
        IndexError,
        TypeError,
        OSError,
        EOFError,
        ArithmeticError,
        SyntaxError,
    ) as error:
        out.write(json.dumps({"error": "damaged", "detail": _brief(error)}).encode() + b"\n")
    out.flush()
    return 0


def _brief(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _serve(request: dict[str, Any], out: Any) -> None:
    import python_calamine

    _refuse_protected(request)
    try:
        workbook = python_calamine.CalamineWorkbook.from_path(request["path"])
        sheet, listing = _choose(workbook, request["sheet"])
        facts = _facts(request["path"], request["format"], sheet.name)
    except python_calamine.PasswordError as error:
        raise _RefusedError("password", _brief(error)) from error
    except python_calamine.CalamineError as error:
        raise _RefusedError("damaged", _brief(error)) from error
    except BaseException as error:
        # a panic of the Rust library derives from BaseException alone
        if type(error).__name__ == "PanicException":
            raise _RefusedError("damaged", _brief(error)) from error
        raise
    if not facts["facts"].merges and request["format"] == "xlsx":
        facts["facts"].merges = [(*a, *b) for a, b in sheet.merged_cell_ranges or ()]
    _send(sheet, listing, facts, out)


def _refuse_protected(request: dict[str, Any]) -> None:
    """The library reads some encrypted .xls files as empty ones."""
    from shuzhi.engine.data.reading import sheet_facts

    if request["format"] == "xls" and sheet_facts.xls_protected(sheet_facts.xls_stream(request["path"])):
        raise _RefusedError("password", "FILEPASS")


def _choose(workbook: Any, wanted: str | None) -> tuple[Any, dict[str, Any]]:
    """The sheet asked for, or the main visible one; and what the others are."""
    names = list(workbook.sheet_names)
    hidden = [m.name for m in workbook.sheets_metadata if not str(m.visible).endswith("Visible")]
    listing = {"sheets": names, "hidden_sheets": hidden}
    if wanted is not None:
        if wanted not in names:
            raise _RefusedError("sheet", ", ".join(names)[:500])
        return workbook.get_sheet_by_name(wanted), listing
    visible = [name for name in names if name not in hidden]
    sheet = _main_sheet(workbook, visible) or _main_sheet(workbook, hidden)
    if sheet is None:
        raise _RefusedError("empty", ", ".join(names)[:500])
    return sheet, listing


def _main_sheet(workbook: Any, names: list[str]) -> Any:
    """The first sheet at least a fifth as large as the largest: no cover page. Null where all are empty."""
    sizes: dict[str, int] = {}
    for name in names[:_SHEETS_WEIGHED]:
        sheet = workbook.get_sheet_by_name(name)
        sizes[name] = sheet.height * sheet.width if sheet.total_height else 0
    largest = max(sizes.values(), default=0)
    chosen = next((name for name, size in sizes.items() if size and size * 5 >= largest), None)
    return workbook.get_sheet_by_name(chosen) if chosen is not None else None


def _facts(path: str, kind: str, sheet: str) -> dict[str, Any]:
    from shuzhi.engine.data.reading import sheet_facts

    if kind == "xlsx":
        return {"facts": sheet_facts.xlsx_facts(path, sheet), "macros": sheet_facts.has_macros(path)}
    return {"facts": sheet_facts.xls_facts(sheet_facts.xls_stream(path), sheet), "macros": False}


def _send(sheet: Any, listing: dict[str, Any], found: dict[str, Any], out: Any) -> None:
    without_pandas()
    import pyarrow as pa

    facts = found["facts"]
    width = (sheet.end[1] + 1) if sheet.end else 0
    head = {
        **listing,
        "sheet": sheet.name,
        "width": width,
        "hidden_rows": facts.hidden_rows,
        "hidden_columns": sorted({c for c in facts.hidden_columns if c < width}),
        "formula_cells": facts.formulas,
        "merged": len(facts.merges),
        "merges": [m for m in facts.merges if m[0] < _HEAD_ROWS],
        "macros": found["macros"],
    }
    out.write(json.dumps(head).encode() + b"\n")
    schema = pa.schema([(str(i), pa.string()) for i in range(width)])
    with pa.ipc.new_stream(out, schema) as writer:
        for columns in _batches(sheet, facts):
            arrays = [pa.array(column, pa.string()) for column in columns]
            writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))


def _batches(sheet: Any, facts: Any) -> Iterator[list[tuple[str, ...]]]:
    marked: dict[int, list[tuple[int, str]]] = {}
    for (row, column), mark in facts.marked.items():
        marked.setdefault(row, []).append((column, mark))
    merged = _MergedLabels(facts.merges)
    rows: list[list[str]] = []
    # the rows come from the sheet's first, their cells from the first filled column on
    left = [""] * sheet.start[1] if sheet.start else []
    for number, filled in enumerate(sheet.iter_rows()):
        cells = left + filled
        row = [text_of_cell(cell) for cell in cells]
        for column, mark in marked.get(number, ()):
            if column < len(row):
                row[column] = mark
        merged.fill(number, cells, row)
        rows.append(row)
        if len(rows) == _BATCH_ROWS:
            yield list(zip(*rows, strict=True))
            rows = []
    if rows:
        yield list(zip(*rows, strict=True))


class _MergedLabels:
    """Writes a label merged over several rows into each of them."""

    def __init__(self, merges: list[tuple[int, int, int, int]]) -> None:
        self._starting: dict[int, list[tuple[int, int, int, int]]] = {}
        for merge in merges:
            if merge[2] > merge[0]:
                self._starting.setdefault(merge[0], []).append(merge)
        self._open: dict[int, tuple[int, str]] = {}

    def fill(self, number: int, cells: list[Any], row: list[str]) -> None:
        """Completes row ``number``; ``cells`` are its values, ``row`` their texts."""
        for column, (last, text) in list(self._open.items()):
            if number > last:
                del self._open[column]
            elif column < len(row) and not row[column]:
                row[column] = text
        for _, left, bottom, _ in self._starting.get(number, ()):
            # a merged amount stands for its rows together: repeating it would multiply sums
            if left < len(row) and isinstance(cells[left], str | date) and row[left]:
                self._open[left] = (bottom, row[left])


def text_of_cell(cell: Any) -> str:
    """A cell as an office would write it: 1 for 1.0, days as 2021-03-05, 15 digits like Excel."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return _number(float(cell))
    if isinstance(cell, datetime):
        midnight = cell.time() == time()
        return (
            cell.date().isoformat()
            if midnight
            else cell.isoformat(" ", "seconds" if not cell.microsecond else "auto")
        )
    if isinstance(cell, date | time | timedelta):
        return str(cell)
    return "" if cell is None else str(cell)


def _number(value: float) -> str:
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if abs(value) >= 1e15:
        # more digits than a spreadsheet keeps: written so that reading it tells what was lost
        return f"{value:.14E}"
    return f"{value:.15g}"


if __name__ == "__main__":
    sys.exit(main())
