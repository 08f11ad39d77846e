"""The named world of the demo and of the tests: one district, its units, and ten people with duties.

Everything is made through the services that the portal uses: accounts by the system
administrator, duties by proposal and approval. Passwords are random and are only in the
returned value. The units are real; the people are made up and are called 示例 ("example").
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib import resources
from random import Random

from shuzhi.apps.people.kinds import Administers, AliasKind, Duty, OrganisationKind, division_kind
from shuzhi.apps.people.models import Account, DutyHolding, Organisation
from shuzhi.apps.people.selectors import actor_for
from shuzhi.apps.people.services import (
    AccountDraft,
    DutyDraft,
    OrganisationDraft,
    account_create,
    duty_approve,
    duty_propose,
    installation_found,
    organisations_import,
)
from shuzhi.apps.records.actors import Actor

DISTRICT_CODE = "330109"
DISTRICT = "萧山区"
STEWARD_LOGIN = "shuju"


@dataclass(frozen=True)
class Person:
    """Somebody of the world: their account, the password it was given, and the duty they hold."""

    account: Account
    password: str
    holding: DutyHolding | None = None

    @property
    def actor(self) -> Actor:
        """The person acting in their duty, as a request would make them."""
        return actor_for(self.account, self.holding)

    @property
    def login(self) -> str:
        """What the person types to sign in."""
        return self.account.login


@dataclass(frozen=True)
class World:
    """Who is who.

    ``owner`` and ``colleague`` are clerks of one department (civil affairs) and ``approver`` its
    approver; ``outsider`` is a clerk of another; ``town_clerk`` belongs to a town; ``steward``
    keeps the data of the whole district (clearance 3), ``leader`` sees it (clearance 2).
    """

    district: Organisation
    department: Organisation
    other_department: Organisation
    data_bureau: Organisation
    town: Organisation
    owner: Person
    colleague: Person
    approver: Person
    outsider: Person
    town_clerk: Person
    steward: Person
    leader: Person
    system_admin: Person
    security_admin: Person
    audit_admin: Person

    @property
    def people(self) -> dict[str, Person]:
        """Every person by their part, in the order of the fields."""
        return {name: value for name, value in vars(self).items() if isinstance(value, Person)}


@dataclass(frozen=True)
class _Part:
    """One working account of the world: where (name of the unit), as what, how far."""

    login: str
    name: str
    unit: str
    duty: Duty
    clearance: int
    scope: str = ""


_PARTS = {
    "owner": _Part("jingban", "沈示例", "民政局", Duty.CLERK, 2),
    "colleague": _Part("tongshi", "陆示例", "民政局", Duty.CLERK, 2),
    "approver": _Part("shenpi", "汪示例", "民政局", Duty.APPROVER, 2),
    "outsider": _Part("jiaoyu", "钱示例", "教育局", Duty.CLERK, 2),
    "town_clerk": _Part("guali", "施示例", "瓜沥镇", Duty.CLERK, 2),
    "steward": _Part(STEWARD_LOGIN, "顾示例", "数据资源管理局", Duty.STEWARD, 3, scope=DISTRICT),
    "leader": _Part("lingdao", "章示例", "区政府办公室", Duty.LEADER, 2, scope=DISTRICT),
}
_OFFICES = {
    Administers.SYSTEM: ("xitong", "俞示例"),
    Administers.SECURITY: ("anquan", "韩示例"),
    Administers.AUDIT: ("shenji", "来示例"),
}


def build_world(*, today: date, randomness: Random, villages: bool = False) -> World:
    """Founds the district in an empty installation; with ``villages``, its 585 villages too.

    ``randomness`` draws the passwords: hand in ``random.SystemRandom()`` outside tests. Raises
    ConflictError where the installation has accounts.
    """
    district, offices = _found(randomness)
    system, security = offices[Administers.SYSTEM], offices[Administers.SECURITY]
    drafts = [*_departments(district), *_divisions(villages)]
    units = {unit.name: unit for unit in organisations_import(actor=system.actor, drafts=drafts)}
    units[DISTRICT] = district
    people: dict[str, Person] = {}
    for number, (part, wanted) in enumerate(_PARTS.items()):
        draft = AccountDraft(
            wanted.login,
            wanted.name,
            units[wanted.unit],
            f"S{number}",
            must_change_password=False,
            choice=randomness.choice,
        )
        account, password = account_create(actor=system.actor, draft=draft)
        asked = DutyDraft(account, units[wanted.scope or wanted.unit], wanted.duty, wanted.clearance, "demo")
        grant = duty_propose(actor=system.actor, draft=asked)
        holding = duty_approve(actor=security.actor, grant=grant, valid_from=today)
        people[part] = Person(account, password, holding)
    return World(
        district=district,
        department=units["民政局"],
        other_department=units["教育局"],
        data_bureau=units["数据资源管理局"],
        town=units["瓜沥镇"],
        system_admin=system,
        security_admin=security,
        audit_admin=offices[Administers.AUDIT],
        **people,
    )


def _found(randomness: Random) -> tuple[Organisation, dict[Administers, Person]]:
    aliases = (
        (AliasKind.FULL, "浙江省杭州市萧山区"),
        (AliasKind.SHORT, "萧山"),
        (AliasKind.FORMER, "萧山市"),
    )
    district, made = installation_found(
        district=OrganisationDraft(OrganisationKind.DISTRICT, DISTRICT, DISTRICT_CODE, aliases=aliases),
        administrators=[
            AccountDraft(login, name, None, f"A{number}", office, False, randomness.choice)
            for number, (office, (login, name)) in enumerate(_OFFICES.items())
        ],
    )
    return district, {office: Person(*made[office]) for office in _OFFICES}


def _rows(name: str) -> Iterator[dict[str, str]]:
    with resources.files("shuzhi.demo").joinpath("samples", name).open(encoding="utf-8") as opened:
        yield from csv.DictReader(opened)


def _departments(district: Organisation) -> Iterator[OrganisationDraft]:
    for row in _rows("departments.csv"):
        full = row["full"] or (
            row["name"] if row["name"].startswith("区") else f"杭州市{DISTRICT}{row['name']}"
        )
        named = [(AliasKind.FULL, full)]
        named += [(AliasKind.SHORT, text) for text in row["short"].split("|") if text]
        named += [(AliasKind.FORMER, text) for text in row["former"].split("|") if text]
        yield OrganisationDraft(
            OrganisationKind.DEPARTMENT, row["name"], parent=district, aliases=tuple(named)
        )


def _divisions(villages: bool) -> Iterator[OrganisationDraft]:
    for row in _rows("divisions_330109.csv"):
        if villages or len(row["code"]) == 9:
            yield OrganisationDraft(
                division_kind(row["code"]), row["name"], row["code"], parent=row["parent"]
            )
