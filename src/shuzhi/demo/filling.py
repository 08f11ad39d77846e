"""Fills the demo district: sample files are written, then go in through the door that everybody uses."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Mapping
from pathlib import Path
from random import Random

from shuzhi.apps.catalogue.models import Upload
from shuzhi.apps.catalogue.services import UploadDraft, upload_receive
from shuzhi.apps.jobs.worker import run_due
from shuzhi.apps.people.kinds import OrganisationKind
from shuzhi.apps.people.models import Account, Organisation
from shuzhi.apps.people.selectors import actor_for, holdings_in_force
from shuzhi.demo import synthetic, workbooks
from shuzhi.demo.world import STEWARD_LOGIN

SEED = 330109
RESIDENT_ERRORS = [
    ("身份证号", "typo", 9),
    ("身份证号", "swap", 6),
    ("联系电话", "short", 12),
    ("姓名", "emptied", 5),
    ("出生日期", "bad date", 4),
    ("纳入日期", "future date", 3),
    ("开户账号", "digits lost", 6),
]
ENTERPRISE_ERRORS = [
    ("统一社会信用代码", "typo", 5),
    ("用地面积（亩）", "unit x10000", 2),
    ("联系电话", "short", 6),
    ("法定代表人", "emptied", 3),
]
FACILITY_ERRORS = [("经度", "emptied", 3), ("管理单位电话", "short", 5)]


LOADED = (
    ("文化和广电旅游体育局", "全国重点文物保护单位（浙江）", "文物保护单位.xlsx", False),
    ("水利局", "闸口站水位雨量", "闸口站水位雨量.txt", False),
    ("水利局", "影响本区的台风路径", "台风路径.csv", False),
    ("经济和信息化局", "规模以上工业企业名录", "规上企业名录.xlsx", True),
    ("文化和广电旅游体育局", "体育健身设施点位", "体育设施.xlsx", True),
)
"""(owner, title, file, synthetic) of the tables that the district already has."""


def fill(home: Path, *, today: dt.date) -> None:
    """Writes the sample files into ``home``/samples and loads those that the district lacks."""
    there = set(Upload.objects.values_list("title", flat=True))
    missing = [line for line in LOADED if line[1] not in there]
    if not missing:
        return
    samples = home / "samples"
    samples.mkdir(exist_ok=True)
    write_samples(samples, synthetic_tables(today))
    account = Account.objects.get(login=STEWARD_LOGIN)
    steward = actor_for(account, holdings_in_force(account, today).first())
    for owner, title, name, made in missing:
        with (samples / name).open("rb") as content:
            draft = UploadDraft(
                organisation=Organisation.objects.get(name=owner),
                content=content,
                name=name,
                no_secrets=True,
                title=title,
                synthetic=made,
            )
            upload_receive(actor=steward, draft=draft)
    run_due()


def synthetic_tables(today: dt.date) -> Mapping[str, synthetic.SyntheticTable]:
    """The synthetic tables with their planted errors, the same for the same day."""
    random = Random(SEED)
    places = places_of_district()
    residents = synthetic.residents(random, places, 600, today)
    enterprises = synthetic.enterprises(random, places, 240, today)
    facilities = synthetic.facilities(random, places, 180, today)
    return {
        "residents": synthetic.plant(random, "社会救助对象名册", "身份证号", residents, RESIDENT_ERRORS),
        "enterprises": synthetic.plant(
            random, "规模以上工业企业名录", "统一社会信用代码", enterprises, ENTERPRISE_ERRORS
        ),
        "facilities": synthetic.plant(random, "体育健身设施点位", "设施编号", facilities, FACILITY_ERRORS),
    }


def places_of_district() -> dict[str, list[str]]:
    """Towns and sub-districts (not the functional areas) with their villages, or the town alone."""
    towns = Organisation.objects.filter(kind__in=[OrganisationKind.TOWN, OrganisationKind.STREET])
    villages: dict[int, list[str]] = {}
    for unit in Organisation.objects.filter(parent__in=towns):
        villages.setdefault(unit.parent_id or 0, []).append(unit.name)
    return {town.name: villages.get(town.pk, [town.name]) for town in towns.order_by("code")}


def write_samples(folder: Path, tables: Mapping[str, synthetic.SyntheticTable]) -> None:
    """The files that the demo loads or that a visitor may upload: as departments would send them."""
    for name, sent_by, key, groups in (
        ("社会救助对象名册", "民政局", "residents", [("基本信息", 5), ("住址信息", 3), ("救助情况", 5)]),
        ("规上企业名录", "经济和信息化局", "enterprises", [("基本信息", 8), ("经营情况", 4)]),
        ("体育设施", "文化和广电旅游体育局", "facilities", [("设施信息", 5), ("位置与管理情况", 5)]),
    ):
        table = tables[key]
        title = f"萧山区{table.title}（合成数据）"
        for suffix, rows in (("", table.rows), ("（改正后）", table.clean)):
            path = folder / f"{name}{suffix}.xlsx"
            workbooks.write_department_workbook(path, title=title, sent_by=sent_by, rows=rows, groups=groups)
    workbooks.write_heritage_workbook(folder / "文物保护单位.xlsx")
    shutil.copyfile(workbooks.SAMPLES / "water_level_zhakou.txt", folder / "闸口站水位雨量.txt")
    shutil.copyfile(workbooks.SAMPLES / "storm_tracks.csv", folder / "台风路径.csv")
