"""A database that is away, said in a sentence. Loads Django's part only where Django is loaded already."""

from __future__ import annotations

import sys

from shuzhi.engine.errors import SettingError


class DatabaseAwayError(SettingError):
    """The installation's database does not answer."""

    code = "cli.database_away"
    text = (
        "The database does not answer. Start it, or correct SHUZHI_DATABASE_URL; nothing was changed halfway."
    )


def as_outage(error: Exception) -> DatabaseAwayError | None:
    """The refusal where the error comes from a database that is away; None for any other error."""
    if "django.db" not in sys.modules:
        return None
    from shuzhi.apps.records.outages import Outage, outage_of

    return DatabaseAwayError() if outage_of(error) is Outage.DATABASE_AWAY else None
