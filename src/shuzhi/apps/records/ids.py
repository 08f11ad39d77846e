"""Public ids: a kind's prefix, then 48 bits of time and 80 random bits (the layout of ULID).

They sort by the moment they were made, give nothing away that may be counted, and are what
addresses, journal entries and soft references carry; row numbers never leave the database.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u
_LENGTH = 26
MAX_LENGTH = 40


def new_id(prefix: str, now: datetime, randomness: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """An id such as ``ds_01jd3k…``: ``prefix``, ``_`` and 26 characters; later ids sort after earlier ones.

    Two ids of one millisecond are in no particular order. ``now`` must know its zone.
    """
    if now.tzinfo is None:
        raise ValueError("an id needs a moment that knows its zone")
    number = int(now.timestamp() * 1000) << 80 | int.from_bytes(randomness(10), "big")
    digits = [_ALPHABET[number >> shift & 31] for shift in range(5 * (_LENGTH - 1), -1, -5)]
    return f"{prefix}_{''.join(digits)}"
