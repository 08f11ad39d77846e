"""``shuzhi query``: the answer of a database, read as a file is."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command()(query)


def query(
    select: Annotated[str, typer.Argument(help="One SELECT.")],
    address: Annotated[
        str,
        typer.Option(
            "--address",
            help="sqlite:///path or postgresql://…; the variable SHUZHI_SOURCE where left out, "
            "so that a password need not stand on the command line.",
        ),
    ] = "",
    contract: Annotated[Path | None, typer.Option("--contract", "-c", help="An ODCS v3.1 contract.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder for table and set-aside rows.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Read the answer of a SQLite or PostgreSQL database, with the same account as a file."""
    from shuzhi.cli import printing
    from shuzhi.engine.data.contracts import load_contract
    from shuzhi.engine.data.reading import read_arrow
    from shuzhi.engine.data.reading.opening import write_load
    from shuzhi.sources.databases import open_query

    agreed = load_contract(contract.read_text("utf-8"), name=contract.name) if contract else None
    with tempfile.TemporaryDirectory(prefix="shuzhi-") as scratch:
        folder = out or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        with open_query(address or os.environ.get("SHUZHI_SOURCE", ""), select) as result:
            reader = read_arrow(result.batches, schema=result.schema, name=result.name, contract=agreed)
            load = write_load(reader, folder)
        printing.show_load(load, as_json=as_json, limit=20)
    raise typer.Exit(1 if load.account.set_aside or load.account.set_aside_cells else 0)
