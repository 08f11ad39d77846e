"""Starting: the command, a small check, the demo in an empty home and again, and what it holds when idle.

The demo runs with no network but loopback where the machine lets us cut it off (Linux, as root).
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.figures import Row, at_most, figure
from shuzhi.demo import synthetic

SHUZHI = Path(sys.executable).with_name("shuzhi")
PORT = 8765
ROOT = Path(__file__).resolve().parent.parent
CUT_OFF = ["unshare", "-n", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]


def main() -> list[Row]:
    """The figures of starting."""
    with TemporaryDirectory(prefix="shuzhi-bench-") as folder:
        return [*setting_up(Path(folder)), *commands(Path(folder)), *demo(Path(folder))]


def setting_up(folder: Path) -> list[Row]:
    """``make setup`` in a fresh clone; packages may lie in the caches of the machine."""
    clone = folder / "clone"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True, capture_output=True)
    began = time.perf_counter()
    made = subprocess.run(["make", "setup"], cwd=clone, capture_output=True)
    seconds = time.perf_counter() - began
    shutil.rmtree(clone)
    if made.returncode:
        return [
            figure("make setup in a fresh clone", "failed", "", "the package registries were not reached")
        ]
    return [figure("make setup in a fresh clone", round(seconds, 1), "s", "packages may come from caches")]


def commands(folder: Path) -> list[Row]:
    """``--help`` and a check of a thousand rows, start included; the median of seven runs each."""
    table, contract = folder / "r.csv", folder / "r.odcs.yaml"
    rows = synthetic.residents(random.Random(1), {"瓜沥镇": ["东恩村"]}, 1000, date(2026, 1, 1))
    lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    table.write_text("\n".join(lines) + "\n", "utf-8")
    subprocess.run([SHUZHI, "draft", table, "-o", contract], check=True, capture_output=True)
    help_s, help_cpu_s = timed([SHUZHI, "--help"])
    check_s, check_cpu_s = timed([SHUZHI, "check", table, "--contract", contract])
    return [
        at_most("shuzhi --help", round(help_s, 2), 0.3, "s", f"{help_cpu_s:.2f} CPU s"),
        at_most("check, 1,000 rows, start included", round(check_s, 2), 1.2, "s", f"{check_cpu_s:.2f} CPU s"),
    ]


def timed(command: list[object]) -> tuple[float, float]:
    """Median wall and CPU seconds of seven runs, after one that warms the caches."""
    walls, cpus = [], []
    for _ in range(8):
        before, began = os.times(), time.perf_counter()
        subprocess.run([str(part) for part in command], capture_output=True)
        walls.append(time.perf_counter() - began)
        after = os.times()
        cpus.append(sum(after[2:4]) - sum(before[2:4]))
    return median(walls[1:]), median(cpus[1:])


def demo(folder: Path) -> list[Row]:
    """First page in an empty home, again in the filled one, and the memory of web and worker when idle."""
    cut = cut_off()
    note = "network cut off" if cut else "this machine does not let us cut the network off"
    home = folder / "home"
    with running(cut, home) as (first, _pid):
        pass
    with running(cut, home) as (again, pid):
        time.sleep(8)
        held = memory_mb(pid)
    return [
        at_most("demo, empty home to first page", round(first, 1), 60, "s", note),
        at_most("demo again to first page", round(again, 1), 10, "s", note),
        at_most("demo idle, web and worker", round(held), 1024, "MB", "sum of their resident sizes"),
    ]


def cut_off() -> list[str]:
    """The prefix of a command that leaves it only loopback; empty where that is not possible."""
    if not shutil.which("unshare") or not shutil.which("ip"):
        return []
    tried = subprocess.run([*CUT_OFF, "true"], capture_output=True)
    return CUT_OFF if tried.returncode == 0 else []


@contextmanager
def running(cut: list[str], home: Path) -> Iterator[tuple[float, int]]:
    """The demo, from its start to its first page; yields the seconds and the process's id."""
    began = time.perf_counter()
    command = [*cut, str(SHUZHI), "demo", "--home", str(home), "--port", str(PORT)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not answers(cut, process.pid):
            if process.poll() is not None or time.perf_counter() - began > 180:
                raise RuntimeError("the demo did not start")
            time.sleep(0.1)
        yield time.perf_counter() - began, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def answers(cut: list[str], pid: int) -> bool:
    """Whether the log-in page comes, asked from inside the demo's own network."""
    url = f"http://127.0.0.1:{PORT}/"
    if cut:
        inside = ["nsenter", "-t", str(pid), "-n", sys.executable, "-c"]
        code = f"import urllib.request; urllib.request.urlopen({url!r}, timeout=5)"
        return subprocess.run([*inside, code], capture_output=True).returncode == 0
    try:
        with urllib.request.urlopen(url, timeout=5) as page:
            return bool(page.status == 200)
    except OSError:
        return False


def memory_mb(pid: int) -> float:
    """Resident memory of a process and all below it, in MB."""
    children: dict[int, list[int]] = {}
    resident: dict[int, float] = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
        except OSError:
            continue
        number = int(status.parent.name)
        children.setdefault(int(fields["PPid"]), []).append(number)
        resident[number] = int(fields.get("VmRSS", "0 kB").split()[0]) / 1024
    wanted, total = [pid], 0.0
    while wanted:
        number = wanted.pop()
        total += resident.get(number, 0.0)
        wanted += children.get(number, [])
    return total
