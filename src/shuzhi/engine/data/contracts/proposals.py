"""What a drafted contract proposes, each with what it was drawn from.

A proposal is for a person to accept or strike out; its sentence says what was seen in the
data, so that the steward can judge it without opening the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from shuzhi.engine.data.grading.categories import load_categories
from shuzhi.engine.texts import N_, process_language, translate

TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "key": N_("The header names a number or code, and its {distinct} values are all different."),
        "key_repeats": N_(
            "The header names a number or code, and all but {repeats} of {filled} values are different."
        ),
        "key_sequence": N_(
            "The running number is the only column whose values are all different; "
            "it changes when rows are inserted, so name a better key if there is one."
        ),
        "required": N_("It is filled in all {rows} rows."),
        "required_nearly": N_("It is filled in all but {nulls} of {rows} rows."),
        "required_key": N_("It is part of the key."),
        "unique": N_("Its {distinct} values are all different, and the header names a number or code."),
        "enum": N_("Only {count} different values stand in {rows} rows."),
        "enum_without": N_(
            "Only {count} different values stand in {rows} rows; left out as a likely slip: {left_out}."
        ),
        "enum_towns": N_(
            "Its {count} different values are towns and streets of {district}; the list is that of the "
            "region data, with all {total}."
        ),
        "format": N_("{valid} of {looked} values looked at are valid: {title}."),
        "range_category": N_("It is read as {title}; nearly all values lie between {low} and {high}."),
        "range_not_negative": N_("No value is negative."),
        "length": N_("All values have {length} characters."),
        "organisation": N_("The header names an organisation, and {distinct} different ones stand in it."),
        "subject": N_("The column {column} tells whom the rows are about."),
        "category": N_("It is recognised as {category} with a confidence of {confidence} %."),
    }
)
ATTRIBUTES: Mapping[str, str] = MappingProxyType(
    {
        "primary_key": N_("Key"),
        "required": N_("Required"),
        "unique": N_("Unique"),
        "enum": N_("Permitted values"),
        "format": N_("Format"),
        "minimum": N_("Smallest value"),
        "maximum": N_("Largest value"),
        "max_length": N_("Longest text"),
        "category": N_("Category"),
        "grade": N_("Level"),
        "organisation_column": N_("Column of the organisation"),
        "subject": N_("Subject"),
    }
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """One thing a draft says beyond names and types.

    ``column`` is empty for what concerns the whole table; ``attribute`` is the name of the
    Field's (or Contract's) attribute, ``value`` what it was set to; ``code`` a key of TEXTS.
    """

    column: str
    attribute: str
    value: Any
    code: str
    values: Mapping[str, object] = field(default_factory=dict)

    def title(self, language: str | None = None) -> str:
        """What is proposed, in a word."""
        return translate(ATTRIBUTES[self.attribute], language)

    def sentence(self, language: str | None = None) -> str:
        """What the proposal was drawn from."""
        words = dict(self.values)
        if "title" in words:
            words["title"] = translate(str(words["title"]), language)
        if "category" in words:
            category = load_categories()[str(words["category"])]
            words["category"] = category.name(language or process_language())
        return translate(TEXTS[self.code], language).format(**words)
