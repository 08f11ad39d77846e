"""``shuzhi backup|restore|doctor|upgrade``: what an operator does to an installation as a whole."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from shuzhi.cli.printing import say
from shuzhi.cli.records import Home
from shuzhi.engine.texts import N_


def register(app: typer.Typer) -> None:
    """Adds the commands to the command line."""
    for command in (backup, restore, doctor, upgrade):
        app.command()(command)


def backup(
    to: Annotated[
        Path | None, typer.Argument(help="Folder of the backups; SHUZHI_BACKUP if left out.")
    ] = None,
    keep: Annotated[int, typer.Option("--keep", min=0, help="Remove all but the newest so many.")] = 0,
    check: Annotated[
        bool, typer.Option("--check", help="Read contents again that earlier backups brought there.")
    ] = False,
    home: Home = None,
) -> None:
    """Back up the running installation: database, files, keys. Exit code 1 where a file was missing."""
    from shuzhi.operations.errors import NoBackupFolderError
    from shuzhi.serving import settle_existing

    known = settle_existing(home)
    from shuzhi.operations.backing_up import BackupRequest, back_up

    folder = to or (Path(known.backup) if known.backup else None)
    if folder is None:
        raise NoBackupFolderError(command="backup")
    made = back_up(BackupRequest(folder, keep=keep, check=check), progress=_progress())
    say(
        N_("{folder}: {rows} rows, {files} files ({copied} new, {megabytes} MB), {entries} entries sealed"),
        folder=made.folder,
        rows=made.manifest.row_count,
        files=made.manifest.files,
        copied=made.copied,
        megabytes=made.copied_bytes // 2**20,
        entries=(made.manifest.head or {}).get("size", 0),
    )
    if made.removed:
        say(N_("{count} older backups removed"), count=made.removed)
    _tell_missing(made.manifest.missing)
    say(N_("It holds the keys and everybody's data: keep it where only you can read it."))
    raise typer.Exit(0 if made.complete else 1)


def restore(
    origin: Annotated[Path, typer.Argument(metavar="FROM", help="A backup, or the folder of backups.")],
    home: Home = None,
) -> None:
    """Restore a backup into an empty home and an empty database; the newest where a folder has several."""
    from shuzhi.serving import settle

    settle(home)
    from shuzhi.apps.journal.verifying import TEXTS
    from shuzhi.operations.restoring import restore as restore_backup

    done = restore_backup(origin, progress=_progress())
    say(
        N_(
            "{backup} restored: {rows} rows, {files} files; journal: {entries} entries, {problems} problem(s)"
        ),
        backup=done.backup,
        rows=done.manifest.row_count,
        files=done.manifest.files - len(done.manifest.missing),
        entries=done.journal.entries,
        problems=done.journal.problems_found,
    )
    _tell_missing(done.manifest.missing)
    for problem in done.journal.problems:
        typer.echo("✗ ", nl=False)
        say(TEXTS[problem.code], **problem.values)
    raise typer.Exit(0 if done.sound else 1)


def _tell_missing(missing: tuple[str, ...]) -> None:
    if missing:
        say(
            N_("✗ {count} files that records name were missing or damaged when the backup was made:"),
            count=len(missing),
        )
        for sha256 in missing[:20]:
            typer.echo(f"  {sha256}")


def _progress() -> Callable[[int, int], None]:
    """Percents on a terminal, in one line; nothing where nobody watches."""
    shown = -1

    def show(done: int, total: int) -> None:
        nonlocal shown
        percent = 100 * done // total if total else 100
        if sys.stderr.isatty() and percent != shown:
            shown = percent
            typer.echo(f"\r{percent:3d} %", err=True, nl=percent == 100)

    return show


MARKS = {"ok": "✓", "notice": "!", "failed": "✗"}


def doctor(
    everything: Annotated[
        bool, typer.Option("--all", help="Read every file and the whole journal, not a sample.")
    ] = False,
    home: Home = None,
) -> None:
    """Check the installation, one line each, with what to do. Exit code 1 where something is wrong."""
    from shuzhi.serving import settle_existing

    settle_existing(home)
    from shuzhi.operations.doctor import examine

    wrong = 0
    for finding in examine(everything=everything):
        wrong += finding.state == "failed"
        typer.echo(f"{MARKS[finding.state]} {finding.check:<13} {finding.sentence()}")
    raise typer.Exit(1 if wrong else 0)


def upgrade(
    to: Annotated[
        Path | None, typer.Option("--to", help="Folder of the backups; SHUZHI_BACKUP if left out.")
    ] = None,
    no_backup: Annotated[str | None, typer.Option("--no-backup", help="Why no backup is needed.")] = None,
    home: Home = None,
) -> None:
    """Bring the installation to this version: back up, migrate, check and install packs, verify."""
    from shuzhi.serving import settle_existing

    known = settle_existing(home)
    from shuzhi.operations.upgrading import UpgradeRequest, reason_given
    from shuzhi.operations.upgrading import upgrade as upgrade_installation

    folder = to or (Path(known.backup) if known.backup else None)
    done = upgrade_installation(UpgradeRequest(folder, reason_given(no_backup)), progress=_progress())
    if done.journal is None:
        say(N_("Nothing to do: the installation is of this version."))
        raise typer.Exit(0)
    if done.backup is not None:
        say(N_("Backup before it: {folder}"), folder=done.backup.folder)
        _tell_missing(done.backup.manifest.missing)
    say(
        N_("{migrations} migrations, {packs} new packs; journal: {entries} entries, {problems} problem(s)"),
        migrations=len(done.migrations),
        packs=len(done.packs),
        entries=done.journal.entries,
        problems=done.journal.problems_found,
    )
    raise typer.Exit(0 if done.sound else 1)
