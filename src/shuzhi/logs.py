"""How the program's own log looks: one line per event, and never a value from the data.

Tracebacks name files and lines but show no local variables: those hold people's names and numbers.
"""

from __future__ import annotations

import logging
import sys

import structlog


def configure() -> None:
    """Sends the log to standard error: readable on a terminal, JSON where a collector reads it."""
    on_terminal = sys.stderr.isatty()
    shown: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if on_terminal
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    steps: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if not on_terminal:
        steps.append(structlog.processors.format_exc_info)
    structlog.configure(
        processors=[*steps, shown],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
