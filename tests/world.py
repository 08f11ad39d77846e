"""Fixtures of the named world: an owner, a colleague, an outsider, the three administrators."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

import pytest
from django.db.backends.base.operations import BaseDatabaseOperations
from pytest_django.fixtures import Settings

from shuzhi.apps.journal import triggers
from shuzhi.configuration import Configuration
from shuzhi.demo.world import World, build_world

TODAY = date(2026, 11, 23)


@pytest.fixture
def home(tmp_path: Path, settings: Settings) -> Path:
    """An empty home of this test's own, for the keys and files of the services."""
    folder = tmp_path / "home"
    folder.mkdir()
    settings.CONFIGURATION = Configuration().model_copy(update={"home": folder})
    return folder


@pytest.fixture
def world(db: None, home: Path) -> World:
    """The district with its departments and towns (no villages), and ten people who hold duties."""
    return build_world(today=TODAY, randomness=Random(7))


@pytest.fixture(scope="session", autouse=True)
def emptied_after_transactions() -> Iterator[None]:
    """Lets a test that commits be cleaned up after: the journal's triggers refuse the emptying otherwise."""
    empty = BaseDatabaseOperations.execute_sql_flush

    def empty_all(operations: BaseDatabaseOperations, statements: list[str]) -> None:
        connection = operations.connection
        with connection.cursor() as cursor:
            triggers.remove(connection.vendor, cursor.execute)
        # Some tables are made by a migration and have no model: they go with what they refer to.
        whole = [s.replace(";", " CASCADE;") if s.startswith("TRUNCATE") else s for s in statements]
        empty(operations, whole)
        with connection.cursor() as cursor:
            triggers.install(connection.vendor, cursor.execute)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", empty_all)
        yield
