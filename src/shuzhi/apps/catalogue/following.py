"""What of the catalogue hangs on an organisation: the datasets it owns, the files on their way in.

Both go to the organisation that follows. Versions, runs and findings are facts: they stay.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypeVar

from django.db.models import Count, F, QuerySet
from django.utils import timezone

from shuzhi.apps.catalogue.models import Dataset, Upload
from shuzhi.apps.journal import services as journal
from shuzhi.apps.people import hanging
from shuzhi.apps.people.hanging import Handover
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.models import Record
from shuzhi.engine.texts import N_

Kept = TypeVar("Kept", bound=Record)
_ON_THEIR_WAY = (Upload.State.WAITING, Upload.State.READING, Upload.State.ASKED)


class Owned:
    """Datasets by their owner."""

    title = N_("datasets")

    def counts(self, units: Collection[int]) -> Mapping[int, int]:
        """Every dataset."""
        return _grouped(Dataset.objects.filter(owner__in=units), "owner")

    def hand_over(self, *, actor: Actor, handover: Handover) -> int:
        """Gives each dataset its new owner."""
        datasets = Dataset.objects.filter(owner=handover.source)
        return _hand_over(actor, "dataset.handed_over", datasets, handover, "owner")


class OnTheirWay:
    """Files handed in that have not become a version yet; the dataset they make is the follower's."""

    title = N_("files on their way in")

    def counts(self, units: Collection[int]) -> Mapping[int, int]:
        """Those that wait, are read, or are asked about."""
        return _grouped(_uploads().filter(organisation__in=units), "organisation")

    def hand_over(self, *, actor: Actor, handover: Handover) -> int:
        """Gives each file to the follower."""
        uploads = _uploads().filter(organisation=handover.source)
        return _hand_over(actor, "upload.handed_over", uploads, handover, "organisation")


def _uploads() -> QuerySet[Upload]:
    return Upload.objects.filter(state__in=_ON_THEIR_WAY)


def _grouped(rows: QuerySet[Kept], by: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(by).annotate(number=Count("pk")))


def _hand_over(actor: Actor, act: str, rows: QuerySet[Kept], handover: Handover, column: str) -> int:
    """``column`` names the organisation; ``act`` begins with the kind of subject."""
    kind = act.partition(".")[0]
    known = list(rows.select_for_update(of=("self",)).order_by("pk").values_list("public_id", "pk"))
    ids = {key: public_id for public_id, key in known}
    takers = handover.by_target(known)
    for taker, keys in takers.items():
        payload = {"from": handover.source.public_id, "to": taker.public_id, "on": handover.on}
        changes = {column: taker, "version": F("version") + 1, "updated_at": timezone.now()}
        rows.model._base_manager.filter(pk__in=keys).update(**changes)
        notes = [journal.Note(act, (kind, ids[key]), payload) for key in keys]
        journal.record_all(actor=actor, notes=notes)
    return sum(len(keys) for keys in takers.values())


OWNED, ON_THEIR_WAY = Owned(), OnTheirWay()


def register() -> None:
    """Has changes of the organisation tree hand these over."""
    hanging.register("dataset", OWNED)
    hanging.register("upload", ON_THEIR_WAY)
