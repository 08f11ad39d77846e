"""Numbers on cards: bank cards (Luhn, ISO/IEC 7812) and social security cards.

A corporate account number has no check digit: it is not a bank card, and not an error.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from shuzhi.engine.data.identifiers.model import Identifier, Shape, Strength, shaped
from shuzhi.engine.texts import N_

if TYPE_CHECKING:
    from collections.abc import Callable

    import ibis.expr.types as ir
    import pyarrow as pa

_CARD = re.compile("[1-9][0-9]{12,18}")
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
LONGEST = 19


def luhn_holds(digits: str) -> bool:
    """Whether the last of ``digits`` (ASCII digits) is their Luhn check digit."""
    total = sum(_DOUBLED[int(d)] if place % 2 else int(d) for place, d in enumerate(reversed(digits)))
    return total % 10 == 0


def _problem(value: str) -> str | None:
    if not _CARD.fullmatch(value):
        if not re.fullmatch("[0-9]+", value):
            return "characters"
        return "prefix" if value[0] == "0" else "length"
    return None if luhn_holds(value) else "check_digit"


@cache
def _function() -> Callable[..., ir.BooleanValue]:
    import numpy as np

    from shuzhi.engine.data.identifiers.packed import ZERO, answers, last_bytes
    from shuzhi.engine.data.tables import arrow_function

    doubled = np.array(_DOUBLED, np.uint8)
    once = np.arange(LONGEST) % 2 == (LONGEST - 1) % 2

    def bank_card_valid(array: pa.Array) -> pa.Array:
        matrix, lengths = last_bytes(array, LONGEST)
        outside = np.arange(LONGEST) < LONGEST - lengths[:, None]
        digits = np.where(outside, 0, matrix - np.uint8(ZERO))
        good = (lengths >= 13) & (lengths <= LONGEST) & (digits < 10).all(axis=1)
        first = digits[np.arange(len(digits)), np.clip(LONGEST - lengths, 0, LONGEST - 1)]
        digits = np.where(digits < 10, digits, 0)
        total = digits[:, once].sum(axis=1) + doubled[digits[:, ~once]].sum(axis=1)
        return answers(good & (first > 0) & (total % 10 == 0), array)

    return arrow_function("boolean", ["string"])(bank_card_valid)


def _valid(column: ir.StringValue) -> ir.BooleanValue:
    return _function()(column)


BANK_CARD = Identifier(
    kind="bank_card",
    title=N_("bank card number"),
    shape=N_("13 to 19 digits (usually 16 or 19), the last a Luhn check digit"),
    pattern="[1-9][0-9]{12,18}",
    example="6222020000000000000",
    source="ISO/IEC 7812-1 (Luhn)",
    strength=Strength.CHECK,
    check=_problem,
    expression=_valid,
)
SOCIAL_SECURITY_CARD = shaped(
    Shape(
        kind="social_security_card",
        title=N_("social security card number"),
        shape=N_("9 digits or capitals"),
        pattern="[0-9A-Z]{9}",
        example="A12345678",
        source="standards.md section 6 [K]",
        strength=Strength.WEAK,
    )
)
