"""Words and sentences: organisations, illnesses, free text, and free text that names people."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from shuzhi.engine.data.grading.detectors.model import Claim, count_rows, rounded, smallness, tolerance
from shuzhi.engine.data.grading.detectors.quantities import is_sentence
from shuzhi.engine.data.grading.lexicon import read_words
from shuzhi.engine.data.grading.model import Evidence
from shuzhi.engine.data.grading.sampling import ColumnSample, Value
from shuzhi.engine.data.identifiers import IDENTIFIERS

_ICD = re.compile(r"[A-TV-Z]\d{2}(?:\.[0-9A-Z]{1,4})?(?:[*+†X]\d{0,3})?", re.IGNORECASE)
_ICD_FINE = re.compile(r"[A-TV-Z]\d{2}\.[0-9A-Z]{1,4}.*", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z])(?:[1-9]\d{16}[\dXx]|1[3-9]\d{9}|[3-6]\d{15,18})(?![0-9A-Za-z])")
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,40}@[A-Za-z0-9-]{1,40}\.[A-Za-z]{2,}")
_PREFIXES = re.compile("^(?:患者?|诊断[为:]?|左|右|双侧|双|急性|慢性|疑似|继发性|原发性)")


def detect_organisations(column: ColumnSample) -> Iterable[Claim]:
    """Names of firms, offices, schools by their endings."""
    if column.kind != "text" or not column.filled:
        return
    share = column.share(count_rows(column.values, _is_organisation))
    weight = tolerance(share) * smallness(column.filled)
    if weight:
        yield Claim("org.name", 0.94 * weight, (Evidence("value.words", {"share": rounded(share)}),), weight)


def _is_organisation(value: Value) -> bool:
    text = value.forms.bare.split("(")[0].strip() or value.forms.bare
    return 3 <= len(text) <= 50 and "。" not in text and bool(_endings().search(text))


@cache
def _endings() -> re.Pattern[str]:
    words = sorted(read_words("organisation_endings"), key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(words)})(?:[(].{{0,20}}[)])?$")


@cache
def _health_words() -> re.Pattern[str]:
    words = sorted(read_words("health_words"), key=len, reverse=True)
    return re.compile("|".join(words))


def detect_health(column: ColumnSample) -> Iterable[Claim]:
    """Diagnoses in words, and ICD-10 codes: those only where many have a decimal, as no seat or zone has."""
    if column.kind != "text" or not column.filled:
        return
    words = column.share(count_rows(column.values, _is_diagnosis))
    coded = column.share(count_rows(column.values, lambda v: bool(_ICD.fullmatch(v.forms.bare))))
    fine = column.share(count_rows(column.values, lambda v: bool(_ICD_FINE.fullmatch(v.forms.bare))))
    small = smallness(column.filled)
    if tolerance(words):
        found = (Evidence("value.words", {"share": rounded(words)}),)
        yield Claim("health.diagnosis", 0.93 * tolerance(words) * small, found, tolerance(words))
    elif tolerance(coded):
        letters = len({v.forms.bare[0].upper() for v in column.values if _ICD.fullmatch(v.forms.bare)})
        telling = fine >= 0.3 and (letters >= 4 or column.distinct < 10)
        alone = (0.9 if telling else 0.3) * tolerance(coded) * small
        yield Claim(
            "health.diagnosis",
            alone,
            (Evidence("value.pattern", {"share": rounded(coded)}),),
            tolerance(coded),
        )


def _is_diagnosis(value: Value) -> bool:
    text = value.forms.bare
    if len(text) > 60:
        return False
    found = _health_words().search(text)
    return (
        bool(found)
        and len(text) <= 40
        and not re.search("医院|病房|公司|局|站|所$|中心|预防|防治|病害|病虫|无$", text)
    )


def detect_text(column: ColumnSample) -> Iterable[Claim]:
    """Sentences, sentences with personal numbers in them, and short words that name things."""
    if column.kind != "text" or not column.filled:
        return
    small = smallness(column.filled)
    sentences = column.share(count_rows(column.values, is_sentence))
    personal = column.share(count_rows(column.values, _names_somebody))
    if sentences >= 0.4 and personal >= 0.02:
        found = Evidence("value.words", {"share": rounded(personal)})
        yield Claim("text.personal", 0.97 * small, (found,))
    if sentences >= 0.4:
        yield Claim(
            "text.free",
            0.85 * min(1.0, 0.3 + sentences) * small,
            (Evidence("value.shape", {"shape": "sentence"}),),
            0.95,
        )
    wordy = column.share(count_rows(column.values, lambda v: not v.forms.text.isdigit()))
    if wordy > 0.5:
        yield Claim("text.short", 0.42 * small, (Evidence("value.shape", {"shape": "text"}),), 0.8)


def _names_somebody(value: Value) -> bool:
    text = value.forms.text
    if not is_sentence(value):
        return False
    for match in _LONG_NUMBER.finditer(text):
        found = match.group().upper()
        if any(IDENTIFIERS[kind].problem(found) is None for kind in ("resident_id", "mobile", "bank_card")):
            return True
    return bool(_MAIL.search(text))
