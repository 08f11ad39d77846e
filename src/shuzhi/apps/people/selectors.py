"""Reading people: who acts, which duties are in force, what an administrator still has to decide."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date

from django.db.models import F, Q, QuerySet, Value
from django.utils import timezone

from shuzhi.apps.people.history import answering, followers
from shuzhi.apps.people.kinds import Administers, AliasKind, Attribute, ProposalState
from shuzhi.apps.people.matching import Match, NameBook, Named, Standing, prefixes_of
from shuzhi.apps.people.models import (
    Account,
    Alias,
    DutyGrant,
    DutyHolding,
    Organisation,
    OrganisationChange,
    OrganisationFact,
)
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.refusals import NotFoundError


def holdings_in_force(account: Account, on: date) -> QuerySet[DutyHolding]:
    """The duties of an account on a day, oldest first; none for a shut account or a closed unit's."""
    return (
        DutyHolding.objects.filter(account=account, account__is_active=True, valid_from__lte=on)
        .filter(Q(valid_to=None) | Q(valid_to__gt=on))
        .filter(Q(organisation__valid_to=None) | Q(organisation__valid_to__gt=on))
        .select_related("organisation")
        .order_by("public_id")
    )


def actor_for(account: Account, holding: DutyHolding | None, request_id: str = "") -> Actor:
    """The acting person, in one duty or none; an administrator acts without clearance and without scope."""
    if holding is not None and (holding.account_id != account.pk or account.administers):
        raise NotFoundError("duty", holding.public_id)
    unit = holding.organisation if holding else account.organisation
    return Actor(
        id=account.public_id,
        name=account.name,
        organisation_id=unit.public_id if unit else "",
        organisation_path=holding.organisation.path if holding else "",
        duty=holding.duty if holding else "",
        clearance=holding.clearance if holding else 0,
        administers=account.administers,
        request_id=request_id,
    )


def organisations_get(public_ids: Collection[str]) -> Mapping[str, Organisation]:
    """The units by these ids; the tree of organisations is known to everybody. Raises NotFoundError."""
    units = Organisation.objects.in_bulk(list(public_ids), field_name="public_id")
    for public_id in public_ids:
        if public_id not in units:
            raise NotFoundError("organisation", public_id)
    return units


def organisations_on(day: date) -> QuerySet[Organisation]:
    """The units that exist on a day, parents before children."""
    return (
        Organisation.objects.filter(Q(valid_from=None) | Q(valid_from__lte=day))
        .filter(Q(valid_to=None) | Q(valid_to__gt=day))
        .order_by("path")
    )


def grants_open(actor: Actor) -> QuerySet[DutyGrant]:
    """Proposals that wait for a decision; the system and the security administrator see them."""
    proposals = DutyGrant.objects.filter(state=ProposalState.PROPOSED)
    if actor.administers not in {Administers.SYSTEM, Administers.SECURITY}:
        return proposals.none()
    return proposals.select_related("account", "organisation", "proposed_by").order_by("public_id")


def changes_visible(actor: Actor) -> QuerySet[OrganisationChange]:
    """Changes of the tree, proposed and decided, the newest first; for the three administrators."""
    changes = OrganisationChange.objects.select_related("proposed_by", "decided_by").order_by("-pk")
    return changes if actor.administers else changes.none()


def change_get(*, actor: Actor, public_id: str) -> OrganisationChange:
    """One change that the actor may see. Raises NotFoundError."""
    change = changes_visible(actor).filter(public_id=public_id).first()
    if change is None:
        raise NotFoundError("proposal", public_id)
    return change


def organisations_visible(actor: Actor) -> QuerySet[Organisation]:
    """Every organisation, ended ones too, parents before children; for the three administrators."""
    units = Organisation.objects.select_related("parent").order_by("path")
    return units if actor.administers else units.none()


def organisation_get(*, actor: Actor, public_id: str) -> Organisation:
    """One organisation, also one that has ended, for an administrator. Raises NotFoundError."""
    unit = organisations_visible(actor).select_related("returns_to").filter(public_id=public_id).first()
    if unit is None:
        raise NotFoundError("organisation", public_id)
    return unit


def organisations_named(units: QuerySet[Organisation], text: str) -> QuerySet[Organisation]:
    """Those of ``units`` that bear, bore or are known by a name with ``text`` in it, or have such a code."""
    borne = OrganisationFact.objects.filter(
        Q(attribute=Attribute.NAME, value__icontains=text)
        | Q(attribute=Attribute.CODE, value__startswith=text),
        superseded_at=None,
    )
    known = Alias.objects.filter(text__icontains=text)
    return units.filter(Q(pk__in=borne.values("organisation")) | Q(pk__in=known.values("organisation")))


def accounts_visible(actor: Actor) -> QuerySet[Account]:
    """All accounts for the three administrators, one's own for everybody else."""
    accounts = Account.objects.select_related("organisation").order_by("login")
    return accounts if actor.administers else accounts.filter(public_id=actor.id)


def account_get(*, actor: Actor, public_id: str) -> Account:
    """One account that the actor may see. Raises NotFoundError."""
    account = accounts_visible(actor).filter(public_id=public_id).first()
    if account is None:
        raise NotFoundError("account", public_id)
    return account


def grant_get(*, actor: Actor, public_id: str) -> DutyGrant:
    """One proposal that waits for a decision. Raises NotFoundError."""
    grant = grants_open(actor).filter(public_id=public_id).first()
    if grant is None:
        raise NotFoundError("proposal", public_id)
    return grant


def holdings_visible(actor: Actor, on: date) -> QuerySet[DutyHolding]:
    """Every duty that has not ended by a day, for the three administrators; none for others."""
    running = DutyHolding.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on))
    holdings = running.select_related("account", "organisation").order_by("organisation__path", "public_id")
    return holdings if actor.administers else holdings.none()


def holding_get(*, actor: Actor, public_id: str, on: date) -> DutyHolding:
    """One duty that has not ended by a day. Raises NotFoundError."""
    holding = holdings_visible(actor, on).filter(public_id=public_id).first()
    if holding is None:
        raise NotFoundError("duty", public_id)
    return holding


_STANDING = {
    AliasKind.FULL: Standing.NAME,
    AliasKind.SHORT: Standing.SHORT,
    AliasKind.FORMER: Standing.FORMER,
}


class OrganisationBook:
    """All names of all organisations, read in two statements, three once one has ended.

    Look up as many texts as there are.
    """

    def __init__(self, on: date) -> None:
        self._units = {unit.pk: unit for unit in Organisation.objects.all()}
        names: dict[int, list[tuple[str, Standing]]] = {
            key: [(unit.name, Standing.NAME)] for key, unit in self._units.items()
        }
        for key, text, standing in _other_names(on):
            names[key].append((text, standing))
        self._ended = {key for key, unit in self._units.items() if unit.valid_to and unit.valid_to <= on}
        after = followers() if self._ended else {}
        # The district's own name may stand before any other; where the tree holds its neighbours too,
        # theirs may not: 余杭区民政局 is not 民政局.
        tops = [key for key, unit in self._units.items() if unit.parent_id is None]
        self._book: NameBook[int] = NameBook(prefixes_of(n for key in tops for n, _s in names[key]))
        for key, unit in self._units.items():
            answers = answering(key, self._ended, after)
            self._book.add(Named(key, tuple(names[key]), answers, unit.parent_id))

    def match(self, text: str) -> Organisation | None:
        """The organisation that answers to this text; None where none does, or more than one."""
        return self.explain(text).unit

    def explain(self, text: str) -> Match[Organisation]:
        """As ``match``, with the organisations that the text might mean."""
        found = self._book.match(text)
        unit = None if found.unit is None else self._units[found.unit]
        return Match(unit, tuple(self._units[key] for key in found.candidates))


def _other_names(on: date) -> Iterator[tuple[int, str, Standing]]:
    """Names that organisations bore before, and further names by which they are known, in one statement."""
    borne = OrganisationFact.objects.filter(attribute=Attribute.NAME, superseded_at=None)
    before = borne.exclude(valid_to=None).values_list(
        "organisation_id", F("value"), Value(AliasKind.FORMER.value), "valid_to"
    )
    begun = Alias.objects.filter(Q(valid_from=None) | Q(valid_from__lte=on))
    given = begun.values_list("organisation_id", "text", "kind", "valid_to")
    for key, text, kind, until in before.order_by().union(given.order_by(), all=True):
        is_over = until is not None and until <= on
        yield key, text, Standing.FORMER if is_over else _STANDING[AliasKind(kind)]


def organisation_book(on: date | None = None) -> OrganisationBook:
    """The names as they hold on a day (today where None): a closed unit's lead to its successor."""
    return OrganisationBook(on or timezone.localdate())
