"""What an identifier is: one check, said twice (for a value, for a column) with one answer.

Knows nothing of any particular number; the modules beside it declare those.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from shuzhi.engine.data.identifiers.reasons import REASONS
from shuzhi.engine.texts import translate

if TYPE_CHECKING:
    import ibis.expr.types as ir

Check = Callable[[str], str | None]
Expression = Callable[["ir.StringValue"], "ir.BooleanValue"]

_SPACE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
# not NFKC: it would also read ² as 2 and ① as 1, which nobody meant
_HALF_WIDTH = {code + 0xFEE0: code for code in range(0x21, 0x7F)}
_CAPITALS = {code: code - 32 for code in range(ord("a"), ord("z") + 1)}


class Strength(StrEnum):
    """How much a match alone proves about a column."""

    CHECK = "check"
    """A check character or a calendar date inside: chance matches are rare."""
    SHAPE = "shape"
    """A shape few other things have."""
    WEAK = "weak"
    """Digits or letters that many other codes fit: without a telling header it proves nothing."""


def tidied(value: str) -> str:
    """Full-width forms of ASCII made half-width; white space and invisible marks taken out."""
    return _SPACE.sub("", value.translate(_HALF_WIDTH))


def tidied_upper(value: str) -> str:
    """As ``tidied``, Latin letters upper-case: for codes whose standard writes capitals."""
    return tidied(value).translate(_CAPITALS)


@dataclass(frozen=True, slots=True)
class Identifier:
    """One kind of number, code or name.

    ``shape`` is the expected form in words (an English template for ``translate``).
    ``pattern`` is the shape as an expression that both ``re`` and RE2 read, to be matched
    against the whole value; it may let through what ``problem`` refuses (dates, check digits).
    ``source`` names the standard; "[K]" in it marks what rests on general knowledge.
    ``check`` and ``expression`` must agree on every text. ``day`` gives the date inside a valid
    value, ``valid_by`` says of a column whether values are valid and theirs is no later than a day.
    ``warn`` and ``warn_expression`` say of a valid value that it is odd: never an error.
    """

    kind: str
    title: str
    shape: str
    pattern: str
    example: str
    source: str
    strength: Strength
    check: Check
    expression: Expression
    tidy: Callable[[str], str] = tidied_upper
    day: Callable[[str], date | None] | None = None
    valid_by: Callable[[ir.StringValue, date], ir.BooleanValue] | None = None
    warn: Check | None = None
    warn_expression: Expression | None = None

    def problem(self, value: str, *, today: date | None = None) -> str | None:
        """The reason code why ``value`` is not valid, a key of REASONS; None where it is.

        "form" means that only the writing is off: ``normalise(value)`` is valid. With
        ``today``, a date inside that lies after it is a problem ("future").
        """
        reason = self._reason(value, today)
        if reason is None:
            return None
        tidy = self.tidy(value)
        if tidy != value and self._reason(tidy, today) is None:
            return "form"
        return "empty" if not tidy else reason

    def _reason(self, value: str, today: date | None) -> str | None:
        reason = self.check(value)
        if reason is None and today and self.day and (day := self.day(value)) and day > today:
            return "future"
        return reason

    def valid(self, column: ir.StringValue, *, today: date | None = None) -> ir.BooleanValue:
        """True exactly where ``problem`` gives None; null where the column is null."""
        if today is None or self.valid_by is None:
            return self.expression(column)
        return self.valid_by(column, today)

    def normalise(self, value: str) -> str:
        """The value as the standard writes it; unchanged in meaning, not necessarily valid."""
        return self.tidy(value)

    def warning(self, value: str) -> str | None:
        """The reason code why a valid value deserves a look (a region never heard of); else None."""
        return self.warn(value) if self.warn and self.check(value) is None else None

    def warned(self, column: ir.StringValue) -> ir.BooleanValue:
        """True where ``warning`` gives a code; null where the column is null."""
        if self.warn_expression is None:
            return column.length() < 0
        return self.valid(column) & self.warn_expression(column)

    def explain(self, reason: str, language: str | None = None) -> str:
        """The sentence for a reason code, in ``language``."""
        names = {"title": translate(self.title, language), "shape": translate(self.shape, language)}
        return translate(REASONS[reason], language).format(**names)


@dataclass(frozen=True, slots=True)
class Shape:
    """What the declaration of an identifier says beside its checks."""

    kind: str
    title: str
    shape: str
    pattern: str
    example: str
    source: str
    strength: Strength = Strength.SHAPE


def shaped(about: Shape, *, tidy: Callable[[str], str] = tidied_upper) -> Identifier:
    """An identifier that its pattern tells completely."""
    compiled = re.compile(about.pattern, re.ASCII)

    def check(value: str) -> str | None:
        return None if compiled.fullmatch(value) else "pattern"

    def expression(column: ir.StringValue) -> ir.BooleanValue:
        return column.re_search(f"^(?:{about.pattern})$")

    return Identifier(
        kind=about.kind,
        title=about.title,
        shape=about.shape,
        pattern=about.pattern,
        example=about.example,
        source=about.source,
        strength=about.strength,
        check=check,
        expression=expression,
        tidy=tidy,
    )
