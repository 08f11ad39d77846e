"""The cases' world: deadlines are what a change of the calendar moves."""

from tests.apps.cases.conftest import at, book, packs

__all__ = ["at", "book", "packs"]
