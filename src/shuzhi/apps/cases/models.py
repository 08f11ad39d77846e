"""Cases, the acts on them, who has a part in them, and the series their numbers come from.

A case knows its subject only as (kind, id); what it is called and whether its check passes is asked of
whoever registered for that kind (see ``subjects``).
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from shuzhi.apps.records.models import PublicIdField, Record


class Case(Record):
    """One case. ``pack`` is the version it was born under and keeps.

    ``organisation`` answers for it, ``owner`` opened it. ``due_at`` is the end of ``limit``, the limit that
    runs; while a clock is held, ``held_left`` of ``held_limit`` is kept (days, or seconds for limits in
    minutes; see ``limits.remaining``) and ``held_at`` says since when. ``assumed_years`` are years that
    the limit reaches into and whose holidays are not known. ``until`` is the day an exception or a hold
    ends with. ``requester`` is who brought it into its state. ``acts`` counts its steps.
    """

    id_prefix = "ca"

    class Phase(models.TextChoices):
        """Open: somebody must act. Settled: nobody, until a day comes. Ended: for good."""

        OPEN = "open"
        SETTLED = "settled"
        ENDED = "ended"

    kind = models.CharField(max_length=60)
    pack = models.ForeignKey("scenarios.InstalledPack", models.PROTECT, related_name="+")
    number = models.CharField(max_length=32, unique=True)
    state = models.CharField(max_length=40)
    phase = models.CharField(max_length=8, choices=Phase, default=Phase.OPEN)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=220)
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="cases")
    owner = models.ForeignKey("people.Organisation", models.PROTECT, null=True, related_name="+")
    facts = models.JSONField(default=dict)
    samples = models.JSONField(default=list)
    limit = models.CharField(max_length=40, blank=True, default="")
    due_at = models.DateTimeField(null=True)
    assumed_years = models.JSONField(default=list)
    held_limit = models.CharField(max_length=40, blank=True, default="")
    held_left = models.IntegerField(null=True)
    held_at = models.DateTimeField(null=True)
    until = models.DateField(null=True)
    requester = models.CharField(max_length=40, blank=True, default="")
    outcome = models.CharField(max_length=40, blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    dedupe_key = models.CharField(max_length=400)
    predecessor = models.CharField(max_length=40, blank=True, default="")
    successor = models.CharField(max_length=40, blank=True, default="")
    acts = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["dedupe_key"], condition=Q(ended_at=None), name="cases_one_open_per_subject_and_unit"
            ),
            models.CheckConstraint(
                condition=Q(phase="ended", ended_at__isnull=False) | ~Q(phase="ended") & Q(ended_at=None),
                name="cases_ended_has_its_instant",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["phase", "organisation", "due_at"], name="cases_by_organisation"),
            models.Index(fields=["phase", "state", "due_at"], name="cases_by_state"),
            models.Index(fields=["subject_kind", "subject_id"], name="cases_by_subject"),
            models.Index(fields=["dedupe_key", "-ended_at"], name="cases_by_history"),
            models.Index(fields=["until"], condition=Q(until__isnull=False), name="cases_by_day"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_held(self) -> bool:
        """Whether a clock stands still."""
        return self.held_limit != ""


BY_DEADLINE = (F("due_at").asc(nulls_last=True), "pk")
"""The order of every list of cases: the nearest deadline first, those without one last."""


class Step(models.Model):
    """One act on a case (办理记录), never changed: who, what, from which state to which, with which answers.

    ``name`` is the lifecycle's step, or one of ``OPENED``, ``FACTS_UPDATED``, ``FOLLOWED`` (another
    organisation took the place of the one that answered) and ``RESCHEDULED`` (the calendar changed).
    """

    id_prefix: ClassVar[str] = "st"
    OPENED: ClassVar[str] = "opened"
    FACTS_UPDATED: ClassVar[str] = "facts_updated"
    FOLLOWED: ClassVar[str] = "followed"
    RESCHEDULED: ClassVar[str] = "rescheduled"

    public_id = PublicIdField()
    case = models.ForeignKey(Case, models.PROTECT, related_name="steps")
    sequence = models.PositiveIntegerField()
    name = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now, editable=False)
    actor_id = models.CharField(max_length=40)
    actor_name = models.CharField(max_length=120)
    actor_duty = models.CharField(max_length=40, blank=True, default="")
    organisation_id = models.CharField(max_length=40, blank=True, default="")
    before = models.CharField(max_length=40, blank=True, default="")
    after = models.CharField(max_length=40)
    form = models.JSONField(default=dict)
    due_at = models.DateTimeField(null=True)
    entry = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "sequence"], name="cases_one_step_per_place")
        ]

    def save(self, **options: Any) -> None:
        """Inserts; what was done is never rewritten."""
        if self.pk is not None:
            raise TypeError("a step is never changed")
        super().save(**{**options, "force_insert": True})


class Assignment(Record):
    """One organisation's part in a case (承办任务); the lead answers for it."""

    id_prefix = "as"

    class Part(models.TextChoices):
        """What the organisation does in the case."""

        LEAD = "lead"

    case = models.ForeignKey(Case, models.PROTECT, related_name="assignments")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    part = models.CharField(max_length=8, choices=Part, default=Part.LEAD)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(part="lead", ended_at=None), name="cases_one_lead_at_a_time"
            )
        ]


class NumberSeries(models.Model):
    """The last number given for one prefix on one day; its row is what two openings at once wait for."""

    prefix = models.CharField(max_length=8)
    day = models.DateField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["prefix", "day"], name="cases_one_series_per_day")
        ]
