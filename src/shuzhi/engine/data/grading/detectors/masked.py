"""Values that somebody has masked already: the kind still shows, and so does that it is masked.

The level does not drop by itself: whether the mask is good enough is for an effect test to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from shuzhi.engine.data.grading.detectors.model import Claim, rounded, smallness, tolerance
from shuzhi.engine.data.grading.model import Evidence
from shuzhi.engine.data.grading.sampling import ColumnSample

_STARS = "[*xX●•]"
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("person.mobile", re.compile(rf"1\d{{1,2}}{_STARS}{{4,6}}\d{{2,4}}")),
    ("person.resident_id", re.compile(rf"(?=.{{15}}$|.{{18}}$)\d{{1,10}}{_STARS}{{4,16}}\d{{0,4}}[\dX]?")),
    ("finance.bank_card", re.compile(r"\d{4,6}[* ]{5,16}\d{3,4}")),
    ("person.email", re.compile(r"[A-Za-z0-9]{0,3}[*]{2,}[A-Za-z0-9]{0,2}@[A-Za-z0-9.*-]{3,60}")),
    ("vehicle.plate", re.compile(r"[\u4e00-\u9fff][A-Z][0-9A-Z]{0,2}[*]{2,5}[0-9A-Z]{0,2}")),
    ("person.birth_date", re.compile(r"(?:19|20)\d{2}[-年][*]{2}[-月][*]{2}日?")),
    ("person.address", re.compile(r"[\u4e00-\u9fff]{4,40}[*]{2,}.{0,20}")),
)


def detect_masked(column: ColumnSample) -> Iterable[Claim]:
    """Claims of kinds whose masked form half of the values have."""
    if column.kind != "text" or not any("*" in v.forms.text for v in column.values[:200]):
        return
    for category, pattern in _KINDS:
        share = column.share(sum(v.rows for v in column.values if pattern.fullmatch(v.forms.bare)))
        weight = tolerance(share) * smallness(column.filled)
        if weight:
            found = (Evidence("value.masked", {"share": rounded(share)}),)
            yield Claim(category, 0.9 * weight, found, weight)
