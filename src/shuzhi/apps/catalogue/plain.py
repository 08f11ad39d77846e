"""Texts and JSON values as both databases take them: PostgreSQL refuses NUL, forms all control characters."""

from __future__ import annotations

import json


def shortened(value: object, characters: int) -> str | None:
    """The value as text that any database holds: without control characters, cut where it is long."""
    if value is None:
        return None
    text = plain(str(value))
    return text if len(text) <= characters else text[: characters - 1] + "…"


def plain(text: str) -> str:
    """The text without control characters and lone surrogates, which JSON columns and forms refuse."""
    kept = "".join(" " if c < " " or "\x7f" <= c <= "\x9f" else c for c in text)
    return kept.encode("utf-8", "replace").decode("utf-8")


def plain_json(value: object) -> object:
    """A JSON value with every text in it made plain; numbers that JSON does not know become null."""
    kept = json.loads(json.dumps(value, ensure_ascii=False, default=str), parse_constant=lambda _: None)
    return _plain_texts(kept)


def _plain_texts(value: object) -> object:
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, list):
        return [_plain_texts(item) for item in value]
    if isinstance(value, dict):
        return {plain(name): _plain_texts(item) for name, item in value.items()}
    return value
