"""What the district knows of its tables. The rows themselves are Parquet, named here by content.

A dataset is mutable; a contract version, a snapshot, a run and a finding never change once written.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from shuzhi.apps.records.models import PublicIdField, Record


class Fact(models.Model):
    """A row that is written once: it has a public id and the instant it was recorded (UTC)."""

    id_prefix: ClassVar[str]

    public_id = PublicIdField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True


class Dataset(Record):
    """A catalogued table. ``code`` is its contract's name; figures repeat those of ``current`` for lists."""

    id_prefix = "ds"

    code = models.CharField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    owner = models.ForeignKey("people.Organisation", models.PROTECT, related_name="datasets")
    synthetic = models.BooleanField(default=False)
    subject = models.CharField(max_length=32, blank=True)
    update_cycle = models.CharField(max_length=16, default="other")
    contract = models.ForeignKey("ContractVersion", models.PROTECT, null=True, related_name="+")
    current = models.ForeignKey("Snapshot", models.PROTECT, null=True, related_name="+")
    level = models.CharField(max_length=8, blank=True)
    level_reasons = models.JSONField(default=list)
    score = models.FloatField(null=True)
    score_class = models.CharField(max_length=1, blank=True)
    row_count = models.BigIntegerField(default=0)
    loaded_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["owner", "code"])]

    def __str__(self) -> str:
        return self.title


class ContractVersion(Fact):
    """One version of what a dataset promises, as ODCS text.

    ``organisation_column`` is the one by which rows are shown and problems handed to the organisation
    they name: that of a version which a person took over. What a draft proposes gives nobody a row.
    """

    id_prefix = "ct"

    dataset = models.ForeignKey(Dataset, models.PROTECT, related_name="contracts")
    number = models.PositiveIntegerField()
    text = models.TextField()
    organisation_column = models.CharField(max_length=200, blank=True)
    made_by = models.CharField(max_length=40)
    drafted = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dataset", "number"], name="catalogue_one_contract_per_number")
        ]


class Upload(Record):
    """One file on its way in: from the moment it arrived to the version it became, or why it did not.

    ``question`` is asked where the file came as a new dataset and looks like one that is there:
    ``candidates``, a list of [dataset's public id, grounds], and, once somebody has said it, ``answer``:
    the public id of one of them, or empty for a new dataset after all.
    """

    id_prefix = "up"

    class State(models.TextChoices):
        """Where the file is on its way."""

        WAITING = "waiting"
        READING = "reading"
        ASKED = "asked"
        DONE = "done"
        REFUSED = "refused"

    dataset = models.ForeignKey(Dataset, models.PROTECT, null=True, related_name="uploads")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="uploads")
    original = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=200)
    sheet = models.CharField(max_length=80, blank=True)
    synthetic = models.BooleanField(default=False)
    uploaded_by = models.CharField(max_length=40)
    uploaded_by_name = models.CharField(max_length=80)
    state = models.CharField(max_length=16, choices=State, default=State.WAITING)
    job = models.CharField(max_length=40, blank=True)
    problem = models.JSONField(null=True)
    question = models.JSONField(null=True)
    snapshot = models.ForeignKey("Snapshot", models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["uploaded_by", "-created_at"])]


class Snapshot(Fact):
    """One immutable version of a dataset: its rows, what was set aside, and the account of the file.

    ``columns`` is a list of [name, logical type]; ``account`` the counts total, frame, loaded,
    set_aside, set_aside_cells with the frame rows; ``layout`` how the file was understood.
    """

    id_prefix = "sn"

    dataset = models.ForeignKey(Dataset, models.PROTECT, related_name="snapshots")
    number = models.PositiveIntegerField()
    contract = models.ForeignKey(ContractVersion, models.PROTECT, related_name="+")
    table = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    set_aside = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    original = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    columns = models.JSONField()
    account = models.JSONField()
    layout = models.JSONField()
    row_count = models.BigIntegerField()
    loaded_by_name = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dataset", "number"], name="catalogue_one_snapshot_per_number")
        ]


class Run(Fact):
    """One check of one snapshot: scores (null where they cannot be assessed) and the failing keys.

    ``left`` lists keys that failed in an earlier version and are not in this one; null where there are none.
    """

    id_prefix = "rn"

    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="runs")
    failing = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, related_name="+")
    left = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, related_name="+")
    score = models.FloatField(null=True)
    score_class = models.CharField(max_length=1, blank=True)
    coverage = models.FloatField(null=True)
    dimensions = models.JSONField()


class Finding(models.Model):
    """What one rule caught in one run; ``failed`` is null where the rule could not be assessed.

    ``by_key``: rows that failed it in the version before were looked for by their key.
    """

    run = models.ForeignKey(Run, models.CASCADE, related_name="findings")
    rule = models.CharField(max_length=160)
    kind = models.CharField(max_length=40)
    columns = models.JSONField()
    indicator = models.CharField(max_length=8)
    severity = models.CharField(max_length=8)
    status = models.CharField(max_length=16)
    evaluated = models.BigIntegerField(null=True)
    failed = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=80, blank=True)
    evidence = models.TextField(blank=True)
    by_key = models.BooleanField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "rule"], name="catalogue_one_finding_per_rule")
        ]


class FindingShare(models.Model):
    """What one organisation answers for: rows that fail, and rows that failed and ``left`` the file."""

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="shares")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    failed = models.BigIntegerField()
    left = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["finding", "organisation"], name="catalogue_one_share_each")
        ]


class FieldGrade(Record):
    """What a column is and how sensitive: proposed by the grading, accepted or changed by a person.

    Until somebody decides, the proposal holds: a column is never less protected than proposed.
    """

    id_prefix = "fg"

    class State(models.TextChoices):
        """Sure enough to stand by itself, waiting for a person, or decided by one."""

        SURE = "sure"
        PROPOSED = "proposed"
        ACCEPTED = "accepted"
        CHANGED = "changed"

    dataset = models.ForeignKey(Dataset, models.PROTECT, related_name="grades")
    column = models.CharField(max_length=200)
    position = models.PositiveIntegerField()
    proposed_level = models.CharField(max_length=8)
    category = models.CharField(max_length=80)
    level = models.CharField(max_length=8)
    confidence = models.FloatField()
    evidence = models.JSONField()
    state = models.CharField(max_length=16, choices=State, default=State.PROPOSED)
    decided_by_name = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dataset", "column"], name="catalogue_one_grade_per_column")
        ]


class WithdrawnRule(Record):
    """A rule that a steward took back for a dataset, and why; its cases close as withdrawn."""

    id_prefix = "wr"

    dataset = models.ForeignKey(Dataset, models.PROTECT, related_name="withdrawn_rules")
    rule = models.CharField(max_length=160)
    reason = models.TextField()
    by_name = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dataset", "rule"], name="catalogue_a_rule_is_withdrawn_once")
        ]


class SearchEntry(models.Model):
    """A dataset's words as search compares them; the grams lie in ``catalogue_grams`` (see ``search``)."""

    dataset = models.OneToOneField(Dataset, models.CASCADE, primary_key=True)
    text = models.TextField()
    pinyin = models.TextField()
    initials = models.TextField()
