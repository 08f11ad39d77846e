"""A home of its own for every test of the store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from shuzhi.configuration import Configuration


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    with override_settings(CONFIGURATION=Configuration(home=tmp_path, upload_mb=1)):
        yield tmp_path
