"""Parquet, JSON lines and Arrow batches: the same account, the same contract."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from shuzhi.engine.data.contracts.model import Contract
from shuzhi.engine.data.fields import Field, FieldType
from shuzhi.engine.data.reading import SET_ASIDE_SCHEMA, ReadOptions, load_file, read_arrow
from tests.engine.reading.conftest import read


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    table = pa.table(
        {
            "编号": ["001", "002"],
            "数": pa.array([1, None], pa.int32()),
            "日": pa.array([date(2021, 3, 5), None]),
            "价": pa.array([1.5, 2.0], pa.float32()),
            "类": pa.array(["甲", "乙"]).dictionary_encode(),
        }
    )
    parquet.write_table(table, tmp_path / "t.parquet")
    reading = read(tmp_path / "t.parquet")
    assert reading.types == {"编号": "string", "数": "integer", "日": "date", "价": "number", "类": "string"}
    assert reading.rows[0] == {
        "_row": 1,
        "编号": "001",
        "数": 1,
        "日": date(2021, 3, 5),
        "价": 1.5,
        "类": "甲",
    }


def test_parquet_text_is_typed_by_a_contract(tmp_path: Path) -> None:
    parquet.write_table(pa.table({"日": ["2021年3月5日", "不详"]}), tmp_path / "t.parquet")
    contract = Contract("u", "t", "1", "t", (Field("日", FieldType.DATE),))
    reading = read(tmp_path / "t.parquet", contract)
    assert reading.column("日") == [date(2021, 3, 5), None]
    assert reading.aside() == [(2, "日", "不详", "not_a_date")]


def test_json_lines_account_for_every_line(write: Callable[..., Path]) -> None:
    text = (
        '{"编号":"001","数":1,"是":true}\n\n{"编号":"002","数":"x","嵌":{"a":1}}\nnot json\n[1]\n'
        '{"编号":"003","数":3}\n'
    )
    reading = read(write(text, "t.jsonl"))
    assert reading.account.total == 6
    assert reading.frame == [(2, "blank", "blank")]
    assert reading.column("编号") == ["001", "002", "003"]
    assert reading.column("嵌") == [None, '{"a": 1}', None]
    assert [(row, reason) for row, _, _, reason in reading.aside()] == [(4, "bad_json"), (5, "bad_json")]


def test_a_key_that_first_comes_late_is_set_aside_with_its_value(write: Callable[..., Path]) -> None:
    lines = ['{"a":1}'] * 2000 + ['{"a":1,"b":"迟"}']
    reading = read(write("\n".join(lines), "t.jsonl"))
    assert reading.aside() == [(2001, "B", "b: 迟", "beyond_header")]


def test_batches_of_a_query_are_accounted_for_alike() -> None:
    schema = pa.schema([("身份证号", pa.string()), ("数", pa.string())])
    batches = [
        pa.record_batch([["1", None], ["5", "6"]], schema=schema),
        pa.record_batch([["3"], ["七"]], schema=schema),
    ]
    contract = Contract(
        "u", "t", "1", "t", (Field("身份证号", primary_key=True), Field("数", FieldType.INTEGER))
    )
    with read_arrow(iter(batches), schema=schema, name="查询", contract=contract) as reader:
        rows = [row for batch in reader for row in batch.loaded.to_pylist()]
        assert reader.account.total == 3
        assert reader.account.set_aside == 1
    assert rows == [{"_row": 1, "身份证号": "1", "数": 5}, {"_row": 3, "身份证号": "3", "数": None}]


def test_an_empty_query_is_an_empty_table() -> None:
    with read_arrow(iter([]), schema=pa.schema([("a", pa.int64())]), name="q") as reader:
        assert sum(batch.loaded.num_rows for batch in reader) == 0
        assert reader.account.total == 0


def test_a_load_is_two_parquet_files(write: Callable[..., Path], tmp_path: Path) -> None:
    path = write("编号,数\nA1,1\nA2,二\nA3,3\n合计,4\n".replace("A", "甲"), "stored")
    body = "".join(f"B{n},{n}\n" for n in range(40))
    path.write_text(path.read_text() + body)
    load = load_file(path, into=tmp_path, options=ReadOptions(name="原名.csv"))
    assert load.source.name == "原名.csv"
    assert parquet.read_schema(load.table).names == ["_row", "编号", "数"]
    assert parquet.read_table(load.set_aside).schema.equals(SET_ASIDE_SCHEMA)
    assert parquet.read_table(load.table).num_rows == load.account.loaded == 43
    assert parquet.read_table(load.set_aside).num_rows == load.account.set_aside_cells == 1
