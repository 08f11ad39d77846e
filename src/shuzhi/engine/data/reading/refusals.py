"""Files that cannot be read at all, each named for what it is and with what to do about it."""

from __future__ import annotations

from shuzhi.engine.errors import BadInputError, ShuzhiError


class CannotOpenError(BadInputError):
    code = "input.unreadable"
    text = "{name} cannot be opened: {problem}. Check the path and the permission, then try again."


class EmptyFileError(BadInputError):
    code = "input.empty"
    text = "{name} is empty: there is not one row in it. Export it again and check it before sending."


class NoTableError(BadInputError):
    code = "input.no_table"
    text = "{name} holds no table: no row with values was found{where}. Check that the right sheet was saved."


class NoRowsError(BadInputError):
    code = "input.no_rows"
    text = (
        "{name} has the names of columns and not one row of data below them{where}. Fill in the rows, or "
        "check that the right sheet was saved, and send it again."
    )


class PasswordError(BadInputError):
    code = "input.password"
    text = (
        "{name} is protected by a password and cannot be read. Remove the password in Excel or WPS, "
        "save, and send it again."
    )


class WpsFileError(BadInputError):
    code = "input.wps"
    text = "{name} is in WPS's own format (.et, .wps). Open it in WPS and save it as .xlsx."


class OfdFileError(BadInputError):
    code = "input.ofd"
    text = (
        "{name} is an OFD document, a printed page without cells. Ask for the table it was made from, "
        "as .xlsx or .csv."
    )


class PdfFileError(BadInputError):
    code = "input.pdf"
    text = (
        "{name} is a PDF document, a printed page without cells. Ask for the table it was made from, "
        "as .xlsx or .csv."
    )


class ProgramError(BadInputError):
    code = "input.program"
    text = (
        "{name} is a program and not a table, whatever it is called. Do not open it; ask your network "
        "administrator to check the computer that it came from."
    )


class PictureError(BadInputError):
    code = "input.picture"
    text = "{name} is a picture without cells. Ask for the table it was taken of, as .xlsx or .csv."


class WordFileError(BadInputError):
    code = "input.word"
    text = "{name} is a Word document. Copy its table into a new workbook and save it as .xlsx."


class ArchiveError(BadInputError):
    code = "input.archive"
    text = "{name} is a compressed archive ({kind}). Unpack it and send the tables in it one by one."


class WebPageError(BadInputError):
    code = "input.web_page"
    text = (
        "{name} is a web page or XML saved under a workbook's name. Open it in Excel or WPS and save "
        "it as .xlsx."
    )


class OtherWorkbookError(BadInputError):
    code = "input.other_workbook"
    text = (
        "{name} is a workbook of a kind not read here ({kind}). Open it in Excel or WPS and save it as .xlsx."
    )


class NotTextError(BadInputError):
    code = "input.not_text"
    text = (
        "{name} is neither text nor a workbook: byte {position} cannot belong to a table. Check that "
        "the right file was chosen."
    )


class EncodingUnknownError(BadInputError):
    code = "input.encoding"
    text = (
        "{name} cannot be decoded: byte {position} (line {line}) fits neither UTF-8 nor GB18030. Save "
        "it as CSV in UTF-8."
    )


class LineTooLongError(BadInputError):
    code = "input.line"
    text = (
        "{name} has a line longer than {limit_mb} MB (line {line}). Check that the file has line "
        "breaks and that every quotation mark is closed."
    )


class TooManyColumnsError(BadInputError):
    code = "input.columns"
    text = (
        "{name} has {columns} columns in row {row}; at most {limit} are read. Check the delimiter, or "
        "turn the table so that records are rows."
    )


class WorkbookDamagedError(BadInputError):
    code = "input.damaged"
    text = (
        "{name} is damaged or cut off: {problem}. Open it in Excel or WPS, save it again, and send "
        "the new file."
    )


class WorkbookBombError(BadInputError):
    code = "input.bomb"
    text = (
        "{name} would unpack to {unpacked_mb} MB from {packed_mb} MB, which no office table does, so "
        "it was not opened. Send the table as .csv."
    )


class WorkbookLimitError(BadInputError):
    code = "input.limit"
    text = (
        "{name} needs more than {memory_mb} MB or {cpu_s} s to open. Split the workbook, or send the "
        "sheet as .csv."
    )


class NoSuchSheetError(BadInputError):
    code = "input.sheet"
    text = "{name} has no sheet called {sheet}. Its sheets are: {sheets}."


class NoSheetsError(BadInputError):
    code = "input.no_sheets"
    text = (
        "{name} is {format}, which has no sheets, so the sheet {sheet} cannot be read from it. Leave the "
        "sheet out, or name the workbook that has it."
    )


class JsonArrayError(BadInputError):
    code = "input.json_array"
    text = (
        "{name} is one JSON value, not one object per line. Write each record as an object on a line "
        "of its own (JSON lines)."
    )


class ParquetDamagedError(BadInputError):
    code = "input.parquet"
    text = (
        "{name} is not a whole Parquet file: {problem}. Write it again and check that it was copied "
        "to the end."
    )


class BadOptionError(BadInputError):
    code = "input.option"
    text = "{name} cannot be read with {option} = {value}: {problem}."


class KeyColumnMissingError(BadInputError):
    code = "input.key_column"
    text = (
        "{name} has no column for {column}, the key of the contract {contract}. Its columns are: "
        "{columns}. Check that this is the right file, or add the header as an alias to the contract."
    )


class ReturnTooLongError(BadInputError):
    code = "input.return_too_long"
    text = (
        "{name} has {rows} rows, more than a workbook can hold ({limit}), so it cannot be sent back as "
        "one. Take the list of what was not loaded instead."
    )


class AccountError(ShuzhiError):
    """The rows of a file do not add up: a fault of this product, never of the file."""

    code = "reading.account"
    text = (
        "The rows of {name} do not add up: {total} in all, but {frame} frame, {loaded} loaded and "
        "{set_aside} set aside. Nothing was loaded; please report this with the file."
    )
