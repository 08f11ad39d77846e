"""What every test may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.visits import browser, signed_in, visit
from tests.world import emptied_after_transactions, home, world

__all__ = [
    "browser",
    "emptied_after_transactions",
    "home",
    "shared_data",
    "signed_in",
    "visit",
    "world",
]

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real input beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip("the real input data (../shared/data) is not beside this checkout")
    return SHARED
