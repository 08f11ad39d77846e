"""Times one call in its own process. Standard library only: it runs in the peers' environments too."""

import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

RESIDENT_ID = "^[1-9][0-9]{16}[0-9X]$"
MOBILE = "^1[3-9][0-9]{9}$"
WEIGHTS = tuple(2 ** (17 - place) % 11 for place in range(17))
CHECK_DIGITS = "10X98765432"
SEXES = ("男", "女")
DIAGNOSES = (
    "I10", "E11.9", "J06.9", "K29.7", "M54.5", "I25.1", "J45.9", "N18.9", "C34.9", "F32.9",
    "B18.1", "H25.9", "K80.2", "G47.0", "L20.9", "E78.5", "J18.9", "A15.0", "B20", "Z00.0",
)  # fmt: skip
FIRST_DAY, LAST_DAY = "1900-01-01", "2026-01-01"
HIGHEST_INCOME = 10_000_000.0


def measure(check: Callable[[Path, Path], Mapping[str, int]]) -> None:
    """Runs ``check(table, towns)`` of the command line; prints seconds, CPU seconds, peak, counts."""
    table, towns = Path(sys.argv[-2]), Path(sys.argv[-1])
    cpu, wall = time.process_time(), time.perf_counter()
    failed = check(table, towns)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    status = Path("/proc/self/status").read_text()
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]
    print(json.dumps({"wall": wall, "cpu": cpu, "peak_mb": int(peak) / 1024, "failed": dict(failed)}))
