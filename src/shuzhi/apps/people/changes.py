"""Changes of the organisation tree as data: what is to become of whom. Pure: knows no database, no day.

Organisations are named by their public ids, so a plan can wait in a proposal and be read again. A
plan is stored as JSON, ``{"change": "rename", …}``; ``as_json`` and ``from_json`` are each other's inverse.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from shuzhi.apps.people.kinds import OrganisationKind, SuccessionKind


@dataclass(frozen=True, slots=True)
class NewUnit:
    """An organisation that the change makes. ``parent`` is a public id; empty: that of the one it follows."""

    name: str
    kind: OrganisationKind
    code: str = ""
    parent: str = ""


Part = str | NewUnit
"""An organisation that exists, by its public id, or one that is to be made."""


@dataclass(frozen=True, slots=True)
class Rename:
    """A new name, and with it a new kind or code (a town that becomes a sub-district); None: as before."""

    organisation: str
    name: str
    kind: OrganisationKind | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """To another parent, with everything below; ``code`` is the new one, None: as before."""

    organisation: str
    parent: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Merge:
    """Organisations end and ``into`` takes what hangs on them."""

    organisations: tuple[str, ...]
    into: Part


@dataclass(frozen=True, slots=True)
class Sharing:
    """Who takes what of a split, each by its place among the parts.

    ``items`` (by public id) go before ``kinds`` (see ``hanging``), and ``rest`` takes what neither names.
    """

    rest: int = 0
    kinds: Mapping[str, int] = field(default_factory=dict)
    items: Mapping[str, int] = field(default_factory=dict)

    def place(self, kind: str, public_id: str) -> int:
        """The place of the part that takes this thing."""
        return self.items.get(public_id, self.kinds.get(kind, self.rest))


@dataclass(frozen=True, slots=True)
class Split:
    """An organisation becomes its ``parts``. Where it is one of them it stays, and the others leave it."""

    organisation: str
    parts: tuple[Part, ...]
    sharing: Sharing = field(default_factory=Sharing)


@dataclass(frozen=True, slots=True)
class Retire:
    """An organisation ends. ``successor`` takes what hangs on it; None: nothing may hang on it."""

    organisation: str
    successor: str | None = None
    kind: SuccessionKind = SuccessionKind.TRANSFERRED


@dataclass(frozen=True, slots=True)
class Several:
    """Changes of one day that are decided together and made in this order, all or none."""

    changes: tuple[Rename | Move | Retire, ...]


Change = Rename | Move | Merge | Split | Retire | Several

_NAMES: Mapping[type, str] = {
    Rename: "rename",
    Move: "move",
    Merge: "merge",
    Split: "split",
    Retire: "retire",
    Several: "several",
}


def name_of(change: Change) -> str:
    """The word for what the change does, as it is stored."""
    return _NAMES[type(change)]


def as_json(change: Change) -> dict[str, Any]:
    """The plan as JSON can hold it."""
    if isinstance(change, Several):
        return {"change": "several", "changes": [as_json(one) for one in change.changes]}
    return {"change": name_of(change), **asdict(change)}


def from_json(stored: Mapping[str, Any]) -> Change:
    """The plan that ``as_json`` wrote."""
    kept = {name: value for name, value in stored.items() if name != "change"}
    match stored["change"]:
        case "rename":
            kind = kept.get("kind")
            return Rename(**{**kept, "kind": OrganisationKind(kind) if kind else None})
        case "move":
            return Move(**kept)
        case "merge":
            return Merge(tuple(kept["organisations"]), _part(kept["into"]))
        case "split":
            parts = tuple(_part(part) for part in kept["parts"])
            return Split(kept["organisation"], parts, Sharing(**kept["sharing"]))
        case "retire":
            return Retire(**{**kept, "kind": SuccessionKind(kept["kind"])})
        case _:
            return Several(tuple(from_json(one) for one in kept["changes"]))  # type: ignore[misc]  # only its own kinds were stored


def _part(stored: Any) -> Part:
    if isinstance(stored, str):
        return stored
    return NewUnit(**{**stored, "kind": OrganisationKind(stored["kind"])})


def named_in(change: Change) -> frozenset[str]:
    """The public ids of every organisation that the plan names, old and new."""
    match change:
        case Rename():
            return frozenset({change.organisation})
        case Move():
            return frozenset({change.organisation, change.parent})
        case Merge():
            return frozenset(change.organisations) | _named(change.into)
        case Split():
            return frozenset({change.organisation}).union(*(_named(part) for part in change.parts))
        case Retire():
            return frozenset({change.organisation, change.successor or change.organisation})
        case Several():
            return frozenset().union(*(named_in(one) for one in change.changes))


def _named(part: Part) -> frozenset[str]:
    if isinstance(part, str):
        return frozenset({part})
    return frozenset({part.parent}) if part.parent else frozenset()
