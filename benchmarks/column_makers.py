"""Made-up values of many kinds, one at a time, from a seeded ``Random``.

Check digits are computed here, apart from the product's own code. No value is anybody's.
"""

# ruff: noqa: E501 - word lists

from __future__ import annotations

from collections.abc import Callable
from random import Random

Maker = Callable[[Random], str]

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许邓韩冯曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严赖覃洪武莫孔俞施楼裘屠虞童戚翁来瞿章诸"
COMPOUND = ("欧阳", "诸葛", "上官", "司徒", "夏侯", "皇甫", "尉迟", "令狐")
GIVEN = ["伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "洋", "艳", "勇", "军", "杰", "娟", "涛", "明", "超", "霞", "平", "刚", "桂英", "秀兰", "建国", "建华", "志强", "海燕", "晓东", "春梅", "国庆", "卫东", "红梅", "子轩", "梓涵", "浩宇", "欣怡", "一诺", "雨桐", "宇轩", "诗涵", "佳怡", "俊杰", "思远", "梦琪", "天佑", "若溪", "沐宸", "奕辰", "语桐", "锦程", "凤仙", "阿根", "水根", "金花", "银娣", "杏芳", "荷英", "关通", "炳荣", "伯良", "柏林", "祖德", "茂盛", "立新", "永康", "福根", "兴旺", "利民", "月琴", "彩凤", "素珍", "爱珠", "招娣", "美玲", "惠民", "亚萍", "丹丹", "莹莹", "佩佩", "璐", "翀", "喆", "翾", "珺瑶", "煜城", "栩然", "砚秋", "昱霏", "曦文", "淼", "骁", "霁", "婧怡", "韵涵", "景行", "乐瑶", "宝根", "和平", "忠良", "仁义", "长庚", "连生", "土良", "纪明", "校良", "如意", "国土"]  # fmt: skip
MINORITY = (
    "阿卜杜拉·买买提",
    "古丽娜尔·艾山",
    "买买提·吐尔逊",
    "扎西·顿珠",
    "艾力·肉孜",
    "阿依古丽·热合曼",
    "乌兰·巴特尔",
    "麦麦提明·图尔荪",
)
REGIONS = ["330109", "330102", "330106", "330105", "330110", "330111", "330182", "330122", "330203", "330302", "330402", "330602", "330782", "310104", "320505", "340104", "350203", "360102", "370202", "410105", "420106", "430104", "440106", "450103", "500103", "510104", "520103", "530102", "610113", "620102", "640104", "650102", "220102", "230103", "210102", "130102"]  # fmt: skip
TOWNS = ("北干街道", "城厢街道", "新塘街道", "宁围街道", "瓜沥镇", "临浦镇", "戴村镇", "义桥镇", "河上镇", "楼塔镇", "闻堰街道", "盈丰街道", "所前镇", "衙前镇", "党湾镇", "益农镇", "进化镇", "浦阳镇")  # fmt: skip
ROADS = ("市心中路", "金城路", "通惠北路", "建设三路", "博学路", "萧绍路", "育才北路", "永久路", "江宁路", "人民路", "道源路", "拱秀路", "青年路", "东藩中路")  # fmt: skip
ESTATES = (
    "旺角城新天地",
    "潘水南苑",
    "银河小区",
    "加德士风情",
    "江南名府",
    "高桥小区",
    "天汇园",
    "绿都世贸花园",
    "郁金香岸",
    "湘湖人家",
)
VILLAGES = (
    "凤凰坞村",
    "塘口村",
    "众联村",
    "横一村",
    "三江口村",
    "佳浦村",
    "群益村",
    "东方社区",
    "回澜南苑社区",
    "山末址社区",
)
SEGMENTS = ("130", "131", "132", "133", "134", "135", "136", "137", "138", "139", "145", "147", "149", "150", "151", "152", "153", "155", "157", "158", "159", "166", "171", "173", "175", "176", "177", "178", "180", "181", "182", "183", "185", "186", "187", "188", "189", "191", "193", "195", "198", "199")  # fmt: skip
BINS = ("622202", "622848", "621700", "621661", "622588", "622260", "623058", "621226", "622580", "625958")
PROVINCES = "浙浙浙浙浙浙沪苏皖赣闽鲁豫粤京川"


def digits(random: Random, count: int) -> str:
    return "".join(random.choice("0123456789") for _ in range(count))


def day(random: Random, first: int, last: int) -> tuple[int, int, int]:
    return random.randint(first, last), random.randint(1, 12), random.randint(1, 28)


def mod_11_2(body: str) -> str:
    return "10X98765432"[sum(int(d) * (2 ** (17 - i) % 11) for i, d in enumerate(body)) % 11]


def luhn(body: str) -> str:
    doubled = [int(d) * (2 if i % 2 == 0 else 1) for i, d in enumerate(reversed(body))]
    return str(-sum(d // 10 + d % 10 for d in doubled) % 10)


def identity(random: Random, region: str | None = None) -> str:
    y, m, d = day(random, 1935, 2018)
    body = f"{region or random.choice(REGIONS)}{y:04}{m:02}{d:02}{digits(random, 3)}"
    return body + mod_11_2(body)


def old_identity(random: Random) -> str:
    y, m, d = day(random, 35, 85)
    return f"{random.choice(REGIONS)}{y:02}{m:02}{d:02}{digits(random, 3)}"


def permit_hmt(random: Random) -> str:
    return identity(random, random.choice(("810000", "820000", "830000")))


def foreign_id(random: Random) -> str:
    return identity(random, f"9{digits(random, 5)}")


def organisation_code(random: Random) -> str:
    body = random.choice(("MA", "")) + digits(random, 8)
    body = body[:8]
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    total = sum(alphabet.index(c) * w for c, w in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    return body + "0123456789X"[-total % 11]


def credit_code(random: Random) -> str:
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    kind = random.choice(("91", "92", "93", "11", "12", "51", "52", "54"))
    body = kind + random.choice(REGIONS) + organisation_code(random)
    return body + alphabet[-sum(alphabet.index(c) * 3**i for i, c in enumerate(body)) % 31]


def mobile(random: Random) -> str:
    return random.choice(SEGMENTS) + digits(random, 8)


def landline(random: Random) -> str:
    return (
        random.choice(("0571", "0571", "0571", "0575", "0574", "010", "021", "0579"))
        + random.choice("2345678")
        + digits(random, 7)
    )


def bank_card(random: Random) -> str:
    body = random.choice(BINS) + digits(random, random.choice((9, 12)))
    return body + luhn(body)


def passport(random: Random) -> str:
    if random.random() < 0.5:
        return random.choice("EEEG") + digits(random, 8)
    return "E" + random.choice("ABCDEFGHJK") + digits(random, 7)


def hk_mo(random: Random) -> str:
    return random.choice("HHM") + digits(random, random.choice((8, 10)))


def tw(random: Random) -> str:
    return digits(random, 8)


def plate(random: Random) -> str:
    head = random.choice(PROVINCES) + random.choice("AAAABCDEFGHJKL")
    if random.random() < 0.35:
        return head + random.choice("DFAB") + random.choice("ABCDEFGH0123456789") + digits(random, 4)
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
    return (
        head
        + "".join(random.choice(letters) for _ in range(4))
        + random.choice("0123456789学挂"[:10] if random.random() < 0.95 else "学挂")
    )


def name(random: Random) -> str:
    place = min(int(random.expovariate(1 / 22)), len(SURNAMES) - 1)
    surname = random.choice(COMPOUND) if random.random() < 0.01 else SURNAMES[place]
    return surname + random.choice(GIVEN)


def minority_name(random: Random) -> str:
    return random.choice(MINORITY) if random.random() < 0.6 else name(random)


def email(random: Random) -> str:
    user = "".join(
        random.choice("abcdefghijklmnopqrstuvwxyz0123456789._") for _ in range(random.randint(4, 10))
    )
    return f"a{user}1@{random.choice(('163.com', 'qq.com', 'xs.zj.cn', 'gmail.com', 'hz.gov.cn'))}"


def home_address(random: Random) -> str:
    start = random.choice(
        ("浙江省杭州市萧山区", "杭州市萧山区", "萧山区", "浙江省杭州市西湖区", "上海市徐汇区", "")
    )
    if random.random() < 0.35:
        return f"{start}{random.choice(TOWNS)}{random.choice(VILLAGES)}{random.randint(1, 30)}组{random.randint(1, 300)}号"
    end = random.choice(
        (
            f"{random.randint(1, 40)}幢{random.randint(1, 4)}单元{random.randint(101, 3204)}室",
            f"{random.randint(1, 20)}号楼{random.randint(101, 2502)}",
            f"{random.randint(1, 60)}-{random.randint(1, 3)}-{random.randint(101, 1802)}",
        )
    )
    return f"{start}{random.choice(TOWNS)}{random.choice(ROADS)}{random.randint(1, 999)}号{random.choice(ESTATES)}{end}"


def street_place(random: Random) -> str:
    start = random.choice(("浙江省杭州市萧山区", "杭州市萧山区", "萧山区"))
    return start + random.choice(TOWNS) + random.choice((random.choice(ROADS), random.choice(VILLAGES), ""))


def firm(random: Random) -> str:
    middle = "".join(
        random.choice("恒盛嘉华宏达鑫源瑞丰天诚信远东方中科博力达兴隆") for _ in range(random.randint(2, 3))
    )
    start = random.choice(("杭州", "杭州萧山", "浙江", "杭州市萧山区", ""))
    end = random.choice(
        (
            "纺织有限公司",
            "化纤有限公司",
            "科技股份有限公司",
            "餐饮店",
            "机械厂",
            "幼儿园",
            "小学",
            "社区卫生服务中心",
            "农业专业合作社",
            "建筑工程有限公司",
            "五金经营部",
            "人民政府办公室",
            "市场监督管理所",
        )
    )
    return start + middle + end


def birth(random: Random) -> str:
    y, m, d = day(random, 1932, 2019)
    return f"{y}-{m:02}-{d:02}"


def event_day(random: Random) -> str:
    y, m, d = day(random, 2019, 2025)
    return f"{y}-{m:02}-{d:02}"


def region_code(random: Random) -> str:
    return random.choice(REGIONS)


def town_code(random: Random) -> str:
    return "330109" + random.choice(
        ("001", "002", "003", "004", "005", "006", "007", "101", "102", "103", "104", "105", "106", "107")
    )


def village_code(random: Random) -> str:
    return town_code(random) + random.choice("012") + digits(random, 2)


def grid_code(random: Random) -> str:
    return village_code(random) + f"{random.randint(1, 20):03}"


def postcode(random: Random) -> str:
    return random.choice(("311200", "311201", "311202", "311203", "311215", "311221", "311231", "311241", "311251", "311261", "310000", "310012", "310051", "311100", "311400"))  # fmt: skip


def region_name(random: Random) -> str:
    return (
        random.choice(TOWNS + VILLAGES)
        if random.random() < 0.7
        else random.choice(("萧山区", "西湖区", "滨江区", "临平区", "富阳区", "桐庐县"))
    )


def longitude(random: Random) -> str:
    return f"{random.uniform(119.9, 120.7):.{random.choice((5, 6, 8))}f}"


def latitude(random: Random) -> str:
    return f"{random.uniform(29.9, 30.4):.{random.choice((5, 6, 8))}f}"


def coordinates(random: Random) -> str:
    return f"{longitude(random)},{latitude(random)}"


def money(random: Random) -> str:
    return f"{random.lognormvariate(9, 1.5):.2f}"


def diagnosis(random: Random) -> str:
    return random.choice((
        "高血压2级", "2型糖尿病", "急性上呼吸道感染", "慢性胃炎", "腰椎间盘突出症", "冠状动脉粥样硬化性心脏病", "支气管哮喘", "慢性肾脏病5期",
        "右肺上叶恶性肿瘤", "抑郁症", "乙型病毒性肝炎", "白内障", "胆囊结石伴胆囊炎", "左股骨颈骨折", "脑梗死", "精神分裂症", "肺结核", "痛风",
        "甲状腺结节", "阿尔茨海默病",
    ))  # fmt: skip


def icd(random: Random) -> str:
    return (
        random.choice("ABCDEFGHIJKLMN")
        + f"{random.randint(0, 99):02}"
        + (f".{random.randint(0, 9)}{random.choice(('', '00', '01'))}" if random.random() < 0.8 else "")
    )


def choice_of(words: str) -> Maker:
    options = words.split()
    return lambda random: random.choice(options)


def ip(random: Random) -> str:
    return f"{random.choice(('10.32', '192.168', '172.18', '59.202'))}.{random.randint(0, 255)}.{random.randint(1, 254)}"


def medical(random: Random) -> str:
    return random.choice("HP") + "330109" + digits(random, 5)


def sentence_with_person(random: Random) -> str:
    if random.random() < 0.5:
        return (
            f"来电人{name(random)}反映{random.choice(ESTATES)}停水，联系电话{mobile(random)}，要求尽快处理。"
        )
    return f"{name(random)}（身份证{identity(random)}）申请临时救助，家庭困难，情况属实。"


def plain_sentence(random: Random) -> str:
    return random.choice(("经现场走访，情况属实，建议按政策予以受理。", "道路破损，存在安全隐患，已转办处理。", "材料齐全，符合条件，同意通过。", "设备运行正常，未发现异常情况，继续观察。"))  # fmt: skip
