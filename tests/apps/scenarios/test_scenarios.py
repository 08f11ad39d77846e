"""Installed packs: one content per version, for ever, through one door."""

from __future__ import annotations

import pytest

from shuzhi.apps.journal.models import Entry
from shuzhi.apps.records.actors import SYSTEM
from shuzhi.apps.records.refusals import ForbiddenError, NotFoundError
from shuzhi.apps.scenarios.errors import KindTakenError, NeedsPackError, VersionTakenError
from shuzhi.apps.scenarios.models import InstalledPack
from shuzhi.apps.scenarios.selectors import latest_versions, latest_with_kind, pack_of, packs_installed
from shuzhi.apps.scenarios.services import built_in_install, pack_install
from shuzhi.demo.world import World
from shuzhi.engine.packs import Pack, built_in_packs, load_pack, read_pack


def changed(old: str, new: str) -> Pack:
    files = dict(load_pack(built_in_packs()[0]).files)
    assert old in files["pack.yaml"]
    return read_pack({**files, "pack.yaml": files["pack.yaml"].replace(old, new)})


def test_the_built_in_packs_are_installed_once(world: World) -> None:
    first = built_in_install(actor=SYSTEM)
    again = built_in_install(actor=SYSTEM)
    assert [p.pk for p in first] == [p.pk for p in again]
    assert Entry.objects.filter(act="scenario.installed").count() == len(first) == len(built_in_packs())
    assert pack_of(first[0]) == load_pack(built_in_packs()[0])


def test_only_the_system_administrator_installs(world: World) -> None:
    pack = load_pack(built_in_packs()[0])
    for name, person in world.people.items():
        if name != "system_admin":
            with pytest.raises(ForbiddenError):
                pack_install(actor=person.actor, pack=pack)
    assert pack_install(actor=world.system_admin.actor, pack=pack).installed_by_name == "俞示例"


def test_a_version_keeps_its_content(world: World) -> None:
    built_in_install(actor=SYSTEM)
    with pytest.raises(VersionTakenError):
        pack_install(actor=SYSTEM, pack=changed("provider: Shuzhi", "provider: another"))
    installed = InstalledPack.objects.get()
    installed.title = "changed"
    with pytest.raises(TypeError):
        installed.save()


def test_the_highest_version_is_the_one_in_force(world: World) -> None:
    built_in_install(actor=SYSTEM)
    for version in ("1.10.0", "1.9.0"):
        pack_install(actor=SYSTEM, pack=changed("1.0.0", version))
    assert [p.version for p in packs_installed()] == ["1.0.0", "1.10.0", "1.9.0"]
    assert [p.version for p in latest_versions()] == ["1.10.0"]
    assert latest_with_kind("problem-data").version == "1.10.0"
    with pytest.raises(NotFoundError):
        latest_with_kind("hazard")


def test_two_packs_do_not_share_a_kind(world: World) -> None:
    built_in_install(actor=SYSTEM)
    with pytest.raises(KindTakenError, match="problem-data"):
        pack_install(actor=SYSTEM, pack=changed("pack:problem-data", "pack:another"))


def test_a_pack_waits_for_what_it_depends_on(world: World) -> None:
    needy = changed("provider: Shuzhi", "provider: Shuzhi\ndepends: {urn:shuzhi:pack:other: 1.2.0}")
    with pytest.raises(NeedsPackError, match=r"1\.2\.0"):
        pack_install(actor=SYSTEM, pack=needy)
    assert not InstalledPack.objects.exists()
