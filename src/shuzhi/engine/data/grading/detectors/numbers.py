"""Identifiers with a registered form: each value is claimed by the most telling kind it fits.

Knows no check digit itself: the registry ``shuzhi.engine.data.identifiers`` does. What it adds
is the view over a column: values that look like a kind and fail its check (near misses) speak
against it, and so does a narrow block of numbers, which is what running codes are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from shuzhi.engine.data.grading.detectors.model import Claim, rounded, smallness, tolerance
from shuzhi.engine.data.grading.model import Evidence
from shuzhi.engine.data.grading.sampling import ColumnSample, Value
from shuzhi.engine.data.identifiers import IDENTIFIERS

_TRUNK = re.compile(r"^(?:\+86|0086|86)(?=0?[2-9]\d{8,10}$|1\d{10}$)")


_RECENT_DAY = re.compile(r"20[0-3]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")


@dataclass(frozen=True, slots=True)
class NumberKind:
    """How one kind of the registry is recognised.

    ``near`` is the shape whose failures speak against the kind; ``purity`` the least share of
    that shape that must pass. ``alone`` and ``headed`` are the scores of a full column without
    and with a header that says the same. ``span`` is the least distance between the lowest and
    the highest number of a real column (0: any). ``form`` is the form of the value compared.
    """

    kind: str
    category: str
    near: str
    alone: float
    headed: float = 1.0
    purity: float = 0.85
    span: int = 0
    form: str = "core"


# in order of how telling they are: a value is claimed by the first it fits
KINDS: tuple[NumberKind, ...] = (
    NumberKind(
        "residence_permit_hmt", "person.residence_permit_hmt", "8[123]0000[0-9]{11}[0-9X]", 1.0, purity=0.5
    ),
    NumberKind("foreign_permanent_id", "person.foreign_permanent_id", "9[0-9]{16}[0-9X]", 0.97, purity=0.5),
    NumberKind("resident_id", "person.resident_id", "[1-8][0-9]{16}[0-9X]|[1-8][0-9]{14}", 1.0, purity=0.5),
    NumberKind("uscc", "org.uscc", IDENTIFIERS["uscc"].pattern, 1.0, purity=0.5),
    NumberKind("medical_org", "org.medical_code", "[HP][0-9]{11}", 0.95),
    NumberKind("mobile", "person.mobile", "1[0-9]{10}", 0.97, purity=0.9, span=20_000_000),
    NumberKind("iot_mobile", "device.iot_mobile", "1[0-9]{12}", 0.85, purity=0.9, span=100_000),
    NumberKind("toll_free", "contact.toll_free", "[48]00[0-9]{7}", 0.9),
    NumberKind("plate", "vehicle.plate", "[\u4e00-\u9fff][A-Z][0-9A-Z]{4,6}", 0.98, purity=0.6, form="plate"),
    NumberKind(
        "plate_nev", "vehicle.plate", "[\u4e00-\u9fff][A-Z][0-9A-Z]{6}", 0.98, purity=0.6, form="plate"
    ),
    NumberKind("plate_special", "vehicle.plate", "[0-9]{6}使|WJ.*", 0.9, form="plate"),
    NumberKind("email", "person.email", ".+@.+", 1.0, purity=0.6, form="mail"),
    NumberKind("bank_card", "finance.bank_card", "[3-9][0-9]{14,18}", 0.97, purity=0.5, span=1_000_000),
    NumberKind("org_code", "org.org_code", "[0-9A-Z]{8}[0-9X]", 0.95, purity=0.5, span=0),
    NumberKind("passport", "person.passport", "[A-Z]{1,2}[0-9]{7,9}", 0.85, purity=0.8, span=1_000_000),
    NumberKind(
        "hk_mo_permit", "person.hk_mo_permit", "[A-Z]{1,2}[0-9]{7,10}", 0.85, purity=0.8, span=1_000_000
    ),
    NumberKind("tw_permit", "person.tw_permit", "[0-9]{8}(?:[0-9]{2})?", 0.3, headed=0.85),
    NumberKind("social_security_card", "person.social_security_card", "[0-9A-Z]{9}", 0.3, headed=0.85),
)


@dataclass(slots=True)
class Tally:
    """What was counted for one category: rows that pass, near misses, and the numbers seen.

    ``heads`` are the years of birth inside identity numbers, four digits or two; ``ordinary``
    the rows of passports that begin as ordinary ones do.
    """

    passed: int = 0
    missed: int = 0
    numbers: list[int] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    ordinary: int = 0


def detect_numbers(column: ColumnSample) -> Iterable[Claim]:
    """Claims of every identifier kind that half of the column's values fit."""
    if column.kind in ("date", "timestamp", "boolean") or not column.filled:
        return
    tallies: dict[str, Tally] = {}
    for value in column.values:
        _count(value, tallies)
    for kind in {k.category: k for k in reversed(KINDS)}.values():
        tally = tallies.get(kind.category)
        if tally and tally.passed:
            claim = _claim(column, kind, tally)
            if claim:
                yield claim


def national_number(core: str) -> str:
    """A telephone number without the country's 86 before it."""
    return _TRUNK.sub("", core)


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one value that each form of comparison reads."""

    core: tuple[str, ...]
    plate: tuple[str, ...]
    mail: tuple[str, ...]

    def of(self, form: str) -> tuple[str, ...]:
        return self.core if form == "core" else self.plate if form == "plate" else self.mail


def texts_of(value: Value) -> Texts:
    """The texts of a value in which identifiers are looked for."""
    code, bare = value.forms.code, value.forms.bare
    return Texts(
        core=tuple(national_number(core) for core in value.forms.cores),
        plate=(code[-8:], code[-7:]) if 6 <= len(code) <= 14 and not code.isascii() else (),
        mail=(bare.replace(" ", ""),) if "@" in bare else (),
    )


@cache
def _compiled() -> tuple[tuple[NumberKind, re.Pattern[str]], ...]:
    return tuple((kind, re.compile(kind.near)) for kind in KINDS)


def _count(value: Value, tallies: dict[str, Tally]) -> None:
    """Books the value under the most telling kind it fits, or under every weak one, or as near misses."""
    texts = texts_of(value)
    missed: list[NumberKind] = []
    claimed = False
    for kind, near in _compiled():
        found = texts.of(kind.form)
        if not found or not _comes_near(near, found, kind):
            continue
        if not _fits(kind, found):
            missed.append(kind)
            continue
        tally = tallies.setdefault(kind.category, Tally())
        tally.passed += value.rows
        _note_numbers(found[0], kind, tally)
        tally.ordinary += value.rows if found[0][:1] in ("E", "G") else 0
        if IDENTIFIERS[kind.kind].strength != "weak":
            claimed = True
            break
    if not claimed:
        for kind in missed:
            tallies.setdefault(kind.category, Tally()).missed += value.rows


def _comes_near(near: re.Pattern[str], texts: tuple[str, ...], kind: NumberKind) -> bool:
    matches = (near.fullmatch(text) is not None for text in texts)
    return all(matches) if kind.form == "core" else any(matches)


def _note_numbers(text: str, kind: NumberKind, tally: Tally) -> None:
    digits = "".join(c for c in text if c.isdigit())
    if digits:
        tally.numbers.append(int(digits[:19]))
    if kind.kind == "resident_id":
        tally.heads.append(text[6:10] if len(text) == 18 else text[6:8])


def _fits(kind: NumberKind, texts: tuple[str, ...]) -> bool:
    problem = IDENTIFIERS[kind.kind].problem
    if kind.form != "core":
        return any(problem(text) is None for text in texts)
    if kind.kind == "resident_id":
        return all(problem(text) in (None, "fifteen_digits") for text in texts)
    return all(problem(text) is None for text in texts)


def _claim(column: ColumnSample, kind: NumberKind, tally: Tally) -> Claim | None:
    share = column.share(tally.passed)
    weight = tolerance(share) * smallness(column.filled)
    if not weight:
        return None
    purity = tally.passed / (tally.passed + tally.missed)
    evidence = [Evidence("value.checked", {"share": rounded(share), "kind": kind.kind})]
    if purity < kind.purity:
        weight *= 0.4
        evidence.append(Evidence("value.near_misses", {"share": rounded(1 - purity)}))
    if kind.kind == "passport" and tally.ordinary < 0.5 * tally.passed:
        # D, S and P are on the passports of few, and on the parts and bins of many
        weight *= 0.45
    if _one_block(kind, tally):
        weight *= 0.45
        evidence.append(Evidence("value.one_block"))
    return Claim(kind.category, kind.alone * weight, tuple(evidence), kind.headed * weight)


def _one_block(kind: NumberKind, tally: Tally) -> bool:
    """Whether the numbers are a running code: close together, or each with a recent day in front."""
    seen = sorted(set(tally.numbers))
    if len(seen) < 10:
        return False
    if kind.kind == "resident_id":
        return _dated_code(tally.heads)
    if not kind.span:
        return False
    dated = sum(bool(_RECENT_DAY.match(str(number))) for number in seen)
    # the middle: one stray number must not widen the block
    low, high = seen[len(seen) // 10], seen[-1 - len(seen) // 10]
    return high - low < kind.span or dated > 0.6 * len(seen)


def _dated_code(heads: list[str]) -> bool:
    """Whether fifteen digits hold a recent day: numbers of that length went to people born before 1999."""
    short = [head for head in heads if len(head) == 2]
    return len(short) > 0.8 * len(heads) and sum(head < "28" for head in short) > 0.3 * len(short)
