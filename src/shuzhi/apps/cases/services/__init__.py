"""Writing cases: opening, acting, what the platform does by itself, new counts."""

from shuzhi.apps.cases.services.acting import (
    case_act,
    case_recheck,
    case_system_act,
    cases_expire,
)
from shuzhi.apps.cases.services.facts import case_update_facts
from shuzhi.apps.cases.services.opening import Opening, case_open, case_report

__all__ = [
    "Opening",
    "case_act",
    "case_open",
    "case_recheck",
    "case_report",
    "case_system_act",
    "case_update_facts",
    "cases_expire",
]
