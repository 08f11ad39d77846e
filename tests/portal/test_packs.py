"""Installed packs on screen: read only, for the administrators."""

from __future__ import annotations

import pytest

from shuzhi.apps.records.actors import SYSTEM
from shuzhi.apps.scenarios.models import InstalledPack
from shuzhi.apps.scenarios.services import built_in_install
from shuzhi.demo.world import World
from shuzhi.engine.packs.pack import digest_of
from tests.visits import SignIn

pytestmark = pytest.mark.django_db
ADDRESS = "/administration/packs/"


@pytest.mark.parametrize("part", ["owner", "outsider", "steward", "leader"])
def test_whoever_administers_nothing_is_shut_out(world: World, signed_in: SignIn, part: str) -> None:
    assert signed_in(world.people[part]).get(ADDRESS).status_code == 403


@pytest.mark.parametrize("part", ["system_admin", "security_admin", "audit_admin"])
def test_each_administrator_sees_every_version_as_installed(
    world: World, signed_in: SignIn, part: str
) -> None:
    installed = built_in_install(actor=SYSTEM)
    client = signed_in(world.people[part])
    page = client.get(ADDRESS).content.decode()
    assert all(pack.urn in page and pack.version in page for pack in installed)
    assert page.count("与安装时一致") == len(installed)
    assert client.get(f"{ADDRESS}?export=csv").status_code == 200


def test_a_pack_that_was_changed_or_cannot_be_read_is_told(world: World, signed_in: SignIn) -> None:
    (first, *_rest) = built_in_install(actor=SYSTEM)
    InstalledPack.objects.filter(pk=first.pk).update(files={"pack.yaml": "title: broken"})
    assert "安装后被改动" in signed_in(world.system_admin).get(ADDRESS).content.decode()
    digest = digest_of({"pack.yaml": "title: broken"})
    InstalledPack.objects.filter(pk=first.pk).update(digest=digest)
    assert "无法读取" in signed_in(world.system_admin).get(ADDRESS).content.decode()
