"""read, profile, draft, check, grade, template: what they say, and what their exit codes mean."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest
from pyarrow import parquet

from tests.cli.conftest import Shuzhi

CLEAN = [("编号", "类别", "人数"), *[(f"TK{n:04d}", ("甲", "乙")[n % 2], n % 9) for n in range(60)]]
BROKEN = [row if n != 7 else ("TK0006", "", "很多") for n, row in enumerate(CLEAN)]


def write(folder: Path, name: str, rows: Sequence[tuple[object, ...]]) -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(rows)
    return path


def columnar(folder: Path, rows: Sequence[tuple[object, ...]]) -> Path:
    names, lines = rows[0], rows[1:]
    columns = {str(name): [line[i] for line in lines] for i, name in enumerate(names)}
    parquet.write_table(pa.table(columns), folder / "表.parquet")
    return folder / "表.parquet"


@pytest.fixture
def contract(folder: Path, shuzhi: Shuzhi) -> Path:
    """The contract drafted from the clean table."""
    drafted = folder.parent / "contract.yaml"
    made = shuzhi("draft", write(folder.parent, "清.csv", CLEAN), "-o", drafted, "--owner", "民政局")
    assert made.code == 0
    assert "TK" not in drafted.read_text("utf-8").split("quality")[0]
    return drafted


def test_reading_gives_the_account_of_every_row(folder: Path, shuzhi: Shuzhi) -> None:
    fine = shuzhi("read", write(folder, "清.csv", CLEAN))
    assert (fine.code, fine.err) == (0, "")
    assert "编号" in fine.out
    told = json.loads(shuzhi("read", folder / "清.csv", "--json").out)
    account = told["account"]
    assert account["total"] == account["frame"] + account["loaded"] + account["set_aside"] == 61
    broken = shuzhi("read", write(folder, "坏.csv", BROKEN), "--out", folder / "out")
    assert broken.code == 1
    assert "很多" in broken.out
    assert {path.name for path in (folder / "out").iterdir()} == {"table.parquet", "set_aside.parquet"}


def test_a_profile_has_a_line_for_each_column(folder: Path, shuzhi: Shuzhi) -> None:
    path = write(folder, "清.csv", CLEAN)
    answer = shuzhi("profile", path)
    assert (answer.code, len(answer.out.splitlines())) == (0, 3)
    told = json.loads(shuzhi("profile", path, "--json").out)
    assert [line["rows"] for line in told] == [60, 60, 60]


def test_a_check_ends_with_0_where_nothing_is_found_and_1_where_something_is(
    folder: Path, shuzhi: Shuzhi, contract: Path
) -> None:
    fine = shuzhi("check", write(folder, "清.csv", CLEAN), "--contract", contract)
    assert (fine.code, fine.err) == (0, "")
    broken = write(folder, "坏.csv", BROKEN)
    found = shuzhi("check", broken, "-c", contract, "--failing", folder / "failing.parquet")
    assert found.code == 1
    assert "✗" in found.out
    assert parquet.read_table(folder / "failing.parquet").num_rows > 0
    told = json.loads(shuzhi("check", broken, "-c", contract, "--json").out)
    assert {rule["status"] for rule in told["rules"]} >= {"passed", "failed"}
    assert told["score"] < 100
    drafted = shuzhi("check", broken)
    assert drafted.code == 1, "without a contract one is drafted; the loading is judged all the same"


def test_parquet_is_checked_with_and_without_a_contract(folder: Path, shuzhi: Shuzhi, contract: Path) -> None:
    clean = columnar(folder, CLEAN)
    assert shuzhi("check", clean).code == 0
    assert shuzhi("check", clean, "-c", contract).code == 0
    assert shuzhi("grade", clean).code == 0
    broken = columnar(folder, [row if row[0] != "TK0009" else ("TK0008", None, 3) for row in CLEAN])
    found = shuzhi("check", broken, "-c", contract, "--json")
    assert found.code == 1
    failed = {rule["rule"]: rule["failed"] for rule in json.loads(found.out)["rules"] if rule["failed"]}
    assert any("编号" in rule for rule in failed)
    assert any("类别" in rule for rule in failed)
    other = folder / "other.parquet"
    parquet.write_table(parquet.read_table(clean).rename_columns(["编号", "类别", "数"]), other)
    assert shuzhi("check", other, "-c", contract).code == 1, "a column that was agreed is not there"


def test_the_workbook_comes_back_with_the_bad_cells_marked(
    folder: Path, shuzhi: Shuzhi, contract: Path
) -> None:
    broken = write(folder, "坏.csv", BROKEN)
    assert shuzhi("check", broken, "-c", contract, "--workbook", folder / "marked.xlsx").code == 1
    sheet = openpyxl.load_workbook(folder / "marked.xlsx").active
    assert sheet is not None
    assert any(cell.comment for row in sheet.iter_rows() for cell in row)


def test_grades_come_with_evidence(folder: Path, shuzhi: Shuzhi) -> None:
    rows = [("姓名", "手机号码"), *[("王芳", f"138{n:08d}") for n in range(40)]]
    path = write(folder, "人.csv", rows)
    assert "L" in shuzhi("grade", path).out
    told = json.loads(shuzhi("grade", path, "--json").out)
    assert {c["column"]: c["category"] for c in told["columns"]}["手机号码"] == "person.mobile"
    assert all(column["evidence"] for column in told["columns"])


def test_a_template_has_the_columns_of_the_contract(folder: Path, shuzhi: Shuzhi, contract: Path) -> None:
    answer = shuzhi("template", contract, folder / "template.xlsx")
    assert (answer.code, answer.err) == (0, "")
    sheet = openpyxl.load_workbook(folder / "template.xlsx").worksheets[0]
    cells = {str(cell.value) for row in sheet.iter_rows() for cell in row}
    assert all(any(name in cell for cell in cells) for name in ("编号", "类别", "人数"))
