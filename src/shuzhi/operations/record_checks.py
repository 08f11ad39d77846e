"""What the doctor asks of the records: database, migrations, packs, journal, files, clock, people."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Max, Q
from django.utils import timezone

from shuzhi.apps.calendars.selectors import calendar as known_calendar
from shuzhi.apps.files.models import StoredFile
from shuzhi.apps.files.services import contents
from shuzhi.apps.journal.models import Entry, moment
from shuzhi.apps.journal.recent import verify_recent
from shuzhi.apps.journal.services import verify
from shuzhi.apps.journal.verifying import TEXTS
from shuzhi.apps.people.models import Account
from shuzhi.apps.scenarios.models import InstalledPack
from shuzhi.engine.packs import built_in_packs, load_pack
from shuzhi.engine.texts import N_, translate
from shuzhi.operations.backing_up import last_backup
from shuzhi.operations.findings import Finding, failed, fine, notice
from shuzhi.operations.formats import pending_migrations, unknown_migrations

LOWEST_POSTGRESQL = 140_000
CLOCK_TOLERANCE = timedelta(minutes=1)
UNUSED = timedelta(days=90)
BACKUP_OLD = timedelta(hours=48)
SAMPLE = 200
"""How many files are looked for without ``--all``; the other limits are defaults, not a regulation."""


def database() -> Finding:
    """Its version, and the settings without which a commit may be lost or a name misread."""
    return _postgresql() if connection.vendor == "postgresql" else _sqlite()


def _sqlite() -> Finding:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    with connection.cursor() as cursor:
        found = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted}
        version = cursor.execute("SELECT sqlite_version()").fetchone()[0]
    return _settings_finding(f"SQLite {version}", wanted, found)


def _postgresql() -> Finding:
    wanted = {"server_encoding": "UTF8", "fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
    with connection.cursor() as cursor:
        found = {}
        for name in wanted:
            cursor.execute("SELECT current_setting(%s)", [name])
            found[name] = cursor.fetchone()[0]
        cursor.execute("SELECT current_setting('server_version_num')::int, current_setting('server_version')")
        number, version = cursor.fetchone()
    if number < LOWEST_POSTGRESQL:
        return failed(
            "database",
            N_("PostgreSQL {version} is too old"),
            N_("Upgrade it to 14 or later."),
            version=version,
        )
    if found["synchronous_commit"] in {"remote_apply", "remote_write", "local"}:
        found["synchronous_commit"] = "on"  # flushed here in any case
    return _settings_finding(f"PostgreSQL {version}", wanted, found)


def _settings_finding(name: str, wanted: Mapping[str, object], found: Mapping[str, object]) -> Finding:
    wrong = [f"{key}={found[key]}" for key in wanted if found[key] != wanted[key]]
    if wrong:
        return failed(
            "database",
            N_("{name} runs with {wrong}"),
            N_("Set {wanted}: else what was answered “done” may be lost or misread."),
            name=name,
            wrong=", ".join(wrong),
            wanted=", ".join(f"{key}={value}" for key, value in wanted.items()),
        )
    return fine("database", N_("{name}, safe settings"), name=name)


def migrations() -> Finding:
    """Whether the database is of this program's version."""
    if newer := unknown_migrations():
        return failed(
            "migrations",
            N_("the database was used by a newer version ({newest})"),
            N_("Install that version."),
            newest=newer[-1],
        )
    if pending := pending_migrations():
        return failed("migrations", N_("{number} to do"), N_("Run `shuzhi upgrade`."), number=len(pending))
    return fine("migrations", N_("all done"))


def packs() -> Finding:
    """Whether the packs that came with this program are installed, with this content."""
    installed = dict(InstalledPack.objects.values_list("urn", "digest").order_by("installed_at"))
    known = [load_pack(folder) for folder in built_in_packs()]
    held = set(InstalledPack.objects.values_list("urn", "version", "digest"))
    lacking = [pack.urn for pack in known if (pack.urn, pack.version, pack.digest) not in held]
    if lacking:
        return failed(
            "packs",
            N_("not installed in this program's version: {lacking}"),
            N_("Run `shuzhi upgrade`."),
            lacking=", ".join(lacking),
        )
    return fine("packs", N_("{number} installed"), number=len(installed))


def journal(*, everything: bool) -> Finding:
    """Whether the newest thousand entries, or all, still fit their signed head."""
    if everything:
        report = verify()
        entries, problems = report.entries, report.problems
    else:
        entries, problems = verify_recent()
    if problems:
        first = translate(TEXTS[problems[0].code]).format(**problems[0].values)
        return failed(
            "journal",
            N_("{count} problem(s), the first: {first}"),
            N_("Run `shuzhi journal verify`, stop the platform, and ask the audit administrator."),
            count=len(problems),
            first=first,
        )
    return fine("journal", N_("the newest {entries} entries verify"), entries=entries)


def files(*, everything: bool) -> Finding:
    """Whether contents that records name are on the disk: a sample by size, or all by their hash."""
    store = contents()
    named = dict(StoredFile.objects.values_list("sha256", "size_bytes").distinct())
    chosen = sorted(named)
    if not everything and len(chosen) > SAMPLE:
        chosen = random.sample(chosen, SAMPLE)
    lost = sum(
        not (store.is_intact(sha256) if everything else _has_size(store.path(sha256), named[sha256]))
        for sha256 in chosen
    )
    if lost:
        return failed(
            "files",
            N_("{lost} of {looked_at} files that records name are missing or damaged"),
            N_("Run `shuzhi backup`: it names them. Bring them back from the folder files/ of a backup."),
            lost=lost,
            looked_at=len(chosen),
        )
    return fine("files", N_("{looked_at} of {number} looked at"), looked_at=len(chosen), number=len(named))


def _has_size(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size


def clock(now: datetime) -> Finding:
    """Whether this machine's clock agrees with the database's and has not been set back."""
    newest = Entry.objects.aggregate(newest=Max("at_us"))["newest"]
    ahead = moment(newest) - now if newest is not None else timedelta()
    apart = timedelta()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            apart = abs(cursor.fetchone()[0] - timezone.now())
    if ahead > CLOCK_TOLERANCE:
        return failed(
            "clock",
            N_("the newest entry of the journal is {seconds} s ahead: the clock was set back"),
            N_("Set the clock by a time server (NTP) before anybody goes on working."),
            seconds=round(ahead.total_seconds()),
        )
    if apart > CLOCK_TOLERANCE:
        return failed(
            "clock",
            N_("this machine and the database are {seconds} s apart"),
            N_("Set both by the same time server (NTP)."),
            seconds=round(apart.total_seconds()),
        )
    return fine("clock", N_("agrees with the records"))


def calendar(now: datetime) -> Finding:
    """Whether the holidays of this year and, from December, of the next are known."""
    today = timezone.localdate(now)
    years = known_calendar().years
    if today.year not in years:
        return failed(
            "calendar",
            N_("the holidays of {year} are not known: limits in working days are guesses"),
            N_("Have them proposed and approved on the page “Calendar”."),
            year=today.year,
        )
    if today.year + 1 not in years:
        state = failed if today.month == 12 and today.day > 15 else notice
        return state(
            "calendar",
            N_("the holidays of {year} are not known yet"),
            N_("The State Council publishes them in November; propose them on the page “Calendar” then."),
            year=today.year + 1,
        )
    return fine("calendar", N_("known up to {year}"), year=max(years))


def accounts(now: datetime) -> Finding:
    """Open accounts that nobody has used for 90 days (a default of graded protection's practice)."""
    since = now - UNUSED
    idle = Q(last_login__lt=since) | Q(last_login=None, created_at__lt=since)
    number = Account.objects.filter(idle, is_active=True).count()
    if number:
        return notice(
            "accounts",
            N_("{number} open accounts unused for {days} days"),
            N_("Have the system administrator disable those that nobody needs."),
            number=number,
            days=UNUSED.days,
        )
    return fine("accounts", N_("each open one used within {days} days"), days=UNUSED.days)


def backup(now: datetime) -> Finding:
    """Whether the last backup is young and whole."""
    last = last_backup(settings.CONFIGURATION.root)
    if last is None:
        return failed(
            "backup", N_("never made"), N_("Run `shuzhi backup FOLDER`, then each day (docs/operations.md).")
        )
    at, folder, missing = last
    hours = round((now - at).total_seconds() / 3600)
    if now - at > BACKUP_OLD or missing:
        return failed(
            "backup",
            N_("the last one is {hours} h old and lacks {missing} files"),
            N_("Run `shuzhi backup` and see that it runs each day."),
            hours=hours,
            missing=missing,
        )
    return fine("backup", N_("{hours} h ago to {folder}"), hours=hours, folder=folder.parent)
