"""An empty workbook for departments to fill, made from a contract.

The first sheet is to be filled: headings locked, cells typed (codes stay text and keep their
zeros), choices as dropdowns, what a column wants as a note on its heading. A second sheet
shows one filled row, a third the choices. The example stands apart, so that a workbook that
comes back holds records and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shuzhi.engine.data.contracts.model import Contract
from shuzhi.engine.data.contracts.wishes import example, wishes
from shuzhi.engine.data.fields import Field, FieldType
from shuzhi.engine.errors import BadInputError
from shuzhi.engine.texts import N_, translate

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MOST_COLUMNS, LAST_ROW = 16_384, 1_048_575
_FORMATS = {
    FieldType.STRING: "@",
    FieldType.INTEGER: "0",
    FieldType.NUMBER: "General",
    FieldType.DATE: "yyyy-mm-dd",
    FieldType.TIMESTAMP: "yyyy-mm-dd hh:mm:ss",
    FieldType.BOOLEAN: "@",
}
_MESSAGE, _HEAD = 250, 31  # what a spreadsheet shows of a message and of its heading
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


class TooManyColumnsError(BadInputError):
    """A contract has more columns than a sheet can hold."""

    code = "input.template_columns"
    text = N_("A sheet holds at most {limit} columns, and the contract has {count}; make several contracts.")


@dataclass(frozen=True, slots=True)
class _Choices:
    """Permitted values of one column; ``strict`` where nothing else may be entered."""

    values: tuple[str, ...]
    strict: bool
    range: str = ""


def template_workbook(
    contract: Contract,
    to: Path,
    *,
    dictionaries: Mapping[str, Sequence[str]] | None = None,
    language: str | None = None,
    titled: bool = False,
) -> None:
    """Writes the workbook to ``to``.

    ``dictionaries`` gives values to offer by column name; unlike a field's own enum they do
    not forbid others. ``titled`` puts the contract's title in a row above the headings.
    Raises TooManyColumnsError.
    """
    import xlsxwriter

    if len(contract.fields) > MOST_COLUMNS:
        raise TooManyColumnsError(limit=MOST_COLUMNS, count=len(contract.fields))
    safely = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(to), safely) as book:
        styles = _Styles(book)
        data = book.add_worksheet(_sheet_name(contract.title, translate(N_("Data"), language)))
        shown = book.add_worksheet(translate(N_("Example"), language))
        choices = _write_choices(book, contract, dictionaries or {}, styles, language)
        _write_data(data, contract, choices, styles, _Layout(language, titled))
        _write_example(shown, contract, styles, language)


@dataclass(frozen=True, slots=True)
class _Layout:
    language: str | None
    titled: bool

    @property
    def heading_row(self) -> int:
        return 1 if self.titled else 0


class _Styles:
    """The workbook's cell formats: calm, one accent for what must be filled."""

    def __init__(self, book: Workbook) -> None:
        head = {"bold": True, "border": 1, "border_color": "#C9D2DE", "valign": "vcenter", "text_wrap": True}
        self.title = book.add_format({"bold": True, "font_size": 14, "align": "center", "valign": "vcenter"})
        self.heading = book.add_format({**head, "bg_color": "#E9EEF5"})
        self.required = book.add_format({**head, "bg_color": "#CFE0F5", "font_color": "#0B3D91"})
        self.cells = {kind: self._cell(book, kind) for kind in FieldType}
        self.example = {kind: self._cell(book, kind, "#6B7785") for kind in FieldType}

    @staticmethod
    def _cell(book: Workbook, kind: FieldType, colour: str = "#000000") -> Format:
        return book.add_format({"num_format": _FORMATS[kind], "locked": False, "font_color": colour})

    def heading_of(self, field: Field) -> Format:
        return self.required if field.required or field.primary_key else self.heading


def _sheet_name(title: str, otherwise: str) -> str:
    return _NOT_IN_SHEET_NAMES.sub(" ", title).strip(" '")[:_HEAD].strip(" '") or otherwise


def _write_choices(
    book: Workbook,
    contract: Contract,
    dictionaries: Mapping[str, Sequence[str]],
    styles: _Styles,
    language: str | None,
) -> dict[str, _Choices]:
    """The sheet of permitted values, one column for each field that has some."""
    found: dict[str, _Choices] = {}
    for field in contract.fields:
        if field.enum:
            found[field.name] = _Choices(field.enum, strict=True)
        elif field.type is FieldType.BOOLEAN:
            found[field.name] = _Choices(("是", "否"), strict=True)
        elif dictionaries.get(field.name):
            found[field.name] = _Choices(tuple(dictionaries[field.name]), strict=False)
    if not found:
        return {}
    name = translate(N_("Choices"), language)
    sheet = book.add_worksheet(name)
    text = styles.cells[FieldType.STRING]
    for column, (header, choices) in enumerate(found.items()):
        sheet.set_column(column, column, _width(header, choices.values), text)
        sheet.write_string(0, column, header, styles.heading)
        for row, value in enumerate(choices.values, start=1):
            sheet.write_string(row, column, value, text)
        cells = _range(column, len(choices.values))
        found[header] = _Choices(choices.values, choices.strict, f"='{name}'!{cells}")
    sheet.freeze_panes(1, 0)
    return found


def _range(column: int, rows: int) -> str:
    from xlsxwriter.utility import xl_range_abs

    return str(xl_range_abs(1, column, rows, column))


def _width(header: str, values: Sequence[str] = ()) -> float:
    """Wide enough for Chinese text: a character counts as two."""
    longest = max((len(text.encode("gb18030", "replace")) for text in (header, *values[:200])), default=0)
    return min(max(longest + 3, 10), 40)


def _write_data(
    sheet: Worksheet, contract: Contract, choices: Mapping[str, _Choices], styles: _Styles, layout: _Layout
) -> None:
    head, last = layout.heading_row, len(contract.fields) - 1
    if layout.titled and last > 0:
        sheet.merge_range(0, 0, 0, last, contract.title, styles.title)
    elif layout.titled:
        sheet.write_string(0, 0, contract.title, styles.title)
    for column, field in enumerate(contract.fields):
        sheet.set_column(column, column, _width(field.name), styles.cells[field.type])
        sheet.write_string(head, column, field.name, styles.heading_of(field))
        note = "\n".join(wishes(field, layout.language))
        sheet.write_comment(head, column, note, {"x_scale": 1.6, "y_scale": 1.4, "author": "shuzhi"})
        rule = _validation(field, choices.get(field.name), layout.language)
        sheet.data_validation(head + 1, column, LAST_ROW, column, rule)
    sheet.freeze_panes(head + 1, 0)
    allowed = ("format_columns", "format_rows", "insert_rows", "delete_rows", "sort", "autofilter")
    sheet.protect("", dict.fromkeys(allowed, True))


def _validation(field: Field, choices: _Choices | None, language: str | None) -> dict[str, Any]:
    """What the spreadsheet itself checks while somebody types."""
    said = " ".join(wishes(field, language))
    rule: dict[str, Any] = {
        "input_title": field.name[:_HEAD],
        "input_message": said[:_MESSAGE],
        "error_message": said[:_MESSAGE],
        "ignore_blank": True,
    }
    if choices:
        kind = "stop" if choices.strict else "warning"
        return {**rule, "validate": "list", "source": choices.range, "error_type": kind}
    bounds = (field.minimum, field.maximum)
    if field.type in (FieldType.INTEGER, FieldType.NUMBER):
        checked = "integer" if field.type is FieldType.INTEGER else "decimal"
        return {**rule, "validate": checked, **_between(*bounds)}
    if field.max_length is not None and field.type is FieldType.STRING:
        return {**rule, "validate": "length", "criteria": "<=", "value": field.max_length}
    return {**rule, "validate": "any"}


def _between(low: float | None, high: float | None) -> dict[str, Any]:
    """Bounds as the spreadsheet wants them; the widest it knows where there is none."""
    if low is None and high is None:
        return {"criteria": "between", "minimum": -1e15, "maximum": 1e15}
    if low is None or high is None:
        return {"criteria": "<=" if low is None else ">=", "value": high if low is None else low}
    return {"criteria": "between", "minimum": low, "maximum": high}


def _write_example(sheet: Worksheet, contract: Contract, styles: _Styles, language: str | None) -> None:
    for column, field in enumerate(contract.fields):
        shown = example(field, language)
        sheet.set_column(column, column, _width(field.name, (shown,)), styles.example[FieldType.STRING])
        sheet.write_string(0, column, field.name, styles.heading_of(field))
        sheet.write_string(1, column, shown, styles.example[FieldType.STRING])
    sheet.freeze_panes(1, 0)
