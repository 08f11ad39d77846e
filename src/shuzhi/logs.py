"""How the program's own log looks: one line per event, and never a value from the data.

Tracebacks name files and lines but show no local variables: those hold people's names and numbers. The
message of an exception may quote a value too (“could not convert string …”), so what it quotes, its
longer numbers and its Chinese are left out.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback

import structlog

_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|“[^”\n]*”|`[^`\n]*`")
_NUMBERS = re.compile(r"\d[\d\-+ ]{3,}[\dXx]|\d{4,}")
_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff·]+")
_LONGEST = 300
GONE = "…"


def without_values(message: str) -> str:
    """The message of an exception without what may be a value: quoted text, long numbers, Chinese."""
    for pattern in (_QUOTED, _NUMBERS, _CHINESE):
        message = pattern.sub(GONE, message)
    first = message.strip().partition("\n")[0]  # databases append the statement and the row below
    return first[:_LONGEST]


def plain_traceback(error: BaseException) -> str:
    """Files, lines and types of an exception and of those behind it; messages ``without_values``."""
    parts, seen = [], set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        stack = "".join(traceback.format_tb(current.__traceback__))
        kind = f"{type(current).__module__}.{type(current).__qualname__}".removeprefix("builtins.")
        parts.append(f"{stack}{kind}: {without_values(str(current))}")
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\n\ncaused\n\n".join(reversed(parts))


def _format_exceptions(
    _logger: object, _name: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else None
    if given is True:
        error = sys.exc_info()[1]
    elif isinstance(given, tuple):
        error = given[1]
    if error is not None:
        event["exception"] = plain_traceback(error)
    return event


def configure() -> None:
    """Sends the log to standard error: readable on a terminal, JSON where a collector reads it."""
    shown: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _format_exceptions,
            shown,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
