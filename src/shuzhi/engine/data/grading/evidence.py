"""The sentences behind evidence codes. Knows no rule; arguments come from whoever found them."""

from __future__ import annotations

from shuzhi.engine.data.grading.model import Evidence
from shuzhi.engine.texts import N_, translate

SENTENCES: dict[str, str] = {
    "value.pattern": N_("{share} of the values have the form of this kind"),
    "value.checked": N_("{share} of the values pass the check of {kind}"),
    "value.near_misses": N_("{share} of the values that look like it fail its check"),
    "value.listed": N_("{share} of the values stand in the list {list}"),
    "value.names": N_(
        "{share} of the values look like names: {common} begin with one of the 30 commonest surnames"
    ),
    "value.words": N_("{share} of the values hold words of this kind"),
    "value.range": N_("the values lie between {low} and {high}"),
    "value.years": N_("the years run from {low} to {high}, {early} before 1990"),
    "value.masked": N_("{share} of the values are masked already"),
    "value.sequence": N_("the values count upwards without gaps: a running number"),
    "value.one_block": N_(
        "the values all come from one narrow block of numbers: rather a code than this kind"
    ),
    "value.shape": N_("the values are {shape}"),
    "value.none": N_("the column holds no value in the sample"),
    "value.few": N_("only {rows} filled rows were seen"),
    "value.foreign": N_("{share} of the values are of another kind"),
    "header.says": N_("the header “{header}” says {words}"),
    "header.other": N_("the header “{header}” says something else"),
    "header.hidden": N_("the header was not looked at"),
    "header.silent": N_("the header “{header}” says nothing known"),
    "near.column": N_("the column {column} beside it fits"),
    "near.agrees": N_("{share} of the rows agree with {column}"),
    "level.default": N_("level {level} is the scheme's default for this category"),
    "level.subject": N_("level {level}, because the rows are about {subject}"),
    "level.unknown": N_("level {level} until somebody says what this column is"),
    "level.minors": N_("{share} of the persons are below 14: level {level}"),
    "table.columns": N_("the highest column, {column}, has level {level}"),
    "table.combination": N_("the columns {columns} together ask for level {level} ({rule})"),
    "table.volume": N_("about {subjects} persons: level {level} ({rule})"),
    "table.empty": N_("the table has no columns"),
}


def sentence(evidence: Evidence, language: str | None = None) -> str:
    """One reason in words. Shares come as 0..1 and are shown as whole percentages."""
    shown = {name: _shown(name, value) for name, value in evidence.args.items()}
    return translate(SENTENCES[evidence.code], language).format(**shown)


def _shown(name: str, value: object) -> object:
    if name in ("share", "common", "early") and isinstance(value, int | float):
        return f"{value:.0%}"
    if isinstance(value, tuple | list):
        return ", ".join(str(v) for v in value)
    return value
