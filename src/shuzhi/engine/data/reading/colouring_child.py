"""The process that colours cells in an untrusted workbook: limits itself, changes a copy, ends."""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path
from typing import Any

from shuzhi.engine.data.reading.workbook_child import limit

_WIDEST = 256


def main() -> int:
    """Serves one request; a code other than 0 with one line on the output is a refusal."""
    request = json.loads(sys.stdin.buffer.read())
    limit(request["memory_mb"], request["cpu_s"])
    try:
        _serve(request)
    except (
        ValueError,
        KeyError,
        IndexError,
        TypeError,
        AttributeError,
        OSError,
        zipfile.BadZipFile,
    ) as error:
        print(" ".join(str(error).split())[:200] or type(error).__name__)
        return 1
    except MemoryError:
        return 3
    return 0


def _serve(request: dict[str, Any]) -> None:
    import openpyxl

    # by its content: a stored file's name has no suffix, which the library would refuse
    with Path(request["path"]).open("rb") as file:
        book = openpyxl.load_workbook(file)
    _colour(book[request["sheet"]], request)
    _list(book, request)
    book.save(request["to"])


def _colour(sheet: Any, request: dict[str, Any]) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    fill = PatternFill("solid", start_color=request["fill"], end_color=request["fill"])
    texts: dict[tuple[int, int], list[str]] = {}
    for row, position, _, _, text in request["marks"]:
        last = min(sheet.max_column, _WIDEST)
        for column in range(1, last + 1) if position is None else [position + 1]:
            sheet.cell(row, column).fill = fill
        texts.setdefault((row, (position or 0) + 1), []).append(text)
    for (row, column), reasons in list(texts.items())[: request["comments"]]:
        cell = sheet.cell(row, column)
        # only the first cell of a merged range can carry a comment
        if type(cell).__name__ != "MergedCell":
            cell.comment = Comment("\n".join(reasons), "Shuzhi")


def _list(book: Any, request: dict[str, Any]) -> None:
    sheet = book.create_sheet(request["title"])
    sheet.append(request["headings"])
    for line, (row, _, heading, raw, text) in enumerate(request["marks"], 2):
        sheet.cell(line, 1, row)
        for column, value in enumerate((heading, raw, text), 2):
            cell = sheet.cell(line, column)
            cell.value = "".join(c for c in value if c >= " " or c in "\t\n")
            # a value that begins with = stays what it is: text
            cell.data_type = "s"


if __name__ == "__main__":
    sys.exit(main())
