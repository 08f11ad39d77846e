"""What can go wrong while an installation is looked after."""

from __future__ import annotations

from shuzhi.engine.errors import BadInputError, SettingError, ShuzhiError


class UnfinishedRestoreError(SettingError):
    """The home holds part of a backup: a restore was broken off."""

    code = "setting.unfinished_restore"
    text = (
        "{home} is being restored, or its restore was broken off. Run `shuzhi restore {backup}` again: "
        "it goes on where it was. Until then nothing is served from it."
    )


class NewerHomeError(SettingError):
    """The home or its database was written by a newer version of the program."""

    code = "setting.newer_home"
    text = (
        "{home} was last used by a newer version of Shuzhi ({found}); this is {version}. "
        "Install that version or a later one, or restore a backup made before the upgrade."
    )


class OlderDatabaseError(SettingError):
    """The database waits for migrations; starting must not change it by the way."""

    code = "setting.older_database"
    text = (
        "The database of {home} was last used by an older version of Shuzhi ({number} migrations to do). "
        "Stop every process of it and run `shuzhi upgrade`, which backs up first."
    )


class BackupRunningError(ShuzhiError):
    """Another backup is writing to this folder."""

    code = "backup.running"
    text = "Another backup is writing to {folder}. Wait until it has ended."


class NoRoomError(BadInputError):
    """The disk is too small for what is to be written."""

    code = "backup.no_room"
    text = (
        "{folder} has room for {free_mb} MB; {wanted_mb} MB are needed. Nothing was kept of this attempt. "
        "Make room, or name a folder on a larger disk."
    )


class BackupInsideError(BadInputError):
    """The folder of the backups lies in what is backed up."""

    code = "backup.inside_home"
    text = "{folder} lies inside the home {home}. Name a folder outside of it, best on another disk."


class NoBackupFolderError(SettingError):
    """Nobody said where backups go."""

    code = "backup.no_folder"
    text = "Say where the backup goes: `shuzhi {command} FOLDER`, or set SHUZHI_BACKUP."


class DamagedDatabaseError(ShuzhiError):
    """SQLite finds the copy inconsistent."""

    code = "backup.damaged_database"
    text = (
        "The database is damaged ({problem}), so no backup was kept of it. Look after the disk, "
        "then restore the newest sound backup into an empty home."
    )


class ProgramMissingError(SettingError):
    """A program of PostgreSQL is not on this machine."""

    code = "backup.program_missing"
    text = (
        "The program {program} is not on this machine. Install PostgreSQL's client programs "
        "(Debian: postgresql-client), of the server's version or later."
    )


class ProgramFailedError(ShuzhiError):
    """A program of PostgreSQL ended with an error; ``problem`` is the last line it wrote."""

    code = "backup.program_failed"
    text = "{program} failed: {problem} Nothing was kept of this attempt."


class NotABackupError(BadInputError):
    """The folder holds no complete backup."""

    code = "backup.not_one"
    text = (
        "{folder} holds no complete backup (no readable manifest.json). "
        "Name the folder that `shuzhi backup` wrote to, or one of the dated folders in it."
    )


class BackupFormatError(BadInputError):
    """The backup is of a format or of a version that this program does not know."""

    code = "backup.format"
    text = (
        "The backup {folder} was made by version {product} of Shuzhi, in a form that version {version} "
        "does not know ({found}). Install {product} or later to restore it."
    )


class OtherDatabaseError(BadInputError):
    """The backup is of the other kind of database."""

    code = "backup.other_database"
    text = (
        "The backup holds a {found} database and this installation is set to {wanted}. "
        "Restore it with SHUZHI_DATABASE_URL set as it was: empty for SQLite."
    )


class NotEmptyError(BadInputError):
    """A backup is restored into an empty place only."""

    code = "backup.not_empty"
    text = (
        "{place} is not empty, and a restore overwrites nothing. "
        "Name a home that does not exist yet, and an empty database."
    )


class DamagedBackupError(ShuzhiError):
    """A part of the backup is missing or is not what the manifest says."""

    code = "backup.damaged"
    text = (
        "{part} of the backup is missing or damaged (its SHA-256 is not the one written down). "
        "Take another backup, or bring this file back from a copy of it and run the same command again."
    )


class WrongCountError(ShuzhiError):
    """What was restored is not what was backed up."""

    code = "backup.wrong_count"
    text = (
        "The restored table {table} has {found} rows and the backup's had {wanted}. "
        "Do not use this home; empty it and restore again, or take another backup."
    )


class WorkersRunningError(ShuzhiError):
    """Somebody still works on what is to be upgraded."""

    code = "upgrade.running"
    text = (
        "A worker of this installation is still running ({worker}). Stop every process of it, then try again."
    )


class NoReasonError(BadInputError):
    """An upgrade without a backup needs a reason."""

    code = "upgrade.no_reason"
    text = 'Say why no backup is needed: `--no-backup "…"`. The reason goes into the journal.'
