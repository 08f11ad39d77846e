"""The ways one cell may be written: what detectors compare instead of the raw text.

Knows no kind of value. Folds full-width forms, takes off labels in front ("手机：138…") and
remarks behind ("138…（本人）"), and takes out the spaces and dashes people put into numbers.
Every step looks at no more than ``LONGEST`` characters, so that a hostile cell costs no more
than a long one.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LONGEST = 400

_SPACE = re.compile(r"\s+")
_LABEL = re.compile(r"^[^0-9:：]{1,14}[:：]\s*")
_REMARK = re.compile(r"\s*[(\[【<][^()\[\]【】<>]{0,20}[)\]】>]\s*$")
_PARTS = re.compile(r"[/,;、，；|\n]+")
_WRAPPING = re.compile(r"^[^0-9A-Za-z+]{0,12}(.*?)[^0-9A-Za-z*]{0,12}$", re.DOTALL)
_SEPARATORS = str.maketrans("", "", " \t-_.‐‑–—−·'\"`()")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_DIGIT_OR_LETTER = re.compile(r"[0-9A-Za-z]")


@dataclass(frozen=True, slots=True)
class Forms:
    """One distinct value in the forms that detectors read.

    ``text``: half-width, outer and doubled spaces removed. ``bare``: without label and remark.
    ``code``: ``bare`` in capitals without separators. ``cores``: the runs of ASCII letters and
    digits in it, one per number where a cell holds several, without separators, in capitals.
    """

    text: str
    bare: str
    code: str
    cores: tuple[str, ...]


def fold(raw: str) -> str:
    """Half-width, outer spaces and leading quotes removed, inner white space single."""
    folded = unicodedata.normalize("NFKC", raw[:LONGEST])
    return _SPACE.sub(" ", folded).strip().lstrip("'`\"")


def read_forms(raw: str) -> Forms:
    """The forms of one cell's text."""
    text = fold(raw)
    bare = text
    label = _LABEL.match(text)
    if label and "//" not in text[label.end() - 1 : label.end() + 2] and label.end() < len(text):
        bare = text[label.end() :]
    bare = _REMARK.sub("", bare) or bare
    code = bare.translate(_SEPARATORS).upper()
    return Forms(text, bare, code, _cores(bare))


def _cores(bare: str) -> tuple[str, ...]:
    # a sentence that mentions a number is not that number
    if len(bare) > 80 or not _DIGIT_OR_LETTER.search(bare) or len(_HAN.findall(bare)) > 12:
        return ()
    parts = [part for part in _PARTS.split(bare) if part.strip()]
    return tuple(core for part in parts if (core := _core(part)))


def _core(part: str) -> str | None:
    inner = _WRAPPING.match(part)
    if inner is None:
        return None
    core = inner.group(1).translate(_SEPARATORS).upper()
    return core if core and core.replace("+", "", 1).replace("转", "").isascii() else None
