"""The whole walk of one file: read it, find or draft its contract, check it, grade it.

The command line and the catalogue both walk here, so a laptop and the platform say the same.
Knows the order of the parts; each part knows its own work.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from shuzhi.engine.data.contracts.model import Contract
from shuzhi.engine.data.fields import FieldType
from shuzhi.engine.data.quality import CheckReport, CheckRequest, run_rules
from shuzhi.engine.data.reading import Load, ReadOptions, load_file
from shuzhi.engine.data.reading.model import ARROW_TYPES
from shuzhi.engine.texts import N_

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from shuzhi.engine.data.grading import TableGrade
    from shuzhi.engine.data.tables import Tables

STEPS = (N_("Reading the file"), N_("Drafting the contract"), N_("Checking"), N_("Grading"))


@dataclass(frozen=True, slots=True)
class InspectionRequest:
    """What is known beforehand. ``into`` is an empty folder for the Parquet files of the result.

    Without ``contract`` one is drafted under ``name``, ``title`` and ``owner``. ``withdrawn`` are
    ids of rules that no longer count; ``language`` is that of the evidence in a draft. ``today`` is the
    day in the district's zone. ``told`` hears the number of each step of STEPS as it begins.
    """

    into: Path
    today: date
    contract: Contract | None = None
    name: str = "draft"
    title: str = ""
    owner: str | None = None
    options: ReadOptions = field(default_factory=ReadOptions)
    withdrawn: frozenset[str] = frozenset()
    language: str | None = None
    told: Callable[[int], object] = bool


@dataclass(frozen=True, slots=True)
class Checked:
    """A file checked: ``failing`` names the failing rows (Parquet), ``grades`` what a draft was drawn from.

    ``load`` is null where the file was checked as it lies: Parquet whose columns are the contract's.
    """

    load: Load | None
    contract: Contract
    drafted: bool
    report: CheckReport
    failing: Path
    grades: TableGrade | None


@dataclass(frozen=True, slots=True)
class Inspection:
    """A file checked and graded; ``load`` names the table and what was set aside (Parquet)."""

    load: Load
    contract: Contract
    drafted: bool
    report: CheckReport
    grades: TableGrade
    failing: Path


def inspect_file(tables: Tables, path: Path, request: InspectionRequest) -> Inspection:
    """Reads, checks and grades one file. Raises BadInputError where it cannot be read."""
    load, contract, grades = _loaded(tables, path, request)
    checked = _checked(tables, tables.parquet(load.table), load, contract, request)
    request.told(3)
    if grades is None:
        grades = _grade(tables, tables.parquet(load.table), load, contract, request)
    return Inspection(load, contract, request.contract is None, checked, grades, _failing(request))


def check_file(tables: Tables, path: Path, request: InspectionRequest) -> Checked:
    """Reads and checks one file, and grades it only where a contract must be drafted.

    Parquet that has the contract's columns in the contract's types is checked as it lies: there is
    nothing to read into types, and so nothing to set aside.
    """
    agreed = request.contract if request.options.sheet is None else None
    if agreed is not None and lies_ready(path, agreed):
        with suppress(Exception):  # damaged inside, which the engine meets half-way: the reader says so
            report = _checked(tables, tables.parquet(path), None, agreed, request)
            return Checked(None, agreed, False, report, _failing(request), None)
    load, contract, grades = _loaded(tables, path, request)
    report = _checked(tables, tables.parquet(load.table), load, contract, request)
    return Checked(load, contract, request.contract is None, report, _failing(request), grades)


def is_parquet(path: Path) -> bool:
    """Whether the file's first four bytes say that it is Parquet."""
    with path.open("rb") as opened:
        return opened.read(4) == b"PAR1"


def lies_ready(path: Path, contract: Contract) -> bool:
    """Whether the file is Parquet with every column of the contract in its type."""
    if not is_parquet(path):
        return False
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(path)
    except (pa.ArrowInvalid, OSError):
        return False  # the reader says what is wrong with it
    return all(f.name in schema.names and _fits(schema.field(f.name).type, f.type) for f in contract.fields)


def _fits(found: pa.DataType, wanted: FieldType) -> bool:
    import pyarrow as pa

    if wanted is FieldType.INTEGER:
        return bool(pa.types.is_integer(found))
    if wanted is FieldType.NUMBER:
        return bool(pa.types.is_floating(found) or pa.types.is_integer(found))
    if wanted is FieldType.TIMESTAMP:
        return bool(pa.types.is_timestamp(found))
    return bool(
        found == ARROW_TYPES[wanted] or (wanted is FieldType.STRING and pa.types.is_large_string(found))
    )


def _failing(request: InspectionRequest) -> Path:
    return request.into / "failing.parquet"


def _loaded(
    tables: Tables, path: Path, request: InspectionRequest
) -> tuple[Load, Contract, TableGrade | None]:
    request.told(0)
    load = load_file(path, contract=request.contract, into=request.into, options=request.options)
    if request.contract is not None:
        return load, request.contract, None
    request.told(1)
    table = tables.parquet(load.table)
    grades = _grade(tables, table, load, None, request)
    contract = _draft(tables, table, load, grades, request)
    if contract.key:  # rows without a key are set aside only once the key is known
        load = load_file(path, contract=contract, into=request.into, options=request.options)
    return load, contract, grades


def _checked(
    tables: Tables, table: ir.Table, load: Load | None, contract: Contract, request: InspectionRequest
) -> CheckReport:
    request.told(2)
    asked = CheckRequest(
        set_aside=tables.parquet(load.set_aside) if load else None,
        today=request.today,
        failing_to=_failing(request),
        withdrawn=request.withdrawn,
        absent=frozenset(column.name for column in load.columns if column.position is None)
        if load
        else frozenset(),
    )
    return run_rules(tables, table, contract, request=asked)


def _draft(
    tables: Tables, table: ir.Table, load: Load, grades: TableGrade, request: InspectionRequest
) -> Contract:
    """A contract drawn from what was read: columns, profile and grades, with rules and their evidence."""
    from shuzhi.engine.data.contracts.drafting import DraftRequest, draft_contract
    from shuzhi.engine.data.profiling import profile_table
    from shuzhi.engine.data.quality import draft_relations, draft_rules
    from shuzhi.engine.data.quality.drafting import without_weaker

    profile = profile_table(tables, table)
    asked = DraftRequest(name=request.name, title=request.title, owner=request.owner)
    contract = draft_contract(load.columns, profile, grades.columns, asked)
    rules = (*contract.rules, *draft_rules(profile, contract, today=request.today, language=request.language))
    contract = without_weaker(dataclasses.replace(contract, rules=rules))
    relations = draft_relations(tables, table, profile, contract, language=request.language)
    return dataclasses.replace(contract, rules=(*rules, *relations))


def _grade(
    tables: Tables, table: ir.Table, load: Load, contract: Contract | None, request: InspectionRequest
) -> TableGrade:
    from shuzhi.engine.data.grading import GradeRequest, grade_table

    subject = contract.subject if contract else None
    headers = {column.name: column.header for column in load.columns}
    return grade_table(
        tables, table, headers=headers, request=GradeRequest(subject=subject, today=request.today)
    )
