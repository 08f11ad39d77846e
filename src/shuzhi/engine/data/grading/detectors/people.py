"""What is said of persons in words: names, sex, nation, schooling and the like."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from shuzhi.engine.data.grading.categories import packaged
from shuzhi.engine.data.grading.detectors.model import Claim, rounded, smallness, tolerance
from shuzhi.engine.data.grading.lexicon import read_words
from shuzhi.engine.data.grading.model import Evidence
from shuzhi.engine.data.grading.sampling import ColumnSample, Value
from shuzhi.engine.data.identifiers.names import COMPOUND_SURNAMES, HAN, SURNAMES

_WORD = re.compile(f"[{HAN}]{{2,4}}")
_DOTTED = re.compile(f"[{HAN}]{{1,8}}(?:[·•・‧.][{HAN}]{{1,10}}){{1,4}}")
_HIDDEN_NAME = re.compile(f"[{HAN}]{{1,2}}(?:[*xX某○〇]{{1,3}}[{HAN}]?)|[*]{{1,3}}[{HAN}]{{1,2}}")
_TITLE = re.compile("(?:先生|女士|小姐|同志|老师|医生|主任|科长|局长|书记|经理|师傅|阿姨|同学)$")
_DYNASTIES = re.compile("[夏商周秦汉晋隋唐宋辽金元明清]{2,4}")
_PLACE_ENDINGS = "家桥埭坛殿园里坞塘浦湾墩庙头岭庄坝埠汇堰畈弄角村路街镇乡区县市港口站湖江河山"
_COMMON = 30


def detect_names(column: ColumnSample) -> Iterable[Claim]:
    """Names of persons.

    No single word proves it. Over a column, names begin with surnames, a third of them with
    one of the thirty commonest, go on with characters used in names, and rarely repeat.
    """
    if column.kind != "text" or not column.filled:
        return
    counts = _NameCounts()
    for value in column.values:
        counts.add(value)
    share = column.share(counts.named)
    weight = tolerance(share) * smallness(column.filled)
    if not weight:
        return
    hidden = column.share(counts.hidden)
    common = counts.common / counts.plain if counts.plain else 0.0
    evidence = [Evidence("value.names", {"share": rounded(share), "common": rounded(common)})]
    if hidden:
        evidence.append(Evidence("value.masked", {"share": rounded(hidden)}))
    alone = 0.95 * weight * counts.likeness(column)
    yield Claim("person.name", alone, tuple(evidence), max(alone, weight))


class _NameCounts:
    """Rows by how much like a name they look; distinct values for what must vary."""

    def __init__(self) -> None:
        self.named = self.hidden = self.dotted = self.plain = self.common = 0
        self.words: list[str] = []

    def add(self, value: Value) -> None:
        text = _TITLE.sub("", value.forms.bare.replace(" ", ""))
        if _DOTTED.fullmatch(text):
            self.named += value.rows
            self.dotted += value.rows
        elif _HIDDEN_NAME.fullmatch(text):
            self.named += value.rows
            self.hidden += value.rows
        elif _WORD.fullmatch(text) and surname_of(text) and not _is_other_word(text):
            self.named += value.rows
            self.plain += value.rows
            self.words.append(text)
            if text[0] in _common_surnames() or surname_of(text) in COMPOUND_SURNAMES:
                self.common += value.rows

    def likeness(self, column: ColumnSample) -> float:
        """0..1: how much the words as a whole behave like names."""
        special = self.dotted + self.hidden
        if special > self.plain:
            return 1.0
        given = [c for word in self.words for c in word[len(surname_of(word)) :]]
        known = sum(c in _given_characters() for c in given) / len(given) if given else 0.0
        common = sum(w[0] in _common_surnames() for w in self.words) / len(self.words)
        heads = len({surname_of(w) for w in self.words})
        # an office's own few people fill a column too, but only its header can tell
        repeated = self.plain >= 20 and len(self.words) < 0.35 * self.plain and len(self.words) < 30
        usual = min(1.0, common / 0.35) * min(1.0, known / 0.6)
        # rare surnames are believed where nearly every other character is one of given names:
        # of the division list's place names that begin with a surname it is half
        rare = min(0.9, max(0.0, (known - 0.5) / 0.3)) if heads >= 8 else 0.0
        score = max(usual, rare)
        if repeated or (len(self.words) >= 10 and heads < 4) or _are_places(self.words):
            score *= 0.4
        return score if column.distinct > 1 else score * 0.6


def surname_of(word: str) -> str:
    """The surname a word begins with, two characters before one; empty where there is none."""
    if len(word) > 2 and word[:2] in COMPOUND_SURNAMES:
        return word[:2]
    return word[0] if len(word) in (2, 3) and word[0] in SURNAMES else ""


def _are_places(words: list[str]) -> bool:
    """Whether many words end alike, or as villages do: 王家, 李家桥, 张神殿."""
    if len(words) < 4:
        return False
    endings: dict[str, int] = {}
    for word in words:
        endings[word[-1]] = endings.get(word[-1], 0) + 1
    placed = sum(endings.get(c, 0) for c in _PLACE_ENDINGS)
    return placed > 0.3 * len(words) or (len(words) >= 8 and max(endings.values()) > 0.25 * len(words))


@cache
def _common_surnames() -> frozenset[str]:
    return frozenset(read_words("common_surnames")[:_COMMON])


@cache
def _given_characters() -> frozenset[str]:
    return frozenset("".join(read_words("given_characters")))


def _is_other_word(text: str) -> bool:
    return text in _no_names() or _DYNASTIES.fullmatch(text) is not None


@cache
def _no_names() -> frozenset[str]:
    return frozenset((*read_words("nations"), *(f"{n}族" for n in read_words("nations"))))


@dataclass(frozen=True, slots=True)
class WordList:
    """A closed list that settles a category: one of the ``telling`` words must be there."""

    category: str
    words: frozenset[str]
    telling: frozenset[str]
    alone: float


@cache
def _lists() -> tuple[WordList, ...]:
    nations = read_words("nations")
    full = frozenset(f"{nation}族" for nation in nations)
    lists = [WordList("person.nation", full | frozenset(nations), full | {"汉"}, 0.98)]
    for category, entry in packaged("lexicon/closed_lists.yaml").items():
        telling = frozenset(entry["telling"])
        words = telling | frozenset(entry["others"])
        lists.append(WordList(category, words, telling, entry["alone"]))
    return tuple(lists)


def detect_listed(column: ColumnSample) -> Iterable[Claim]:
    """Categories whose values come from a short list everybody uses."""
    if column.kind != "text" or not column.filled:
        return
    for known in _lists():
        seen = {v.forms.code for v in column.values if v.forms.code in known.words}
        if not seen & known.telling or (len(seen) < 2 and column.filled > 20):
            continue
        share = column.share(sum(v.rows for v in column.values if v.forms.code in known.words))
        weight = tolerance(share) * smallness(column.filled)
        if weight:
            found = Evidence("value.listed", {"share": rounded(share), "list": known.category})
            yield Claim(known.category, known.alone * weight, (found,), weight)


def detect_sex_codes(column: ColumnSample) -> Iterable[Claim]:
    """Sex written 1 and 2 (GB/T 2261.1): believed only beside a header that says so."""
    texts = {v.raw for v in column.values}
    if texts and texts <= {"0", "1", "2", "9"} and texts & {"1", "2"}:
        yield Claim(
            "person.sex", 0.2, (Evidence("value.listed", {"share": 1.0, "list": "GB/T 2261.1"}),), 0.9
        )
