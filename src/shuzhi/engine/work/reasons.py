"""Why a step was refused, as code and values. Knows the sentences, not who reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shuzhi.engine.texts import N_, translate

TEXTS: Mapping[str, str] = {
    "step.unknown": N_("There is no step {step} in this kind of case."),
    "step.state": N_("{step} cannot be done in the state {state}. Possible now: {possible}."),
    "who.duty": N_("{step} is done by another duty: {wanted}."),
    "who.organisation": N_("{step} is done by the organisation that answers for the case."),
    "who.owner": N_("{step} is done by the organisation that opened the case."),
    "who.scope": N_("{step} is done by somebody whose scope covers the organisation of the case."),
    "who.requester": N_("{step} must be done by somebody other than the person who asked for it."),
    "who.system": N_("{step} is done by the platform when the check is run again, never by a person."),
    "form.missing": N_("{field} must be filled in."),
    "form.unknown": N_("{field} is not asked for by this step."),
    "form.choice": N_("{value} is no choice for {field}. Choose one of: {allowed}."),
    "form.date": N_("{field} must be a date such as 2026-11-23."),
    "form.past": N_("{field} must lie after {today}."),
    "form.far": N_("{field} may lie {days} days ahead at most: {last} ({source})."),
    "form.integer": N_("{field} must be a whole number of nought or more."),
    "form.text": N_("{field} must be a text of at most {limit} characters without control characters."),
    "form.organisation": N_("{field} must name another organisation than the one that has the case."),
    "form.organisation_unknown": N_("{field} names no organisation that exists today."),
    "until.past": N_("The day the case carries, {until}, has gone by. Ask again with a later one."),
    "guard.unproved": N_("{step} needs a proof that nobody has given: {guard}."),
    "guard.passes": N_("The check still finds something, so the case cannot be closed as fixed."),
    "guard.fails": N_("The check finds nothing any more."),
    "guard.left": N_("Nothing that failed has left the file, or something fails still."),
    "guard.withdrawn": N_("The rule has not been withdrawn."),
    "guard.expired": N_("The day the case carries has not gone by yet."),
    "fact.missing": N_("A case of this kind cannot be opened without {field}."),
    "fact.unknown": N_("A case of this kind has no fact {field}. It has: {allowed}."),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason. ``values`` hold names (of steps, states, fields), which the screen words by the pack."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)

    def sentence(self, language: str | None = None) -> str:
        """The reason in ``language``; names stay as they are."""
        shown = {
            name: ", ".join(map(str, value)) if isinstance(value, tuple | list) else value
            for name, value in self.values.items()
        }
        if "source" in shown:
            shown["source"] = translate(str(shown["source"]), language)
        return translate(TEXTS[self.code], language).format(**shown)


@dataclass(frozen=True, slots=True)
class Refusal:
    """The step is refused; every reason that can be told at once is told."""

    reasons: tuple[Reason, ...]
