"""``shuzhi demo|serve|worker|journal``: the platform's own processes and its journal."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shuzhi.engine.texts import N_

Home = Annotated[Path | None, typer.Option("--home", help="Folder of records, files and keys.")]
Port = Annotated[int, typer.Option("--port", help="Port of the portal.")]


def register(app: typer.Typer) -> None:
    """Adds the commands to the command line."""
    for command in (demo, serve, worker):
        app.command()(command)
    journal = typer.Typer(help="The append-only record of every act.", no_args_is_help=True)
    journal.command("verify")(verify)
    journal.command("prove")(prove)
    app.add_typer(journal, name="journal")


def demo(port: Port = 8000, home: Home = None) -> None:
    """Start a district with real and synthetic data in it; passwords are random and printed."""
    from shuzhi.demo.starting import start_demo

    start_demo(home=home or Path(".shuzhi"), port=port)


def serve(
    port: Port = 8000,
    home: Home = None,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    with_worker: Annotated[bool, typer.Option("--with-worker", help="Start one worker beside it.")] = False,
) -> None:
    """Start the portal."""
    from shuzhi.serving import prepare_home, run_processes

    prepare_home(home)
    run_processes(host=host, port=port, worker=with_worker)


def worker(home: Home = None) -> None:
    """Start one worker: it does the background work and seals the journal."""
    from shuzhi.serving import prepare_home, run_worker_process

    prepare_home(home)
    run_worker_process()


def verify(home: Home = None) -> None:
    """Recompute the whole journal: tree, heads and entries. Exit code 1 where something does not fit."""
    from shuzhi.cli.printing import say
    from shuzhi.serving import open_home

    open_home(home)
    from shuzhi.apps.journal.verifying import TEXTS
    from shuzhi.apps.journal.verifying import verify as verify_journal

    report = verify_journal()
    for problem in report.problems:
        typer.echo("✗ ", nl=False)
        say(TEXTS[problem.code], **problem.values)
    say(
        N_(
            "{entries} entries, {sealed} sealed under {heads} heads, "
            "{unsealed} not yet sealed; {problems} problem(s)"
        ),
        entries=report.entries,
        sealed=report.sealed,
        heads=report.heads,
        unsealed=report.unsealed,
        problems=report.problems_found,
    )
    raise typer.Exit(0 if report.sound else 1)


def prove(entry: Annotated[str, typer.Argument(help="The entry's id.")], home: Home = None) -> None:
    """Print the inclusion proof of one entry as JSON."""
    from shuzhi.serving import open_home

    open_home(home)
    from shuzhi.apps.journal.proving import prove as prove_entry

    typer.echo(prove_entry(entry).as_json())
