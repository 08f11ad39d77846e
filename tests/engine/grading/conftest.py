"""One engine session for all grading tests, and a short way to grade columns written down in a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import pyarrow as pa
import pytest

from shuzhi.engine.data.grading import GradeRequest, Scheme, TableGrade, grade_table
from shuzhi.engine.data.tables import Tables, open_tables

Grade = Callable[..., TableGrade]


@pytest.fixture(scope="session")
def tables() -> Iterator[Tables]:
    with open_tables() as session:
        yield session


@pytest.fixture(scope="session")
def grade(tables: Tables) -> Grade:
    def graded(
        columns: Mapping[str, Sequence[object]],
        *,
        headers: Mapping[str, str] | None = None,
        scheme: Scheme | None = None,
        **request: object,
    ) -> TableGrade:
        table = tables.arrow(pa.table({name: list(cells) for name, cells in columns.items()}))
        wanted = GradeRequest(**request)  # type: ignore[arg-type]
        return grade_table(tables, table, headers=headers, scheme=scheme, request=wanted)

    return graded
