"""Backing up and restoring an installation full of files, beside ``cp`` of the same bytes in the same run.

The home is made: files of random bytes in the sizes that tables and originals have, a row for each, and
a journal. All of it goes through the disk: ``cp`` is followed by ``sync``, as the restore ends with one.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Row, at_most, figure

SIZE_MB = 2_048
GOAL_MB = 10_240
LARGE_MB = 64
"""Every 500th file is this large; the rest are of 20 KB to 2 MB."""


def main() -> list[Row]:
    """The figures, from a folder beside the checkout's own disk: /tmp may be memory."""
    with TemporaryDirectory(prefix="shuzhi-bench-", dir="/var/tmp") as folder:
        home = Path(folder) / "home"
        run(home, sys.executable, "-m", "benchmarks.restoring", "make")
        backups, restored = Path(folder) / "backups", Path(folder) / "restored"
        first = timed(home, "backup", backups)
        again = timed(home, "backup", backups)
        copy = copied(backups, Path(folder) / "copy")
        back = timed(restored, "restore", backups)
        check = timed(restored, "doctor", codes=(0, 1))
        files = sum(1 for path in (restored / "files").rglob("*") if path.is_file())
    memory_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    note = f"{SIZE_MB} MB in {files:,} files, SQLite"
    return [
        figure("backup, the first", round(first, 1), "s", note),
        figure("backup, nothing new", round(again, 1), "s", note),
        figure("cp of the backup, and sync", round(copy, 1), "s", "the same bytes in the same run"),
        figure("restore against cp", round(back / copy, 2), "×", "copied, hashed, counted, verified, synced"),
        at_most("restore of 10 GB", round(back * GOAL_MB / SIZE_MB / 60, 1), 10, "min", f"from {note}"),
        figure("doctor on it", round(check, 1), "s", "a sample of the files"),
        at_most("backup and restore, memory", round(memory_mb), 512, "MB", "the largest process"),
    ]


def run(home: Path, *command: object, codes: tuple[int, ...] = (0,)) -> None:
    """Runs a command for this home; a code that is not among ``codes`` is an error."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("SHUZHI_", "DJANGO_"))}
    ran = subprocess.run(
        [str(part) for part in command],
        env={**kept, "SHUZHI_HOME": str(home)},
        capture_output=True,
        text=True,
    )
    if ran.returncode not in codes:
        raise RuntimeError(ran.stderr)


def timed(home: Path, *arguments: object, codes: tuple[int, ...] = (0,)) -> float:
    """Seconds of one command of the product, its start included."""
    began = time.perf_counter()
    run(home, sys.executable, "-m", "shuzhi", *arguments, codes=codes)
    return time.perf_counter() - began


def copied(source: Path, target: Path) -> float:
    """Seconds of a plain copy that is on the disk."""
    began = time.perf_counter()
    subprocess.run(["cp", "-r", str(source), str(target)], check=True)
    os.sync()
    seconds = time.perf_counter() - began
    shutil.rmtree(target)
    return seconds


def make() -> None:
    """Fills the home: contents, their rows, and an entry of the journal for each."""
    from shuzhi.serving import prepare_home

    prepare_home()
    from io import BytesIO

    from django.db import transaction

    from shuzhi.apps.files.services import store
    from shuzhi.apps.journal.services import seal_batch
    from shuzhi.apps.records.actors import SYSTEM

    made = random.Random(1)
    made_mb, number = 0.0, 0
    with transaction.atomic():
        while made_mb < SIZE_MB:
            size_mb = LARGE_MB if number % 500 == 0 else made.uniform(0.02, 2)
            content = BytesIO(made.randbytes(int(size_mb * 2**20)))
            name = f"表{number}.parquet"
            store(actor=SYSTEM, source=content, kind="original", name=name, media_type="application/x")
            made_mb, number = made_mb + size_mb, number + 1
    while seal_batch().entries:
        pass


if __name__ == "__main__":
    make()
