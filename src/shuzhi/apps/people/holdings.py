"""What of this app hangs on an organisation: those below it, the accounts that are at home in it, duties."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from shuzhi.apps.journal import services as journal
from shuzhi.apps.people import hanging
from shuzhi.apps.people.hanging import Handover
from shuzhi.apps.people.kinds import OrganisationKind
from shuzhi.apps.people.models import Account, DutyHolding, Organisation
from shuzhi.apps.people.rehanging import rehang
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.models import BATCH_ROWS
from shuzhi.engine.texts import N_

ORGANISATION, ACCOUNT, DUTY = "organisation", "account", "duty"


class Subordinates:
    """The organisations directly below."""

    title = N_("organisations below it")

    def counts(self, units: Collection[int]) -> Mapping[int, int]:
        """Those that stand today."""
        return _grouped(Organisation.objects.filter(parent__in=units, valid_to=None), "parent")

    def hand_over(self, *, actor: Actor, handover: Handover) -> int:
        """Moves each with all that is below it."""
        below = Organisation.objects.filter(parent=handover.source, valid_to=None).order_by("pk")
        takers = handover.by_target(below.values_list("public_id", "pk"))
        for taker, keys in takers.items():
            rehang(actor=actor, units=list(below.filter(pk__in=keys)), parent=taker, on=handover.on)
        return sum(len(keys) for keys in takers.values())


class Accounts:
    """The accounts at home in the organisation, shut ones too."""

    title = N_("accounts")

    def counts(self, units: Collection[int]) -> Mapping[int, int]:
        """All of them."""
        return _grouped(Account.objects.filter(organisation__in=units), "organisation")

    def hand_over(self, *, actor: Actor, handover: Handover) -> int:
        """Gives each account its new home."""
        known = list(
            Account.objects.filter(organisation=handover.source)
            .select_for_update()
            .values_list("public_id", "pk")
        )
        ids = {key: public_id for public_id, key in known}
        takers = handover.by_target(known)
        for taker, keys in takers.items():
            Account.objects.filter(pk__in=keys).update(
                organisation=taker, version=F("version") + 1, updated_at=timezone.now()
            )
            _note(actor, "account.handed_over", "account", [ids[key] for key in keys], handover, taker)
        return sum(len(keys) for keys in takers.values())


class Duties:
    """The duties held in the organisation that have not ended; they go where their holder's account goes.

    A right begins when it is given, not on the day the change is dated: the old one ends today. Duties in
    a temporary unit end with it: its members have their own elsewhere.
    """

    title = N_("duties")

    def counts(self, units: Collection[int]) -> Mapping[int, int]:
        """Those that have not ended."""
        return _grouped(_running().filter(organisation__in=units), "organisation")

    def hand_over(self, *, actor: Actor, handover: Handover) -> int:
        """Ends each duty and gives its like in the other organisation, unless it is held there already."""
        held = {
            holding.pk: holding
            for holding in _running()
            .filter(organisation=handover.source)
            .select_for_update(of=("self",))
            .select_related("account")
        }
        takers = handover.by_target((one.account.public_id, one.pk) for one in held.values())
        for taker, keys in takers.items():
            self._give(actor, [held[key] for key in keys], handover, taker)
        return sum(len(keys) for keys in takers.values())

    def _give(
        self, actor: Actor, holdings: list[DutyHolding], handover: Handover, taker: Organisation
    ) -> None:
        today = timezone.localdate()
        is_temporary = handover.source.kind == OrganisationKind.TEMPORARY
        there = set(
            _running()
            .filter(organisation=taker, account__in=[one.account_id for one in holdings])
            .values_list("account", "duty")
        )
        DutyHolding.objects.filter(pk__in=[one.pk for one in holdings]).update(
            valid_to=today, version=F("version") + 1, updated_at=timezone.now()
        )
        DutyHolding.objects.bulk_create(
            (
                DutyHolding(
                    account_id=one.account_id,
                    organisation=taker,
                    duty=one.duty,
                    clearance=one.clearance,
                    valid_from=max(today, one.valid_from),
                    valid_to=one.valid_to,
                )
                for one in holdings
                if not is_temporary and (one.account_id, one.duty) not in there
            ),
            batch_size=BATCH_ROWS,
        )
        _note(actor, "duty.handed_over", "duty", [one.public_id for one in holdings], handover, taker)


def _running() -> QuerySet[DutyHolding]:
    return DutyHolding.objects.filter(Q(valid_to=None) | Q(valid_to__gt=timezone.localdate()))


def _grouped(
    rows: QuerySet[Organisation] | QuerySet[Account] | QuerySet[DutyHolding], by: str
) -> dict[int, int]:
    return dict(rows.order_by().values_list(by).annotate(number=Count("pk")))


def _note(actor: Actor, act: str, kind: str, ids: list[str], handover: Handover, taker: Organisation) -> None:
    payload = {"from": handover.source.public_id, "to": taker.public_id, "on": handover.on}
    journal.record_all(actor=actor, notes=[journal.Note(act, (kind, one), payload) for one in ids])


SUBORDINATES, ACCOUNTS, DUTIES = Subordinates(), Accounts(), Duties()


def register() -> None:
    """Has changes of the tree hand these over."""
    hanging.register(ORGANISATION, SUBORDINATES)
    hanging.register(ACCOUNT, ACCOUNTS)
    hanging.register(DUTY, DUTIES)
