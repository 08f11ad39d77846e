"""``shuzhi demo``: an empty home becomes a running district; a filled one just starts.

Stopped half-way, it goes on where it was: people and their passwords are written together or not
at all, and of the tables only those that are missing are handed in.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import typer

from shuzhi.serving import prepare_home, run_processes

ACCOUNTS = "demo-accounts.txt"


def start_demo(*, home: Path, port: int) -> None:
    """Prepares, fills once, prints who may log in, and serves until stopped."""
    prepare_home(home, may_upgrade=True)
    kept = home / ACCOUNTS
    if not kept.exists():
        _found(kept)
    from django.utils import timezone

    from shuzhi.demo.filling import fill

    fill(home, today=timezone.localdate())
    typer.echo(kept.read_text("utf-8"))
    typer.echo(f"http://127.0.0.1:{port}/   (Ctrl+C)")
    run_processes(host="127.0.0.1", port=port, worker=True)


def _found(kept: Path) -> None:
    """Founds the district and writes down its people's passwords, readable by the owner of the home only."""
    from django.db import transaction
    from django.utils import timezone

    from shuzhi.demo.world import build_world

    written = kept.with_suffix(".new")
    with transaction.atomic():
        world = build_world(today=timezone.localdate(), randomness=random.SystemRandom(), villages=True)
        lines = ["Accounts of this demo (random passwords; nobody else has them):", ""]
        for part, person in world.people.items():
            unit = person.holding.organisation.name if person.holding else ""
            lines.append(f"  {person.login:<10} {person.password:<18} {part:<15} {unit}")
        lines += ["", f"Files to hand in: {kept.parent / 'samples'}"]
        written.unlink(missing_ok=True)
        with os.fdopen(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write("\n".join(lines) + "\n")
        # before the commit: a file too many is overwritten next time, a password too few locks out
        written.rename(kept)
