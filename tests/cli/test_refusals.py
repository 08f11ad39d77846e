"""Bad input on the command line: one sentence on standard error, exit code 2, nothing written."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest
from pyarrow import parquet

from tests.cli.conftest import Answer, Shuzhi


def damaged_parquet() -> bytes:
    """A whole footer over a body of noise."""
    buffer = io.BytesIO()
    parquet.write_table(pa.table({"编号": [f"{n}" for n in range(5000)]}), buffer)
    content = bytearray(buffer.getvalue())
    content[8:4000] = b"\xff" * 3992
    return bytes(content)


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, bytes(60 << 20) if "sheet" in name else b"<x/>")
    return buffer.getvalue()


HOSTILE = {
    "空.csv": b"",
    "空白.csv": b"\n\n  \n",
    "表头.csv": "编号,名称\n".encode(),
    "文.pdf": b"%PDF-1.7\n...",
    "表.xlsx": b"%PDF-1.7\n...",
    "截.xlsx": zipped("xl/workbook.xml")[:60],
    "弹.xlsx": zipped("xl/workbook.xml", "xl/worksheets/sheet1.xml"),
    "公文.ofd": zipped("OFD.xml"),
    "表.zip": zipped("a.txt"),
    "表.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100),
    "图.csv": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
    "宽.csv": (",".join(f"c{n}" for n in range(100_000)) + "\n" + "," * 99_999).encode(),
    "零.csv": bytes(5000),
    "截.parquet": b"PAR1" + bytes(50),
    "坏.parquet": damaged_parquet(),
    "数.json": b'[{"a": 1}, {"a": 2}]',
}


def refusal(answer: Answer) -> str:
    """The one sentence of an answer that is a refusal and nothing else."""
    assert answer.code == 2, answer
    assert answer.out == ""
    [sentence] = answer.err.strip().splitlines()
    assert "Traceback" not in sentence
    assert sentence.endswith((".", "。"))
    return sentence


@pytest.mark.parametrize("command", ["read", "check", "grade", "profile", "draft"])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gets_one_sentence(folder: Path, shuzhi: Shuzhi, command: str, name: str) -> None:
    path = folder / name
    path.write_bytes(HOSTILE[name])
    extra = {"read": ["--out", folder / "out"], "check": ["--failing", folder / "failing.parquet"]}
    assert name in refusal(shuzhi(command, path, *extra.get(command, [])))
    assert set(folder.rglob("*")) == {path}


@pytest.mark.parametrize("command", ["read", "check", "grade", "profile", "draft"])
def test_a_sheet_that_is_not_there_is_refused_and_those_there_are_named(
    folder: Path, shuzhi: Shuzhi, command: str
) -> None:
    workbook = openpyxl.Workbook()
    for name in ("名册", "说明"):
        workbook.create_sheet(name).append(("编号", "名称"))
    workbook.save(folder / "表.xlsx")
    answer = shuzhi(command, folder / "表.xlsx", "--sheet", "名单")
    sentence = refusal(answer)
    assert "名单" in sentence
    assert "Sheet, 名册, 说明" in sentence


@pytest.mark.parametrize("command", ["read", "check", "grade", "profile", "draft"])
@pytest.mark.parametrize("name", ["表.csv", "表.jsonl", "表.parquet"])
def test_a_sheet_of_a_file_without_sheets_is_refused(
    folder: Path, shuzhi: Shuzhi, command: str, name: str
) -> None:
    path = folder / name
    table = pa.table({"编号": [f"A{n}" for n in range(30)]})
    if name.endswith(".parquet"):
        parquet.write_table(table, path)
    else:
        lines = ["编号", *table["编号"].to_pylist()]
        path.write_text("\n".join(lines if name.endswith("csv") else ['{"编号": "A1"}'] * 3), "utf-8")
    assert "名单" in refusal(shuzhi(command, path, "--sheet", "名单"))


def test_a_megabyte_in_one_cell_is_set_aside_and_not_refused(folder: Path, shuzhi: Shuzhi) -> None:
    path = folder / "长.csv"
    path.write_text("编号,说明\n" + "".join(f"A{n},短\n" for n in range(30)) + "A99," + "长" * 350_000 + "\n")
    answer = shuzhi("read", path)
    assert (answer.code, answer.err) == (1, "")


@pytest.mark.parametrize(
    "arguments",
    [
        ("read", "nothing.csv"),
        ("read", "."),
        ("check", "fine.csv", "--contract", "nothing.yaml"),
        ("check", "fine.csv", "--contract", "gbk.yaml"),
        ("check", "fine.csv", "--contract", "broken.yaml"),
        ("check", "fine.csv", "--failing", "no/such/folder/f.parquet"),
        ("check", "fine.csv", "--workbook", "no/such/folder/w.xlsx"),
        ("draft", "fine.csv", "--out", "no/such/folder/c.yaml"),
        ("template", "nothing.yaml", "t.xlsx"),
        ("pack", "check", "nothing"),
    ],
    ids=" ".join,
)
def test_what_is_not_there_or_cannot_be_written_is_said_in_one_sentence(
    folder: Path, shuzhi: Shuzhi, arguments: tuple[str, ...]
) -> None:
    rows = "".join(f"A{n},{'甲乙'[n % 2]}\n" for n in range(30))
    (folder / "fine.csv").write_text(f"编号,类别\n{rows}", "utf-8")
    (folder / "gbk.yaml").write_bytes("名称: 数据规范".encode("gbk"))
    (folder / "broken.yaml").write_text("a: [1, 2\nb: }", "utf-8")
    before = set(folder.rglob("*"))
    answer = shuzhi(*arguments)
    assert answer.code == 2, answer
    assert "Traceback" not in answer.err
    assert answer.err.strip() or answer.out.strip()
    assert set(folder.rglob("*")) == before


def test_in_a_process_of_its_own_there_is_no_traceback_either(tmp_path: Path) -> None:
    path = tmp_path / "坏.parquet"
    path.write_bytes(damaged_parquet())
    for command in ("read", "check"):
        ended = subprocess.run(
            [sys.executable, "-m", "shuzhi", command, str(path)],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "TMPDIR": str(tmp_path)},
        )
        assert ended.returncode == 2
        assert len(ended.stderr.strip().splitlines()) == 1, ended.stderr
        assert list(tmp_path.iterdir()) == [path]


def test_help_loads_neither_the_web_framework_nor_the_engine() -> None:
    code = (
        "import sys\nsys.argv = ['shuzhi', '--help']\n"
        "from shuzhi.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
        "heavy = {'django', 'ibis', 'duckdb', 'pyarrow', 'pandas', 'numpy', 'pydantic'}\n"
        "print(sorted({m.split('.')[0] for m in sys.modules} & heavy))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip().splitlines()[-1] == "[]"
    assert "check" in ended.stdout
