"""Fixtures of the named world: an owner, a colleague, an outsider, the three administrators."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random

import pytest
from pytest_django.fixtures import Settings

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
