"""Organisations with their dated names, accounts, and the duties that accounts hold.

The database itself keeps the three administrators apart: one account administers at most one
thing, one person has at most one administrator's account, and (by triggers of the migration)
an account that administers holds no duty.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone

from shuzhi.apps.people.kinds import (
    MAX_CLEARANCE,
    Administers,
    AliasKind,
    Attribute,
    Duty,
    OrganisationKind,
    ProposalState,
    SuccessionKind,
)
from shuzhi.apps.records.models import Record


class Organisation(Record):
    """One identity for good: district, department, town, village, grid or temporary unit.

    ``name``, ``code``, ``kind`` and ``parent`` are what holds today; what held on another day is in
    ``facts``. ``path`` joins the public ids from the root down, ``/org_a/org_b/``; the last is its own.
    ``valid_to`` is the first day on which it no longer exists: it is set once that day has come, and
    never taken back. A temporary unit ends on ``ends_on``; ``returns_to`` then takes what it left open.
    """

    id_prefix = "org"

    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    kind = models.CharField(max_length=20, choices=OrganisationKind)
    code = models.CharField(max_length=20, default="", blank=True)
    name = models.CharField(max_length=120)
    path = models.CharField(max_length=400, unique=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    returns_to = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    successors: models.ManyToManyField[Organisation, Succession] = models.ManyToManyField(
        "self",
        through="Succession",
        through_fields=("predecessor", "successor"),
        symmetrical=False,
        related_name="predecessors",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["code"], condition=~Q(code="") & Q(valid_to=None), name="people_code_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=OrganisationKind.values), name="people_organisation_kind"
            ),
            # An end without somebody to return to would leave cases with nobody.
            models.CheckConstraint(
                condition=Q(ends_on=None, returns_to=None)
                | Q(ends_on__isnull=False, returns_to__isnull=False, kind=OrganisationKind.TEMPORARY),
                name="people_end_and_return",
            ),
        )
        indexes = (
            models.Index(fields=["name"], name="people_by_name"),
            models.Index(fields=["ends_on"], condition=Q(ends_on__isnull=False), name="people_by_end"),
        )

    def __str__(self) -> str:
        return self.name


class OrganisationFact(models.Model):
    """What an organisation was called, coded, or stood below, from a day to a day.

    ``valid_from`` null: for as long as is known; ``valid_to``: the first day on which it no longer held.
    A row is never rewritten: what was recorded wrongly, or is now known to have ended, gets
    ``superseded_at`` and a new row beside it. So both can be asked: what held on a day, and what was
    believed to hold when something was done. No row means empty.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="facts")
    attribute = models.CharField(max_length=8, choices=Attribute)
    value = models.CharField(max_length=120, default="", blank=True)
    parent = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.CharField(max_length=40)
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(attribute__in=Attribute.values), name="people_fact_attribute"),
            models.CheckConstraint(
                condition=Q(attribute=Attribute.PARENT, parent__isnull=False, value="")
                | ~Q(attribute=Attribute.PARENT) & Q(parent=None) & ~Q(value=""),
                name="people_fact_says_something",
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_from__lt=models.F("valid_to")),
                name="people_fact_lasts",
            ),
            models.UniqueConstraint(
                fields=["organisation", "attribute"],
                condition=Q(valid_to=None, superseded_at=None),
                name="people_one_open_fact",
            ),
        )
        indexes = (
            models.Index(fields=["organisation", "attribute"], name="people_fact_by_unit"),
            models.Index(
                fields=["attribute", "value"], condition=Q(superseded_at=None), name="people_fact_by_value"
            ),
        )


class Succession(models.Model):
    """That one organisation followed another, wholly or in part, from a day on."""

    predecessor = models.ForeignKey(Organisation, models.PROTECT, related_name="followed_by")
    successor = models.ForeignKey(Organisation, models.PROTECT, related_name="follows")
    kind = models.CharField(max_length=12, choices=SuccessionKind)
    on = models.DateField()
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.CharField(max_length=40)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=SuccessionKind.values), name="people_succession_kind"
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=models.F("successor")), name="people_followed_by_another"
            ),
            models.UniqueConstraint(fields=["predecessor", "successor", "on"], name="people_succession_once"),
        )


class Alias(Record):
    """A further name under which cells and letters speak of an organisation.

    Earlier names that the unit bore itself are facts; a former name stands here where nobody knows
    its days. Past ``valid_to`` an alias is found like a former name.
    """

    id_prefix = "als"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="aliases")
    kind = models.CharField(max_length=10, choices=AliasKind)
    text = models.CharField(max_length=120)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["organisation", "text"], name="people_alias_once"),)


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by login. It creates none: only services do, so each has its journal entry."""


class Account(Record, AbstractBaseUser):
    """One person's way in. Working accounts act through the duties they hold; administrators have none."""

    id_prefix = "acc"

    login = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=60)
    staff_number = models.CharField(max_length=40, default="", blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="accounts")
    administers = models.CharField(max_length=10, choices=Administers, default="", blank=True)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=True)
    password_set_at = models.DateTimeField(default=timezone.now)
    password_set_by = models.CharField(max_length=40, default="", blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    locked_until = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = AccountManager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(administers__in=Administers.values), name="people_administers"
            ),
            # A small bureau's administrator may also do other work, by a second account;
            # two administrators' offices in one hand are what must never be.
            models.UniqueConstraint(
                fields=["staff_number"],
                condition=Q(administers="") & ~Q(staff_number=""),
                name="people_one_working_account",
            ),
            models.UniqueConstraint(
                fields=["staff_number"],
                condition=~Q(administers="") & ~Q(staff_number=""),
                name="people_one_administrators_account",
            ),
            models.CheckConstraint(
                condition=Q(administers="") | ~Q(staff_number=""), name="people_administrator_is_somebody"
            ),
        )

    def __str__(self) -> str:
        return self.name


class UsedPassword(models.Model):
    """The hash of a password that an account had before; compared, never shown."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="used_passwords")
    password = models.CharField(max_length=128)
    used_until = models.DateTimeField(default=timezone.now)


class DutyHolding(Record):
    """A duty in force: this account, in this organisation, up to this level of data."""

    id_prefix = "dut"

    account = models.ForeignKey(Account, models.PROTECT, related_name="holdings")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="holdings")
    duty = models.CharField(max_length=20, choices=Duty)
    clearance = models.PositiveSmallIntegerField(default=0)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(duty__in=Duty.values), name="people_duty"),
            models.CheckConstraint(condition=Q(clearance__lte=MAX_CLEARANCE), name="people_clearance"),
            models.UniqueConstraint(
                fields=["account", "organisation", "duty"],
                condition=Q(valid_to=None),
                name="people_duty_once",
            ),
        )


class Proposal(Record):
    """What one administrator proposes and another decides (GB/T 22239-2019, 8.1.5: separated offices).

    ``reason`` is the proposer's; ``answer`` the decider's, where they refuse.
    """

    state = models.CharField(max_length=10, choices=ProposalState, default=ProposalState.PROPOSED)
    proposed_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=400, default="", blank=True)
    answer = models.CharField(max_length=400, default="", blank=True)

    class Meta:
        abstract = True
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            models.CheckConstraint(
                condition=Q(state__in=ProposalState.values), name="people_%(class)s_state"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None)
                | Q(state=ProposalState.WITHDRAWN)
                | ~Q(decided_by=models.F("proposed_by")),
                name="people_%(class)s_two_people",
            ),
        )


class DutyGrant(Proposal):
    """A duty asked for by the system administrator; it holds once the security administrator approves."""

    id_prefix = "dgr"

    account = models.ForeignKey(Account, models.PROTECT, related_name="grants")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    duty = models.CharField(max_length=20, choices=Duty)
    clearance = models.PositiveSmallIntegerField(default=0)
    holding = models.OneToOneField(DutyHolding, models.PROTECT, null=True, related_name="grant")


class OrganisationChange(Proposal):
    """A change of the tree, asked for and decided as a duty is; ``plan`` is one of ``changes``.

    Approved, it is applied at the start of its day (``on``), or at once where that has begun.
    ``failure`` is why it could not be: its day came and the tree no longer allowed it.
    """

    id_prefix = "och"

    plan = models.JSONField()
    on = models.DateField()
    applied_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=400, default="", blank=True)

    class Meta(Proposal.Meta):
        abstract = False
        indexes = (
            models.Index(
                fields=["on"],
                condition=Q(state=ProposalState.APPROVED, applied_at=None),
                name="people_change_by_day",
            ),
        )
