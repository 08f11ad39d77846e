"""What headers and categories say about a column's part in its table.

The words are those of departments' spreadsheets. Every number here is a default of this
product, not a regulation: a draft is a proposal that a person confirms.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from shuzhi.engine.texts import N_

_NUMBER_WORDS = re.compile(
    r"(编号|编码|代码|案号|案卷号|工单号|流水号|登记号|备案号|批准文号|证号|证件号|身份证|身份证号|身份证号码|证件号码|"
    r"许可证号|信用代码|社会信用代码|机构代码|户号|学号|工号|主键|标识|标识码|"
    r"(^|[_\-\s])(id|no|code|key|number|uuid))[\s*＊:：]*$",
    re.IGNORECASE,
)
_SEQUENCE_WORDS = re.compile(r"^(序号|编次|行号|项次|no\.?|#|index)$", re.IGNORECASE)
# cells that are filled only once something has ended, or where there is something to say
_MAY_STAY_EMPTY = re.compile(
    r"备注|说明|曾用名|传真|办结|结案|结束|完成|注销|撤销|死亡|迁出|退出|终止|停发|关闭|拆除|离职"
    r"|closed|finish|complet|ended?_|end_|end$|resol|remark|comment|note",
    re.IGNORECASE,
)
# numbers that several rows rightly share
_SHARED_NUMBER = re.compile(
    r"电话|手机|联系|传真|邮编|邮政|微信|QQ|型号|批号|户号|房号|室号|门牌|楼号|栋号|幢号|层号|区号|版本号|银行|账号|卡号"
    r"|单位|机构|企业|公司|部门|法人|信用代码|类|区划",
    re.IGNORECASE,
)
# how well a category serves as a key, where its values are all different
KEY_CATEGORIES: Mapping[str, int] = MappingProxyType(
    {
        "code.number": 70,
        "person.resident_id": 65,
        "org.uscc": 65,
        "org.licence_no": 50,
        "org.org_code": 50,
        "place.grid_id": 50,
        "person.passport": 30,
        "vehicle.plate": 30,
        "device.iot_mobile": 20,
    }
)
SEQUENCE_CATEGORY = "code.sequence"
NUMBER_WORTH, SEQUENCE_WORTH = 60, 20
# categories whose values repeat in few forms by chance only
FREE_CATEGORIES = ("person.name", "person.address", "org.address", "place.address", "text.")
# formats that are right for too few of the values that stand under such headers
LOOSE_FORMATS = ("person_name", "date")

_ORGANISATION_WORDS: Mapping[str, int] = MappingProxyType(
    {
        "填报单位": 90,
        "报送单位": 90,
        "责任单位": 85,
        "主管单位": 80,
        "主管部门": 80,
        "管理单位": 75,
        "承办单位": 75,
        "归口单位": 75,
        "责任部门": 75,
        "所属单位": 75,
        "所属部门": 75,
        "所属镇街": 75,
        "所在镇街": 75,
        "所属街道": 75,
        "所属乡镇": 75,
        "属地镇街": 75,
        "镇街": 70,
        "乡镇街道": 70,
        "街道乡镇": 70,
        "镇街道": 70,
        "属地": 60,
        "街道": 55,
        "乡镇": 55,
        "部门": 50,
        "科室": 40,
        "单位": 40,
        "机构": 30,
        "department": 50,
        "organisation": 50,
        "organization": 50,
        "town": 40,
    }
)
_NOT_ORGANISATION = re.compile(
    r"工作单位|原单位|计量单位|配偶|代码|编码|编号|地址|电话|联系人|负责人|性质|类型|类别|级别|数量|人数|备注|面积|"
    r"code|phone|address|type",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Span:
    """Where values of a category lie; ``title`` names the category in the evidence."""

    low: float
    high: float
    title: str


SPANS: Mapping[str, Span] = MappingProxyType(
    {
        "person.age": Span(0, 150, N_("an age")),
        "person.birth_year": Span(1900, 2100, N_("a year")),
        "time.year": Span(1900, 2100, N_("a year")),
        # the country with its sea: a point outside it is a slip or swapped with its neighbour
        "place.longitude": Span(73, 136, N_("a longitude in China")),
        "place.latitude": Span(3, 54, N_("a latitude in China")),
        "measure.ratio": Span(0, 100, N_("a percentage")),
    }
)
SUBJECTS: Mapping[str, str] = MappingProxyType(
    {
        "person.resident_id": "private_person",
        "person.passport": "private_person",
        "org.uscc": "enterprise",
        "org.licence_no": "enterprise",
    }
)


def names_a_number(header: str) -> bool:
    """Whether a header ends in a word for a number or code that tells rows apart."""
    return bool(_NUMBER_WORDS.search(header.strip())) and not names_a_sequence(header)


def names_one_row(header: str) -> bool:
    """Whether a header ends in a word for a number (编号, …号, …码) that no two rows share."""
    numbered = names_a_number(header) or header.strip().endswith(("号", "码"))
    return numbered and not _SHARED_NUMBER.search(header) and not names_a_sequence(header)


def names_a_sequence(header: str) -> bool:
    """Whether a header stands for the running number of a list."""
    return bool(_SEQUENCE_WORDS.match(header.strip()))


def may_stay_empty(header: str) -> bool:
    """Whether a header names what some rows rightly lack, though all of these may have it."""
    return bool(_MAY_STAY_EMPTY.search(header))


def organisation_worth(header: str) -> int:
    """How clearly a header names the organisation a row belongs to; 0 where it does not."""
    plain = re.sub(r"[\s（(].*$", "", header.strip()).lower()
    if _NOT_ORGANISATION.search(plain):
        return 0
    worth = max((worth for word, worth in _ORGANISATION_WORDS.items() if plain.endswith(word)), default=0)
    whole = _ORGANISATION_WORDS.get(plain.removesuffix("名称"), 0)
    return max(worth, whole)
