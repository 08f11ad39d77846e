"""A founded installation and an undisturbed run on real processes, once for all tests here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.crashing.installation import Installation, copied, found, running
from tests.crashing.walking import Walk, walk

Start = Callable[..., object]


@pytest.fixture(scope="session")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A founded installation, to be copied."""
    return found(tmp_path_factory.mktemp("founded"))


@pytest.fixture(scope="session")
def calm(pattern: Installation, tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """The main job with nothing going wrong."""
    walked = walk(pattern, tmp_path_factory.mktemp("calm"))
    assert walked.wrong == []
    return walked


@pytest.fixture
def installed(pattern: Installation, tmp_path: Path) -> Start:
    """``with installed() as installation:`` web and worker run on a copy of their own."""

    @contextmanager
    def start(**variables: str) -> Iterator[Installation]:
        made = copied(pattern, tmp_path)
        made.variables = variables
        with running(made) as installation:
            yield installation

    return start
