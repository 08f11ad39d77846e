"""What can go wrong with a stored file."""

from __future__ import annotations

from shuzhi.engine.errors import BadInputError, ShuzhiError


class TooLargeError(BadInputError):
    """More bytes arrived than this installation takes in one file."""

    code = "files.too_large"
    text = (
        "The file is larger than {limit_mb} MB, the most this installation takes. "
        "Split it, or ask the system administrator to raise the limit."
    )


class ContentMissingError(ShuzhiError):
    """A record names a content that the disk does not have: a disk was lost or a backup is incomplete."""

    code = "files.content_missing"
    text = (
        "The content of the file {name} is no longer on the disk. "
        "Ask the system administrator to restore the folder of files from the backup."
    )


class UnknownKindError(ShuzhiError, ValueError):
    """A file was to be stored under a kind that kinds.yaml does not name."""

    code = "files.unknown_kind"
    text = "There is no kind of file {kind}. The kinds are: {kinds}."
