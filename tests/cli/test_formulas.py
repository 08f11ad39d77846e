"""What begins with = + - @ leaves as text, whatever it passes through."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from tests.cli.conftest import Shuzhi

EVIL = ("=cmd|'/c calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1", "＝1+1", '=HYPERLINK("http://x","y")')
ROWS = [["编号", "=说明", "数"], *[[f"A{n:03d}", EVIL[n % len(EVIL)], str(n)] for n in range(40)]]


def formulas(path: Path) -> list[str]:
    """Cells that a spreadsheet would compute, and links it would follow."""
    found = []
    for sheet in openpyxl.load_workbook(path).worksheets:
        for row in sheet.iter_rows():
            found += [f"{sheet.title}!{c.coordinate}" for c in row if c.data_type == "f" or c.hyperlink]
    with zipfile.ZipFile(path) as archive:
        found += [name for name in archive.namelist() if "externalLink" in name]
    return found


def as_csv(folder: Path) -> Path:
    path = folder / "表.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([*ROWS[:20], ["A001", EVIL[0], "多少"], *ROWS[20:]])
    return path


def as_workbook(folder: Path) -> Path:
    path = folder / "表.xlsx"
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("=表")
        for number, row in enumerate([*ROWS[:20], ["A001", EVIL[0], "多少"], *ROWS[20:]]):
            for position, cell in enumerate(row):
                sheet.write_string(number, position, cell)
    return path


@pytest.mark.parametrize("make", [as_csv, as_workbook])
def test_the_marked_workbook_computes_nothing(folder: Path, shuzhi: Shuzhi, make: object) -> None:
    path = make(folder)  # type: ignore[operator]
    assert shuzhi("check", path, "--workbook", folder / "marked.xlsx").code == 1
    assert formulas(folder / "marked.xlsx") == []
    texts = {str(c.value) for s in openpyxl.load_workbook(folder / "marked.xlsx") for r in s for c in r}
    assert any(EVIL[0] in text for text in texts)


def test_a_template_computes_nothing(folder: Path, shuzhi: Shuzhi) -> None:
    path = as_csv(folder)
    drafted = shuzhi("draft", path, "-o", folder / "c.yaml", "--title", "=1+1", "--owner", "@民政局")
    assert drafted.code == 0
    assert shuzhi("template", folder / "c.yaml", folder / "t.xlsx").code == 0
    assert formulas(folder / "t.xlsx") == []
