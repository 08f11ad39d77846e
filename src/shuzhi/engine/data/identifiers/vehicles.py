"""Number plates (GA 36). The letters I and O are never used."""

from __future__ import annotations

from shuzhi.engine.data.identifiers.model import Shape, Strength, shaped, tidied_upper
from shuzhi.engine.texts import N_

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"


def tidied_plate(value: str) -> str:
    """Half-width, upper-case, without the dot between the letters and the number."""
    return tidied_upper(value).replace("·", "").replace("•", "").replace(".", "")


PLATE = shaped(
    Shape(
        kind="plate",
        title=N_("number plate"),
        shape=N_("province, a letter, 5 letters or digits (the last may be 挂, 学, 警, 港, 澳, 试, 超)"),
        pattern=f"[{PROVINCES}][A-HJ-NP-Z][A-HJ-NP-Z0-9]{{4}}[A-HJ-NP-Z0-9挂学警港澳试超]",
        example="浙A12345",
        source="GA 36-2018",
    ),
    tidy=tidied_plate,
)
PLATE_NEV = shaped(
    Shape(
        kind="plate_nev",
        title=N_("number plate of a new-energy vehicle"),
        shape=N_("province, a letter, 6 letters or digits with one of A-H, J, K at the third or last place"),
        pattern=f"[{PROVINCES}][A-HJ-NP-Z](?:[A-HJK][A-HJ-NP-Z0-9][0-9]{{4}}|[0-9]{{5}}[A-HJK])",
        example="浙AD12345",
        source="GA 36-2018",
    ),
    tidy=tidied_plate,
)
PLATE_SPECIAL = shaped(
    Shape(
        kind="plate_special",
        title=N_("special number plate"),
        shape=N_("embassy (使), consulate (领), armed police (WJ) or military"),
        pattern=(
            f"[0-9]{{6}}使|[{PROVINCES}][A-Z][0-9]{{4}}领|WJ[{PROVINCES}]?[0-9]{{4}}[0-9A-Z]"
            "|[VKHBSLJNGCE][A-DJ-PR-TVY][0-9]{5}"
        ),
        example="224578使",
        source="standards.md section 6 [K]",
        strength=Strength.SHAPE,
    ),
    tidy=tidied_plate,
)
