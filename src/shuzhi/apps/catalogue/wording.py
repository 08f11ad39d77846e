"""How rules are said to people, in the reader's language. Stores nothing."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from shuzhi.engine.data.quality.compiling import KINDS
from shuzhi.engine.data.quality.promises import LOADS, PRESENT, ROWS_LOAD
from shuzhi.engine.texts import N_

_ABOUT_LOADING = {
    LOADS: N_("the cell could be read as what its column holds"),
    ROWS_LOAD: N_("the row has a key and could be loaded"),
    PRESENT: N_("every column that was agreed is there"),
}


def rule_sentence(kind: str, columns: Sequence[str]) -> str:
    """What a rule asks for, after the columns it is about."""
    means = KINDS[kind].means if kind in KINDS else _ABOUT_LOADING.get(kind, kind)
    return f"{'、'.join(columns)}：{_(means)}" if columns else _(means)
