"""What a dataset promises, as plain values. Knows no file format: see ``document`` for ODCS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shuzhi.engine.data.fields import Field
from shuzhi.engine.data.quality.rules import Rule


@dataclass(frozen=True, slots=True)
class Contract:
    """A data contract (ODCS v3.1 on disk).

    ``name`` is the dataset's code (unique in the catalogue), ``title`` what people call it.
    ``owner`` names the organisation that answers for the data; ``organisation_column`` the
    column, where there is one, whose value says which organisation a row belongs to.
    ``update_cycle`` is one of realtime, daily, weekly, monthly, quarterly, half_yearly,
    yearly, other. ``subject`` is whom the rows are about: private_person, public_officer,
    sole_trader, enterprise, organisation, object (grading depends on it). ``extras`` are keys
    of the file that mean nothing here (servers, support ...), kept so that writing loses none.
    """

    id: str
    name: str
    version: str
    title: str
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...] = ()
    status: str = "draft"
    description: str = ""
    owner: str | None = None
    organisation_column: str | None = None
    update_cycle: str = "other"
    subject: str | None = None
    domain: str | None = None
    tags: tuple[str, ...] = ()
    extras: Mapping[str, object] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, ...]:
        """Names of the primary-key columns, in order; empty where the contract names none."""
        return tuple(f.name for f in self.fields if f.primary_key)

    def field(self, name: str) -> Field:
        """The field called ``name``; KeyError where there is none."""
        for candidate in self.fields:
            if candidate.name == name:
                return candidate
        raise KeyError(name)
