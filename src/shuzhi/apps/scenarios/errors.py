"""Why a pack cannot be installed."""

from __future__ import annotations

from shuzhi.apps.records.refusals import RefusalError


class VersionTakenError(RefusalError):
    """Another content was installed under this version before."""

    code = "scenarios.version_taken"
    text = "{urn} {version} is installed with another content. Give the changed pack a new version."


class KindTakenError(RefusalError):
    """Another pack already has a kind of case of this name."""

    code = "scenarios.kind_taken"
    text = "The kind of case {kind} belongs to {owner}. Rename the lifecycle in {urn}."


class NeedsPackError(RefusalError):
    """A pack that this one depends on is not installed, or only in an older version."""

    code = "scenarios.needs_pack"
    text = "{urn} needs {needed} in version {version} or later. Install that first."
