"""Text on its way into other people's spreadsheets."""

from __future__ import annotations

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula: an apostrophe before ``= + - @``.

    For cells of text in CSV and in anything a spreadsheet may import; numbers are written as
    numbers and need none. Their full-width forms count too: spreadsheets set to Chinese
    read ＝ as =.
    """
    return f"'{text}" if text.startswith(_BEGINS_A_FORMULA) else text
