"""Files and folders named on the command line: what is said where one cannot be used."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from shuzhi.engine.errors import BadInputError


class NoFileError(BadInputError):
    """There is no file of this name."""

    code = "cli.no_file"
    text = "{path}: there is no such file. Check the name and the folder."


class NotUtf8Error(BadInputError):
    """A contract is text in UTF-8."""

    code = "cli.not_utf8"
    text = "{path} is not text in UTF-8. Save it in that encoding, or name the right file."


class UnusablePathError(BadInputError):
    """The system refused to open, read or write a path."""

    code = "cli.path"
    text = "{path} cannot be used: {problem}. Check the folder, its rights and the room on the disk."


def there(path: Path) -> Path:
    """The path of a file that is there; raises NoFileError."""
    if not path.is_file():
        raise NoFileError(path=path)
    return path


def to_write(path: Path | None) -> None:
    """Raises FileNotFoundError where the folder of a file that will be written is not there."""
    if path is not None and not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))


def read_text(path: Path) -> str:
    """The text of a file; raises NoFileError, NotUtf8Error."""
    try:
        return there(path).read_text("utf-8")
    except UnicodeDecodeError as error:
        raise NotUtf8Error(path=path) from error


def unusable(error: OSError) -> UnusablePathError:
    """The refusal that says what the system said."""
    return UnusablePathError(path=error.filename or "?", problem=error.strerror or type(error).__name__)
