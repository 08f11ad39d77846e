"""How somebody is reached: telephone numbers, e-mail, network addresses, postcodes.

A number's carrier is not told: it stays with its holder across carriers since 2019-12-01.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shuzhi.engine.data.identifiers.digits import null_kept
from shuzhi.engine.data.identifiers.model import Identifier, Shape, Strength, shaped, tidied
from shuzhi.engine.texts import N_

if TYPE_CHECKING:
    import ibis.expr.types as ir

MOBILE_PATTERN = r"(?:\+?86)?1(?:3[0-9]|4[014-9]|5[0-35-9]|6[2567]|7[0-8]|8[0-9]|9[0-35-9])[0-9]{8}"
_MOBILE = re.compile(MOBILE_PATTERN)
UNUSED_SEGMENTS = (142, 143, 154, 160, 161, 163, 164, 168, 169, 179, 194)
"""The first three digits between 130 and 199 under which no number is given out."""

_IPV4_PART = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = rf"{_IPV4_PART}(?:\.{_IPV4_PART}){{3}}"


def _ipv6() -> str:
    group = "[0-9A-Fa-f]{1,4}"
    forms = [f"(?:{group}:){{7}}{group}"]
    forms += [
        rf"(?:{group}(?::{group}){{0,{before - 1}}})?::(?:{group}(?::{group}){{0,{6 - before}}})?"
        for before in range(1, 7)
    ]
    forms += [f"::(?:{group}(?::{group}){{0,6}})?", f"{group}(?::{group}){{0,6}}::"]
    return "|".join(forms)


def _mobile_problem(value: str) -> str | None:
    if _MOBILE.fullmatch(value):
        return None
    bare = re.fullmatch(r"(?:\+?86)?([0-9]{11})", value)
    if bare:
        return "prefix"
    return "length" if re.fullmatch(r"\+?[0-9]*", value) else "characters"


def _mobile_valid(column: ir.StringValue) -> ir.BooleanValue:
    import ibis

    number = column.try_cast("int64")
    text = number.cast("string")
    national = number % 10**11
    plain = (number < 10**11) & (text == column)
    with_code = (number - national == 86 * 10**11) & ((text == column) | ("+" + text == column))
    segment = national - national % 10**8
    given = national.between(130 * 10**8, 199_99999999) & segment.notin([s * 10**8 for s in UNUSED_SEGMENTS])
    return null_kept(given & ibis.cases((plain, True), else_=with_code), column)


MOBILE = Identifier(
    kind="mobile",
    title=N_("mobile number"),
    shape=N_("11 digits in a segment given out, with or without 86 before them"),
    pattern=MOBILE_PATTERN,
    example="13800138000",
    source="numbering segments, standards.md section 6",
    strength=Strength.SHAPE,
    check=_mobile_problem,
    expression=_mobile_valid,
)
IOT_MOBILE = shaped(
    Shape(
        kind="iot_mobile",
        title=N_("number of a networked device"),
        shape=N_("13 digits beginning with 140, 141, 144, 146 or 148"),
        pattern="14[01468][0-9]{10}",
        example="1440012345678",
        source="standards.md section 6",
    )
)
LANDLINE = shaped(
    Shape(
        kind="landline",
        title=N_("landline number"),
        shape=N_("area code, 7 or 8 digits, an extension after - or 转"),
        pattern=r"(?:0(?:10|2[0-9]|[3-9][0-9]{2})[- ]?)?[2-8][0-9]{6,7}(?:[-转][0-9]{1,6})?",
        example="0571-85123456",
        source="standards.md section 6",
    ),
    tidy=tidied,
)
TOLL_FREE = shaped(
    Shape(
        kind="toll_free",
        title=N_("400 or 800 number"),
        shape=N_("400 or 800 and 7 digits"),
        pattern="(?:400|800)-?[0-9]{3}-?[0-9]{4}",
        example="400-123-4567",
        source="standards.md section 6",
    )
)
POSTCODE = shaped(
    Shape(
        kind="postcode",
        title=N_("postcode"),
        shape=N_("6 digits beginning with a region in use"),
        pattern="(?:0[1-7]|1[0-356]|2[0-7]|3[0-6]|4[0-7]|5[0-7]|6[1-7]|7[0-5]|8[013-6])[0-9]{4}",
        example="310000",
        source="standards.md section 6",
        strength=Strength.WEAK,
    )
)
EMAIL = shaped(
    Shape(
        kind="email",
        title=N_("e-mail address"),
        shape=N_("name@domain"),
        pattern=r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+",
        example="name@example.gov.cn",
        source="standards.md section 6",
    ),
    tidy=tidied,
)
IP = shaped(
    Shape(
        kind="ip",
        title=N_("network address"),
        shape=N_("IPv4 (four numbers 0-255) or IPv6"),
        pattern=f"{_IPV4}|{_ipv6()}",
        example="192.0.2.1",
        source="RFC 791, RFC 4291",
    ),
    tidy=tidied,
)
