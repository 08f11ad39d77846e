"""``shuzhi pack``: scenario packs, checked without a database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Adds the group to the command line."""
    group = typer.Typer(help="Scenario packs.", no_args_is_help=True)
    group.command("check")(check)
    group.command("list")(list_packs)
    app.add_typer(group, name="pack")


def check(folder: Annotated[Path, typer.Argument(help="A folder with a pack.yaml.")]) -> None:
    """Check a pack: every problem with its file, line and key."""
    from shuzhi.engine.packs import check_pack

    problems = check_pack(folder)
    for problem in problems:
        typer.echo(str(problem))
    typer.echo(f"{folder.name}: {len(problems)} problem(s)" if problems else f"{folder.name}: ok")
    raise typer.Exit(2 if problems else 0)


def list_packs() -> None:
    """List the packs that come with the program."""
    from shuzhi.engine.packs import built_in_packs, load_pack

    for folder in built_in_packs():
        pack = load_pack(folder)
        typer.echo(f"{pack.urn}  {pack.version}  {pack.title}")
