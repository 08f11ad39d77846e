"""Days written as eight digits inside numbers."""

from __future__ import annotations

from datetime import date


def day_of(digits: str) -> date | None:
    """The day that ``digits`` (yyyyMMdd, ASCII digits) name; None where there is none."""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def day_number(day: date) -> int:
    """The day as the integer yyyyMMdd."""
    return day.year * 10_000 + day.month * 100 + day.day
