"""What happens at the points of one process: files in a control folder say it, while the process runs.

``kill/<part>/<point>``: the process and its children end there by SIGKILL, once; ``killed`` says so.
``hold/<part>/<point>``: it waits there until the file is gone; ``held`` says that it does.
``full/<part>/<point>``: the disk is full there, for as long as the file lies there.
``clock/<part>``: seconds by which the process's clock is wrong.
``seen/<part>/<point>``: made by the process: it passed there.

``part`` is what the process is: web or worker. Arm before Django is imported, so that models take the clock.
"""

from __future__ import annotations

import errno
import os
import signal
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from shuzhi import crash_points

CONTROL = "SHUZHI_TESTS_CONTROL"
SUITE = ("kill", "killed", "hold", "held", "full", "clock", "seen")


def arm(part: str) -> None:
    """Has this process do at its points, and with its clock, what the control folder says."""
    control = Path(os.environ[CONTROL])
    for name in SUITE:
        (control / name / part).mkdir(parents=True, exist_ok=True)
    crash_points.arm(lambda point: _visit(control, part, point))
    _set_clock(control / "clock" / part / "offset_s")


def _visit(control: Path, part: str, point: str) -> None:
    (control / "seen" / part / point).touch()
    if _take(control / "kill" / part / point, control / "killed" / part / point):
        os.killpg(os.getpgrp(), signal.SIGKILL)
        time.sleep(60)  # the end comes in another thread's time slice
    hold = control / "hold" / part / point
    if hold.exists():
        (control / "held" / part / point).touch()
        while hold.exists():
            time.sleep(0.02)
    if (control / "full" / part / point).exists():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _take(wanted: Path, taken: Path) -> bool:
    """Whether the file was there and is this thread's now."""
    try:
        wanted.rename(taken)
    except FileNotFoundError:
        return False
    return True


def _set_clock(offset: Path) -> None:
    """Moves what the process takes for now: the framework's clock and the plain one."""
    from django.utils import timezone

    def wrong_s() -> float:
        try:
            return float(offset.read_text("ascii"))
        except (FileNotFoundError, ValueError):
            return 0.0

    now, plain = timezone.now, time.time

    def wrong_now() -> datetime:
        return now() + timedelta(seconds=wrong_s())

    def wrong_plain() -> float:
        return plain() + wrong_s()

    clocks: tuple[tuple[object, str, Callable[[], object]], ...] = (
        (timezone, "now", wrong_now),
        (time, "time", wrong_plain),
    )
    for module, name, wrong in clocks:
        setattr(module, name, wrong)
