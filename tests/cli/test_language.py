"""The command line speaks the language of its user, in its own sentences and in those of every part below."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SHUZHI = Path(sys.executable).with_name("shuzhi")


@pytest.mark.parametrize(
    ("language", "counted", "refused"),
    [("zh_CN.UTF-8", "未入库", "请写一条 SELECT"), ("en_US.UTF-8", "set aside", "Write one SELECT")],
)
def test_sentences_come_in_the_language_of_the_user(
    tmp_path: Path, language: str, counted: str, refused: str
) -> None:
    (tmp_path / "a.csv").write_text("编号,名称\n1,甲\n2,乙\n", "utf-8")
    environment = {**os.environ, "LANG": language, "LC_ALL": "", "LC_MESSAGES": "", "SHUZHI_LANG": ""}

    def said(*arguments: str) -> str:
        done = subprocess.run(
            [SHUZHI, *arguments], capture_output=True, text=True, env=environment, cwd=tmp_path, check=False
        )
        return done.stdout + done.stderr

    assert counted in said("read", "a.csv")
    assert refused in said("query", "drop table x", "--address", "sqlite:///x.db")
