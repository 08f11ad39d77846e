"""Which candidate is meant: the whole phrase, then all its parts, then what is near. Knows no database."""

from __future__ import annotations

from shuzhi.apps.catalogue.search.grams import Words, pairs, singles

NEAR = 0.4
"""Share of the query's pairs that an entry must have to count as near; measured for typos in 4 characters."""


def relevance(query: str, title: str, words: Words) -> float:
    """From 0 (not meant) to 100 (the title itself); ``query`` and ``title`` are folded."""
    if query == title:
        return 100.0
    if title.startswith(query):
        return 90.0
    if query in title:
        return 80.0 - min(title.index(query), 20) / 10
    compact = query.replace(" ", "")
    if query in words.text:
        return 70.0
    if compact.isascii() and compact.isalpha():
        for rank, spoken in ((65.0, words.initials), (60.0, words.pinyin)):
            if any(part.startswith(compact) for part in spoken.split()):
                return rank + 2
            if compact in spoken:
                return rank
    parts = query.split()
    if len(parts) > 1 and all(part in words.text for part in parts):
        return 55.0
    asked = pairs(query) or singles(query)
    if not asked:
        return 0.0
    near = len(asked & (pairs(words.text) | pairs(words.pinyin) | singles(words.text))) / len(asked)
    return 50.0 * near if near >= NEAR else 0.0
