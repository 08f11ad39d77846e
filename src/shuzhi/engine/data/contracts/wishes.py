"""What a contract wants of a column, in the words of the person who fills it."""

from __future__ import annotations

from collections.abc import Iterator

from shuzhi.engine.data.fields import Field, FieldType
from shuzhi.engine.data.identifiers import IDENTIFIERS
from shuzhi.engine.texts import N_, translate

_TYPES = {
    FieldType.STRING: N_("Text."),
    FieldType.INTEGER: N_("A whole number."),
    FieldType.NUMBER: N_("A number."),
    FieldType.DATE: N_("A date, written as 2026-01-31."),
    FieldType.TIMESTAMP: N_("A date and time, written as 2026-01-31 08:30:00."),
    FieldType.BOOLEAN: N_("是 or 否."),
}
_EXAMPLES = {
    FieldType.INTEGER: "1",
    FieldType.NUMBER: "1.5",
    FieldType.DATE: "2026-01-31",
    FieldType.TIMESTAMP: "2026-01-31 08:30:00",
    FieldType.BOOLEAN: "是",
}
_SHOWN_VALUES = 8


def wishes(field: Field, language: str | None = None) -> tuple[str, ...]:
    """Short sentences, the most important first: must it be filled, what is it, within which limits."""
    return tuple(_wishes(field, language))


def _wishes(field: Field, language: str | None) -> Iterator[str]:
    must = field.required or field.primary_key
    yield translate(N_("Must be filled."), language) if must else translate(N_("May stay empty."), language)
    if field.unique or field.primary_key:
        yield translate(N_("No value may stand here twice."), language)
    identifier = IDENTIFIERS.get(field.format or "")
    if identifier:
        title, shape = translate(identifier.title, language), translate(identifier.shape, language)
        yield translate(N_("{title}: {shape}."), language).format(title=title, shape=shape)
    elif not field.enum:
        yield translate(_TYPES[field.type], language)
    if field.enum:
        values = "、".join(field.enum[:_SHOWN_VALUES]) + ("…" if len(field.enum) > _SHOWN_VALUES else "")
        yield translate(N_("One of: {values}."), language).format(values=values)
    yield from _bounds(field, language)
    if field.unit:
        yield translate(N_("Unit: {unit}."), language).format(unit=field.unit)
    if field.description:
        yield field.description


def _bounds(field: Field, language: str | None) -> Iterator[str]:
    if field.minimum is not None:
        yield translate(N_("At least {bound}."), language).format(bound=_plain(field.minimum))
    if field.maximum is not None:
        yield translate(N_("At most {bound}."), language).format(bound=_plain(field.maximum))
    if field.max_length is not None and field.format is None:
        yield translate(N_("At most {count} characters."), language).format(count=field.max_length)


def example(field: Field, language: str | None = None) -> str:
    """A value as it may be entered: the contract's own, else one of the column's format, list or type."""
    if field.examples:
        return field.examples[0]
    if field.enum:
        return field.enum[0]
    if field.format and field.format in IDENTIFIERS:
        return IDENTIFIERS[field.format].example
    if field.type in (FieldType.INTEGER, FieldType.NUMBER) and field.minimum is not None:
        return _plain(field.minimum)
    return _EXAMPLES.get(field.type) or translate(N_("some text"), language)


def _plain(number: float) -> str:
    return str(int(number)) if number == int(number) else str(number)
