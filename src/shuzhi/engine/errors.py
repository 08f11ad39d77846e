"""Every error this product raises on purpose: one root, stable dotted codes, plain sentences.

A message says what is wrong, where, why, and what to do. ``text`` is a translatable
template and ``args`` its values, so that records store code and values and each reader
sees the sentence in their own language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from shuzhi.engine.texts import translate


class ShuzhiError(Exception):
    """Something was asked that cannot be done; the message tells the user what to do instead.

    Subclasses set ``code`` (stable, dotted, documented in docs/errors.md) and ``text``
    (the English template, ``{name}`` placeholders filled from ``values``).
    """

    code: ClassVar[str] = "shuzhi"
    text: ClassVar[str] = "The request could not be carried out."
    exit_code: ClassVar[int] = 2

    def __init__(self, **values: object) -> None:
        self.values: Mapping[str, object] = values
        super().__init__(self.text.format(**values))

    def sentence(self, language: str | None = None) -> str:
        """The message in ``language`` ("zh-hans", "en"); the process's own where None."""
        return translate(self.text, language).format(**self.values)


class BadInputError(ShuzhiError, ValueError):
    """What was handed in cannot be read or understood."""

    code = "input"


class SettingError(ShuzhiError, ValueError):
    """A setting of the installation is missing or wrong."""

    code = "setting"
    text = "The setting {name} is {problem}. {fix}"
