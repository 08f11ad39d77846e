"""No name, number or telephone of a person comes into a log or out of an operator's command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shuzhi.logs import plain_traceback, without_values
from tests.operations.conftest import Installation


def test_the_main_job_and_all_that_goes_wrong_in_it_log_no_personal_value(
    installation: Installation, tmp_path: Path
) -> None:
    used = installation.call("-m", "tests.operations.process", "use")
    assert used.returncode == 0, used.stderr
    planted = json.loads(used.stdout.splitlines()[-1])
    assert len(planted) > 100
    events = {json.loads(line)["event"] for line in used.stderr.splitlines() if line.startswith("{")}
    assert {"job.done", "job.refused", "job.broke", "portal.broke"} <= events
    said = used.stderr
    for command in (("backup", tmp_path / "b"), ("doctor",), ("journal", "verify")):
        ended = installation.call("-m", "shuzhi", *command)
        said += ended.stdout + ended.stderr
    assert [value for value in planted if value in said] == []
    assert [value for value in planted if json.dumps(value)[1:-1] in said] == []


@pytest.mark.parametrize(
    ("message", "left"),
    [
        ("could not convert string to float: '13800138000'", "could not convert string to float: …"),
        ("duplicate key\nDETAIL: Key (name)=(Smith) already exists.", "duplicate key"),
        ("Key (id)=(330109199001011234)", "Key (id)=(…)"),
        ("姓名 of row 17", "… of row 17"),
        ("no such table: people_account", "no such table: people_account"),
        ("0571-8288 1234 rang", "… rang"),
        ("x" * 1000, "x" * 300),
    ],
)
def test_the_message_of_an_error_is_kept_without_values(message: str, left: str) -> None:
    assert without_values(message) == left


def test_a_traceback_tells_where_each_error_of_the_chain_arose() -> None:
    try:
        try:
            int("张三")
        except ValueError as error:
            raise RuntimeError("row 3") from error
    except RuntimeError as error:
        told = plain_traceback(error)
    assert told.index("ValueError") < told.index("RuntimeError: row 3")
    assert told.count("test_logging.py") == 2
    assert "invalid literal for int() with base 10: …" in told
