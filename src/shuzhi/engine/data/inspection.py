"""The whole walk of one file: read it, find or draft its contract, check it, grade it.

The command line and the catalogue both walk here, so a laptop and the platform say the same.
Knows the order of the parts; each part knows its own work.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from shuzhi.engine.data.contracts.drafting import DraftRequest, draft_contract
from shuzhi.engine.data.contracts.model import Contract
from shuzhi.engine.data.grading import GradeRequest, TableGrade, grade_table
from shuzhi.engine.data.profiling import profile_table
from shuzhi.engine.data.quality import CheckReport, CheckRequest, draft_rules, run_rules
from shuzhi.engine.data.reading import Load, ReadOptions, load_file
from shuzhi.engine.texts import N_

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from shuzhi.engine.data.tables import Tables

STEPS = (N_("Reading the file"), N_("Drafting the contract"), N_("Checking"), N_("Grading"))


@dataclass(frozen=True, slots=True)
class InspectionRequest:
    """What is known beforehand. ``into`` is an empty folder for the Parquet files of the result.

    Without ``contract`` one is drafted under ``name``, ``title`` and ``owner``. ``withdrawn`` are
    ids of rules that no longer count. ``today`` is the day in the district's zone. ``told`` hears
    the number of each step of STEPS as it begins.
    """

    into: Path
    today: date
    contract: Contract | None = None
    name: str = "draft"
    title: str = ""
    owner: str | None = None
    options: ReadOptions = field(default_factory=ReadOptions)
    withdrawn: frozenset[str] = frozenset()
    told: Callable[[int], object] = bool


@dataclass(frozen=True, slots=True)
class Inspection:
    """The result; ``load`` names the table and what was set aside, ``failing`` the failing rows (Parquet)."""

    load: Load
    contract: Contract
    drafted: bool
    report: CheckReport
    grades: TableGrade
    failing: Path


def inspect_file(tables: Tables, path: Path, request: InspectionRequest) -> Inspection:
    """Reads, checks and grades one file. Raises BadInputError where it cannot be read."""
    request.told(0)
    load = load_file(path, contract=request.contract, into=request.into, options=request.options)
    table = tables.parquet(load.table)
    contract, grades = request.contract, None
    if contract is None:
        request.told(1)
        grades = _grade(tables, table, load, None, request)
        contract = draft_for(tables, table, load, grades, request)
        if contract.key:  # rows without a key are set aside only once the key is known
            load = load_file(path, contract=contract, into=request.into, options=request.options)
            table = tables.parquet(load.table)
    request.told(2)
    failing = request.into / "failing.parquet"
    report = run_rules(
        tables,
        table,
        contract,
        request=CheckRequest(
            set_aside=tables.parquet(load.set_aside),
            today=request.today,
            failing_to=failing,
            withdrawn=request.withdrawn,
        ),
    )
    request.told(3)
    if grades is None:
        grades = _grade(tables, table, load, contract, request)
    return Inspection(load, contract, request.contract is None, report, grades, failing)


def draft_for(
    tables: Tables, table: ir.Table, load: Load, grades: TableGrade, request: InspectionRequest
) -> Contract:
    """A contract drawn from what was read: columns, profile and grades, with rules and their evidence."""
    profile = profile_table(tables, table)
    asked = DraftRequest(name=request.name, title=request.title, owner=request.owner)
    contract = draft_contract(load.columns, profile, grades.columns, asked)
    return dataclasses.replace(contract, rules=(*contract.rules, *draft_rules(profile, contract)))


def _grade(
    tables: Tables, table: ir.Table, load: Load, contract: Contract | None, request: InspectionRequest
) -> TableGrade:
    subject = contract.subject if contract else None
    headers = {column.name: column.header for column in load.columns}
    return grade_table(
        tables, table, headers=headers, request=GradeRequest(subject=subject, today=request.today)
    )
