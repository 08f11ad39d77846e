"""Which column of a file is which of a contract's: by name, title or alias, then by normalised form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from shuzhi.engine.data.contracts.model import Contract
from shuzhi.engine.data.fields import Field
from shuzhi.engine.data.reading.layout import Heading, Layout, normalise
from shuzhi.engine.data.reading.model import Note

_IN_BRACKETS = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]")


@dataclass(frozen=True, slots=True)
class Match:
    """``fields`` by the position of the column in the file; ``missing`` are in the contract alone."""

    fields: Mapping[int, Field]
    missing: tuple[Field, ...]
    notes: tuple[Note, ...]


def known_names(contract: Contract | None) -> frozenset[str]:
    """Every header, normalised, under which the contract knows a column."""
    if contract is None:
        return frozenset()
    return frozenset(normalise(name) for field in contract.fields for name in _names(field)) - {""}


def match_columns(layout: Layout, contract: Contract) -> Match:
    """Each heading gets at most one field and each field one heading; the closest match goes first."""
    if not layout.found and len(layout.headings) == len(contract.fields):
        pairs = zip(layout.headings, contract.fields, strict=True)
        return Match({h.position: f for h, f in pairs}, (), (Note("no_header_by_position"),))
    fields: dict[int, Field] = {}
    for form in (str, normalise, _bare):
        _match_by(form, layout.headings, contract, fields)
    taken = {field.name for field in fields.values()}
    missing = tuple(field for field in contract.fields if field.name not in taken)
    notes = [
        Note("column_renamed", {"header": h.header, "column": fields[h.position].name})
        for h in layout.headings
        if h.position in fields and h.name != fields[h.position].name
    ]
    notes += [Note("column_missing", {"column": field.name}) for field in missing]
    notes += [Note("column_extra", {"column": h.name}) for h in layout.headings if h.position not in fields]
    return Match(fields, missing, tuple(notes))


def _names(field: Field) -> tuple[str, ...]:
    return tuple(name for name in (field.name, field.title, *field.aliases) if name)


def _bare(name: str) -> str:
    """The normalised name without what stands in brackets: 金额（万元） is 金额."""
    return normalise(_IN_BRACKETS.sub("", name))


def _match_by(
    form: type[str] | object, headings: tuple[Heading, ...], contract: Contract, fields: dict[int, Field]
) -> None:
    assert callable(form)  # noqa: S101 - one of the three forms above
    taken = {field.name for field in fields.values()}
    index: dict[str, Field] = {}
    for field in contract.fields:
        if field.name not in taken:
            for name in _names(field):
                index.setdefault(form(name), field)
    for heading in headings:
        if heading.position in fields:
            continue
        for name in (heading.name, heading.header, *heading.others):
            found = index.get(form(name)) if name else None
            if found is not None and found.name not in taken:
                fields[heading.position] = found
                taken.add(found.name)
                break
