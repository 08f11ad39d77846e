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


class PersonQuotaError(BadInputError):
    """One person would bring in more within a day than this installation lets them."""

    code = "files.quota_person"
    text = (
        "{name} has {size_mb} MB; of the {limit_mb} MB that one person may hand in within a day, "
        "{left_mb} MB are left. Discard files that are under way, or hand it in tomorrow."
    )


class NoRoomError(BadInputError):
    """The disk would have less room left than the installation keeps free."""

    code = "files.no_room"
    text = (
        "{name} has {size_mb} MB; this installation has room for {left_mb} MB. "
        "Ask the system administrator to make room."
    )


class TooManyUnderWayError(BadInputError):
    """One person began more files than may be under way at once."""

    code = "files.too_many_under_way"
    text = "{limit} of your files are under way already. Finish them or discard some, then begin this one."


class OtherOffsetError(BadInputError):
    """A part does not begin where what has arrived ends; ``offset`` is where that is."""

    code = "files.offset"
    text = "{offset} bytes of the file have arrived. Go on from there."


class UnfinishedError(BadInputError):
    """The file was to be used before all of it had arrived."""

    code = "files.unfinished"
    text = "Of {name}, {received} of {size} bytes have arrived. Choose the same file again: it goes on there."
