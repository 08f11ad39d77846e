"""The sentences behind the codes that a reading hands out: set-aside reasons, frame rows, notes."""

from __future__ import annotations

from collections.abc import Mapping

from shuzhi.engine.data.reading.model import Note
from shuzhi.engine.texts import N_, translate

REASONS: Mapping[str, str] = {
    "undecodable": N_("holds bytes that do not fit the file's encoding"),
    "control_character": N_("holds control characters that no person typed"),
    "too_long": N_("is longer than 32,767 characters, the most a cell can hold"),
    "digits_lost": N_(
        "was shortened to powers of ten (1.38E+10), its last digits are lost: "
        "format the column as text and enter it again"
    ),
    "formula_without_value": N_(
        "is a formula that was never calculated: open the file in Excel or WPS and save it"
    ),
    "cell_error": N_("is an error of the spreadsheet (#N/A, #REF!, #DIV/0!)"),
    "not_an_integer": N_("is not a whole number"),
    "not_a_number": N_("is not a number"),
    "number_too_large": N_("is too large a number"),
    "unit_in_value": N_(
        "carries a unit (万, 亿, km) beside the number: write the bare number, the unit belongs in the header"
    ),
    "percent_sign": N_("carries a percent sign where the column's other values have none"),
    "not_a_date": N_("is not a date"),
    "no_such_date": N_("is a day or time that does not exist"),
    "incomplete_date": N_("lacks the day: write year, month and day"),
    "ambiguous_date": N_("may be day/month or month/day: write the year first, as in 2021-03-05"),
    "time_in_date": N_("carries a time of day where a date alone is asked for"),
    "not_a_boolean": N_("is neither yes nor no"),
    "beyond_header": N_(
        "stands in a column without a header: probably a delimiter inside a value of this row"
    ),
    "key_missing": N_("the row has no value in its key column"),
    "key_unreadable": N_("the key of the row cannot be read"),
    "bad_json": N_("the line is not one JSON object"),
}

FRAME_REASONS: Mapping[str, str] = {
    "above_header": N_("stands above the header"),
    "header": N_("holds the column names"),
    "header_second": N_("second line of the header, joined to the first"),
    "header_language": N_("the column names again in another language"),
    "header_units": N_("units of the columns"),
    "header_numbering": N_("numbers the columns"),
    "header_again": N_("repeats the header, as at the top of a printed page"),
    "total_word": N_("a total or subtotal of other rows"),
    "note_word": N_("a note, a source or a signature line"),
    "section": N_("a heading inside the table: one cell of text and nothing else"),
    "other_table": N_("belongs to another table in the same sheet"),
    "table_beside": N_("belongs to the table beside the first"),
    "blank": N_("no cell is filled"),
}

NOTES: Mapping[str, str] = {
    "suffix": N_("The name says {suffix}, the content is {format}; the content was believed."),
    "macros": N_("The workbook carries macros; they were not run and are ignored."),
    "hidden_sheets": N_("Hidden sheets: {sheets}. Not read unless asked for by name."),
    "other_sheets": N_("Only the sheet {sheet} was read; the others are: {sheets}."),
    "hidden_rows": N_("{count} hidden rows (first: {first}) were read like the others."),
    "hidden_columns": N_("Hidden columns {letters} were read like the others."),
    "formula_cells": N_("{count} cells are formulas; their last calculated values were read."),
    "merged_cells": N_("{count} merged ranges; their value was written to every cell they cover."),
    "encoding_mixed": N_("Not all bytes fit {encoding}; the cells they stand in were set aside."),
    "no_header": N_("No header was found; the columns are named by their letters."),
    "no_header_by_position": N_("No header was found; the columns were taken in the contract's order."),
    "column_missing": N_("The contract's column {column} is not in the file; it is empty in the table."),
    "column_extra": N_("The column {column} is not in the contract; it was loaded as found."),
    "column_renamed": N_("The header {header} was read as the contract's column {column}."),
    "header_unnamed": N_("Column {letter} has values but no header; it is called {column}."),
    "header_repeated": N_("The header {header} occurs more than once; the later one is called {column}."),
    "short_rows": N_(
        "{count} rows have fewer cells than the header (first: row {first}); the rest is empty."
    ),
    "other_table": N_(
        "Another table begins in row {row} ({text}); its {count} rows were not loaded. Put each table on a "
        "sheet or in a file of its own, and send both."
    ),
    "table_beside": N_(
        "Another table stands beside the first, from column {letter} on ({text}); it was not loaded. Put "
        "each table on a sheet or in a file of its own, and send both."
    ),
    "stray_quotes": N_(
        "A quotation mark is never closed (row {row}); the lines after it were read one by one."
    ),
    "frame_rows_capped": N_("{count} frame rows; only the first {shown} are listed."),
    "type_contract": N_("the contract says so"),
    "type_stored": N_("the file stores it as {type}"),
    "type_empty": N_("no value in the sample"),
    "type_header_code": N_("the header {header} names a code or number to be kept as written"),
    "type_leading_zero": N_("values begin with 0 ({example})"),
    "type_long_number": N_("whole numbers of {digits} digits and more are kept as text ({example})"),
    "type_same_length": N_("whole numbers all of {digits} digits are a code ({example})"),
    "type_share": N_("{share} of {count} sample values fit ({example})"),
    "type_text": N_("values are text ({example})"),
    "type_date_order": N_("dates are written {order} ({example})"),
    "type_date_ambiguous": N_("dates may be day/month or month/day ({example}); kept as text"),
    "type_percent": N_("values carry a percent sign; the number before it was read"),
    "type_serial": N_("whole numbers under a date header were read as Excel days ({example})"),
}


def describe(what: Note | str, language: str | None = None) -> str:
    """The sentence behind a note, or behind the code of a set-aside reason or a frame row."""
    if isinstance(what, Note):
        return translate(NOTES[what.code], language).format(**what.args)
    text = REASONS.get(what) or FRAME_REASONS.get(what)
    return translate(text, language) if text else what
