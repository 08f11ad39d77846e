"""Names of persons. A format check: it cannot tell a name from any other short Chinese word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shuzhi.engine.data.identifiers.model import Identifier, Strength, tidied
from shuzhi.engine.texts import N_

if TYPE_CHECKING:
    import ibis.expr.types as ir

HAN = "㐀-䶿一-鿿\U00020000-\U0003134f"
PATTERN = f"[{HAN}]{{1,8}}(?:[·•][{HAN}]{{1,10}})*"
PLACEHOLDERS = "测试|先生|女士|小姐|同志|无名氏|不详|未知|佚名|匿名|某|暂无|待定|本人"
"""Words that stand in a name's cell and are no name; 某 marks one that was hidden."""

SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方"
    "俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧"
    "计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫"
    "经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓"
    "牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙"
    "池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍郤璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向"
    "古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢"
    "关蒯相查后荆红游竺权逯盖益桓公仉督岳帅缑亢况郈有琴商牟佘佴伯赏墨哈谯笪年爱阳佟言福肖闫付代尧苟邸覃辜操青布仝税揭"
    "卿苑丛来柏由逢漆麦官伦补练占修晋庆次火候才战战塔泮玉礼鹿宇兰衣粟原邝楚闭敬战初檀谌鄢戢"
)
"""One-character surnames: the Hundred Family Surnames and the common ones since."""
COMPOUND_SURNAMES = (
    "万俟", "司马", "上官", "欧阳", "夏侯", "诸葛", "闻人", "东方", "赫连", "皇甫",
    "尉迟", "公羊", "澹台", "公冶", "宗政", "濮阳", "淳于", "单于", "太叔", "申屠",
    "公孙", "仲孙", "轩辕", "令狐", "钟离", "宇文", "长孙", "慕容", "鲜于", "闾丘",
    "司徒", "司空", "端木", "百里", "呼延", "南宫", "西门", "独孤", "拓跋", "第五",
)  # fmt: skip

_NAME = re.compile(PATTERN)
_PLACEHOLDER = re.compile(PLACEHOLDERS)


def _problem(value: str) -> str | None:
    if not _NAME.fullmatch(value):
        return "characters"
    return "placeholder" if _PLACEHOLDER.search(value) else None


def _valid(column: ir.StringValue) -> ir.BooleanValue:
    return column.re_search(f"^(?:{PATTERN})$") & ~column.re_search(PLACEHOLDERS)


def has_surname(value: str) -> bool:
    """Whether the name begins with a known surname; names with a dot (·) have none to know."""
    return "·" in value or "•" in value or value[:1] in SURNAMES or value[:2] in COMPOUND_SURNAMES


def begins_with_surname(column: ir.StringValue) -> ir.BooleanValue:
    """As ``has_surname`` for a column."""
    first = f"^(?:[{''.join(sorted(SURNAMES))}]|{'|'.join(COMPOUND_SURNAMES)})|[·•]"
    return column.re_search(first)


PERSON_NAME = Identifier(
    kind="person_name",
    title=N_("name of a person"),
    shape=N_("1 to 8 Chinese characters, parts of a minority name joined by ·"),
    pattern=PATTERN,
    example="欧阳娜娜",
    source="standards.md section 6",
    strength=Strength.WEAK,
    check=_problem,
    expression=_valid,
    tidy=tidied,
    warn=lambda value: None if has_surname(value) else "surname",
    warn_expression=lambda column: ~begins_with_surname(column),
)
