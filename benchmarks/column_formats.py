"""How departments write a value: spaces, dashes, +86, full width, labels in front, remarks behind.

A format gets the plain value and a seeded ``Random``. The grader's own tests hold none of these columns.
"""

# ruff: noqa: E501 - word lists

from __future__ import annotations

from collections.abc import Callable
from random import Random

from benchmarks.column_makers import digits, mobile

Format = Callable[[str, Random], str]


def plain(text: str, _: Random) -> str:
    return text


def grouped(size: int, mark: str = " ") -> Format:
    return lambda text, _: mark.join(text[i : i + size] for i in range(0, len(text), size))


def full_width(text: str, _: Random) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def labelled(*labels: str) -> Format:
    return lambda text, random: random.choice(labels) + text


def remarked(*remarks: str) -> Format:
    return lambda text, random: text + random.choice(remarks)


def lower(text: str, _: Random) -> str:
    return text.lower()


def mixed_case(text: str, random: Random) -> str:
    return "".join(c.lower() if random.random() < 0.5 else c for c in text)


def padded(text: str, random: Random) -> str:
    return random.choice((" ", "　", "\t", "")) + text + random.choice((" ", "  ", "　"))


def quoted(text: str, _: Random) -> str:
    return "'" + text


def phone_86(text: str, random: Random) -> str:
    return random.choice(("+86", "86-", "+86 ", "0086")) + text


def phone_344(text: str, random: Random) -> str:
    mark = random.choice((" ", "-"))
    return f"{text[:3]}{mark}{text[3:7]}{mark}{text[7:]}"


def doubled_phone(text: str, random: Random) -> str:
    return text + random.choice(("/", "、", ";", ",")) + mobile(random)


def with_area(text: str, random: Random) -> str:
    cut = 3 if text[:2] in ("01", "02") else 4
    return random.choice((f"{text[:cut]}-{text[cut:]}", f"({text[:cut]}){text[cut:]}", f"（{text[:cut]}）{text[cut:]}", f"{text[:cut]} {text[cut:]}"))  # fmt: skip


def extension(text: str, random: Random) -> str:
    return f"{text[:4]}-{text[4:]}{random.choice(('-', '转'))}{digits(random, 3)}"


def dotted_plate(text: str, random: Random) -> str:
    return text[:2] + random.choice(("·", "-", " ", ".")) + text[2:]


def hyphen_code(text: str, _: Random) -> str:
    return text[:8] + "-" + text[8:]


def han_day(text: str, _: Random) -> str:
    y, m, d = text.split("-")
    return f"{y}年{int(m)}月{int(d)}日"


def slash_day(text: str, _: Random) -> str:
    y, m, d = text.split("-")
    return f"{y}/{int(m)}/{int(d)}"


def dot_day(text: str, _: Random) -> str:
    return text.replace("-", ".")


def packed_day(text: str, _: Random) -> str:
    return text.replace("-", "")


def midnight(text: str, _: Random) -> str:
    return text + " 00:00:00"


def at_time(text: str, random: Random) -> str:
    return f"{text} {random.randint(0, 23):02}:{random.randint(0, 59):02}:{random.randint(0, 59):02}"


def spaced_name(text: str, random: Random) -> str:
    return f"{text[0]}{random.choice((' ', '　'))}{text[1:]}" if len(text) == 2 else text


def titled(text: str, random: Random) -> str:
    return text + random.choice(("", "", "先生", "女士"))


def yuan(text: str, _: Random) -> str:
    return f"{float(text):,.2f}元"


def yuan_mark(text: str, random: Random) -> str:
    return random.choice(("¥", "￥", "¥ ")) + f"{float(text):,.2f}"


def ten_thousand(text: str, _: Random) -> str:
    return f"{float(text) / 10000:.2f}万元"


def thousands(text: str, _: Random) -> str:
    return f"{float(text):,.2f}"


def spaced_pair(text: str, random: Random) -> str:
    return text.replace(",", random.choice((", ", "，", " ")))


def bracketed_pair(text: str, _: Random) -> str:
    return f"({text})"
