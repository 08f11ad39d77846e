"""The arrangement of one year: proposed, decided, never changed after; the newest approved one holds.

A year without a row is as the product ships it (``engine.work.calendar``), if that knows the year.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from shuzhi.apps.people.kinds import ProposalState
from shuzhi.apps.people.models import Proposal


class Arrangement(Proposal):
    """The holidays and make-up days of ``year``, with the ``source`` that arranges them (document number).

    ``days`` is a list of [ISO day, "holiday" or "workday", name of the feast], in the order of days.
    ``moved`` is how many open cases got another deadline when it was approved.
    """

    id_prefix = "cal"

    year = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=200)
    days = models.JSONField()
    moved = models.PositiveIntegerField(null=True)

    class Meta(Proposal.Meta):
        abstract = False
        constraints = (
            *Proposal.Meta.constraints,
            models.UniqueConstraint(
                fields=["year"],
                condition=Q(state=ProposalState.PROPOSED),
                name="calendars_one_open_proposal_per_year",
            ),
        )
        indexes = (
            models.Index(
                fields=["year", "-decided_at"],
                condition=Q(state=ProposalState.APPROVED),
                name="calendars_in_force",
            ),
        )

    def __str__(self) -> str:
        return f"{self.year} {self.source}"
