"""The real files that the departments' tables are like."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.engine.reading.conftest import read

pytestmark = pytest.mark.shared


def test_heritage_workbook_gives_the_rows_of_its_cleaned_twin(shared_data: Path) -> None:
    reading = read(shared_data / "heritage/CulRelPro_China_1961-2019.xls")
    with (shared_data / "heritage/CulRelPro_China_1961-2019_units.csv").open(encoding="utf-8") as file:
        twin = list(csv.DictReader(file))
    assert reading.account.loaded == len(twin) == 5066
    assert reading.frame == [
        (1, "title", "above_header"),
        (2, "title", "above_header"),
        (3, "blank", "blank"),
        (4, "header", "header"),
        (5, "header", "header_language"),
        (5072, "note", "note_word"),
        (5073, "note", "section"),
        (5074, "blank", "blank"),
        (5075, "note", "section"),
        (5076, "note", "section"),
    ]
    assert reading.set_aside == []
    for name in ("编号", "分类号", "单位名称（中文）", "时代（英文）", "县级政区名称（中文）"):
        assert reading.column(name) == [row[name].strip() or None for row in twin], name
    assert reading.column("序号") == [int(row["序号"]) for row in twin]
    assert reading.notes["other_sheets"]["sheets"] == "Tab.2, Tab.3"


def test_heritage_numbers_that_are_words_are_set_aside(shared_data: Path) -> None:
    reading = read(shared_data / "heritage/CulRelPro_China_1961-2019.xls", sheet="Tab.2")
    assert reading.aside() == [(row, "数量", "No Data", "not_an_integer") for row in (37, 38, 39)]


@pytest.mark.parametrize("station", ["cangqian", "fuchunjiangshuiku", "tonglu", "yanguan", "zhakou"])
def test_water_levels_without_header_lose_no_hour(shared_data: Path, station: str) -> None:
    path = shared_data / f"hydrology/{station}.txt"
    lines = path.read_text().splitlines()
    reading = read(path)
    assert reading.account.loaded == reading.account.total == len(lines)
    assert reading.types["列A"] == "timestamp"
    assert reading.types["列C"] == "number"
    nulls = sum(line.split("\t")[2] == "null" for line in lines)
    assert reading.column("列C").count(None) == nulls
    assert "no_header" in reading.notes


def test_gbk_reservoir_keeps_flow_with_its_direction_as_text(shared_data: Path) -> None:
    reading = read(shared_data / "hydrology/other_sanxiashuiku.txt")
    assert reading.reader.source.encoding == "gb18030"
    assert reading.rows[0]["列C"] == "7130(出)"


def test_statistics_export_has_titles_notes_and_a_delimiter_of_two_characters(shared_data: Path) -> None:
    reading = read(shared_data / "macro/nbs_quarterly_gdp_indices.csv")
    assert reading.reader.source.delimiter == "\t,"
    assert [role for _, role, _ in reading.frame] == ["title", "title", "header", *["note"] * 5]
    assert reading.types["1Q 2026"] == "number"
    assert len(reading.reader.columns) == 19
    assert reading.rows[0]["Indicators"].endswith(", Current Quarter")


def test_requests_with_american_dates_take_the_order_their_own_columns_show(shared_data: Path) -> None:
    reading = read(shared_data / "events/la311_test_requests.csv")
    assert reading.account.loaded == 10_000
    assert {reading.types[f"{name}date"] for name in ("created", "updated", "service", "closed")} == {
        "timestamp"
    }
    assert reading.column("latitude").count(None) == 11
    assert reading.column("closeddate").count(None) == 49


def test_dictionaries_without_header_keep_their_first_row(shared_data: Path) -> None:
    for path in sorted((shared_data / "anonymisation").glob("*hierarchy*.csv")):
        lines = path.read_text().splitlines()
        assert read(path).account.loaded == len(lines), path.name


def test_division_codes_stay_text(shared_data: Path) -> None:
    reading = read(shared_data / "admin/division_villages_zhejiang33.csv")
    assert set(reading.types.values()) == {"string"}
    assert reading.account.loaded == 25_547


def test_storms_read_blank_winds_as_no_value(shared_data: Path) -> None:
    path = next((shared_data / "typhoon").glob("*.csv"))
    reading = read(path)
    assert reading.types["WMO_WIND"] == "integer"
    assert reading.rows[0]["WMO_WIND"] is None
    assert reading.types["ISO_TIME"] == "timestamp"
