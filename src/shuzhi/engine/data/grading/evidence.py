"""The sentences behind evidence codes. Knows no rule; arguments come from whoever found them."""

from __future__ import annotations

from shuzhi.engine.data.grading.categories import load_categories
from shuzhi.engine.data.grading.model import Evidence
from shuzhi.engine.data.identifiers import IDENTIFIERS
from shuzhi.engine.texts import N_, process_language, translate

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
    "header.says": N_("the header “{header}” says {words}"),
    "header.other": N_("the header “{header}” says something else"),
    "header.hidden": N_("the header was not looked at"),
    "header.silent": N_("the header “{header}” says nothing known"),
    "near.column": N_("the column {column} beside it fits"),
    "near.agrees": N_("{share} of the rows agree with {column}"),
    "level.default": N_("level {level} is the scheme's default for this category"),
    "level.subject": N_("level {level}, because the rows are about {subject}"),
    "level.unknown": N_("level {level} until somebody says what this column is"),
    "level.empty": N_("level {level}, because the column is empty and there is nothing to protect yet"),
    "level.minors": N_("{share} of the persons are below 14: level {level}"),
    "table.columns": N_("the highest column, {column}, has level {level}"),
    "table.combination": N_("the columns {columns} together ask for level {level} ({rule})"),
    "table.volume": N_("about {subjects} persons: level {level} ({rule})"),
    "table.empty": N_("the table has no columns"),
}


SHAPES: dict[str, str] = {
    "number": N_("numbers"),
    "year": N_("years"),
    "date": N_("dates"),
    "text": N_("short texts"),
    "sentence": N_("sentences"),
    "enum": N_("a few words that repeat"),
    "flag": N_("yes or no"),
    "code": N_("codes of letters and digits"),
    "hash": N_("hashes"),
    "empty": N_("empty"),
}
SUBJECTS: dict[str, str] = {
    "private_person": N_("private persons"),
    "public_officer": N_("public officers on duty"),
    "sole_trader": N_("individual businesses"),
    "enterprise": N_("enterprises"),
    "organisation": N_("organisations"),
    "object": N_("things"),
}
RULES: dict[str, str] = {
    "identifier_with_sensitive": N_("somebody is named beside health, money or movements"),
    "coordinates_with_person": N_("somebody is named beside exact coordinates"),
    "quasi_identifiers": N_("three or more traits together may single somebody out"),
    "sensitive_100k": N_("100,000 persons or more with sensitive data"),
    "personal_1m": N_("1,000,000 persons or more"),
    "personal_10m": N_("10,000,000 persons or more"),
}
FLAGS: dict[str, str] = {
    "important_data_review": N_("to be reviewed as important data"),
    "important_data_handler": N_("obligations of handlers of important data"),
}


def sentence(evidence: Evidence, language: str | None = None) -> str:
    """One reason in words: shares as whole percentages, codes by their names."""
    spoken = language or process_language()
    shown = {name: _shown(name, value, spoken) for name, value in evidence.args.items()}
    return translate(SENTENCES[evidence.code], spoken).format(**shown)


def flag_sentence(flag: str, language: str | None = None) -> str:
    """What a flag of a table's grade asks for; the code itself where a scheme has its own."""
    return translate(FLAGS[flag], language) if flag in FLAGS else flag


def _shown(name: str, value: object, language: str) -> object:
    if name in ("share", "common", "early") and isinstance(value, int | float):
        return f"{value:.0%}"
    if isinstance(value, tuple | list):
        return ", ".join(str(v) for v in value)
    if name == "kind" and value in IDENTIFIERS:
        return translate(IDENTIFIERS[str(value)].title, language)
    if name in ("words", "list"):
        known = load_categories().get(str(value))
        return known.name(language) if known else value
    words = {"shape": SHAPES, "subject": SUBJECTS, "rule": RULES}.get(name, {})
    return translate(words[str(value)], language) if str(value) in words else value
