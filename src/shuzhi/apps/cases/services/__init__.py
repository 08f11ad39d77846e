"""Writing cases: opening, acting, what the platform does by itself, new counts; one case or many at once."""

from shuzhi.apps.cases.services.acting import (
    case_act,
    case_recheck,
    cases_expire,
    cases_recheck,
)
from shuzhi.apps.cases.services.facts import News, case_update_facts, cases_update_facts
from shuzhi.apps.cases.services.following import cases_follow
from shuzhi.apps.cases.services.opening import Opening, case_open, case_report, cases_open, cases_report

__all__ = [
    "News",
    "Opening",
    "case_act",
    "case_open",
    "case_recheck",
    "case_report",
    "case_update_facts",
    "cases_expire",
    "cases_follow",
    "cases_open",
    "cases_recheck",
    "cases_report",
    "cases_update_facts",
]
