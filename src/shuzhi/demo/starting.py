"""``shuzhi demo``: an empty home becomes a running district; a filled one just starts."""

from __future__ import annotations

import random
from pathlib import Path

from shuzhi.serving import prepare_home, run_processes

ACCOUNTS = "demo-accounts.txt"


def start_demo(*, home: Path, port: int) -> None:
    """Prepares, fills once, prints who may log in, and serves until stopped."""
    prepare_home(home)
    kept = home / ACCOUNTS
    if not kept.exists():
        _fill(home)
    print(kept.read_text("utf-8"))
    print(f"http://127.0.0.1:{port}/   (Ctrl+C stops it)", flush=True)
    run_processes(host="127.0.0.1", port=port, worker=True)


def _fill(home: Path) -> None:
    from django.utils import timezone

    from shuzhi.demo.filling import fill
    from shuzhi.demo.world import build_world

    world = build_world(today=timezone.localdate(), randomness=random.SystemRandom(), villages=True)
    fill(world, home, today=timezone.localdate())
    lines = ["Accounts of this demo (random passwords; nobody else has them):", ""]
    for part, person in world.people.items():
        unit = person.holding.organisation.name if person.holding else ""
        lines.append(f"  {person.login:<10} {person.password:<14} {part:<15} {unit}")
    lines += ["", f"Files to upload: {home / 'samples'}"]
    kept = home / ACCOUNTS
    kept.touch(mode=0o600)
    kept.write_text("\n".join(lines) + "\n", "utf-8")
