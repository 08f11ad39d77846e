"""Workbooks, opened in a process of their own: this side asks, waits and words the refusals."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from shuzhi.engine.data.reading.chunks import MAX_COLUMNS, Chunk
from shuzhi.engine.data.reading.model import Note, ReadOptions, Source, column_letters
from shuzhi.engine.data.reading.refusals import (
    NoSuchSheetError,
    NoTableError,
    PasswordError,
    TooManyColumnsError,
    WorkbookDamagedError,
    WorkbookLimitError,
)

_CHILD = "shuzhi.engine.data.reading.workbook_child"
_LONGEST_LINE = 64 << 20


def open_workbook(path: Path, name: str, kind: str, options: ReadOptions) -> WorkbookSource:
    """Starts the child and reads the sheet's facts; raises BadInputError where it was refused."""
    request = {
        "path": str(path),
        "format": kind,
        "sheet": options.sheet,
        "memory_mb": options.workbook_memory_mb,
        "cpu_s": options.workbook_cpu_s,
    }
    child = _Child(name, request, options)
    try:
        facts = child.facts()
        if facts["width"] > MAX_COLUMNS:
            raise TooManyColumnsError(name=name, columns=facts["width"], row=1, limit=MAX_COLUMNS)
        return WorkbookSource(name, kind, child, facts)
    except BaseException:
        child.close()
        raise


class _Child:
    """The process that holds the workbook open."""

    def __init__(self, name: str, request: dict[str, Any], options: ReadOptions) -> None:
        self._name, self._options = name, options
        # the child sees this process's module path and none of its settings
        environment = {
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            "PYTHONUTF8": "1",
            "ARROW_DEFAULT_MEMORY_POOL": "system",
        }
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
            [sys.executable, "-m", _CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        assert self._process.stdin is not None  # noqa: S101
        try:
            self._process.stdin.write(json.dumps(request).encode())
            self._process.stdin.close()
        except BrokenPipeError:
            self._refuse_ended()

    def facts(self) -> dict[str, Any]:
        """The first line the child sends."""
        assert self._process.stdout is not None  # noqa: S101
        line = self._process.stdout.readline(_LONGEST_LINE)
        if not line.endswith(b"\n"):
            self._refuse_ended()
        facts: dict[str, Any] = json.loads(line)
        if "error" in facts:
            self._refuse(facts["error"], facts["detail"])
        return facts

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The sheet's cells; raises where the child ends before the last of them."""
        try:
            with pa.ipc.open_stream(self._process.stdout) as stream:
                yield from stream
        except (pa.ArrowInvalid, OSError):
            self._refuse_ended()
        if self._process.wait() != 0:
            self._refuse_ended()

    def close(self) -> None:
        """Ends the child, whatever it is doing."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _refuse_ended(self) -> None:
        code = self._process.wait()
        limits = (3, -signal.SIGXCPU, -signal.SIGKILL, -signal.SIGABRT, -signal.SIGSEGV)
        if code in limits:
            raise WorkbookLimitError(
                name=self._name,
                memory_mb=self._options.workbook_memory_mb,
                cpu_s=self._options.workbook_cpu_s,
            )
        raise WorkbookDamagedError(name=self._name, problem=f"reading ended with code {code}")

    def _refuse(self, error: str, detail: str) -> None:
        if error == "password":
            raise PasswordError(name=self._name)
        if error == "sheet":
            raise NoSuchSheetError(name=self._name, sheet=self._options.sheet, sheets=detail)
        if error == "empty":
            raise NoTableError(name=self._name, where=f" ({detail})")
        raise WorkbookDamagedError(name=self._name, problem=detail)


class WorkbookSource:
    """One sheet of a workbook; cells come as text."""

    names: tuple[str, ...] | None = None

    def __init__(self, name: str, kind: str, child: _Child, facts: dict[str, Any]) -> None:
        self._name, self.kind, self._child, self._facts = name, kind, child, facts
        self.merges = tuple((a, b, c, d) for a, b, c, d in facts["merges"])
        self._total = 0

    def facts(self) -> Source:
        """Hidden parts, formulas and the other sheets."""
        facts = self._facts
        letters = tuple(column_letters(position) for position in facts["hidden_columns"])
        rows = tuple(row + 1 for row in facts["hidden_rows"])
        return Source(
            name=self._name,
            format=self.kind,
            sheet=facts["sheet"],
            hidden_sheets=tuple(facts["hidden_sheets"]),
            hidden_rows=rows,
            hidden_columns=letters,
            formula_cells=facts["formula_cells"],
            notes=tuple(self._notes(rows, letters)),
        )

    def _notes(self, rows: tuple[int, ...], letters: tuple[str, ...]) -> Iterator[Note]:
        facts = self._facts
        if facts["macros"]:
            yield Note("macros")
        hidden = [sheet for sheet in facts["hidden_sheets"] if sheet != facts["sheet"]]
        others = [s for s in facts["sheets"] if s != facts["sheet"] and s not in hidden]
        if others:
            yield Note("other_sheets", {"sheet": facts["sheet"], "sheets": ", ".join(others)})
        if hidden:
            yield Note("hidden_sheets", {"sheets": ", ".join(hidden)})
        if rows:
            yield Note("hidden_rows", {"count": len(rows), "first": rows[0]})
        if letters:
            yield Note("hidden_columns", {"letters": ", ".join(letters)})
        if facts["formula_cells"]:
            yield Note("formula_cells", {"count": facts["formula_cells"]})
        if facts["merged"]:
            yield Note("merged_cells", {"count": facts["merged"]})

    def total(self) -> int:
        """Rows sent so far: the sheet's rows down to its last filled one."""
        return self._total

    def chunks(self) -> Iterator[Chunk]:
        """The sheet from its first row, some thousand rows at a time."""
        for batch in self._child.batches():
            first = self._total + 1
            self._total += batch.num_rows
            numbers = pa.array(np.arange(first, first + batch.num_rows), pa.int64())
            yield Chunk(numbers, batch.columns)

    def scattered(self, rows: int) -> list[list[str]]:
        """None: the child sends the sheet once, from the top."""
        del rows
        return []

    def close(self) -> None:
        """Ends the child."""
        self._child.close()
