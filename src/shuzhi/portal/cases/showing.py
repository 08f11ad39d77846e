"""One case as its page shows it: facts in words, samples, timeline, how it ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shuzhi.apps.cases.models import Case, Step
from shuzhi.apps.cases.selectors import TimelineEntry
from shuzhi.apps.cases.standings import lifecycle_of
from shuzhi.apps.cases.wording import case_word, kind_word, step_word
from shuzhi.apps.people.kinds import Administers, Duty
from shuzhi.apps.records.actors import SYSTEM_ID
from shuzhi.engine.texts import N_
from shuzhi.engine.work.drawing import svg
from shuzhi.engine.work.lifecycles import NeedType, Relation, Who
from shuzhi.engine.work.limits import Unit

# Facts that are codes of other things: their page is linked, the code itself says nothing to a clerk.
_IDS = {"dataset", "rule", "rule_version", "run", "snapshot", "predecessor", "indicator"}

# Why a step that a person might look for is not theirs to take: the platform does it when this is proved.
_GUARDED = {
    "passes": N_("Closed by the platform itself once the check finds nothing any more."),
    "left": N_("Records deleted instead of mended do not close it: why they are gone is then asked."),
    "withdrawn": N_("Ended by the platform itself once the data steward withdraws the rule."),
    "expired": N_("Taken up again by the platform itself once its day has gone by."),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A named value."""

    name: str
    value: str | int


def facts(case: Case) -> list[Line]:
    """What the case was opened with, in words; whole numbers stay numbers."""
    declared = lifecycle_of(case).facts
    lines = []
    for name, value in case.facts.items():
        if name in _IDS or value in ("", None):
            continue
        chosen = name in declared and declared[name].type is NeedType.CHOICE
        shown = case_word(case, "values", value) if chosen else value
        lines.append(Line(case_word(case, "facts", name), shown))
    return lines


def _counts(case: Case, given: Mapping[str, Any]) -> list[Line]:
    """What a check counted, of all that it reported."""
    declared = lifecycle_of(case).facts
    return [
        Line(case_word(case, "facts", name), value)
        for name, value in given.items()
        if name in declared and declared[name].type is NeedType.INTEGER
    ]


@dataclass(frozen=True, slots=True)
class Clock:
    """What the clock of a case does: the name of its limit, and a sentence where it stands still."""

    limit: str
    held: str
    assumed: str


def clock(case: Case) -> Clock:
    """The clock in words."""
    held = ""
    if case.is_held:
        left = _left(case)
        held = _("Stopped; of “{limit}” {left} are left.").format(
            limit=case_word(case, "limits", case.held_limit), left=left
        )
    assumed = ""
    if case.assumed_years:
        years = "、".join(str(year) for year in case.assumed_years)
        assumed = _("The public holidays of {years} are not known yet; weekends only were left out.")
        assumed = assumed.format(years=years)
    return Clock(case_word(case, "limits", case.limit) if case.limit else "", held, assumed)


def _left(case: Case) -> str:
    left = max(case.held_left or 0, 0)
    unit = lifecycle_of(case).limits[case.held_limit].unit
    if unit is Unit.WORKING_DAY:
        return ngettext("{count} working day", "{count} working days", left).format(count=left)
    if unit in {Unit.WORKING_MINUTE, Unit.URGENT_MINUTE}:
        return ngettext("{count} minute", "{count} minutes", left // 60).format(count=left // 60)
    return ngettext("{count} day", "{count} days", left).format(count=left)


def waiting_for(case: Case) -> str:
    """Whose turn it is, as duties and where; empty where nobody must act."""
    state = lifecycle_of(case).states[case.state]
    return "；".join(_party(case, who) for who in state.awaits)


def _party(case: Case, who: Who) -> str:
    duties = "、".join(str(Duty(duty).label) for duty in who.duties)
    if who.relation is Relation.RESPONSIBLE:
        return f"{case.organisation.name} · {duties}"
    if who.relation is Relation.OWNER and case.owner:
        return f"{case.owner.name} · {duties}"
    return duties


def is_closed_by_check(case: Case) -> bool:
    """Whether a passing check would end the case from where it stands."""
    return any(step.guard == "passes" for step in lifecycle_of(case).leaving(case.state))


def is_rule_at_fault(case: Case) -> bool:
    """Whether nothing is left for people but to withdraw or change the rule: all else the platform does."""
    guards = [step.guard for step in lifecycle_of(case).leaving(case.state)]
    return case.phase == Case.Phase.OPEN and "withdrawn" in guards and all(guards)


def guarded(case: Case) -> list[str]:
    """What the platform alone does to the case from here, in sentences."""
    guards = dict.fromkeys(step.guard for step in lifecycle_of(case).leaving(case.state) if step.guard)
    return [_(_GUARDED[guard]) for guard in guards if guard in _GUARDED]


@dataclass(frozen=True, slots=True)
class Samples:
    """Rows of the file that fail, masked: column names, then (row number in the file, (column, value)s)."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int | None, tuple[tuple[str, str | None], ...]], ...]


def samples(case: Case) -> Samples:
    """The case's samples as a table."""
    columns = tuple(dict.fromkeys(name for sample in case.samples for name in sample["values"]))
    rows = ((s["row"], tuple((name, s["values"].get(name)) for name in columns)) for s in case.samples)
    return Samples(columns, tuple(rows))


@dataclass(frozen=True, slots=True)
class Done:
    """One line of the timeline in words."""

    at: datetime
    what: str
    who: str
    where: str
    became: str
    answers: tuple[Line, ...]
    hidden: tuple[str, ...]


def done(case: Case, entries: Sequence[TimelineEntry], names: Mapping[str, str]) -> list[Done]:
    """The timeline, newest first; ``names`` are those of organisations that answers name."""
    return [_done(case, entry, names) for entry in reversed(entries)]


def _done(case: Case, entry: TimelineEntry, names: Mapping[str, str]) -> Done:
    step = entry.step
    by_platform = step.actor_id == SYSTEM_ID
    counted = step.name in {Step.OPENED, Step.FACTS_UPDATED}
    given = {name: value for name, value in entry.form.items() if name not in entry.masked}
    answers = _counts(case, given) if counted else _answers(case, step, given, names)
    state = case_word(case, "states", step.after)
    where = " · ".join(filter(None, (entry.organisation, duty_word(step.actor_duty))))
    return Done(
        at=step.at,
        what=step_word(case, step),
        who=_("The platform") if by_platform else step.actor_name,
        where="" if by_platform else where,
        became=state if step.before != step.after else "",
        answers=tuple(answers),
        hidden=tuple(case_word(case, "fields", name) for name in entry.masked),
    )


def _answers(case: Case, step: Step, given: Mapping[str, Any], names: Mapping[str, str]) -> list[Line]:
    declared = lifecycle_of(case).steps.get(step.name)
    types = {need.name: need.type for need in declared.needs} if declared else {}
    lines = []
    for name, value in given.items():
        shown = value
        if types.get(name) is NeedType.CHOICE:
            shown = case_word(case, "values", value)
        elif types.get(name) is NeedType.ORGANISATION:
            shown = names.get(str(value), value)
        lines.append(Line(case_word(case, "fields", name), shown))
    return lines


def named_organisations(case: Case, entries: Sequence[TimelineEntry]) -> set[str]:
    """Public ids of organisations that answers of the timeline name."""
    steps = lifecycle_of(case).steps
    return {
        str(entry.form[need.name])
        for entry in entries
        if entry.step.name in steps
        for need in steps[entry.step.name].needs
        if need.type is NeedType.ORGANISATION and entry.form.get(need.name)
    }


def duty_word(duty: str) -> str:
    """A duty or an administrator's office as the screen calls it."""
    if duty in Duty.values:
        return str(Duty(duty).label)
    return str(Administers(duty).label) if duty and duty in Administers.values else duty


def picture(case: Case) -> str:
    """The lifecycle of the case's kind as SVG."""
    title = _("The way of this kind: {kind}").format(kind=kind_word(case))
    return svg(lifecycle_of(case), lambda group, name: case_word(case, group, name), title)
