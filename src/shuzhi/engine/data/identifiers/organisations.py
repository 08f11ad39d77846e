"""Codes of organisations: unified social credit code (GB 32100), organisation code (GB 11714),
numbers of medical institutions.

Corporate bank accounts have no check digit and no kind here: nothing can be said of them.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from shuzhi.engine.data.identifiers.model import Identifier, Shape, Strength, shaped
from shuzhi.engine.data.identifiers.regions import is_known, is_known_code
from shuzhi.engine.texts import N_

if TYPE_CHECKING:
    from collections.abc import Callable

    import ibis.expr.types as ir
    import pyarrow as pa

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

USCC_PATTERN = "[1-9ANY][1-59][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}"
_USCC = re.compile(USCC_PATTERN)
_ORGANISATION = re.compile("[0-9A-Z]{8}-?[0-9X]")

USCC_KINDS = {
    "11": N_("government body"),
    "12": N_("public institution"),
    "13": N_("body of the staffing register, other"),
    "19": N_("body of the staffing register, other"),
    "51": N_("social association"),
    "52": N_("private non-enterprise unit"),
    "53": N_("foundation"),
    "54": N_("villagers' or residents' committee"),
    "59": N_("civil affairs, other"),
    "91": N_("enterprise"),
    "92": N_("individual business"),
    "93": N_("farmers' cooperative"),
}
"""What the first two characters say of the holder [K]; an individual business is no private person."""


def uscc_check_character(body: str) -> str:
    """The eighteenth character for 17 of the alphabet (weights 3**(i-1) modulo 31)."""
    total = sum(USCC_ALPHABET.index(c) * w for c, w in zip(body, USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[-total % 31]


def organisation_check_character(body: str) -> str:
    """The ninth character for the first eight (11 minus the weighted sum modulo 11; 10 is X, 11 is 0)."""
    total = sum(ORGANISATION_ALPHABET.index(c) * w for c, w in zip(body, ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]


def _uscc_problem(value: str) -> str | None:
    if len(value) != 18:
        return "length"
    if not _USCC.fullmatch(value):
        outside = any(c not in USCC_ALPHABET for c in value) or not value[2:8].isdigit()
        return "characters" if outside else "prefix"
    return None if value[17] == uscc_check_character(value[:17]) else "check_digit"


def _organisation_problem(value: str) -> str | None:
    if not _ORGANISATION.fullmatch(value):
        return "length" if len(value) not in (9, 10) else "characters"
    return None if value[-1] == organisation_check_character(value[:8]) else "check_digit"


def _uscc_warning(value: str) -> str | None:
    if not is_known_code(value[2:8]):
        return "known_region"
    return "organisation_part" if _organisation_problem(value[8:17]) else None


def uscc_kind(value: str) -> str | None:
    """What kind of body holds the code, as an English template; None where it is not known."""
    return USCC_KINDS.get(value[:2])


def _organisation_good(matrix: Any, table: Any) -> Any:
    """Whether 9 columns of bytes are an organisation code."""
    import numpy as np

    digits = table[matrix]
    total = digits[:, :8].astype(np.int64) @ np.array(ORGANISATION_WEIGHTS)
    last = np.frombuffer(b"0123456789X", np.uint8)[-total % 11]
    return (digits != 255).all(axis=1) & (matrix[:, 8] == last)


@cache
def _uscc_function() -> Callable[..., ir.BooleanValue]:
    import numpy as np

    from shuzhi.engine.data.identifiers.packed import answers, last_bytes, table_of
    from shuzhi.engine.data.tables import arrow_function

    table = table_of(USCC_ALPHABET)
    kind_first = table_of("123456789ANY") != 255
    kind_second = table_of("123459") != 255
    weights = np.array(USCC_WEIGHTS, np.uint16)

    def uscc_valid(array: pa.Array) -> pa.Array:
        matrix, lengths = last_bytes(array, 18)
        digits = table[matrix]
        good = (lengths == 18) & (digits != 255).all(axis=1)
        good &= kind_first[matrix[:, 0]] & kind_second[matrix[:, 1]] & (digits[:, 2:8] < 10).all(axis=1)
        total = np.zeros(len(matrix), np.uint16)
        for place in range(17):
            total += digits[:, place] * weights[place]
        return answers(good & ((total + digits[:, 17]) % 31 == 0), array)

    return arrow_function("boolean", ["string"])(uscc_valid)


@cache
def _organisation_function() -> Callable[..., ir.BooleanValue]:
    from shuzhi.engine.data.identifiers.packed import answers, last_bytes, table_of
    from shuzhi.engine.data.tables import arrow_function

    table = table_of(ORGANISATION_ALPHABET)

    def organisation_code_valid(array: pa.Array) -> pa.Array:
        matrix, lengths = last_bytes(array, 10)
        plain = (lengths == 9) & _organisation_good(matrix[:, 1:], table)
        hyphen = (lengths == 10) & (matrix[:, 8] == ord("-"))
        hyphen &= _organisation_good(matrix[:, [0, 1, 2, 3, 4, 5, 6, 7, 9]], table)
        return answers(plain | hyphen, array)

    return arrow_function("boolean", ["string"])(organisation_code_valid)


@cache
def _organisation_part_function() -> Callable[..., ir.BooleanValue]:
    from shuzhi.engine.data.identifiers.packed import answers, last_bytes, table_of
    from shuzhi.engine.data.tables import arrow_function

    table = table_of(ORGANISATION_ALPHABET)

    def uscc_organisation_part_odd(array: pa.Array) -> pa.Array:
        matrix, _ = last_bytes(array, 18)
        return answers(~_organisation_good(matrix[:, 8:17], table), array)

    return arrow_function("boolean", ["string"])(uscc_organisation_part_odd)


def _uscc_valid(column: ir.StringValue) -> ir.BooleanValue:
    return _uscc_function()(column)


def _organisation_valid(column: ir.StringValue) -> ir.BooleanValue:
    return _organisation_function()(column)


def _uscc_odd(column: ir.StringValue) -> ir.BooleanValue:
    return ~is_known(column.substr(2, 6)) | _organisation_part_function()(column)


USCC = Identifier(
    kind="uscc",
    title=N_("unified social credit code"),
    shape=N_("18 characters: 2 for the kind, 6 digits of region, 9 of organisation code, check character"),
    pattern=USCC_PATTERN,
    example="91330100799655058B",
    source="GB 32100-2015",
    strength=Strength.CHECK,
    check=_uscc_problem,
    expression=_uscc_valid,
    warn=_uscc_warning,
    warn_expression=_uscc_odd,
)
ORG_CODE = Identifier(
    kind="org_code",
    title=N_("organisation code"),
    shape=N_("8 digits or capitals and a check character 0-9 or X, a hyphen between them or not"),
    pattern="[0-9A-Z]{8}-?[0-9X]",
    example="79965505-8",
    source="GB 11714-1997",
    strength=Strength.CHECK,
    check=_organisation_problem,
    expression=_organisation_valid,
)
MEDICAL_ORG = shaped(
    Shape(
        kind="medical_org",
        title=N_("medical insurance code of an institution"),
        shape=N_("H (hospital) or P (pharmacy), 6 digits of region, 5 digits"),
        pattern="[HP][0-9]{11}",
        example="H33010000001",
        source="standards.md section 6 [K]",
    )
)
