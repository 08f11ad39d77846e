"""Strategies of values for one identifier: right, nearly right, spoiled, and anything at all."""

from __future__ import annotations

from hypothesis import strategies as st

from shuzhi.engine.data.identifiers import IDENTIFIERS, Identifier
from shuzhi.engine.data.identifiers.cards import luhn_holds
from shuzhi.engine.data.identifiers.organisations import (
    USCC_ALPHABET,
    organisation_check_character,
    uscc_check_character,
)
from shuzhi.engine.data.identifiers.persons import check_character

CITIZENS = {"resident_id", "residence_permit_hmt", "foreign_permanent_id", "social_security"}
SPOILERS = "0159XxAaIOZ.-+eE_ ·１９Ｘ\t\n\0浙学号一𠀀é"

TRAPS = [
    "", " ", "\0", "1e5", "1e16", "0x1F", "1_000", "+1", "-1", "NaN", "inf", "null", "９９９",
    "1000000000000e0040", "1000000000000e004X", "0x7FFFFFFFFFFFFFFF", "+1010519491231002X",
    " 1010519491231002X", "11010519491231002x", "1101051949123100２X", "110105194913310021",
    "110105194902290022", "110105190002290020", "110105494912310", "13000000e03", "138001380.0",
    " 13800138000", "13800138000 ", "+13800138000", "+8613800138000", "8613800138000", "-8613800138000",
    "86+13800138000", "99999999999999999999999999", "-9223372036854775808", "9223372036854775807",
    "2021-02-29", "2020-02-29", "20210229", "2021年3月5日", "2021/13/1", "2021-1-32", "1900-01-01",
    "9999-12-31", "2021-3.5", "2021-03-05\n", "0000-00-00", "0999-01-01", "3000-01-01", "1101051949123100\n2",
    "测试", "张某", "1.2345678901234e16", "00000000000000000000", "0000000000000", "9" * 19, "1" * 13,
]  # fmt: skip


def repaired(kind: str, value: str) -> str:
    """The value with a check character that fits, where its kind has one."""
    if kind in CITIZENS:
        return value[:17] + check_character(value[:17])
    if kind == "uscc":
        return value[:17] + uscc_check_character(value[:17])
    if kind == "org_code":
        return value[:-1] + organisation_check_character(value[:8])
    if kind == "bank_card":
        return next(value[:-1] + d for d in "0123456789" if luhn_holds(value[:-1] + d))
    return value


def full_width(value: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in value)


@st.composite
def spoiled(draw: st.DrawFn, values: st.SearchStrategy[str]) -> str:
    value = draw(values)
    place = draw(st.integers(0, len(value)))
    char = draw(st.sampled_from(SPOILERS) | st.characters(exclude_categories=["Cs"]))
    act = draw(st.integers(0, 7))
    cut = value[:place] + value[place + 1 :]
    return [
        value[:place] + char + value[place + 1 :],
        value[:place] + char + value[place:],
        cut,
        cut[: place - 1] + value[place : place + 1] + cut[place - 1 :],
        full_width(value),
        value.lower(),
        f" {value}",
        f"{value}\n",
    ][act]


def values_of(known: Identifier) -> st.SearchStrategy[str | None]:
    alphabet = st.characters(codec="utf-8") if known.kind != "uscc" else st.sampled_from(USCC_ALPHABET)
    near = st.from_regex(f"^(?:{known.pattern})\\Z", alphabet=alphabet)
    if known.kind == "person_name":  # its classes of 90,000 characters are slow to draw from
        near = st.text(st.sampled_from("张王李欧阳娜㐀\U00020000·•某测试龥"), min_size=1, max_size=9)
    right = near.map(lambda value: repaired(known.kind, value)) | st.just(known.example)
    other = st.sampled_from([i.example for i in IDENTIFIERS.values()]) | st.sampled_from(TRAPS)
    return right | near | spoiled(right) | other | st.text(max_size=24) | st.none()
