"""Why an act on a case is refused, in the words of the case's own pack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils import translation

from shuzhi.apps.people.kinds import Duty
from shuzhi.apps.records.refusals import RefusalError
from shuzhi.engine.errors import BadInputError
from shuzhi.engine.packs import Pack
from shuzhi.engine.work.reasons import Reason

_GROUPS = {
    "step": "steps",
    "possible": "steps",
    "state": "states",
    "field": "fields",
    "value": "values",
    "allowed": "values",
}


class StepRefusedError(RefusalError):
    """The lifecycle does not allow the step; ``reasons`` hold every reason as code and values."""

    code = "cases.step_refused"
    text = "{reasons}"

    def __init__(self, reasons: Sequence[Reason], pack: Pack, kind: str) -> None:
        self.reasons = tuple(reasons)
        self._pack, self._kind = pack, kind
        super().__init__(reasons=" ".join(reason.sentence("en") for reason in reasons))

    def sentence(self, language: str | None = None) -> str:
        """All reasons, with states, steps and fields called as the screen calls them."""
        language = (language or translation.get_language() or "zh-hans").lower()
        return " ".join(
            Reason(r.code, self._worded(r.values, language)).sentence(language) for r in self.reasons
        )

    def _worded(self, values: Mapping[str, object], language: str) -> dict[str, object]:
        def word(group: str, name: object) -> object:
            key = f"{self._kind}.{group}.{name}"
            found = self._pack.word(key, language)
            return name if found == key else found

        shown = dict(values)
        with translation.override(language):
            if isinstance(wanted := values.get("wanted"), tuple):
                shown["wanted"] = tuple(str(Duty(duty).label) for duty in wanted)
            if values.get("step") == "open":
                shown["step"] = translation.gettext("opening a case")
        for name, group in _GROUPS.items():
            value = shown.get(name)
            if isinstance(value, tuple):
                shown[name] = tuple(word(group, one) for one in value)
            elif value is not None:
                shown[name] = word(group, value)
        return shown


class AlreadyOpenError(RefusalError):
    """There is an open case for this subject and organisation already."""

    code = "cases.already_open"
    text = "{number} is still open for the same subject and organisation. Add to that one."

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(number=number)


class TooManySamplesError(BadInputError):
    """A case was handed more samples than it may hold."""

    code = "cases.samples"
    text = "A case holds {limit} masked samples of {characters} characters together at most. Hand in fewer."
