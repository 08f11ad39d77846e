"""Addresses taken apart."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shuzhi.engine.data.identifiers.addresses import LONGEST, Address, AddressLevel, parse_address
from shuzhi.engine.data.identifiers.model import tidied


def texts(address: Address) -> dict[str, str]:
    return {str(part.level): part.text for part in address.parts}


def test_a_whole_address_comes_apart_from_province_to_room() -> None:
    address = parse_address("浙江省杭州市萧山区城厢街道市心中路123号2幢1单元301室")
    assert texts(address) == {
        "province": "浙江省", "city": "杭州市", "county": "萧山区", "town": "城厢街道",
        "road": "市心中路", "number": "123号", "building": "2幢", "unit": "1单元", "room": "301室",
    }  # fmt: skip
    assert address.division == "330109001"


def test_full_width_and_spaces_are_read_and_the_raw_text_kept() -> None:
    raw = "萧山区 北干街道金城路５８号银河小区5幢2单元301室"
    address = parse_address(raw)
    assert address.raw == raw
    assert address.text(AddressLevel.NUMBER) == "58号"
    assert address.text(AddressLevel.ESTATE) == "银河小区"
    assert address.division == "330109002"


def test_a_village_address_has_group_and_number() -> None:
    address = parse_address("杭州市萧山区益农镇群围村3组12号")
    assert texts(address) == {
        "city": "杭州市", "county": "萧山区", "town": "益农镇", "village": "群围村",
        "group": "3组", "number": "12号",
    }  # fmt: skip
    assert address.division == "330109115215"


def test_a_hamlet_without_a_road_stands_before_its_number() -> None:
    assert texts(parse_address("河上镇大桥村大桥头15号")) == {
        "town": "河上镇", "village": "大桥村", "estate": "大桥头", "number": "15号",
    }  # fmt: skip


def test_a_city_without_a_prefecture_above_it_is_known() -> None:
    assert parse_address("湖北省仙桃市干河街道").division == "429004002"


def test_a_road_that_begins_like_a_division_stays_a_road() -> None:
    assert texts(parse_address("市心北路99号")) == {"road": "市心北路", "number": "99号"}
    assert texts(parse_address("镇海路5号"))["road"] == "镇海路"


def test_a_division_abolished_is_read_by_its_unit_word() -> None:
    address = parse_address("杭州市江干区文晖路1号")
    assert address.text(AddressLevel.COUNTY) == "江干区"
    assert address.division == "330100"


def test_what_is_no_address_stays_one_rest() -> None:
    assert texts(parse_address("随便写写")) == {"rest": "随便写写"}
    assert texts(parse_address("路" * (LONGEST + 1))) == {"rest": "路" * (LONGEST + 1)}
    assert parse_address("").parts == ()


pieces = st.sampled_from(
    ["浙江省", "杭州市", "萧山区", "城厢街道", "群围村", "社区",
     "人民路", "12号", "3幢", "2单元", "301室", "５楼", "新村",
     "区", "路", "号", "弄", "组", "一百二十", "A座", "-", " ", "公寓"]
)  # fmt: skip


@given(st.lists(pieces | st.text(max_size=4), max_size=12).map("".join))
def test_nothing_is_lost_and_nothing_is_added(text: str) -> None:
    address = parse_address(text)
    assert "".join(part.text for part in address.parts) == tidied(text)
    assert all(part.text for part in address.parts)
