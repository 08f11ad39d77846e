"""Codes of places: divisions (GB/T 2260, GB/T 10114 and the statistical codes) and grids.

The shape and the province are checked; whether the code stands in a list, today's or an
older one, is a warning: the lists kept here do not hold every code there ever was.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from shuzhi.engine.data.identifiers.model import Identifier, Shape, Strength, shaped
from shuzhi.engine.data.identifiers.regions import (
    is_current,
    is_known,
    is_known_code,
    is_listed_town,
    regions,
)
from shuzhi.engine.texts import N_

if TYPE_CHECKING:
    import ibis.expr.types as ir

PROVINCE_CODES = "1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[123]"
"""The two digits of the provinces, Taiwan, Hong Kong and Macao among them (83: residence permits)."""


def _part_warning(value: str) -> str | None:
    return None if is_known_code(value[:6]) else "known_region"


def _part_unknown(column: ir.StringValue) -> ir.BooleanValue:
    return ~is_known(column.left(6))


def _town_warning(value: str) -> str | None:
    return None if regions().is_current(value[:9]) else "known_region"


def _town_unlisted(column: ir.StringValue) -> ir.BooleanValue:
    return ~is_listed_town(column.left(9))


def _division_warning(value: str) -> str | None:
    if not is_known_code(value):
        return "known_region"
    return None if regions().is_current(value) else "abolished_region"


def _division_odd(column: ir.StringValue) -> ir.BooleanValue:
    return ~is_current(column)


def _place(kind: str, title: str, shape: str, digits: int, example: str, source: str) -> Identifier:
    place = shaped(
        Shape(
            kind=kind,
            title=title,
            shape=shape,
            pattern=f"(?:{PROVINCE_CODES})[0-9]{{{digits - 2}}}",
            example=example,
            source=source,
            strength=Strength.SHAPE,
        )
    )
    return replace(place, warn=_part_warning, warn_expression=_part_unknown)


REGION = replace(
    _place(
        "region", N_("division code"), N_("6 digits: province, city, county"), 6, "330109", "GB/T 2260-2007"
    ),
    warn=_division_warning,
    warn_expression=_division_odd,
)
STREET = replace(
    _place(
        "street",
        N_("code of a town or street"),
        N_("9 digits: division code and 3 digits of town"),
        9,
        "330109001",
        "GB/T 10114-2003",
    ),
    warn=_town_warning,
    warn_expression=_town_unlisted,
)
VILLAGE = replace(
    _place(
        "village",
        N_("code of a village or community"),
        N_("12 digits: town code and 3 digits of village"),
        12,
        "330109001001",
        "statistical division codes (NBS)",
    ),
    warn=_town_warning,
    warn_expression=_town_unlisted,
)
GRID_ID = _place(
    "grid_id",
    N_("grid code"),
    N_("15 digits beginning with a division code"),
    15,
    "330109001001001",
    "GB/T 47678.3",
)
