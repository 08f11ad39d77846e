"""What machines that watch are told, and who is told it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection
from django.test import Client

from shuzhi.apps.jobs import heartbeats
from shuzhi.apps.journal.services import seal_batch
from shuzhi.demo.world import World
from shuzhi.operations import health, metrics
from tests.operations.conftest import Installation
from tests.visits import SignIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def well(world: World, home: Path) -> Path:
    while seal_batch().entries:
        pass
    heartbeats.beat()
    return home


def parts(client: Client | None = None, status: int = 200) -> dict[str, str]:
    answer = (client or Client()).get("/healthz")
    assert answer.status_code == status
    told: dict[str, Any] = answer.json()
    assert told["status"] == ("ok" if status == 200 else "failing")
    return dict(told["parts"])


def test_a_stranger_is_told_that_all_is_well_part_by_part(well: Path) -> None:
    assert parts() == dict.fromkeys(("database", "files", "disk", "worker", "sealing"), "ok")


def test_the_part_that_fails_is_named(well: Path) -> None:
    for path in (well / "workers").iterdir():
        path.unlink()
    failing = {name for name, state in parts(status=503).items() if state == "failing"}
    assert failing == {"worker"}


def test_a_database_that_is_gone_is_an_answer_not_an_error(
    well: Path, monkeypatch: pytest.MonkeyPatch, signed_in: SignIn, world: World
) -> None:
    client = signed_in(world.owner)
    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", _gone)
        patch.setattr(health.Pending.objects, "aggregate", _gone, raising=False)
        told = parts(status=503)
        patch.setattr(metrics, "_records", _gone)
        text = Client().get("/metrics").content.decode()
    assert told["database"] == "failing"
    assert (told["files"], told["worker"]) == ("ok", "ok")
    assert "shuzhi_database_up 0" in text
    assert parts(client)["database"] == "ok"


@pytest.mark.parametrize("command", ["backup", "upgrade", "serve", "worker"])
def test_a_command_without_its_database_says_so_in_a_sentence(tmp_path: Path, command: str) -> None:
    address = "postgresql://somebody:hidden@127.0.0.1:1/nowhere"
    place = Installation(tmp_path / "home", address, {"SHUZHI_BACKUP": str(tmp_path / "b")})
    told = place.shuzhi(command, code=2)
    assert "does not answer" in told
    assert "hidden" not in told


def _gone(*_given: object, **_more: object) -> None:
    raise DatabaseError("gone")


def test_figures_are_for_this_machine_alone_unless_there_is_a_token(well: Path) -> None:
    assert Client().get("/metrics").status_code == 200
    assert Client(REMOTE_ADDR="10.0.0.9").get("/metrics").status_code == 403
    for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
        assert Client(headers={name: "10.0.0.9"}).get("/metrics").status_code == 403
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"metrics_token": "t" * 20})
    assert Client().get("/metrics").status_code == 403
    assert Client(headers={"Authorization": "Bearer wrong"}).get("/metrics").status_code == 403
    far = Client(REMOTE_ADDR="10.0.0.9", headers={"Authorization": "Bearer " + "t" * 20})
    assert far.get("/metrics").status_code == 200


def test_figures_have_the_shape_that_prometheus_reads(well: Path) -> None:
    Client().get("/nowhere/")
    Client().generic("<script>", "/nowhere/")
    text = Client().get("/metrics").content.decode()
    values = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            name, value = line.rsplit(" ", 1)
            assert name not in values
            values[name] = float(value)
            assert f"# TYPE {name.partition('{')[0]} " in text
    assert values['shuzhi_jobs{state="failed"}'] == 0
    assert values["shuzhi_workers"] == 1
    assert values["shuzhi_database_up"] == 1
    assert any(name.startswith('shuzhi_requests_total{method="other"') for name in values)
    assert "script" not in text


def test_a_label_is_escaped() -> None:
    told = metrics.Metric("x", "gauge", "X.").add(1, name='a"b\\c\nd')
    assert metrics.as_text([told]).splitlines()[-1] == r'shuzhi_x{name="a\"b\\c\nd"} 1'
