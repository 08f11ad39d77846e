"""A dirty CSV of a million rows, one in twenty spoilt: how fast it is read, and what became of each cell.

``main() -> list[Row]`` (see ``figures``); ``python -m benchmarks.reading`` prints them.
"""

from __future__ import annotations

import csv
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figures import Row, at_most, figure, print_table

ROWS, SPOILT, ODD, SEED = 1_000_000, 0.05, 0.05, 20260101
ROWS_BAR, MEMORY_BAR_MB = 100_000, 1024
LARGE_MB = 1024
WIDE_COLUMNS, WIDE_ROWS = 5_000, 100
HEADER = (
    *("编号", "姓名", "身份证号", "出生日期", "手机号", "银行卡号"),
    *("镇街代码", "地址", "收入", "登记时间", "人口", "备注"),
)
# by column: texts that can be no value of it, and texts that are one, written as offices write
UNREADABLE = {
    3: ("1990-02-30", "1990年13月1日", "不详", "1990年1月"),
    4: ("1.38E+10",),
    5: ("6.22202E+18",),
    8: ("12万", "约五千", "1,23"),
    9: ("2024-13-01 00:00:00", "上午"),
    10: ("五",),
}
READABLE = {
    1: (" 张三　",),
    3: ("1990年1月1日", "1990/1/1", "19900101", "１９９０年１月１日"),
    8: ("1,234.50", "￥88", "无", "N/A", "１２．５"),
    9: ("2024/1/5 8:30", "2024年1月5日 8时30分"),
    10: ("１２", "1,000"),
    11: ("含有\n换行", "含,逗号", '含"引号'),
}


def write_dirty(path: Path, rows: int) -> int:
    """Writes the file; gives the number of cells planted that nobody can read."""
    chance = random.Random(SEED)
    planted = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(rows):
            row = _clean(number, chance)
            draw = chance.random()
            if draw < SPOILT + ODD:
                texts = UNREADABLE if draw < SPOILT else READABLE
                column = chance.choice(tuple(texts))
                row[column] = chance.choice(texts[column])
                planted += draw < SPOILT
            writer.writerow(row)
    return planted


def _clean(number: int, chance: random.Random) -> list[str]:
    day = number % 28 + 1
    return [
        f"P{number:07d}",
        "张三丰",
        "330109199001011234",
        f"1990-01-{day:02d}",
        f"138{number:08d}",
        "6222021234567890123",
        "330109001",
        f"浙江省杭州市萧山区人民路{number % 999}号{number % 30}栋",
        f"{chance.random() * 1e5:.2f}",
        f"2024-01-{day:02d} 10:00:00",
        str(number % 9),
        "经现场走访，情况属实，建议按政策予以受理",
    ]


def load(path: Path) -> None:
    """Loads the file in this process and prints what it took (JSON)."""
    from shuzhi.engine.data.reading import load_file

    with tempfile.TemporaryDirectory() as folder:
        wall, cpu = time.perf_counter(), time.process_time()
        account = load_file(path, into=Path(folder)).account
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    status = Path("/proc/self/status").read_text().splitlines()
    peak_kb = next(line for line in status if line.startswith("VmHWM")).split()[1]
    print(
        json.dumps(
            {
                "wall_s": wall,
                "cpu_s": cpu,
                "peak_mb": int(peak_kb) / 1024,
                "lost": account.total - account.frame - account.loaded - account.set_aside,
                "loaded": account.loaded,
                "cells": account.set_aside_cells,
            }
        )
    )


def main(rows: int = ROWS) -> list[Row]:
    """Writes the file, loads it in a process of its own, and holds the result against what was planted."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dirty.csv"
        planted = write_dirty(path, rows)
        size_mb = path.stat().st_size >> 20
        took = _loaded_apart(path)
        large = _loaded_apart(_repeated(path, Path(folder) / "large.csv"))
    rate = round(rows / took["wall_s"])
    wrong = abs(took["cells"] - planted) + abs(rows - took["loaded"]) + took["lost"]
    return [
        {
            "figure": f"reading: dirty CSV, {rows:,} rows x {len(HEADER)}",
            "value": rate,
            "unit": "rows/s",
            "bar": f">= {ROWS_BAR}",
            "held": rate >= ROWS_BAR,
            "note": f"{size_mb} MB, Parquet written; {rows / took['cpu_s']:,.0f} rows per CPU second",
        },
        at_most("reading: peak memory", round(took["peak_mb"]), MEMORY_BAR_MB, "MB"),
        at_most("reading: rows or cells not accounted for", wrong, 0, note="against what was planted"),
        figure("reading: cells set aside", took["cells"], note=f"{planted} planted"),
        at_most(
            f"reading: CSV of {LARGE_MB} MB, peak memory",
            round(large["peak_mb"]),
            MEMORY_BAR_MB,
            "MB",
            f"{large['loaded']:,} rows in {large['wall_s']:.0f} s",
        ),
        _wide(),
    ]


def _loaded_apart(path: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.reading", str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    took: dict[str, float] = json.loads(done.stdout)
    return took


def _repeated(path: Path, to: Path) -> Path:
    """The same rows again and again under one header, until the file has LARGE_MB."""
    header, _, rows = path.read_bytes().partition(b"\n")
    with to.open("wb") as file:
        file.write(header + b"\n")
        while file.tell() < LARGE_MB << 20:
            file.write(rows)
    return to


def _wide() -> Row:
    """A clean file of very many columns, read and checked by the command; there is no bar for it."""
    chance = random.Random(SEED)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "wide.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["编号", *(f"指标{n}" for n in range(1, WIDE_COLUMNS))])
            for row in range(WIDE_ROWS):
                writer.writerow([f"W{row:05d}", *(chance.randint(0, 999) for _ in range(1, WIDE_COLUMNS))])
        before, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        command = [sys.executable, "-m", "shuzhi", "check", str(path)]
        subprocess.run(command, check=True, capture_output=True)
        wall, after = time.perf_counter() - wall, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return figure(
        f"check: {WIDE_ROWS} rows x {WIDE_COLUMNS:,} columns, rules drafted",
        round(cpu),
        "CPU s",
        f"{wall:.0f} s",
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        load(Path(sys.argv[1]))
    else:
        sys.exit(0 if print_table(main()) else 1)
