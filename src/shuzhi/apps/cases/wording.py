"""What the parts of a case are called on screen: the words of the pack the case was born under."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext

from shuzhi.apps.cases.models import Case, Step
from shuzhi.apps.scenarios.selectors import pack_of


def case_word(case: Case, group: str, name: str, language: str | None = None) -> str:
    """The word for ``name`` in ``group`` (states, steps, fields, values, facts, limits, outcomes).

    In ``language``, the request's own where None; the bare name where the pack has no word.
    """
    key = f"{case.kind}.{group}.{name}"
    word = pack_of(case.pack).word(key, (language or translation.get_language() or "zh-hans").lower())
    return name if word == key else word


def kind_word(case: Case, name: str = "title", language: str | None = None) -> str:
    """What this kind of case is called: its ``title`` or the ``noun`` of one case."""
    key = f"{case.kind}.{name}"
    word = pack_of(case.pack).word(key, (language or translation.get_language() or "zh-hans").lower())
    return case.kind if word == key else word


def step_word(case: Case, step: Step) -> str:
    """What a line of the timeline is called, also those that are no step of the lifecycle."""
    own = {
        Step.OPENED: gettext("Opened"),
        Step.FACTS_UPDATED: gettext("New counts from a check"),
        Step.RESCHEDULED: gettext("Deadline moved: the calendar of working days changed"),
        Step.FOLLOWED: gettext("Taken over by the organisation that follows"),
    }
    return own.get(step.name) or case_word(case, "steps", step.name)
