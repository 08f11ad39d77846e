"""The words of the people app that are stored: kinds of organisation and of change, duties, administrators.

Labels are English msgids. Nothing here depends on one district.
"""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OrganisationKind(TextChoices):
    """What an organisation is. Functional areas stand at the level of towns but are not ranked with them."""

    CITY = "city", _("city")
    DISTRICT = "district", _("district")
    DEPARTMENT = "department", _("department")
    TOWN = "town", _("town")
    STREET = "street", _("sub-district")
    FUNCTIONAL_AREA = "functional_area", _("functional area")
    VILLAGE = "village", _("village")
    COMMUNITY = "community", _("community")
    GRID = "grid", _("grid")
    TEMPORARY = "temporary", _("temporary unit")


class AliasKind(TextChoices):
    """How a further name of an organisation came about."""

    FULL = "full", _("full name")
    SHORT = "short", _("short name")
    FORMER = "former", _("former name")


class Duty(TextChoices):
    """A role that a person holds in one organisation."""

    STEWARD = "steward", _("data steward")
    CLERK = "clerk", _("clerk")
    APPROVER = "approver", _("approver")
    LEADER = "leader", _("leader")


class Administers(TextChoices):
    """Which of the three separated offices an account holds; a working account holds none."""

    NOTHING = "", _("nothing")
    SYSTEM = "system", _("system administrator")
    SECURITY = "security", _("security administrator")
    AUDIT = "audit", _("audit administrator")


class Attribute(TextChoices):
    """What of an organisation is known as dated facts."""

    NAME = "name", _("Name")
    CODE = "code", _("Code")
    KIND = "kind", _("Kind")
    PARENT = "parent", _("Belongs to")


class SuccessionKind(TextChoices):
    """How one organisation came to follow another."""

    MERGED = "merged", _("merged")
    SPLIT = "split", _("split")
    RENAMED = "renamed", _("renamed")
    TRANSFERRED = "transferred", _("functions transferred")


class ProposalState(TextChoices):
    """Where something stands that one administrator proposes and another decides."""

    PROPOSED = "proposed", _("proposed")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


MAX_CLEARANCE = 4


def division_kind(code: str) -> OrganisationKind:
    """What a 6, 9 or 12 digit division code stands for, by its last three digits.

    Towns: 001-099 sub-districts, 100-399 towns and townships, 400 and up functional areas
    (GB/T 10114-2003). Villages: 001-199 and 400-499 communities, 200-399 and 500-599 villages
    (code rules of the statistical division codes).
    """
    last = int(code[-3:])
    if len(code) == 6:
        return OrganisationKind.DISTRICT
    if len(code) == 9:
        if last < 100:
            return OrganisationKind.STREET
        return OrganisationKind.TOWN if last < 400 else OrganisationKind.FUNCTIONAL_AREA
    communities = last < 200 or 400 <= last < 500
    return OrganisationKind.COMMUNITY if communities else OrganisationKind.VILLAGE
