"""The command ``shuzhi``: its groups, and what a refusal looks like on a terminal."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

import shuzhi
from shuzhi.cli import operations, packs, records, sources, tables
from shuzhi.cli.outages import as_outage
from shuzhi.cli.paths import unusable
from shuzhi.engine.errors import ShuzhiError
from shuzhi.engine.imports import without_pandas
from shuzhi.engine.texts import also_in

app = typer.Typer(
    name="shuzhi",
    help="Shuzhi 数智: the platform a district runs itself on.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
tables.register(app)
sources.register(app)
packs.register(app)
records.register(app)
operations.register(app)


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(shuzhi.__version__)
        raise typer.Exit


@app.callback()
def start(
    version: bool = typer.Option(
        False, "--version", help="Print the version and stop.", callback=_tell_version, is_eager=True
    ),
) -> None:
    """Exit code 0: fine; 1: something was found; 2: the input or a setting is wrong."""


def main() -> None:
    """Runs the command line; a refusal is one sentence on standard error and its exit code."""
    without_pandas()
    also_in(*(Path(shuzhi.__file__).parent / area / "locale" for area in ("cli", "apps")))
    try:
        app()
    except ShuzhiError as error:
        typer.echo(error.sentence(), err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:  # the reader of a pipe has gone: not an error of ours
        sys.stderr.close()
    except OSError as error:  # a folder that is not there, a file that may not be written, a full disk
        typer.echo(unusable(error).sentence(), err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        refusal = as_outage(error)
        if refusal is None:
            raise
        typer.echo(refusal.sentence(), err=True)
        sys.exit(2)
