"""What a column's header says. Reads categories.yaml; looks at no value.

A header is read from its end, where Chinese and English keep the noun: 法人身份证号 is a number,
身份证办理数量 is a count, bank_card_fee is a fee.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from shuzhi.engine.data.grading.categories import load_categories

_NOTE = re.compile(r"[(\[【<《].*?[)\]】>》]")
_TRAIL = re.compile(r"(?:[\s_\-.:：*#]+|[0-9一二三四五]+|中文|英文|中|必填|选填|信息|栏|字段|列|cn|zh|en)+$")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_WORD = re.compile(r"[^0-9a-z\u4e00-\u9fff]+")


def read_header(header: str) -> Mapping[str, float]:
    """The categories a header names, with how clearly (0..1); empty where it names none.

    Of two words that fit, the one that ends later counts, then the longer.
    """
    spaced = _CAMEL.sub("_", unicodedata.normalize("NFKC", header))
    whole = _plain(spaced)
    # what stands in brackets is a unit or a note (年收入（元）), unless nothing stands before it
    before = _TRAIL.sub("", _plain(_NOTE.sub("", spaced)))
    tails = dict.fromkeys((before, whole, _TRAIL.sub("", whole)))
    for tail in tails:
        found = _longest_tail(tail)
        if found:
            word, clear = found
            return dict.fromkeys(_index()[word], clear)
    return {}


def _plain(header: str) -> str:
    return _NOT_WORD.sub("_", unicodedata.normalize("NFKC", header).lower()).strip("_")


def _longest_tail(header: str) -> tuple[str, float] | None:
    ascii_only = header.isascii()
    for start in range(len(header)):
        if ascii_only and start and header[start - 1] != "_":
            continue
        word = header[start:]
        if word in _index() and (start == 0 or len(word) > 1):
            # the whole header, or the noun at its end: 企业联系人手机号码
            return word, 1.0 if start == 0 else 0.9
    return None


@cache
def _index() -> Mapping[str, tuple[str, ...]]:
    words: dict[str, list[str]] = {}
    for category in load_categories().values():
        for word in category.headers:
            words.setdefault(_plain(word), []).append(category.code)
    return {word: tuple(codes) for word, codes in words.items()}
