"""Translation for code that must not know Django: the same catalogues, read by the standard library."""

from __future__ import annotations

import gettext
import os
from functools import cache
from pathlib import Path

_CATALOGUES = [Path(__file__).parent / "locale"]
_FOLDERS = {"zh-hans": "zh_Hans", "en": "en"}


def N_(text: str) -> str:  # noqa: N802 - the marker every extraction tool knows
    """Marks ``text`` for extraction where it is declared; it is translated where it is shown."""
    return text


def process_language() -> str:
    """The language of this process: SHUZHI_LANG, else the locale's; "zh-hans" or "en"."""
    wanted = next(
        (v for k in ("SHUZHI_LANG", "LC_ALL", "LC_MESSAGES", "LANG") if (v := os.environ.get(k))), ""
    )
    return "zh-hans" if wanted.lower().startswith("zh") else "en"


def also_in(*folders: Path) -> None:
    """Has ``translate`` look in these catalogues too: a program may show more than the engine's texts."""
    _CATALOGUES.extend(folder for folder in folders if folder not in _CATALOGUES)
    _catalogue.cache_clear()


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    found = gettext.NullTranslations()
    for folder in reversed(_CATALOGUES):
        read = gettext.translation("django", folder, [_FOLDERS.get(language, "en")], fallback=True)
        read.add_fallback(found)
        found = read
    return found


def translate(text: str, language: str | None = None) -> str:
    """``text`` (an English template) in ``language``; unchanged where no translation exists."""
    return _catalogue(language or process_language()).gettext(text)
