"""Quality: rules as data, compiled to one pass over the table.

The names below are loaded when asked for: contracts read ``quality.rules`` at start, which
must not load the table engine.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shuzhi.engine.data.quality.drafting import draft_relations, draft_rules
    from shuzhi.engine.data.quality.reports import CheckReport, RuleResult, Scores, Status
    from shuzhi.engine.data.quality.running import CheckRequest, run_rules

__all__ = [
    "CheckReport",
    "CheckRequest",
    "RuleResult",
    "Scores",
    "Status",
    "draft_relations",
    "draft_rules",
    "run_rules",
]

_HOMES = {
    **dict.fromkeys(("CheckReport", "RuleResult", "Scores", "Status"), "reports"),
    **dict.fromkeys(("CheckRequest", "run_rules"), "running"),
    **dict.fromkeys(("draft_relations", "draft_rules"), "drafting"),
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
