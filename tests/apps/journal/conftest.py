"""A journal with something in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from shuzhi.apps.journal import services
from shuzhi.apps.journal.models import Entry
from shuzhi.apps.records.actors import Actor

CLERK = Actor(id="acc_1", name="沈示例", organisation_id="org_1", duty="clerk", request_id="req_1")


@pytest.fixture
def write(db: None, home: Path) -> Callable[[int], list[Entry]]:
    """Adds so many entries."""

    def add(number: int) -> list[Entry]:
        return [
            services.record(
                actor=CLERK,
                act="dataset.read",
                subject=("dataset", f"ds_{n}"),
                payload={"行数": n, "level": "L3"},
            )
            for n in range(number)
        ]

    return add
