"""How a service says no. Each refusal carries a stable code and says what to do instead."""

from __future__ import annotations

from django.utils import translation

from shuzhi.engine.errors import ShuzhiError


class RefusalError(ShuzhiError):
    """Any no of a service; ``reason``, where it has one, is an English msgid without placeholders."""

    code = "records.refused"

    def sentence(self, language: str | None = None) -> str:
        """The message in ``language`` ("zh-hans", "en"); the request's own where None."""
        with translation.override(language or translation.get_language()):
            values = dict(self.values)
            if "reason" in values:
                values["reason"] = translation.gettext(str(values["reason"]))
            return translation.gettext(self.text).format(**values)


class ForbiddenError(RefusalError):
    """The actor may see the thing but may not do this to it."""

    code = "records.forbidden"
    text = "You may not do this ({act}): {reason}."

    def __init__(self, act: str, reason: str) -> None:
        super().__init__(act=act, reason=reason)


class NotFoundError(RefusalError):
    """There is no such thing, or the actor may not know of it; the two look the same on purpose."""

    code = "records.not_found"
    text = "There is no {kind} {id} that you may see. Check the number, or ask its owner for access."

    def __init__(self, kind: str, id: object) -> None:
        super().__init__(kind=kind, id=id)


class ConflictError(RefusalError):
    """The act does not fit the state that the thing is in."""

    code = "records.conflict"
    text = "This cannot be done now: {reason}."

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)


class StaleError(RefusalError):
    """Somebody else changed the record since the actor read it."""

    code = "records.stale"
    text = "Somebody else changed {kind} {id} in the meantime. Open it again and repeat what you meant to do."

    def __init__(self, kind: str, id: object) -> None:
        super().__init__(kind=kind, id=id)
