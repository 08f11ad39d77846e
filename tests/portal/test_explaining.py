"""Errors of background work, told by a process that never raised one."""

from __future__ import annotations

import os
import subprocess
import sys

from django.utils import translation

from shuzhi.apps.records.refusals import NotFoundError
from shuzhi.portal.explaining import HOMES, explain

ASK = """
import django

django.setup()
from shuzhi.portal.explaining import explain_code

print(explain_code("input.no_table", {"name": "a.xlsx", "where": ""}))
"""


def test_a_fresh_process_knows_why_a_file_was_refused() -> None:
    surroundings = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    asked = [sys.executable, "-c", ASK]
    told = subprocess.run(asked, capture_output=True, text=True, check=True, env=surroundings)
    assert "a.xlsx" in told.stdout


def test_every_error_of_the_engine_has_its_home_listed() -> None:
    """Walks the engine's and the applications' modules for classes of errors with a code of their own."""
    from importlib import import_module
    from pkgutil import walk_packages

    import shuzhi.engine
    from shuzhi.engine.errors import ShuzhiError

    found = set()
    for module in walk_packages(shuzhi.engine.__path__, "shuzhi.engine."):
        members = vars(import_module(module.name)).values()
        found |= {
            member.__module__
            for member in members
            if isinstance(member, type) and issubclass(member, ShuzhiError) and "code" in vars(member)
        }
    assert found - set(HOMES) <= {"shuzhi.engine.errors"}


def test_what_is_not_found_is_named_in_the_readers_language() -> None:
    with translation.override("zh-hans"):
        assert explain(NotFoundError("case", "ca_1")).startswith("没有您可以查看的工单 ca_1")
