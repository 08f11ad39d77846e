"""Named places in the code where a test may end the process, make the disk full or hold everything up.

Before and after each write, flush, rename, commit and lease stands ``reached("area.before_what")``. In
earnest that does nothing. What happens at a point is handed in by ``arm``; this module reads no setting
and no file, and nothing in the product calls ``arm``, so an installation cannot be made to stop at one.
See docs/nothing-lost.md.
"""

from __future__ import annotations

from collections.abc import Callable

Visit = Callable[[str], None]


def _pass_by(_name: str) -> None:
    return


_visit: Visit = _pass_by


def reached(name: str) -> None:
    """Says that the point of this name is passed; names are literals, and each is given once."""
    _visit(name)


def arm(visit: Visit) -> None:
    """Has ``visit`` called at every point of this process from now on. For the tests that break things."""
    global _visit  # noqa: PLW0603 - one process, one visitor
    _visit = visit
