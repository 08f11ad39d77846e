"""Installing packs."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from shuzhi.apps.journal import services as journal
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.scenarios import policies
from shuzhi.apps.scenarios.errors import KindTakenError, NeedsPackError, VersionTakenError
from shuzhi.apps.scenarios.models import InstalledPack
from shuzhi.apps.scenarios.selectors import latest_versions, pack_of, version_key
from shuzhi.engine.packs import Pack, built_in_packs, load_pack


def pack_install(*, actor: Actor, pack: Pack) -> InstalledPack:
    """Installs one version; the same content again changes nothing and is not journalled.

    Raises VersionTakenError where the version is installed with another content, KindTakenError and
    NeedsPackError. Running cases keep the version they were born under.
    """
    policies.pack_install(actor)
    if (known := _known(pack)) is not None:
        return known
    _fits(pack)
    try:
        with transaction.atomic():
            installed = InstalledPack(
                urn=pack.urn,
                version=pack.version,
                title=pack.title,
                digest=pack.digest,
                files=dict(pack.files),
                installed_by_name=actor.name,
            )
            installed.save()
            journal.record(
                actor=actor,
                act="scenario.installed",
                subject=("pack", installed.public_id),
                payload={"urn": pack.urn, "version": pack.version, "digest": pack.digest},
            )
    except IntegrityError:  # another process installed it in the same moment
        if (known := _known(pack)) is not None:
            return known
        raise
    return installed


def built_in_install(*, actor: Actor) -> tuple[InstalledPack, ...]:
    """Installs every pack that comes with the product, through the same door as anybody's."""
    return tuple(pack_install(actor=actor, pack=load_pack(folder)) for folder in built_in_packs())


def _known(pack: Pack) -> InstalledPack | None:
    installed = InstalledPack.objects.filter(urn=pack.urn, version=pack.version).defer("files").first()
    if installed is not None and installed.digest != pack.digest:
        raise VersionTakenError(urn=pack.urn, version=pack.version)
    return installed


def _fits(pack: Pack) -> None:
    others = [installed for installed in latest_versions() if installed.urn != pack.urn]
    for installed in others:
        for kind in sorted(set(pack_of(installed).lifecycles) & set(pack.lifecycles)):
            raise KindTakenError(kind=kind, owner=installed.urn, urn=pack.urn)
    have = {installed.urn: installed.version for installed in others}
    for urn, lowest in pack.depends.items():
        if urn not in have or version_key(have[urn]) < version_key(lowest):
            raise NeedsPackError(urn=pack.urn, needed=urn, version=lowest)
