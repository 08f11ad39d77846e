"""Quality rules as data, each under its GB/T 36344-2018 indicator. Knows no engine: see ``compiling``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """How much a failing rule weighs; a failing blocker caps the dataset's class at C."""

    BLOCKER = "blocker"
    MAJOR = "major"
    MINOR = "minor"


@dataclass(frozen=True, slots=True)
class Rule:
    """One check.

    ``id`` is stable within its contract ("id_no.checksum"): findings and cases name it.
    ``kind`` is a key of ``compiling.KINDS``; ``columns`` are those it reads, in the order
    the kind documents; ``params`` are the kind's own. ``indicator`` is a GB/T 36344 code,
    four or six digits ("0302", "010101"). ``evidence`` says what a drafted rule was drawn from.
    """

    id: str
    kind: str
    columns: tuple[str, ...] = ()
    params: Mapping[str, object] = field(default_factory=dict)
    indicator: str = "0104"
    severity: Severity = Severity.MAJOR
    title: str = ""
    evidence: str = ""
