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
    Duty,
    GrantState,
    OrganisationKind,
)
from shuzhi.apps.records.models import Record


class Organisation(Record):
    """A node of the tree: district, department, town, village, grid or temporary unit.

    ``path`` joins the public ids from the root down, ``/org_a/org_b/``; the last is its own.
    ``valid_to`` is the first day on which it no longer exists; ``successor`` then answers for it.
    """

    id_prefix = "org"

    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    kind = models.CharField(max_length=20, choices=OrganisationKind)
    code = models.CharField(max_length=20, default="", blank=True)
    name = models.CharField(max_length=120)
    path = models.CharField(max_length=400, unique=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="predecessors")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="people_code_once"),
            models.CheckConstraint(
                condition=Q(kind__in=OrganisationKind.values), name="people_organisation_kind"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Alias(Record):
    """A further name under which cells and letters speak of an organisation."""

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


class DutyGrant(Record):
    """A duty asked for by the system administrator; it holds once the security administrator approves."""

    id_prefix = "dgr"

    account = models.ForeignKey(Account, models.PROTECT, related_name="grants")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    duty = models.CharField(max_length=20, choices=Duty)
    clearance = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=GrantState, default=GrantState.PROPOSED)
    proposed_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=400, default="", blank=True)
    holding = models.OneToOneField(DutyHolding, models.PROTECT, null=True, related_name="grant")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=GrantState.values), name="people_grant_state"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("proposed_by")),
                name="people_grant_two_people",
            ),
        )
