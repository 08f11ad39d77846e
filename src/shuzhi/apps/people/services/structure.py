"""Changing the tree: rename, move, merge, split, retire. Each is one transaction under the tree's lock.

What hangs on an organisation that ends goes to the one that follows, by the services of the apps that
know it. A change is dated today or earlier; one of a later day waits as a proposal (see ``restructuring``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from shuzhi.apps.journal import services as journal
from shuzhi.apps.people import hanging, policies
from shuzhi.apps.people.changes import (
    Change,
    Merge,
    Move,
    Part,
    Rename,
    Retire,
    Several,
    Sharing,
    Split,
    as_json,
)
from shuzhi.apps.people.checks import problems
from shuzhi.apps.people.hanging import Handover
from shuzhi.apps.people.kinds import Attribute, SuccessionKind
from shuzhi.apps.people.models import Organisation, Succession
from shuzhi.apps.people.rehanging import News, record_end, record_news, rehang
from shuzhi.apps.people.services.organisations import OrganisationDraft, insert_units
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.models import compare_and_set
from shuzhi.apps.records.refusals import ConflictError
from shuzhi.engine.texts import N_


def organisation_rename(*, actor: Actor, change: Rename, on: date) -> Organisation:
    """Gives the unit a new name (kind, code) from the day ``on``; what it was called stays known."""
    policies.organisation_rename(actor)
    return _alone(actor, change, on)


def organisation_move(*, actor: Actor, change: Move, on: date) -> Organisation:
    """Puts the unit, with all below it, under another from the day ``on``."""
    policies.organisation_move(actor)
    return _alone(actor, change, on)


def organisation_merge(*, actor: Actor, change: Merge, on: date) -> Organisation:
    """Ends the units on ``on``; answers the one that takes all that hung on them, new or there before."""
    policies.organisation_merge(actor)
    return _alone(actor, change, on)


def organisation_split(*, actor: Actor, change: Split, on: date) -> list[Organisation]:
    """Divides the unit on ``on``; answers its parts in their order. It ends unless it is one of them."""
    policies.organisation_split(actor)
    with transaction.atomic():
        return apply_change(actor, change, on)


def organisation_retire(*, actor: Actor, change: Retire, on: date) -> Organisation:
    """Ends the unit: ``on`` is its first day of not being. Nothing is deleted."""
    policies.organisation_retire(actor)
    return _alone(actor, change, on)


def _alone(actor: Actor, change: Change, on: date) -> Organisation:
    with transaction.atomic():
        return apply_change(actor, change, on)[0]


def apply_change(actor: Actor, change: Change, on: date) -> list[Organisation]:
    """Makes the change and answers whom it left; the caller has the policy and the transaction.

    Raises ConflictError with the first thing that stands against it.
    """
    _lock_tree()
    if on > timezone.localdate():
        raise ConflictError(N_("its day has not come"))
    if against := problems(change, on):
        raise ConflictError(against[0])
    made = _Making(actor, on).make(change)
    journal.record(
        actor=actor,
        act="organisation.changed",
        subject=("organisation", made[0].public_id),
        payload={"on": on, "plan": as_json(change), "left": [unit.public_id for unit in made]},
    )
    return made


def _lock_tree() -> None:
    """Changes of the tree wait for each other: two moves at once could close a circle."""
    list(Organisation.objects.filter(parent=None).select_for_update(of=("self",)))


@dataclass(frozen=True, slots=True)
class _Making:
    """The changes, as made by one actor on one day; what they name has been checked."""

    actor: Actor
    on: date

    def make(self, change: Change) -> list[Organisation]:
        match change:
            case Rename():
                return [self._rename(change)]
            case Move():
                return [self._move(change)]
            case Merge():
                return [self._merge(change)]
            case Split():
                return self._split(change)
            case Retire():
                return [self._retire(change)]
            case Several():
                return self._several(change)

    def _rename(self, change: Rename) -> Organisation:
        unit = _read(change.organisation)
        wanted = {Attribute.NAME: change.name, Attribute.KIND: change.kind, Attribute.CODE: change.code}
        new = {
            attribute: str(value)
            for attribute, value in wanted.items()
            if value is not None and value != getattr(unit, attribute)
        }
        record_news([News(unit.pk, *one) for one in new.items()], self.on, self.actor)
        return compare_and_set(unit, **{str(attribute): value for attribute, value in new.items()})

    def _move(self, change: Move) -> Organisation:
        unit, parent = _read(change.organisation), _read(change.parent)
        if change.code is not None and change.code != unit.code:
            record_news([News(unit.pk, Attribute.CODE, change.code)], self.on, self.actor)
            compare_and_set(unit, code=change.code)
        if unit.parent_id != parent.pk:
            rehang(actor=self.actor, units=[unit], parent=parent, on=self.on)
        return unit

    def _merge(self, change: Merge) -> Organisation:
        ending = sorted((_read(one) for one in change.organisations), key=lambda unit: -len(unit.path))
        # the codes of those that end are free for what follows them
        self._end(ending)
        into = self._part(change.into, ending[-1])
        for unit in ending:
            # one that ends may stand below another that does, and has moved with it
            unit.refresh_from_db()
            self._follow(unit, [into], SuccessionKind.MERGED)
            self._hand_over(unit, lambda _kind, _id: into)
        into.refresh_from_db()
        return into

    def _split(self, change: Split) -> list[Organisation]:
        unit = _read(change.organisation)
        if change.organisation not in change.parts:
            self._end([unit])
        parts = [unit if part == unit.public_id else self._part(part, unit) for part in change.parts]
        self._follow(unit, [part for part in parts if part.pk != unit.pk], SuccessionKind.SPLIT)
        self._hand_over(unit, _dealt(change.sharing, parts))
        return parts

    def _retire(self, change: Retire) -> Organisation:
        unit = _read(change.organisation)
        self._end([unit])
        if change.successor is not None:
            taker = _read(change.successor)
            self._follow(unit, [taker], change.kind)
            self._hand_over(unit, lambda _kind, _id: taker)
        return unit

    def _several(self, change: Several) -> list[Organisation]:
        made = []
        for one in change.changes:
            if against := problems(one, self.on):
                raise ConflictError(against[0])
            made += self.make(one)
        return made

    def _part(self, part: Part, before: Organisation) -> Organisation:
        if isinstance(part, str):
            return _read(part)
        parent = _read(part.parent) if part.parent else before.parent
        draft = OrganisationDraft(part.kind, part.name, part.code, parent, valid_from=self.on)
        (made,) = insert_units([draft], self.actor)
        return made

    def _end(self, units: Sequence[Organisation]) -> None:
        # whoever is just putting something under one of them is waited for, and it goes along
        ending = Organisation.objects.filter(pk__in=[unit.pk for unit in units])
        list(ending.order_by("pk").select_for_update(of=("self",)))
        for unit in units:
            compare_and_set(unit, valid_to=self.on)
        record_end(units, self.on, self.actor)

    def _follow(self, unit: Organisation, takers: Sequence[Organisation], kind: SuccessionKind) -> None:
        Succession.objects.bulk_create(
            Succession(predecessor=unit, successor=taker, kind=kind, on=self.on, recorded_by=self.actor.id)
            for taker in takers
        )
        if unit.valid_to is not None:
            Organisation.objects.filter(returns_to=unit, valid_to=None).update(returns_to=takers[0])

    def _hand_over(self, unit: Organisation, target: Callable[[str, str], Organisation]) -> None:
        for kind, kept in hanging.kinds().items():
            handover = Handover(unit, self.on, lambda public_id, kind=kind: target(kind, public_id))  # type: ignore[misc]  # the default binds the loop's kind
            kept.hand_over(actor=self.actor, handover=handover)


def _dealt(sharing: Sharing, parts: Sequence[Organisation]) -> Callable[[str, str], Organisation]:
    return lambda kind, public_id: parts[sharing.place(kind, public_id)]


def _read(public_id: str) -> Organisation:
    return Organisation.objects.select_related("parent").get(public_id=public_id)
