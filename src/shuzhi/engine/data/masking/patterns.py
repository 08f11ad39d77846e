"""The display masks as patterns: what a value of a kind looks like, and what of it is kept.

Both the table expression and the single value are made from these rows, so they cannot drift
apart. The patterns read the same in RE2 and in ``re`` and hold no nested repetition. Forms
follow the display column of the table of masks in use (default, not a regulation).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from shuzhi.engine.data.identifiers.names import COMPOUND_SURNAMES, HAN
from shuzhi.engine.data.identifiers.vehicles import PROVINCES

HIDDEN = "****"
"""What stands for a value of which nothing is shown."""


@dataclass(frozen=True, slots=True)
class Keep:
    """A value that matches ``pattern`` as a whole is shown as ``shown`` (groups as \\1, \\2)."""

    pattern: str
    shown: str


@dataclass(frozen=True, slots=True)
class MaskPattern:
    """The rows of one mask, first match wins; what matches none is HIDDEN.

    ``dropped`` are characters taken out before (spaces and dashes that people put into
    numbers). Rows that pass a value unchanged are for values masked already, and let through
    no more than the mask itself shows.
    """

    keeps: tuple[Keep, ...]
    dropped: str = ""


_COMPOUND = "|".join(COMPOUND_SURNAMES)
_AREA = "010|02[0-9]|0[3-9][0-9]{2}"
_DAY_REST = "(?:[ T][0-9:.]{4,20})?"
_TOWN = (
    f"((?:[{HAN}]{{2,10}}(?:省|自治区))?(?:[{HAN}]{{2,10}}(?:市|州|盟|地区))?"
    f"[{HAN}]{{1,10}}(?:区|县|市|旗)[{HAN}]{{1,10}}?(?:街道|镇|乡))"
)
_COUNTY = (
    f"((?:[{HAN}]{{2,10}}(?:省|自治区))?(?:[{HAN}]{{2,10}}(?:市|州|盟|地区))[{HAN}]{{1,8}}?(?:区|县|市|旗)"
    f"|[{HAN}]{{2,10}}(?:省|自治区)[{HAN}]{{2,8}}?(?:市|州|盟|地区|县))"
)
_DEGREES = "(-?[0-9]{1,3}(?:[.][0-9]{0,2})?)[0-9]{0,20}"
_REST = "[^\\n]{0,400}"

PATTERNS: dict[str, MaskPattern] = {
    "full": MaskPattern(()),
    "name": MaskPattern(
        (
            Keep(f"({_COMPOUND})(?:[*]{{1,3}}|[{HAN}]{{1,6}})", r"\1**"),
            Keep(f"([{HAN}])(?:[*]{{1,3}}|[{HAN}]{{1,7}})", r"\1**"),
            Keep(f"([{HAN}])[{HAN}]{{0,7}}(?:[·•][{HAN}]{{1,10}}){{1,4}}", r"\1**"),
            Keep(f"([*]{{1,2}}[{HAN}])", r"\1"),
        ),
        dropped=" ",
    ),
    "resident_id": MaskPattern(
        (
            Keep("([0-9]{6})[0-9]{8}([0-9]{3}[0-9Xx])", r"\1********\2"),
            Keep("([0-9]{6})[0-9]{6}([0-9]{3})", r"\1******\2"),
            Keep("([0-9]{0,6}[*]{6,17}[0-9]{0,3}[0-9Xx]?)", r"\1"),
        ),
        dropped=" -",
    ),
    "mobile": MaskPattern(
        (
            Keep("((?:[+]?86)?1[0-9]{2})[0-9]{4}([0-9]{4})", r"\1****\2"),
            Keep("((?:[+]?86)?[0-9]{0,3}[*]{4,11}[0-9]{0,4})", r"\1"),
            Keep("(14[0-9])[0-9]{6}([0-9]{4})", r"\1******\2"),
        ),
        dropped=" -",
    ),
    "landline": MaskPattern(
        (
            Keep(f"({_AREA})[- ]?[2-8][0-9]{{4,5}}([0-9]{{2}})(?:[-转][0-9]{{1,6}})?", r"\1-******\2"),
            Keep("[2-8][0-9]{4,5}([0-9]{2})(?:[-转][0-9]{1,6})?", r"******\1"),
            Keep(f"((?:(?:{_AREA})-?)?[*]{{4,8}}[0-9]{{0,2}})", r"\1"),
        )
    ),
    "bank_card": MaskPattern(
        (
            Keep("([0-9]{4})[0-9]{4,22}([0-9]{4})", r"\1 **** **** \2"),
            Keep("([0-9]{4})[0-9]{0,2}[*]{4,13}([0-9]{4})", r"\1 **** **** \2"),
        ),
        dropped=" -",
    ),
    "address": MaskPattern(
        (
            Keep(f"{_TOWN}{_REST}", rf"\1{HIDDEN}"),
            Keep(f"([{HAN}]{{2,4}}(?:街道|镇|乡)){_REST}", rf"\1{HIDDEN}"),
            Keep(f"{_COUNTY}{_REST}", rf"\1{HIDDEN}"),
        )
    ),
    "plate": MaskPattern(
        (
            Keep(f"([{PROVINCES}][A-Z][0-9A-Z])[0-9A-Z]{{3}}([0-9A-Z挂学警港澳试超])", r"\1***\2"),
            Keep(f"([{PROVINCES}][A-Z][0-9A-Z]{{2}})[0-9A-Z]{{3}}([0-9A-Z])", r"\1****\2"),
            Keep(f"([{PROVINCES}][A-Z][0-9A-Z]{{0,2}}[*]{{3,5}}[0-9A-Z挂学警港澳试超]?)", r"\1"),
        ),
        dropped=" ·•-",
    ),
    "uscc": MaskPattern(
        (
            Keep("([0-9A-Z]{4})[0-9A-Z]{12}([0-9A-Z]{2})", r"\1************\2"),
            Keep("([0-9A-Z]{0,4}[*]{8,16}[0-9A-Z]{0,2})", r"\1"),
        ),
        dropped=" -",
    ),
    "email": MaskPattern(
        (
            Keep(
                "([A-Za-z0-9])[A-Za-z0-9._%+*-]{0,63}@([A-Za-z0-9-]{1,63}(?:[.][A-Za-z0-9-]{1,63}){1,4})",
                r"\1***@\2",
            ),
        )
    ),
    "birth_date": MaskPattern(
        (
            Keep(
                "((?:18|19|20)[0-9]{2})(?:[-/.年] ?[0-9]{1,2}[-/.月] ?[0-9]{1,2}日?|[0-9]{4})" + _DAY_REST,
                r"\1-**-**",
            ),
            Keep("((?:18|19|20)[0-9]{2})[-/.年][0-9]{1,2}月?", r"\1-**-**"),
            Keep("((?:18|19|20)[0-9]{2})-[*]{2}-[*]{2}", r"\1-**-**"),
        )
    ),
    "coordinate": MaskPattern(
        (
            Keep(_DEGREES, r"\1"),
            Keep(f"{_DEGREES}([,; ]{{1,2}}){_DEGREES}", r"\1\2\3"),
            Keep("([0-9]{1,3})[°度][^\\n]{0,40}", r"\1°"),
        )
    ),
    "ip": MaskPattern((Keep("([0-9]{1,3})(?:[.](?:[0-9]{1,3}|[*])){3}", r"\1.*.*.*"),)),
    "passport": MaskPattern(
        (
            Keep("([A-Z]{1,2})(?:[0-9]{4,9}|[*]{5})([0-9]{2})", r"\1*****\2"),
            Keep("([0-9A-Z])(?:[0-9A-Z]{5,28}|[*]{5})([0-9A-Z]{2})", r"\1*****\2"),
        ),
        dropped=" -",
    ),
}

AMOUNT = "-?[0-9]{1,15}(?:[.][0-9]{1,10})?"
AMOUNT_DROPPED = ",¥￥元 "
BANDS: tuple[float, ...] = (0, 1_000, 5_000, 10_000, 50_000, 100_000, 500_000, 1_000_000, 10_000_000)
"""The bounds an amount is shown between; a band holds its lower bound."""


def band_names() -> tuple[str, ...]:
    """What is shown for each band, from below the first bound to above the last."""
    inner = [f"{low:.0f}-{high:.0f}" for low, high in pairwise(BANDS)]
    return (f"<{BANDS[0]:.0f}", *inner, f"≥{BANDS[-1]:.0f}")
