"""soda-core 4 on DuckDB: a contract of twelve checks over a view on the Parquet file."""

import json
import logging
import os
import tempfile
from pathlib import Path

os.environ["SODA_TELEMETRY"] = os.environ["SODA_CORE_TELEMETRY_ENABLED"] = "false"

import duckdb
from measuring import (
    CHECK_DIGITS,
    DIAGNOSES,
    FIRST_DAY,
    HIGHEST_INCOME,
    LAST_DAY,
    MOBILE,
    RESIDENT_ID,
    SEXES,
    WEIGHTS,
    measure,
)
from soda_core.contracts import verify_contract_locally
from soda_duckdb.common.data_sources.duckdb_data_source import DuckDBDataSourceImpl  # noqa: F401 - registers

logging.disable(logging.WARNING)


def contract() -> dict[str, object]:
    total = " + ".join(
        f"(ascii(substr(id_no, {place}, 1)) - 48) * {weight}" for place, weight in enumerate(WEIGHTS, 1)
    )
    digit = f"substr('{CHECK_DIGITS}', ({total}) % 11 + 1, 1) = substr(id_no, 18, 1)"
    days = f"birth_date BETWEEN date '{FIRST_DAY}' AND date '{LAST_DAY}'"
    agrees = "strftime(birth_date, '%Y%m%d') = substr(id_no, 7, 8)"

    def shaped(pattern: str) -> dict[str, object]:
        return {"invalid": {"valid_format": {"name": "shape", "regex": pattern}}}

    def failing(name: str, expression: str) -> dict[str, object]:
        return {"failed_rows": {"qualifier": name, "expression": f"NOT ({expression})"}}

    def column(name: str, *checks: object) -> dict[str, object]:
        return {"name": name, "checks": list(checks)}

    missing, twice = {"missing": None}, {"duplicate": None}
    reference = {"dataset": "d/main/towns", "column": "town"}
    return {
        "dataset": "d/main/persons",
        "columns": [
            column("person_id", twice),
            column("name", missing),
            column("id_no", missing, shaped(RESIDENT_ID), failing("digit", digit)),
            column("mobile", shaped(MOBILE)),
            column("income", {"invalid": {"valid_min": 0, "valid_max": int(HIGHEST_INCOME)}}),
            column("gender", {"invalid": {"valid_values": list(SEXES)}}),
            column("diagnosis", {"invalid": {"valid_values": list(DIAGNOSES)}}),
            column("town", {"invalid": {"valid_reference_data": reference}}),
        ],
        "checks": [failing("days", days), failing("agrees", agrees)],
    }


def check(table: Path, towns: Path) -> dict[str, int]:
    with tempfile.TemporaryDirectory() as folder:
        database, source, asked = (Path(folder) / name for name in ("d.duckdb", "source.yml", "asked.yml"))
        connection = duckdb.connect(str(database))
        connection.execute(f"create view persons as from '{table}'; create view towns as from '{towns}'")
        connection.close()
        described = {"type": "duckdb", "name": "d", "connection": {"database": str(database)}}
        source.write_text(json.dumps(described))  # JSON is YAML
        asked.write_text(json.dumps(contract(), ensure_ascii=False))
        found = verify_contract_locally(data_source_file_path=str(source), contract_file_path=str(asked))
    checks = [check for each in found.contract_verification_results for check in each.check_results]
    return {f"{number}.{check.outcome.name}": 0 for number, check in enumerate(checks)}


measure(check)
