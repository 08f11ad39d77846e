"""What each administrator should do this week, computed from the records; nothing here is stored.

A task that needs nobody says so and counts as done. All numbers look back seven days unless they say
otherwise; the page costs at most twelve statements beside those of every page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shuzhi.apps.calendars.selectors import calendar, year_proposed
from shuzhi.apps.catalogue.selectors import datasets_undecided
from shuzhi.apps.jobs.models import State
from shuzhi.apps.jobs.selectors import jobs_visible
from shuzhi.apps.journal.watching import News, Watch, last_verified, news
from shuzhi.apps.people.attention import (
    UNUSED,
    accounts_unused,
    administrators_ids,
    duties_ending,
    proposals_sent_back,
    proposals_waiting,
)
from shuzhi.apps.people.kinds import Administers
from shuzhi.apps.records.actors import Actor
from shuzhi.operations.backing_up import last_backup
from shuzhi.operations.record_checks import BACKUP_OLD
from shuzhi.portal.listings import Lamp

WEEK = timedelta(days=7)
ENDING_DAYS = 30
"""How long before its end a duty is spoken of; a default, not a regulation."""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to look after: what was found, and where it is done (``url`` empty: on the machine).

    ``is_post``: the act itself is behind the address, not a page.
    """

    title: str
    found: str
    is_done: bool
    url: str = ""
    action: str = ""
    is_urgent: bool = False
    is_post: bool = False

    @property
    def lamp(self) -> Lamp:
        """Done, to do, or to do before anything else."""
        if self.is_done:
            return Lamp("green", _("Done"))
        return Lamp("red", _("To do at once")) if self.is_urgent else Lamp("yellow", _("To do"))


def tasks_of(actor: Actor, now: datetime) -> tuple[Task, ...]:
    """The tasks of the office that the actor administers, what is to be done first; none for others."""
    made: dict[str, Callable[[Actor, datetime], tuple[Task, ...]]] = {
        Administers.SYSTEM: _of_system,
        Administers.SECURITY: _of_security,
        Administers.AUDIT: _of_audit,
    }
    if actor.administers not in made:
        return ()
    tasks = made[actor.administers](actor, now)
    return tuple(sorted(tasks, key=lambda task: (task.is_done, not task.is_urgent)))


def _of_system(actor: Actor, now: datetime) -> tuple[Task, ...]:
    return (
        _sent_back(actor, now),
        _failed_jobs(actor, now),
        _next_calendar(now),
        _backup(now),
        _unused(actor, now),
    )


def _of_security(actor: Actor, now: datetime) -> tuple[Task, ...]:
    return (_waiting(actor), _ending(actor, now), _undecided(actor), _unused(actor, now))


def _of_audit(actor: Actor, now: datetime) -> tuple[Task, ...]:
    since = now - WEEK
    watched = {
        "failed": Watch(("account.sign_in_failed", "account.locked")),
        "read": Watch(("rows.read", "set_aside.read")),
        "export": Watch(("list.export",)),
        "offices": Watch(actor_ids=administrators_ids(actor)),
    }
    found = news(actor=actor, watched=watched, since=since)
    return (
        _verified(actor, now),
        _looked(_("Failed sign-ins"), found["failed"], "account.", since),
        _looked(_("Readings of L3 and above"), found["read"], "", since),
        _looked(_("Exports of lists"), found["export"], "list.", since),
        _looked(_("Acts of the other administrators"), found["offices"], "", since),
    )


def _sent_back(actor: Actor, now: datetime) -> Task:
    number = proposals_sent_back(actor, now - WEEK)
    return Task(
        _("Proposals sent back"),
        ngettext(
            "{number} proposal was refused in the last seven days: read why, and propose anew or leave it.",
            "{number} proposals were refused in the last seven days: read why, and propose anew or leave it.",
            number,
        ).format(number=number)
        if number
        else _("None was refused in the last seven days."),
        not number,
        reverse("people:accounts"),
        _("Accounts"),
    )


def _failed_jobs(actor: Actor, now: datetime) -> Task:
    failed = jobs_visible(actor=actor).filter(state=State.FAILED, finished_at__gte=now - WEEK)
    number = failed.order_by().count()
    return Task(
        _("Background work that failed"),
        ngettext(
            "{number} piece of work failed in the last seven days.",
            "{number} pieces of work failed in the last seven days.",
            number,
        ).format(number=number)
        if number
        else _("None failed in the last seven days."),
        not number,
        f"{reverse('jobs:list')}?{urlencode({'state': State.FAILED.value})}",
        _("Failed work"),
    )


def _next_calendar(now: datetime) -> Task:
    today, known = timezone.localdate(now), calendar().years
    lacking = next((year for year in (today.year, today.year + 1) if year not in known), None)
    if lacking is None:
        found = _("The holidays of {year} are known.").format(year=today.year + 1)
    else:
        found = _(
            "The holidays of {year} are not known yet. The State Council publishes them in November; "
            "propose them then. Limits that run into that year are marked as guesses."
        ).format(year=lacking)
    urgent = lacking == today.year or (lacking is not None and (today.month, today.day) > (12, 15))
    return Task(
        _("Next year's calendar"),
        found,
        lacking is None,
        reverse("administration:calendar", args=[lacking or today.year + 1]),
        _("Calendar"),
        is_urgent=urgent,
    )


def _backup(now: datetime) -> Task:
    title, last = _("Backup"), last_backup(settings.CONFIGURATION.root)
    if last is None:
        found = _("There has never been a backup. It is made on the machine by `shuzhi backup`.")
        return Task(title, found, is_done=False, is_urgent=True)
    at, _folder, missing = last
    hours = round((now - at).total_seconds() / 3600)
    if missing:
        found = _("The last backup, {hours} hours ago, lacks {missing} files that were lost before.")
    elif now - at > BACKUP_OLD:
        found = _("The last backup is {hours} hours old. It is made on the machine by `shuzhi backup`.")
    else:
        found = _("The last backup is {hours} hours old and whole.")
    is_old = bool(missing) or now - at > BACKUP_OLD
    return Task(title, found.format(hours=hours, missing=missing), not is_old, is_urgent=is_old)


def _unused(actor: Actor, now: datetime) -> Task:
    number = accounts_unused(actor, now).order_by().count()
    return Task(
        _("Accounts nobody uses"),
        ngettext(
            "{number} open account has not been used for {days} days: ask, then disable it.",
            "{number} open accounts have not been used for {days} days: ask, then disable them.",
            number,
        ).format(number=number, days=UNUSED.days)
        if number
        else _("Every open account was used within {days} days.").format(days=UNUSED.days),
        not number,
        f"{reverse('people:accounts')}?{urlencode({'state': 'unused'})}",
        _("Unused accounts"),
    )


def _waiting(actor: Actor) -> Task:
    waiting, year = proposals_waiting(actor), year_proposed(actor)
    if year and not waiting.number:
        found = _("The calendar of {year} waits for you.").format(year=year)
        url = reverse("administration:calendar", args=[year])
        return Task(_("Proposals to decide"), found, is_done=False, url=url, action=_("Calendar"))
    return Task(
        _("Proposals to decide"),
        ngettext(
            "{number} proposal waits for you, the oldest since {day}.",
            "{number} proposals wait for you, the oldest since {day}.",
            waiting.number,
        ).format(number=waiting.number, day=timezone.localdate(waiting.since).isoformat())
        if waiting.since
        else _("No proposal waits for you."),
        not waiting.number,
        reverse("people:proposals"),
        _("Duties to decide"),
    )


def _ending(actor: Actor, now: datetime) -> Task:
    number = duties_ending(actor, timezone.localdate(now), ENDING_DAYS)
    return Task(
        _("Duties about to end"),
        ngettext(
            "{number} duty ends within {days} days: see that somebody takes it over.",
            "{number} duties end within {days} days: see that somebody takes them over.",
            number,
        ).format(number=number, days=ENDING_DAYS)
        if number
        else _("No duty ends within {days} days.").format(days=ENDING_DAYS),
        not number,
        reverse("people:duties"),
        _("Duties in force"),
    )


def _undecided(actor: Actor) -> Task:
    number = datasets_undecided(actor)
    return Task(
        _("Levels nobody has decided"),
        ngettext(
            "In {number} dataset a proposed level of L3 or above waits for its data steward: remind them.",
            "In {number} datasets a proposed level of L3 or above waits for the data steward: remind them.",
            number,
        ).format(number=number)
        if number
        else _("Every proposed level of L3 or above has been decided."),
        not number,
        reverse("people:duties"),
        _("Who is data steward"),
    )


def _verified(actor: Actor, now: datetime) -> Task:
    title, action, url = _("Verify the journal"), _("Verify now"), reverse("administration:verify")
    last = last_verified(actor=actor)
    if last is None:
        return Task(title, _("It has not been verified from here yet."), False, url, action, is_post=True)
    at = timezone.localtime(last.at).strftime("%Y-%m-%d %H:%M")
    if last.problems:
        found = _("On {at} {problems} problem(s) were found.").format(at=at, problems=last.problems)
        return Task(title, found, False, url, action, is_urgent=True, is_post=True)
    found = _("Verified on {at}: {entries} entries fit their seals.").format(at=at, entries=last.entries)
    return Task(title, found, now - last.at <= WEEK, url, action, is_post=True)


def _looked(title: str, counted: News, group: str, since: datetime) -> Task:
    asked = {"act": group, "since": timezone.localdate(since).isoformat()}
    address = urlencode({name: value for name, value in asked.items() if value})
    if not counted.number:
        found = _("Nothing in the last seven days.")
    elif not counted.unseen:
        found = _("{number} in the last seven days; you have looked at them.").format(number=counted.number)
    else:
        found = _("{number} in the last seven days, {unseen} since you last looked.").format(
            number=counted.number, unseen=counted.unseen
        )
    return Task(title, found, not counted.unseen, f"{reverse('journal:list')}?{address}", _("Look at them"))
