"""Keeps a library out that nobody asked for."""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder


class _NoPandas(MetaPathFinder):
    """Refuses pandas and leaves every other module to the next finder."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        del path, target
        if name == "pandas":
            raise ModuleNotFoundError(name)


def without_pandas() -> None:
    """For the program's own processes, before any work: Arrow and Ibis then do without pandas.

    Arrow would import it (a quarter of a second, 70 MB) only to see whether a list is one of its columns.
    """
    sys.meta_path.insert(0, _NoPandas())
