"""Twelve rules over a million persons: against SQL written by hand, against other tools, at seven millions.

Every run is a process of its own; runs are interleaved, and the least disturbed of each
compared. CPU seconds are of all threads. Other tools live in environments of their own under
.bench/venvs, made on first use from versions that are pinned; the data lies in .bench/data.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.figures import Row, at_most, figure, print_table
from benchmarks.persons import write_persons, write_towns

HOME = Path(".bench")
PEERS = Path(__file__).parent / "peers"
ROUNDS = 5
MILLION = 1_000_000
CPU_BAR, PEAK_BAR_MB, GROWTH_BAR, MEMORY_BAR = 1.15, 400, 7.5, 1.25

Measured = dict[str, Any]


def data_file(rows: int) -> Path:
    """The table of ``rows`` persons, made on first use."""
    path = HOME / "data" / f"persons_{rows}.parquet"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        write_persons(part, rows)
        part.rename(path)
    return path


def towns_file() -> Path:
    """The reference list of towns, made on first use."""
    path = HOME / "data" / "towns.parquet"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_towns(path)
    return path


def environment(peer: str, wanted: list[str]) -> Path | None:
    """The Python of a peer's own environment; None (with the reason printed) where it cannot be made."""
    folder = HOME / "venvs" / peer
    stamp = folder / "made.json"
    if not stamp.exists() or json.loads(stamp.read_text()) != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        python, quiet = folder / "bin" / "python", ("-q", "--disable-pip-version-check")
        done = subprocess.run(
            [python, "-m", "pip", "install", *quiet, *wanted], capture_output=True, text=True, check=False
        )
        if done.returncode:
            print(f"{peer}: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
            return None
        stamp.write_text(json.dumps(wanted))
    return folder / "bin" / "python"


def run(command: list[str | Path], rows: int) -> Measured:
    """One measured process."""
    files = [str(data_file(rows).resolve()), str(towns_file().resolve())]
    done = subprocess.run([*command, *files], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[-1]} failed: {done.stderr.strip()[-2000:]}")
    measured: Measured = json.loads(done.stdout.strip().splitlines()[-1])
    return measured


def own(who: str, rows: int = MILLION) -> Measured:
    """One of ``benchmarks.checking``."""
    return run([sys.executable, "-m", "benchmarks.checking", who], rows)


def least_disturbed(runs: list[Measured]) -> Measured:
    """The shortest times of several runs (what else the machine does only adds), the highest peak."""
    shortest = {name: min(r[name] for r in runs) for name in ("wall", "cpu")}
    return {**shortest, "peak_mb": max(r["peak_mb"] for r in runs)}


def contest(peers: dict[str, Path]) -> dict[str, Measured]:
    """Everyone in turn, ROUNDS times."""
    names = ["sql", "rules", "listed", *peers]
    runs: dict[str, list[Measured]] = {name: [] for name in names}
    for _ in range(ROUNDS):
        for name in names:
            peer = peers.get(name)
            script = PEERS / f"{name}.py"
            runs[name].append(run([peer.absolute(), script], MILLION) if peer else own(name))
    same_answers(runs["sql"][0], runs["listed"][0])
    return {name: least_disturbed(each) for name, each in runs.items()}


def same_answers(sql: Measured, rules: Measured) -> None:
    """Raises AssertionError where the product and the SQL count differently."""
    wrong = {name: (count, rules["failed"][name]) for name, count in sql["failed"].items()}
    wrong = {name: pair for name, pair in wrong.items() if pair[0] != pair[1]}
    if wrong:
        raise AssertionError(f"rules and SQL count differently: {wrong}")


def as_note(measured: Measured) -> str:
    """Seconds and peak in words."""
    return f"{measured['wall']:.2f} s, {measured['cpu']:.2f} CPU s, {measured['peak_mb']:.0f} MB"


def main() -> list[Row]:
    """The figures, each measured beside what it is compared with."""
    wanted = json.loads((PEERS / "requirements.json").read_text())
    found = {peer: environment(peer, packages) for peer, packages in wanted.items()}
    peers = {peer: python for peer, python in found.items() if python}
    results = contest(peers)
    sql, listed = results["sql"], results["listed"]
    figures = [
        figure("check: SQL by hand, counts only", round(sql["cpu"], 2), "CPU s", as_note(sql)),
        ratio("check: 12 rules, counts / SQL", results["rules"], sql, CPU_BAR),
        ratio("check: 12 rules, failing rows listed / SQL", listed, sql, CPU_BAR),
        at_most("check: peak memory", round(listed["peak_mb"]), PEAK_BAR_MB, "MB"),
    ]
    for peer in wanted:
        if peer in results:
            share = round(listed["wall"] / results[peer]["wall"], 2)
            figures.append(at_most(f"check: seconds / {peer}", share, 1.0, "", as_note(results[peer])))
        else:
            figures.append(figure(f"check: {peer}", "not installed"))
    return [*figures, *growth(listed)]


def ratio(name: str, ours: Measured, theirs: Measured, bar: float) -> Row:
    """CPU seconds of ours in units of theirs."""
    return at_most(name, round(ours["cpu"] / theirs["cpu"], 2), bar, "", as_note(ours))


def growth(million: Measured) -> list[Row]:
    """Seven million rows against one; and a table in which every row fails three rules."""
    seven = least_disturbed([own("listed", 7 * MILLION) for _ in range(2)])
    spoilt = own("spoilt", 7 * MILLION)
    times = round(seven["cpu"] / million["cpu"], 2)
    memory = round(seven["peak_mb"] / million["peak_mb"], 2)
    worst = round(spoilt["peak_mb"] / seven["peak_mb"], 2)
    return [
        at_most("check: 7M rows / 1M, CPU", times, GROWTH_BAR, "", as_note(seven)),
        at_most("check: 7M rows / 1M, memory", memory, MEMORY_BAR),
        at_most("check: 7M rows all failing, memory", worst, MEMORY_BAR, "", as_note(spoilt)),
    ]


if __name__ == "__main__":
    sys.exit(0 if print_table(main()) else 1)
