"""The writes that keep the tree and its history equal: facts, parents, paths. Called by services alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Max, Q, Value
from django.db.models.functions import Concat, Length, Substr
from django.utils import timezone

from shuzhi.apps.journal import services as journal
from shuzhi.apps.people.kinds import Attribute
from shuzhi.apps.people.models import Organisation, OrganisationFact
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.models import BATCH_ROWS
from shuzhi.apps.records.refusals import ConflictError
from shuzhi.engine.texts import N_

_LONGEST_PATH = 400


@dataclass(frozen=True, slots=True)
class News:
    """What an organisation's attribute is from a day on: a value, a parent, or (neither) nothing."""

    organisation: int
    attribute: Attribute
    value: str = ""
    parent: int | None = None


def record_first(units: Iterable[Organisation], actor: Actor) -> None:
    """Writes what holds of new organisations from their first day."""
    rows = []
    for unit in units:
        told = {Attribute.NAME: unit.name, Attribute.KIND: unit.kind, Attribute.CODE: unit.code}
        news = [News(unit.pk, attribute, value) for attribute, value in told.items() if value]
        news += [News(unit.pk, Attribute.PARENT, parent=unit.parent_id)] if unit.parent_id else []
        rows += [_fact(one, unit.valid_from, actor, unit.created_at) for one in news]
    OrganisationFact.objects.bulk_create(rows, batch_size=BATCH_ROWS)


def record_news(news: Sequence[News], on: date, actor: Actor) -> None:
    """Ends what held of these attributes before ``on`` and begins the new, in three statements.

    What began on that same day is replaced as if it had never held. ``checks`` has seen that nothing
    began later.
    """
    now = timezone.now()
    asked: dict[str, list[int]] = {}
    for one in news:
        asked.setdefault(one.attribute, []).append(one.organisation)
    wanted = Q(pk__in=[])
    for attribute, units in asked.items():
        wanted |= Q(attribute=attribute, organisation__in=units)
    running = OrganisationFact.objects.filter(wanted, superseded_at=None, valid_to=None)
    before = list(running)
    OrganisationFact.objects.filter(pk__in=[fact.pk for fact in before]).update(superseded_at=now)
    ended = [
        OrganisationFact(
            organisation_id=fact.organisation_id,
            attribute=fact.attribute,
            value=fact.value,
            parent_id=fact.parent_id,
            valid_from=fact.valid_from,
            valid_to=on,
            recorded_at=now,
            recorded_by=actor.id,
        )
        for fact in before
        if fact.valid_from is None or fact.valid_from < on
    ]
    begun = [_fact(one, on, actor, now) for one in news if one.value or one.parent]
    OrganisationFact.objects.bulk_create([*ended, *begun], batch_size=BATCH_ROWS)


def record_end(units: Iterable[Organisation], on: date, actor: Actor) -> None:
    """Ends everything that held of these organisations."""
    record_news([News(unit.pk, attribute) for unit in units for attribute in Attribute], on, actor)


def _fact(news: News, since: date | None, actor: Actor, now: datetime) -> OrganisationFact:
    return OrganisationFact(
        organisation_id=news.organisation,
        attribute=news.attribute,
        value=news.value,
        parent_id=news.parent,
        valid_from=since,
        recorded_at=now,
        recorded_by=actor.id,
    )


def rehang(*, actor: Actor, units: Sequence[Organisation], parent: Organisation, on: date) -> None:
    """Puts organisations that stand below one parent below another, with all that is below them.

    The same number of statements however many there are; ``units`` and ``parent`` are as read under the
    tree's lock, and hold their new places afterwards.
    """
    if not units:
        return
    above = units[0].path.removesuffix(f"{units[0].public_id}/")
    branches = [unit.public_id for unit in units]
    moved = Organisation.objects.filter(path__startswith=above).annotate(
        branch=Substr("path", len(above) + 1, len(branches[0]))
    )
    moved = moved.filter(branch__in=branches)
    longest = moved.aggregate(most=Max(Length("path")))["most"] or 0
    if longest - len(above) + len(parent.path) > _LONGEST_PATH:
        raise ConflictError(N_("the tree would become too deep"))
    now = timezone.now()
    keys = [unit.pk for unit in units]
    record_news([News(key, Attribute.PARENT, parent=parent.pk) for key in keys], on, actor)
    moved.update(
        path=Concat(Value(parent.path), Substr("path", len(above) + 1)),
        version=F("version") + 1,
        updated_at=now,
    )
    Organisation.objects.filter(pk__in=keys).update(parent=parent)
    _note_moves(actor, units, parent, on)
    for unit in units:
        unit.parent, unit.path = parent, f"{parent.path}{unit.public_id}/"
        unit.version, unit.updated_at = unit.version + 1, now


def _note_moves(actor: Actor, units: Sequence[Organisation], parent: Organisation, on: date) -> None:
    before: Mapping[int, str] = dict(
        Organisation.objects.filter(pk__in={unit.parent_id for unit in units}).values_list("pk", "public_id")
    )
    notes = [
        journal.Note(
            act="organisation.moved",
            subject=("organisation", unit.public_id),
            payload={"from": before.get(unit.parent_id or 0, ""), "to": parent.public_id, "on": on},
        )
        for unit in units
    ]
    journal.record_all(actor=actor, notes=notes)
