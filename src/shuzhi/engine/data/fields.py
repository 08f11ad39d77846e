"""The one vocabulary for a dataset's column, an entity's field and a form's answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class FieldType(StrEnum):
    """What a field's values are; the names are the contract's logical types."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"
    TIMESTAMP = "timestamp"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True)
class Field:
    """One column as a contract promises it.

    ``name`` is the column's name in the table (the header as the department writes it);
    ``format`` names an identifier kind of ``shuzhi.engine.data.identifiers`` ("resident_id",
    "mobile" ...), null where the values follow none. ``category`` is a code of the grading
    scheme ("person.resident_id"), ``grade`` one of its levels ("L3"); null means not graded.
    ``minimum`` and ``maximum`` are inclusive and in ``unit``.
    """

    name: str
    type: FieldType = FieldType.STRING
    title: str = ""
    description: str = ""
    required: bool = False
    unique: bool = False
    primary_key: bool = False
    enum: tuple[str, ...] = ()
    pattern: str | None = None
    format: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    max_length: int | None = None
    unit: str | None = None
    category: str | None = None
    grade: str | None = None
    examples: tuple[str, ...] = ()
    aliases: tuple[str, ...] = field(default=())
    """Other headers under which departments send this column."""
