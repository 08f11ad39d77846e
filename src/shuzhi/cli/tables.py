"""``shuzhi read|profile|draft|check|grade|template``: work on files, with no database and no account."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shuzhi.cli.paths import read_text, there, to_write

if TYPE_CHECKING:
    from shuzhi.engine.data.contracts import Contract
    from shuzhi.engine.data.inspection import Checked
    from shuzhi.engine.data.reading import ReadOptions

File = Annotated[Path, typer.Argument(help="CSV, TSV, XLS, XLSX, Parquet or JSON lines.")]
ContractFile = Annotated[Path | None, typer.Option("--contract", "-c", help="An ODCS v3.1 contract.")]
Sheet = Annotated[str, typer.Option("--sheet", help="The sheet to read; the first with a table otherwise.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
SHOWN = 20


def register(app: typer.Typer) -> None:
    """Adds the commands to the command line."""
    for command in (read, profile, draft, check, grade, template):
        app.command()(command)


def read(
    file: File,
    contract: ContractFile = None,
    sheet: Sheet = "",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder for table and set-aside rows.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show how a file is understood, and where each of its rows goes."""
    from shuzhi.cli import printing
    from shuzhi.engine.data.reading import load_file

    with _scratch(out) as folder:
        load = load_file(there(file), contract=_contract(contract), into=folder, options=_options(sheet))
        printing.show_load(load, as_json=as_json, limit=SHOWN)
    raise typer.Exit(1 if load.account.set_aside or load.account.set_aside_cells else 0)


def profile(file: File, sheet: Sheet = "", as_json: AsJson = False) -> None:
    """Count and describe each column of a file."""
    from shuzhi.cli import printing
    from shuzhi.engine.data.profiling import profile_table
    from shuzhi.engine.data.reading import load_file
    from shuzhi.engine.data.tables import open_tables

    with _scratch() as folder, open_tables() as tables:
        load = load_file(there(file), into=folder, options=_options(sheet))
        printing.show_profile(profile_table(tables, tables.parquet(load.table)), as_json=as_json)


def draft(
    file: File,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Where to write the contract.")] = None,
    owner: Annotated[str, typer.Option("--owner", help="The organisation that answers for the data.")] = "",
    title: Annotated[str, typer.Option("--title", help="What people call the dataset.")] = "",
    sheet: Sheet = "",
) -> None:
    """Draft a contract from a file, with the evidence for each promise."""
    from shuzhi.engine.data.contracts import dump_contract

    to_write(out)
    with _checked(file, None, sheet, title=title or file.stem, owner=owner) as checked:
        text = dump_contract(checked.contract)
    if out is None:
        typer.echo(text)
    else:
        out.write_text(text, "utf-8")
        typer.echo(str(out))


def check(
    file: File,
    contract: ContractFile = None,
    sheet: Sheet = "",
    failing: Annotated[
        Path | None, typer.Option("--failing", help="Write the failing rows' keys here.")
    ] = None,
    workbook: Annotated[
        Path | None, typer.Option("--workbook", help="Write the file back, bad cells coloured.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check a file against its contract (drafted from it where there is none): one line per rule."""
    from shuzhi.cli import printing

    began = time.perf_counter()
    for path in (failing, workbook):
        to_write(path)
    with _checked(file, contract, sheet) as checked:
        if failing is not None:
            failing.write_bytes(checked.failing.read_bytes())
        if workbook is not None:
            _return_workbook(file, checked, workbook)
        printing.show_check(checked, seconds=time.perf_counter() - began, as_json=as_json)
        found = bool(checked.report.failed)
    raise typer.Exit(1 if found else 0)


def grade(
    file: File,
    contract: ContractFile = None,
    sheet: Sheet = "",
    hide_headers: Annotated[bool, typer.Option("--hide-headers", help="Grade by values alone.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say what each column is and how sensitive, with the evidence."""
    from shuzhi.cli import printing
    from shuzhi.engine.data.grading import GradeRequest, grade_table
    from shuzhi.engine.data.inspection import is_parquet
    from shuzhi.engine.data.reading import load_file
    from shuzhi.engine.data.tables import open_tables

    agreed = _contract(contract)
    path = there(file)
    request = GradeRequest(
        subject=agreed.subject if agreed else None, hide_headers=hide_headers, today=_today()
    )
    with _scratch() as folder, open_tables() as tables:
        grades = None
        if agreed is None and not sheet and is_parquet(path):
            with suppress(Exception):  # damaged, which the engine meets half-way: the reader says so
                grades = grade_table(tables, tables.parquet(path), headers=None, request=request)
        if grades is None:
            load = load_file(path, contract=agreed, into=folder, options=_options(sheet))
            headers = {column.name: column.header for column in load.columns}
            grades = grade_table(tables, tables.parquet(load.table), headers=headers, request=request)
        printing.show_grades(grades, as_json=as_json)


def template(
    contract: Annotated[Path, typer.Argument(help="An ODCS v3.1 contract.")],
    out: Annotated[Path, typer.Argument(help="The workbook to write.")],
) -> None:
    """Make the workbook that departments fill in, from a contract."""
    from shuzhi.engine.data.contracts.template import template_workbook

    to_write(out)
    agreed = _contract(contract)
    assert agreed is not None  # noqa: S101 - the argument is required
    template_workbook(agreed, out)
    typer.echo(str(out))


@contextmanager
def _checked(
    file: Path, contract: Path | None, sheet: str, *, title: str = "", owner: str = ""
) -> Iterator[Checked]:
    from shuzhi.engine.data.inspection import InspectionRequest, check_file
    from shuzhi.engine.data.tables import open_tables

    with _scratch() as folder, open_tables() as tables:
        request = InspectionRequest(
            into=folder,
            today=_today(),
            contract=_contract(contract),
            name=file.stem,
            title=title or file.stem,
            owner=owner or None,
            options=_options(sheet),
        )
        yield check_file(tables, there(file), request)


def _return_workbook(file: Path, checked: Checked, to: Path) -> None:
    from shuzhi.engine.data.reading import load_file
    from shuzhi.engine.data.reading.returning import return_workbook

    with _scratch() as folder:
        load = checked.load or load_file(file, contract=checked.contract, into=folder)
        return_workbook(file, load, to)


def _contract(path: Path | None) -> Contract | None:
    if path is None:
        return None
    from shuzhi.engine.data.contracts import load_contract

    return load_contract(read_text(path), name=path.name)


def _options(sheet: str) -> ReadOptions:
    from shuzhi.engine.data.reading import ReadOptions

    return ReadOptions(sheet=sheet or None)


def _today() -> Any:
    from datetime import datetime

    return datetime.now().astimezone().date()


@contextmanager
def _scratch(keep: Path | None = None) -> Iterator[Path]:
    """A folder for the files of one run, gone afterwards; what went well is copied to ``keep``."""
    with tempfile.TemporaryDirectory(prefix="shuzhi-") as folder:
        yield Path(folder)
        if keep is not None:
            shutil.copytree(folder, keep, dirs_exist_ok=True)
