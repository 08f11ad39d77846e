"""Reading installed packs. Their contents are no secret: every signed-in person works by them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import QuerySet

from shuzhi.apps.records.refusals import NotFoundError
from shuzhi.apps.scenarios.models import InstalledPack
from shuzhi.engine.documents import DocumentError
from shuzhi.engine.packs import Pack, read_pack
from shuzhi.engine.packs.pack import digest_of


def packs_installed() -> QuerySet[InstalledPack]:
    """Every installed version without its contents, by name, oldest first."""
    return InstalledPack.objects.defer("files").order_by("urn", "installed_at", "pk")


def pack_of(installed: InstalledPack) -> Pack:
    """The installed version as a value; read from the database once in a process, then kept."""
    return _content(installed.digest, installed.pk)


@lru_cache(maxsize=64)
def _content(digest: str, pk: int) -> Pack:  # noqa: ARG001 - the digest is what makes the key safe to keep
    return read_pack(InstalledPack.objects.values_list("files", flat=True).get(pk=pk))


@dataclass(frozen=True, slots=True)
class PackCheck:
    """One installed version as it is kept now: what it holds, and whether that is what was installed.

    ``pack`` is None where this program cannot read it; ``is_intact``: the texts are those of its digest.
    """

    installed: InstalledPack
    pack: Pack | None
    is_intact: bool


def packs_checked(keys: Collection[int]) -> list[PackCheck]:
    """The installed versions by these keys, read anew and compared with their digests; one statement."""
    held = InstalledPack.objects.in_bulk(list(keys))
    return [_checked(held[key]) for key in keys if key in held]


def _checked(installed: InstalledPack) -> PackCheck:
    is_intact = digest_of(installed.files) == installed.digest
    try:
        return PackCheck(installed, read_pack(installed.files), is_intact)
    except DocumentError:
        return PackCheck(installed, None, is_intact)


def latest_versions() -> tuple[InstalledPack, ...]:
    """The highest installed version of each pack, by name."""
    highest: dict[str, InstalledPack] = {}
    for installed in packs_installed():
        before = highest.get(installed.urn)
        if before is None or version_key(installed.version) > version_key(before.version):
            highest[installed.urn] = installed
    return tuple(highest.values())


def latest_with_kind(kind: str) -> InstalledPack:
    """The pack whose latest version has the lifecycle ``kind``. Raises NotFoundError."""
    for installed in latest_versions():
        if kind in pack_of(installed).lifecycles:
            return installed
    raise NotFoundError("lifecycle", kind)


def version_key(version: str) -> tuple[int, ...]:
    """The version as numbers, so that 1.10.0 comes after 1.9.0."""
    return tuple(int(part) for part in version.split("."))
