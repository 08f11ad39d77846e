"""How text becomes what an index can hold: single characters, pairs, pinyin, initials. Knows no database.

Chinese has no spaces, so an index of words misses part-words; an index of pairs finds any two
characters that stand side by side.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_RUN = re.compile(r"[㐀-鿿\U00020000-\U0003134f]+|[a-z0-9]+")
_HAN = re.compile(r"[㐀-鿿\U00020000-\U0003134f]")


@dataclass(frozen=True, slots=True)
class Words:
    """One entry as it is compared: folded text, its pinyin without spaces, and its initials."""

    text: str
    pinyin: str
    initials: str


def fold(text: str) -> str:
    """Full-width to half-width, capitals to small, runs of space to one."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def words_of(*texts: str) -> Words:
    """The comparable form of an entry's texts; each text's pinyin stands by itself, apart by a space."""
    from pypinyin import Style, lazy_pinyin

    folded = [fold(text) for text in texts if text]
    han = [text for text in folded if _HAN.search(text)]
    spoken = ["".join(lazy_pinyin(text, errors=lambda _: "")) for text in han]
    first = ["".join(lazy_pinyin(text, style=Style.FIRST_LETTER, errors=lambda _: "")) for text in han]
    return Words(" ".join(folded), " ".join(spoken), " ".join(first))


def pairs(text: str) -> set[str]:
    """The pairs of neighbouring characters within each run of Chinese, or of Latin letters and digits."""
    return {run[i : i + 2] for run in _RUN.findall(text) for i in range(len(run) - 1)}


def singles(text: str) -> set[str]:
    """The single characters of the text that are searched for."""
    return {character for run in _RUN.findall(text) for character in run}


def grams_of(words: Words) -> set[str]:
    """Everything an entry is found by."""
    whole = f"{words.text} {words.pinyin} {words.initials}"
    return pairs(whole) | singles(whole)


def grams_asked(query: str) -> set[str]:
    """What an entry must contain to be a candidate: pairs, and singles of runs of one character."""
    found = pairs(query)
    return found | {run for run in _RUN.findall(query) if len(run) == 1}


def encode(gram: str) -> str:
    """A gram as hexadecimal digits, which no tokeniser splits and no query syntax reads."""
    return gram.encode("utf-8").hex()
