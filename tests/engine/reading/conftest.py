"""Small files and a way to read one to its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from shuzhi.engine.data.contracts.model import Contract
from shuzhi.engine.data.reading import Account, FileReader, ReadOptions, open_file


@dataclass(frozen=True)
class Reading:
    """A file read to its end."""

    reader: FileReader
    rows: list[dict[str, Any]]
    set_aside: list[dict[str, Any]]
    account: Account

    @property
    def types(self) -> dict[str, str]:
        return {column.name: column.type.value for column in self.reader.columns}

    @property
    def frame(self) -> list[tuple[int, str, str]]:
        return [(row.row, row.role, row.why) for row in self.reader.frame_rows]

    @property
    def notes(self) -> dict[str, dict[str, Any]]:
        return {note.code: dict(note.args) for note in self.reader.source.notes}

    def column(self, name: str) -> list[Any]:
        return [row[name] for row in self.rows]

    def aside(self) -> list[tuple[int, str | None, str | None, str]]:
        return [(c["row"], c["column"], c["raw"], c["reason"]) for c in self.set_aside]


def read(path: Path, contract: Contract | None = None, **options: Any) -> Reading:
    with open_file(path, contract=contract, options=ReadOptions(**options)) as reader:
        batches = list(reader)
        for batch in batches:
            assert batch.loaded.schema == reader.schema
        loaded = pa.Table.from_batches([b.loaded for b in batches], schema=reader.schema)
        aside = [cell for batch in batches for cell in batch.set_aside.to_pylist()]
        account = reader.account
        assert account.total == account.frame + account.loaded + account.set_aside
        assert account.loaded == loaded.num_rows
        assert account.set_aside == sum(cell["column"] is None for cell in aside)
        assert account.set_aside_cells == sum(cell["column"] is not None for cell in aside)
        return Reading(reader, loaded.to_pylist(), aside, account)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def _write(content: str | bytes, name: str = "file.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return _write
