"""What each kind takes and refuses, and why: samples of the standards and of daily life."""

from __future__ import annotations

import ipaddress
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.engine.data.identifiers import IDENTIFIERS, REASONS, UnknownIdentifierError, identifier
from shuzhi.engine.data.identifiers.cards import luhn_holds
from shuzhi.engine.data.identifiers.organisations import (
    organisation_check_character,
    uscc_check_character,
    uscc_kind,
)
from shuzhi.engine.data.identifiers.persons import (
    WEIGHTS,
    birth_date_of,
    check_character,
    sex_of,
    upgraded,
)

RIGHT = {
    "resident_id": ["11010519491231002X"],
    "residence_permit_hmt": ["810000199408230021"],
    "foreign_permanent_id": ["911124198108030024"],
    "uscc": ["91330100799655058B", "91350100M000100Y43"],
    "org_code": ["79965505-8", "799655058"],
    "mobile": ["13800138000", "19212345678", "+8617012345678", "16612345678", "8613800138000"],
    "landline": ["0571-85123456", "057185123456", "010-62345678", "85123456", "0571 85123456-801"],
    "toll_free": ["400-123-4567", "4001234567"],
    "plate": ["浙A12345", "浙A1234学", "沪A1234警"],
    "plate_nev": ["浙AD12345", "浙AF12345", "浙A12345D", "沪AB12345"],
    "passport": ["E12345678", "EA1234567", "G12345678", "DE1234567"],
    "hk_mo_permit": ["H12345678", "M1234567890"],
    "tw_permit": ["12345678", "1234567801"],
    "postcode": ["310000", "100000", "830000"],
    "person_name": ["张三", "欧阳娜娜", "阿卜杜拉·买买提", "𠮷野"],
    "email": ["a.b@x.gov.cn"],
    "medical_org": ["H33010000001"],
    "bank_card": ["6222020000000000000"],
    "ip": ["192.0.2.1", "2001:db8::1", "::", "fe80::1:2"],
    "date": ["2021-03-05", "20210305", "2021年3月5日", "2021/3/5", "2021.12.1", "2020-02-29"],
    "grid_id": ["330109001001001"],
    "coordinates": ["120.1551,30.2741"],
}
WRONG = {
    "resident_id": {
        "110105194912310021": "check_digit",
        "11010519491231002": "length",
        "110105194912310021X": "length",
        "11010519490229002X": "date",
        "11010518991231002X": "date",
        "A1010519491231002X": "characters",
        "91010519491231002X": "prefix",
        "11010519491231002x": "form",
        " 11010519491231002X": "form",
        "１１０１０５１９４９１２３１００２Ｘ": "form",
        "110105491231002": "fifteen_digits",
        "": "empty",
    },
    "uscc": {
        "91330100799655051I": "characters",
        "91330100799655058": "length",
        "91330100799655058C": "check_digit",
        "01330100799655058B": "prefix",
        "91330100799655058b": "form",
    },
    "org_code": {"79965505-7": "check_digit", "7996550": "length", "79965505_8": "characters"},
    "mobile": {
        "12800138000": "prefix",
        "15412345678": "prefix",
        "1380013800": "length",
        "1380013800a": "characters",
        "138 0013 8000": "form",
    },
    "bank_card": {
        "6222020000000000001": "check_digit",
        "622202": "length",
        "6222-0200": "characters",
        "0222020000000000000": "prefix",
        "6222 0200 0000 0000 000": "form",
    },
    "landline": {"0571-12345678": "pattern", "12345": "pattern"},
    "toll_free": {"500-123-4567": "pattern"},
    "plate": {"浙I12345": "pattern", "浙A1234": "pattern", "浙AO2345": "pattern", "浙A·12345": "form"},
    "plate_nev": {"浙A123456": "pattern", "浙AI12345": "pattern"},
    "passport": {"EI1234567": "pattern", "12345678": "pattern"},
    "hk_mo_permit": {"X12345678": "pattern"},
    "postcode": {"900000": "pattern", "31000": "pattern"},
    "person_name": {"张3": "characters", "Zhang": "characters", "张某": "placeholder", "测试": "placeholder"},
    "email": {"a@b": "pattern"},
    "medical_org": {"X33010000001": "pattern"},
    "ip": {"256.1.1.1": "pattern", "1.2.3": "pattern", ":::": "pattern"},
    "date": {
        "2021-02-29": "calendar",
        "1900-01-01": "placeholder",
        "9999-12-31": "placeholder",
        "44260": "pattern",
        "2021-3.5": "pattern",
        "２０２１年３月５日": "form",
    },
    "region": {"990000": "pattern"},
    "coordinates": {"30.27,120.15": "pattern", "120.15,99.5": "off_earth"},
}


@pytest.mark.parametrize(("kind", "value"), [(k, v) for k, values in RIGHT.items() for v in values])
def test_right_values_have_no_problem(kind: str, value: str) -> None:
    assert identifier(kind).problem(value) is None


@pytest.mark.parametrize(
    ("kind", "value", "reason"), [(k, v, r) for k, values in WRONG.items() for v, r in values.items()]
)
def test_wrong_values_say_why(kind: str, value: str, reason: str) -> None:
    assert identifier(kind).problem(value) == reason


def test_what_is_only_written_unusually_is_valid_once_normalised() -> None:
    for kind, values in WRONG.items():
        for value in (v for v, reason in values.items() if reason == "form"):
            assert identifier(kind).problem(identifier(kind).normalise(value)) is None


def test_superscripts_and_circled_digits_are_not_taken_for_digits() -> None:
    assert identifier("mobile").problem("1380013800⁰") == "characters"
    assert identifier("mobile").problem("1380013800①") == "characters"


def test_a_birth_day_after_today_is_a_problem_only_where_today_is_given() -> None:
    number = "33010920300101001" + check_character("33010920300101001")
    assert identifier("resident_id").problem(number) is None
    assert identifier("resident_id").problem(number, today=date(2026, 1, 1)) == "future"
    assert identifier("resident_id").problem(number, today=date(2030, 1, 1)) is None


def test_every_reason_given_has_a_sentence_and_every_sentence_is_filled() -> None:
    for known in IDENTIFIERS.values():
        for reason in REASONS:
            sentence = known.explain(reason, "en")
            assert "{" not in sentence
            assert known.title in sentence


def test_unknown_kind_lists_the_known_ones() -> None:
    with pytest.raises(UnknownIdentifierError, match=r"resident_id.*uscc"):
        identifier("passport_no")


def test_weights_are_those_printed_in_the_standard() -> None:
    assert WEIGHTS == (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    assert check_character("11010519491231002") == "X"
    assert uscc_check_character("91330100799655058") == "B"
    assert organisation_check_character("79965505") == "8"


@given(st.from_regex(r"[1-8][0-9]{16}", fullmatch=True), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_always_changes_the_check_character(body: str, place: int, by: int) -> None:
    wrong = body[:place] + str((int(body[place]) + by) % 10) + body[place + 1 :]
    assert check_character(wrong) != check_character(body)


@given(st.integers(10**12, 10**18), st.integers(0, 11))
def test_luhn_finds_one_wrong_digit(number: int, place: int) -> None:
    body = str(number)
    card = next(body + d for d in "0123456789" if luhn_holds(body + d))
    wrong = card[:place] + str((int(card[place]) + 1) % 10) + card[place + 1 :]
    assert not luhn_holds(wrong)


@given(st.ip_addresses().map(str) | st.ip_addresses().map(lambda a: a.exploded))
def test_every_network_address_is_taken(address: str) -> None:
    assert identifier("ip").problem(address) is None


@given(st.from_regex(re.compile(r"[0-9a-f:]{2,20}"), fullmatch=True))
def test_no_other_text_is_taken_for_a_network_address(text: str) -> None:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        assert identifier("ip").problem(text) is not None
    else:
        assert identifier("ip").problem(text) is None


def test_what_a_number_tells_of_its_holder() -> None:
    assert birth_date_of("11010519491231002X") == date(1949, 12, 31)
    assert birth_date_of("110105194902310021") is None
    assert sex_of("11010519491231002X") == "女"
    assert upgraded("110105491231002") == "11010519491231002X"
    assert uscc_kind("92330109MA2B0XXXXX") == "individual business"


def test_a_permit_number_is_a_citizen_number_too_but_not_the_other_way_round() -> None:
    assert identifier("resident_id").problem("810000199408230021") is None
    assert identifier("residence_permit_hmt").problem("11010519491231002X") == "prefix"


def test_an_unknown_region_is_a_warning_and_an_old_one_is_not() -> None:
    resident = identifier("resident_id")
    for region, warning in (("330104", None), ("330109", None), ("339999", "known_region")):
        number = f"{region}19491231002"
        assert resident.problem(number + check_character(number)) is None
        assert resident.warning(number + check_character(number)) == warning
    assert identifier("region").warning("330104") == "abolished_region"
    assert identifier("region").warning("330109") is None
    assert identifier("region").warning("339999") == "known_region"
    assert identifier("street").warning("339999001") == "known_region"


def test_a_credit_code_of_the_central_register_gives_no_warning() -> None:
    body = "12100000400010000"
    code = body + uscc_check_character(body)
    assert identifier("uscc").problem(code) is None
    assert identifier("uscc").warning(code) in (None, "organisation_part")


def test_names_without_a_known_surname_get_a_warning() -> None:
    assert identifier("person_name").warning("张三") is None
    assert identifier("person_name").warning("欧阳娜娜") is None
    assert identifier("person_name").warning("阿卜杜拉·买买提") is None
    assert identifier("person_name").warning("的确良") == "surname"
